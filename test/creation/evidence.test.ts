import { describe, expect, test } from 'vitest';
import type { Sources } from '../../src/creation/evidence/evidence.ts';
import { evidenceOf } from '../../src/creation/evidence/evidence.ts';
import { hasPassed } from '../../src/creation/evidence/read-announcements.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';

const { items } = defaultStandard('campus');
const item = (no: number) => {
  const found = items.find((one) => one.no === no);
  if (!found) throw new Error(`no item ${no}`);
  return found;
};
const NOTHING: Sources = {
  share: () => ({ rows: [], y: 0, n: 0, city: 0.85 }),
  count: () => [],
  documents: () => [],
  minutes: () => undefined,
  survey: () => undefined,
  overdue: [],
};

describe('an item that the system computes', () => {
  test('freezes ids of rows, its figure and the city’s share', () => {
    const share = () => ({ rows: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8'], y: 7, n: 8, city: 0.85 });
    const found = evidenceOf(item(25), { ...NOTHING, share });
    expect(found).toMatchObject({ y: 7, n: 8, city: 0.85, starMet: true });
    expect(found?.rows).toHaveLength(8);
    expect(found?.result.type === 'points' && found.result.points).toBeCloseTo(4.0304709141, 10);
  });

  test('without rows is not applicable, and its ★ is met', () => {
    expect(evidenceOf(item(25), NOTHING)).toMatchObject({ result: { type: 'na' }, starMet: true });
  });

  test('fails its ★ with one overdue high-risk case', () => {
    expect(evidenceOf(item(25), { ...NOTHING, overdue: ['A1'] })).toMatchObject({ starMet: false });
  });

  test('of a survey stays unknown below 30 effective answers', () => {
    const survey = (nEff: number) => () => ({ wave: 'wave_1', share: 0.95, nEff });
    expect(evidenceOf(item(27), NOTHING)).toMatchObject({ result: { type: 'unknown' } });
    expect(evidenceOf(item(27), { ...NOTHING, survey: survey(29) })).toMatchObject({
      result: { type: 'unknown' },
      n: 29,
    });
    expect(evidenceOf(item(27), { ...NOTHING, survey: survey(30) })).toMatchObject({
      result: { type: 'points', points: 3 },
    });
  });

  test('of drills counts tasks to which people came, and its ★ wants all of them', () => {
    const drills = (n: number) => () => Array.from({ length: n }, (_, i) => `task_${i}`);
    expect(evidenceOf(item(18), { ...NOTHING, count: drills(4) })).toMatchObject({
      result: { points: 2 },
      starMet: false,
    });
    expect(evidenceOf(item(18), { ...NOTHING, count: drills(12) })).toMatchObject({
      result: { points: 5 },
      starMet: true,
    });
  });
});

test('announcements of staff count beside tasks, and lie beside an item that checkers see', () => {
  const sources: Sources = {
    ...NOTHING,
    count: (kind) => (kind === 'announcements' ? ['broadcast_a.1'] : []),
  };
  const station = defaultStandard('station').items;
  const training = station.find(({ no }) => no === 4);
  const told = station.find(({ no }) => no === 15);
  if (!training || !told) throw new Error('no such item');
  expect(evidenceOf(training, NOTHING)).toMatchObject({ result: { points: 0 } });
  expect(evidenceOf(training, sources)).toMatchObject({ result: { points: 3 }, rows: ['broadcast_a.1'] });
  expect(evidenceOf(told, NOTHING)).toBeUndefined();
  expect(evidenceOf(told, sources)).toMatchObject({ result: { type: 'na' }, rows: ['broadcast_a.1'] });
  // Drills are exercised, not announced.
  expect(evidenceOf(item(18), sources)).toMatchObject({ result: { points: 0 } });
  const own = { ...told, measure: { kind: 'announcements', times: 2 } } as const;
  expect(evidenceOf(own, sources)).toMatchObject({ result: { points: 1 }, y: 1, n: 2 });
});

test.each([
  ['passes', 'ended', 100, 95, 57, true],
  ['is under way', 'sending', 100, 95, 57, false],
  ['reached too few', 'ended', 100, 94, 94, false],
  ['was read by too few', 'ended', 100, 100, 59, false],
  ['has so few recipients that it tells of single people', 'ended', 9, 9, 9, false],
] as const)('an announcement %s', (_name, state, total, delivered, heard, passed) => {
  expect(hasPassed({ state, total, counts: { delivered } }, heard)).toBe(passed);
});

test('an item that checkers see is not computed', () => {
  expect(evidenceOf(item(1), NOTHING)).toBeUndefined();
});
