import { expect, test } from 'vitest';
import { flow } from '../../src/engine/flow.ts';
import { choices } from '../../src/engine/steps/choice.ts';
import { surveySteps } from '../../src/surveys/ballot/survey-steps.ts';
import type { Move } from './play.ts';
import { Play } from './play.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const days = flow<object>({ id: 'test', version: 1, lifetimeSeconds: 60 })
  .step('days', choices({ options: DAYS, min: 2, max: 3 }))
  .end();

test.each<[readonly Move[], unknown]>([
  [['1 3 5'], ['mon', 'wed', 'fri']],
  [['５、１、３'], ['mon', 'wed', 'fri']],
  [['第一个和第三个'], ['mon', 'wed']],
  [['1，3，1'], ['mon', 'wed']],
  [['选1 选2'], ['mon', 'tue']],
  // What was ticked before belongs to the answer.
  [
    ['5', '1 3'],
    ['mon', 'wed', 'fri'],
  ],
  // One number ticks and unticks, as a tap does.
  [
    ['5', '5', '1', '2', { tap: '~done' }],
    ['mon', 'tue'],
  ],
])('several numbers in one answer: %j', (moves, answer) => {
  const play = new Play(days, {});
  expect(play.do(...moves).type).toBe('finished');
  expect(play.answers).toEqual({ days: answer });
});

test.each<[readonly Move[], string]>([
  [['1 6'], 'invalid'],
  [['1 3 周末'], 'invalid'],
  [['135'], 'invalid'],
  [['1 2 3 4'], 'too_many'],
  [['1 1'], 'too_few'],
])('%j is no answer', (moves, reason) => {
  const play = new Play(days, {});
  expect(play.do(...moves)).toMatchObject({ type: 'asked', because: { reason } });
});

const OPTIONS = ['a', 'b', 'c'].map((code) => ({ code, text: {} }));
const QUESTION = {
  code: 'q',
  type: 'several',
  text: {},
  max: 2,
  options: [...OPTIONS, { code: 'z', text: {}, role: 'none' }],
};
test.each<[string, object]>([
  ['1 3', { type: 'answer', value: ['a', 'c'] }],
  ['1 4', { type: 'again', reason: 'invalid' }],
  ['1 2 3', { type: 'more', reason: 'too_many' }],
])('a survey question takes %j as it takes ticks: one exclusive option stands alone', (text, reading) => {
  const step = Object.entries(surveySteps()).find(([id]) => id === 'm1')?.[1];
  const context = { facts: { questions: [QUESTION] }, answers: { begin: 'start' } } as never;
  expect(step?.read({ type: 'text', text }, context, undefined)).toMatchObject(reading);
});
