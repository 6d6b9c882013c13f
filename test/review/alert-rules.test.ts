import { expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { DAY_MS } from '../../src/calendar.ts';
import type { Alert, AlertAnswer } from '../../src/review/alerts/alert.ts';
import { alertEndOf, mondayOf } from '../../src/review/alerts/alert-job.ts';
import { chanceOf } from '../../src/review/alerts/alert-messages.ts';
import { alertDeeds, changeAlert, endsByItself } from '../../src/review/alerts/alert-rules.ts';
import { marksOf } from '../../src/review/alerts/known-marks.ts';
import { halvingsBy, precisionOf } from '../../src/review/alerts/precision.ts';
import { dayNumber } from '../../src/review/alerts/series/case-counts.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const alert = (over: Partial<Alert> = {}): Alert => ({
  id: 'alert_00000000',
  state: 'raised',
  what: 'fire',
  regions: ['990101001000'],
  detector: 'ears',
  count: 18,
  expected: 6,
  p: 0.00006,
  weeks: 1,
  factor: { rain: 1, campaign: 1 },
  end: 20_770,
  raisedAt: NOW,
  ...over,
});
const answered = (daysAgo: number, answer: AlertAnswer | undefined) =>
  alert({ raisedAt: NOW - daysAgo * DAY_MS, ...(answer ? { answer } : {}) });
const times = (n: number, one: Alert) => Array.from({ length: n }, () => one);

test('an alert goes from raised over looked and confirmed to acted, and each answer is given once', () => {
  const looked = changeAlert(alert(), 'looked', NOW, { task: 'task_00000000' });
  expect(looked).toMatchObject({ state: 'looked', task: 'task_00000000' });
  const confirmed = looked && changeAlert(looked, 'confirmed', NOW);
  expect(confirmed).toMatchObject({ state: 'confirmed', answer: 'confirmed', answeredAt: NOW });
  expect(confirmed && changeAlert(confirmed, 'false', NOW)).toBeUndefined();
  expect(changeAlert(alert(), 'false', NOW)?.state).toBe('false');
  expect(changeAlert(alert(), 'known_cause', NOW)).toMatchObject({ state: 'ended', answer: 'known_cause' });
  expect(changeAlert(alert(), 'acted', NOW)).toBeUndefined();
  expect(alertDeeds(alert({ state: 'ended' }))).toEqual([]);
});

test('a confirmed rise ends when it is calm; one without an answer after four weeks, and is counted as unanswered', () => {
  expect(endsByItself(alert({ state: 'confirmed' }), true, NOW)).toBe(true);
  expect(endsByItself(alert({ state: 'acted' }), false, NOW)).toBe(false);
  expect(endsByItself(alert(), true, NOW)).toBe(false);
  expect(endsByItself(alert(), false, NOW + 28 * DAY_MS)).toBe(true);
  const [, ears] = precisionOf([answered(10, undefined), answered(10, 'confirmed')], NOW);
  expect(ears).toMatchObject({ confirmed: 1, answered: 1, open: 1, halvings: 0 });
});

test.each([
  ['three answers are too few', times(3, answered(5, 'false')), 0],
  ['one half is enough', [...times(2, answered(5, 'false')), ...times(2, answered(5, 'confirmed'))], 0],
  ['below one half', [...times(3, answered(5, 'false')), ...times(2, answered(5, 'confirmed'))], 1],
  ['a known cause is no confirmed rise', times(4, answered(5, 'known_cause')), 1],
  ['two windows in a row', [...times(4, answered(5, 'false')), ...times(4, answered(100, 'false'))], 2],
  ['a good window between', [...times(4, answered(100, 'false')), ...times(4, answered(5, 'confirmed'))], 0],
])('a detector that is wrong too often halves its rate: %s', (_, alerts, halvings) => {
  expect(halvingsBy(alerts, NOW).ears).toBe(halvings);
  expect(halvingsBy(alerts, NOW).scan).toBe(0);
});

test('the week that is judged ends on the Friday before, from Monday 8:00 on', () => {
  expect(mondayOf(Date.parse('2026-11-23T07:59:00+08:00'))).toBe('2026-11-16');
  expect(mondayOf(Date.parse('2026-11-23T08:00:00+08:00'))).toBe('2026-11-23');
  expect(mondayOf(NOW)).toBe('2026-11-23');
  expect(alertEndOf('2026-11-23')).toBe(dayNumber(Date.parse('2026-11-21T12:00:00+08:00')));
});

test('a card names the chance as a round bound, never smaller than it is', () => {
  expect([0.004, 0.005, 0.00006, 0.001, 1e-12].map(chanceOf)).toEqual([200, 200, 10_000, 1000, 1_000_000]);
});

test('warnings mark three days of rain, report buttons fourteen days of a campaign; a slot that was missed marks none', () => {
  const slot = Date.parse('2026-11-10T10:00:00+08:00');
  const sent = {
    runs: [
      { slot, fate: 'fired' },
      { slot: slot + DAY_MS, fate: 'missed' },
    ],
    kind: 'announcement',
    topic: 'notices',
    alert: 'cap',
    audience: { type: 'people', region: '990100000000', who: 'everybody' },
    content: { title: '暴雨', words: {}, buttons: ['report'] },
  } as unknown as Broadcast;
  const days = marksOf(sent).map(({ type, from, until }) => [type, until - from + 1]);
  expect(days).toEqual([
    ['rain', 3],
    ['campaign', 14],
  ]);
  expect(marksOf({ ...sent, audience: { type: 'of', run: 'broadcast_x.1', outcomes: ['d'] } })).toEqual([]);
});
