import { expect, test } from 'vitest';
import { readFirstDay } from '../../src/engine/dates/first-day.ts';

/** A Wednesday. */
const NOW = Date.parse('2026-11-25T09:00:00+08:00');

test.each([
  ['昨天晚上路灯全灭了', '2026-11-24'],
  ['昨晚十点多楼道里冒烟', '2026-11-24'],
  ['前天下雨，地下车库进水', '2026-11-23'],
  ['大前天就开始漏水', '2026-11-22'],
  ['上周五井盖就松了', '2026-11-20'],
  ['周一早上发现护栏断了', '2026-11-23'],
  ['三天前挖开的坑没人填', '2026-11-22'],
  ['10天前挖开的坑没人填', '2026-11-15'],
  ['11月20号晚上电线冒火花', '2026-11-20'],
  // Today, no day, a day that is older than two weeks, and a day that is not at the start.
  ['今天早上路灯不亮', undefined],
  ['路灯不亮，昨天就报过', undefined],
  ['10月1日起一直没修', undefined],
  ['30天前就报过', undefined],
  ['12月1日要停水', undefined],
  // Numbers of houses are no days, nor are words that mean several days.
  ['11-20号楼门口堆满了纸箱', undefined],
  ['24号楼电梯坏了', undefined],
  ['11月20号楼栋前积水', undefined],
  ['两三天前开始漏水', undefined],
])('the text %s begins with the day %s', (text, day) => {
  expect(readFirstDay(text, NOW)).toBe(day);
});
