import { expect, test } from 'vitest';
import type { CountedSheet } from '../../src/surveys/ballot/response.ts';
import { answersTo } from '../../src/surveys/estimate/answers-alike.ts';

const sheet = (answers: CountedSheet['answers'], more: Partial<CountedSheet> = {}): CountedSheet => ({
  street: 's',
  age: '55+',
  sex: 'female',
  hukou: 'local',
  answers,
  flags: [],
  weight: 1,
  ...more,
});

test('an answer counts under its question, also where a sheet skips questions or has another order', () => {
  const sheets = [
    sheet({ A: ['1'], B: ['2'], C: ['1', '2'] }),
    sheet({ A: ['1'], C: ['3'] }),
    sheet({ T: 'words', C: ['1', '2'], B: ['2'], A: ['4'] }, { late: true, weight: 2 }),
    sheet({ B: ['2'] }, { flags: ['fast'], weight: 3 }),
  ];

  const numbers = (question: string) =>
    answersTo(question, sheets).alike.map(({ given, flagged, late, n, w, ww }) => [...given, flagged, late, n, w, ww]);
  expect(numbers('A')).toEqual([
    ['1', false, false, 2, 2, 2],
    ['4', false, true, 1, 2, 4],
  ]);
  expect(numbers('B')).toEqual([
    ['2', false, false, 1, 1, 1],
    ['2', false, true, 1, 2, 4],
    ['2', true, false, 1, 3, 9],
  ]);
  expect(numbers('C')).toEqual([
    ['1', '2', false, false, 1, 1, 1],
    ['1', '2', false, true, 1, 2, 4],
    ['3', false, false, 1, 1, 1],
  ]);
  expect(numbers('T')).toEqual([]);
  expect([...answersTo('A', sheets).places]).toEqual([0, 0, 1, -1]);
});
