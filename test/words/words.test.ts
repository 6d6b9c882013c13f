import { expect, test } from 'vitest';
import { countCategories, countDates, countShield } from './measure.ts';

test('the right category is among the first three for 95 % of sentences, and at most 3 % find nothing', () => {
  const { counts, of } = countCategories('unseen');
  expect(of).toBeGreaterThan(150);
  expect((counts.right ?? 0) / of).toBeGreaterThanOrEqual(0.95);
  expect((counts.nothing ?? of) / of).toBeLessThanOrEqual(0.03);
});

test('95 % of typed moments are read right or asked back, most are read, and none is read wrong', () => {
  const { counts, of } = countDates('unseen');
  expect(of).toBeGreaterThan(70);
  expect(counts.wrong).toBe(0);
  expect((counts.right ?? 0) / of).toBeGreaterThanOrEqual(0.85);
});

test('95 % of sentences that point at a person are held back, with 2 % false alarms, and the offered text holds no trace', () => {
  for (const half of ['tuning', 'unseen'] as const) {
    const { caught = 0, persons = 1, alarms = 0, clean = 1, traces } = countShield(half).counts;
    expect(caught / persons).toBeGreaterThanOrEqual(0.95);
    expect(alarms / clean).toBeLessThanOrEqual(0.02);
    expect(traces).toBe(0);
  }
});
