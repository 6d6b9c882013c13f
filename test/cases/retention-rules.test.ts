import { expect, test } from 'vitest';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { replay } from '../../src/cases/case-event.ts';
import { submission } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { redacted, retain } from '../../src/cases/retention-rules.ts';

const DAY_MS = 24 * 3600_000;
const FILED = Date.parse('2026-11-23T02:00:00Z');
const voice = { file: 'v', same: 'v' };
const REPORT: Report = {
  id: 'case_x',
  number: 'K7Q4M2XR',
  category: 'flooding',
  place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 }, text: '3幢301门口', voice },
  description: { text: '悄悄话' },
  photos: [{ file: 'f', same: 's' }],
  anonymous: true,
  urgent: false,
  filedAt: FILED,
};

test('after thirty days a place is its community and about a kilometre: no house, no door, no grid', () => {
  const record = replay([submission(REPORT)]);
  expect(retain(record, FILED + 29 * DAY_MS)).toMatchObject({ type: 'kept', next: FILED + 30 * DAY_MS });
  expect(retain(record, FILED + 30 * DAY_MS)).toMatchObject({ type: 'lessened', less: { exactPlace: true } });
  const left = replay([redacted(submission(REPORT), { exactPlace: true })]);
  expect(left.place).toEqual({ region: '990101001001', point: { latitude: 31.46, longitude: 119.44 } });
  expect(retain(left, FILED + 31 * DAY_MS).type).toBe('kept');
  // A place that somebody sets right after that goes the same way at once.
  const located = { ...left, place: REPORT.place };
  expect(retain(located, FILED + 40 * DAY_MS).type).toBe('lessened');
});

test('what is hidden stands in no event any more: no words, no voice, no place in words, none of the five', () => {
  const head = { at: FILED, as: 'dispatcher', by: 'x' } as const;
  const five = { responsibility: '悄悄话', funds: '悄悄话', time: '悄悄话', measures: '悄悄话', plan: '悄悄话' };
  const events: readonly CaseEvent[] = [
    submission(REPORT),
    { ...head, type: 'added', words: { text: '悄悄话' }, photos: REPORT.photos },
    { ...head, type: 'located', place: { text: '悄悄话', voice } },
    { ...head, type: 'listed', five },
  ];
  const left = JSON.stringify(events.map((event) => redacted(event, { words: true, photos: true })));
  expect(left).not.toMatch(/悄悄话|3幢301|"file"/);
});
