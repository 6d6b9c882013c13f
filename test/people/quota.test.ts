import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { QUOTAS } from '../../src/city/quotas.ts';
import { newContact } from '../../src/people/contact.ts';
import { admitUpdate, countReport, mayReportAt } from '../../src/people/quota.ts';

const NOW = Date.parse('2026-11-22T02:00:00Z');
const HOUR = 3600_000;

test('twenty updates at once pass, the next gets a notice, and the rest are dropped silently', () => {
  let clock: string | undefined;
  const heard = Array.from({ length: 25 }, () => {
    const one = admitUpdate(clock, NOW, QUOTAS);
    if (one.type !== 'dropped') clock = one.clock;
    return one.type;
  });
  expect(heard).toEqual([...Array(20).fill('heard'), 'told', ...Array(4).fill('dropped')]);
  expect(admitUpdate(clock, NOW + 999, QUOTAS).type).toBe('dropped');
  expect(admitUpdate(clock, NOW + 1000, QUOTAS).type).toBe('heard');
  expect(admitUpdate(clock, NOW + 20_000, QUOTAS)).toEqual({ type: 'heard', clock: String(NOW + 21_000) });
});

test('a person who keeps sending gets one notice, and one update a second passes', () => {
  let clock: string | undefined;
  const heard = { heard: 0, told: 0, dropped: 0 };
  for (let ms = 0; ms < 600_000; ms += 100) {
    const one = admitUpdate(clock, NOW + ms, QUOTAS);
    if (one.type !== 'dropped') clock = one.clock;
    heard[one.type] += 1;
  }
  expect(heard.told).toBe(1);
  expect(heard.heard).toBeLessThanOrEqual(620);
});

test('a clock set back does not lock a person out', () => {
  const kept = admitUpdate(String(NOW + DAY_MS), NOW, QUOTAS);
  expect(kept.type).toBe('told');
  expect(kept.type !== 'dropped' && admitUpdate(kept.clock, NOW + 20_000, QUOTAS).type).toBe('heard');
});

test('two reports on the first day, five an hour, twenty a day', () => {
  const fresh = newContact('zh-CN', NOW);
  expect(mayReportAt(fresh, NOW, QUOTAS)).toBeUndefined();
  const two = countReport(countReport(fresh, NOW), NOW + 1);
  expect(mayReportAt(two, NOW + 2, QUOTAS)).toBe(NOW + DAY_MS);
  expect(mayReportAt(two, NOW + DAY_MS, QUOTAS)).toBeUndefined();

  const old = newContact('zh-CN', NOW - 30 * DAY_MS);
  const five = [0, 1, 2, 3, 4].reduce((contact, i) => countReport(contact, NOW + i), old);
  expect(mayReportAt(five, NOW + 10, QUOTAS)).toBe(NOW + HOUR);
  expect(mayReportAt(five, NOW + HOUR, QUOTAS)).toBeUndefined();
  const twenty = Array.from({ length: 20 }, (_, i) => i).reduce(
    (contact, i) => countReport(contact, NOW + i * HOUR),
    old,
  );
  expect(mayReportAt(twenty, NOW + 20 * HOUR, QUOTAS)).toBe(NOW + DAY_MS);
  expect(countReport(twenty, NOW + 40 * HOUR).filed).toHaveLength(4);
});
