import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { personShield } from '../../src/cases/report/person-shield.ts';
import { measureShield } from './measure-shield.ts';

describe('on held-out sentences, unseen while the rules were written', () => {
  const { caught, toCatch, alarms, toPass } = measureShield(
    JSON.parse(readFileSync(new URL('person-shield.sentences.json', import.meta.url), 'utf8')),
  );

  test('has at least 100 sentences of each kind', () => expect(Math.min(toCatch, toPass)).toBeGreaterThanOrEqual(100));
  test('catches at least 95 % of sentences that identify a person', () =>
    expect(caught / toCatch).toBeGreaterThanOrEqual(0.95));
  test('passes at least 95 % of all other sentences', () => expect(alarms / toPass).toBeLessThanOrEqual(0.05));
});

test.each([
  ['井盖没了，打我电话 138 0013 8000', 'phone', '井盖没了，打我电话 ＊＊＊'],
  ['是王建国把杂物堆在楼道的', 'accused_person', '是有人把杂物堆在楼道的'],
  ['苏A·12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['身份证990101198403162715，路灯不亮', 'identity_number', '身份证＊＊＊，路灯不亮'],
])('“%s” is held back as %s, and offered without it', (text, what, without) => {
  expect(personShield(text)).toMatchObject({ what, without });
  expect(personShield(without)).toBeUndefined();
});

test('the offered replacement never identifies a person', () => {
  const list = JSON.parse(readFileSync(new URL('person-shield.tuning.json', import.meta.url), 'utf8')) as {
    text: string;
  }[];
  const left = list.flatMap(({ text }) => personShield(text) ?? []).filter(({ without }) => personShield(without));
  expect(left).toEqual([]);
});
