import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { submissionEvent } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { replay } from '../../src/cases/replay.ts';
import { decideRetention, redactEvent } from '../../src/cases/retention/retention-rules.ts';

const FILED = Date.parse('2026-11-23T02:00:00Z');
const voice = { file: 'v', same: 'v' };
const REPORT: Report = {
  id: 'case_x',
  number: 'K7Q4M2XR',
  category: 'flooding',
  place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 }, text: '3幢301门口', voice },
  description: { text: '悄悄话' },
  photos: [{ file: 'f', same: 's' }],
  urgent: false,
  filedAt: FILED,
};

test('after 30 days a place keeps only its community and a point within about a kilometre', () => {
  const record = replay([submissionEvent(REPORT)]);
  expect(decideRetention(record, FILED + 29 * DAY_MS)).toMatchObject({ type: 'kept', next: FILED + 30 * DAY_MS });
  expect(decideRetention(record, FILED + 30 * DAY_MS)).toMatchObject({
    type: 'lessened',
    redaction: { exactPlace: true },
  });
  const left = replay([redactEvent(submissionEvent(REPORT), { exactPlace: true })]);
  expect(left.place).toEqual({ region: '990101001001', point: { latitude: 31.46, longitude: 119.44 } });
  expect(decideRetention(left, FILED + 31 * DAY_MS).type).toBe('kept');
  // A place that staff correct after 30 days is blurred at once.
  const located = { ...left, place: REPORT.place };
  expect(decideRetention(located, FILED + 40 * DAY_MS).type).toBe('lessened');
});

test('a redaction removes words, voices, typed places and listing fields from every event', () => {
  const head = { at: FILED, as: 'dispatcher', by: 'x' } as const;
  const five = { responsibility: '悄悄话', funds: '悄悄话', time: '悄悄话', measures: '悄悄话', plan: '悄悄话' };
  const events: readonly CaseEvent[] = [
    submissionEvent(REPORT),
    { ...head, type: 'added', words: { text: '悄悄话' }, photos: REPORT.photos },
    { ...head, type: 'located', place: { text: '悄悄话', voice } },
    { ...head, type: 'listed', five },
  ];
  const left = JSON.stringify(events.map((event) => redactEvent(event, { words: true, photos: true })));
  expect(left).not.toMatch(/悄悄话|3幢301|"file"/);
});
