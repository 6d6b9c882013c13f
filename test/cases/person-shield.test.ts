import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { personShield } from '../../src/cases/report/person-shield.ts';
import { measureShield } from './measure-shield.ts';

describe('on sentences that nobody looked at while the rules were written', () => {
  const { caught, toCatch, alarms, toPass } = measureShield(
    JSON.parse(readFileSync(new URL('person-shield.sentences.json', import.meta.url), 'utf8')),
  );

  test('at least 200 of both kinds', () => expect(Math.min(toCatch, toPass)).toBeGreaterThanOrEqual(100));
  test('finds at least 95 % of what points at a person', () => expect(caught / toCatch).toBeGreaterThanOrEqual(0.95));
  test('lets at least 95 % of all others pass', () => expect(alarms / toPass).toBeLessThanOrEqual(0.05));
});

test.each([
  ['井盖没了，打我电话 138 0013 8000', 'phone', '井盖没了，打我电话 ＊＊＊'],
  ['是王建国把杂物堆在楼道的', 'accused_person', '是有人把杂物堆在楼道的'],
  ['苏A·12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['身份证990101198403162715，路灯不亮', 'identity_number', '身份证＊＊＊，路灯不亮'],
])('%s: held back as %s, and offered without it', (text, what, without) => {
  expect(personShield(text)).toMatchObject({ what, without });
  expect(personShield(without)).toBeUndefined();
});

test('what is offered is always free of persons', () => {
  const list = JSON.parse(readFileSync(new URL('person-shield.tuning.json', import.meta.url), 'utf8')) as {
    text: string;
  }[];
  const left = list.flatMap(({ text }) => personShield(text) ?? []).filter(({ without }) => personShield(without));
  expect(left).toEqual([]);
});
