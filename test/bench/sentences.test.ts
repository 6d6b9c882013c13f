import { expect, test } from 'vitest';
import { sentenceAt } from '../../bench/sentences.ts';
import { personShield } from '../../src/cases/report/person-shield.ts';
import { isEmergency } from '../../src/conversation/intent/emergency.ts';
import { openWording } from '../../src/i18n.ts';
import { isDetail } from '../../src/regions/place-in-words.ts';

/** More people than the city of the bench has spots. */
const PEOPLE = 25_000;

test('the people of the bench send different descriptions that the talk takes as they are', () => {
  const say = openWording().in('zh-CN');
  const all = Array.from({ length: PEOPLE }, (_, n) => sentenceAt(n));
  expect(new Set(all).size).toBe(PEOPLE);
  expect(all.filter(({ length }) => length < 10 || length > 60)).toEqual([]);
  // Emergency words, the building of a place and the shield would each lead the talk elsewhere.
  expect(all.filter((text) => isEmergency(text, say))).toEqual([]);
  const some = all.slice(0, 300);
  expect(some.filter((text) => isDetail(text) || personShield(text) !== undefined)).toEqual([]);
});
