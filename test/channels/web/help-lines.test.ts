import { expect, test } from 'vitest';
import words from '../../../locales/zh-CN/web-chat.json' with { type: 'json' };
import { splitAtNumbers } from '../../../src/channels/web/page/help-lines.ts';

const UNITS = words.units;

test.each([
  ['着火、燃气泄漏打 119\n有人受伤打 120\n正在发生的案件打 110', ['119', '120', '110']],
  ['请直接打 110、119 或 120。', ['110', '119', '120']],
  ['想跟人说，打 12345。拿不准，打 96110 问一问。', ['12345', '96110']],
  ['119 着火\n人员受伤打 120', ['119', '120']],
  ['call 110. Or 119', ['110', '119']],
  ['本月 120 件，共 12345 人，110 米，119 号楼，120 天', []],
  ['编号 A110-119，电话 025-110119，1.120，12345678', []],
])('%s', (text, numbers) => {
  const parts = splitAtNumbers(text, UNITS);
  expect(parts.filter((_, i) => i % 3 === 2)).toEqual(numbers);
  expect(parts.join('')).toBe(text);
});
