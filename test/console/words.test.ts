import { expect, test } from 'vitest';
import { momentOf } from '../../src/calendar.ts';
import { durationText, hoursText } from '../../src/console/web/words.ts';

test('hours under the heading of a day name another day only at their end', () => {
  const hours = (from: string, until: string) => hoursText({ from: momentOf(from), until: momentOf(until) });
  expect(hours('2026-12-01T08:00', '2026-12-01T20:00')).toBe('08:00 – 20:00');
  expect(hours('2026-12-01T20:00', '2026-12-02T08:00')).toBe('20:00 – 12月2日 08:00');
});

test.each([
  [300, '0.3秒'],
  [90_000, '90秒'],
  [600_000, '10分钟'],
  [3_600_000, '1小时'],
  [86_400_000, '1天'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
