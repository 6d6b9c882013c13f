import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { seedDemo } from '../../src/demo/seed.ts';
import { CASE_INDICATORS } from '../../src/review/score/case-fact.ts';
import { readChangedCases } from '../../src/review/score/case-facts-job.ts';
import { collectMonth } from '../../src/review/score/collect.ts';
import { computeMonth, freezeMonth, snapshotText } from '../../src/review/score/freeze.ts';
import { addMonths, monthOf } from '../../src/review/score/month.ts';
import { loadFrozenMonths, loadSnapshot } from '../../src/review/snapshot-store.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
let app: TestApp;
let store: Store;
let now: number;
beforeAll(async () => {
  app = await openTestApp();
  store = app.running.store;
  now = app.simulator.world.now();
  await seedDemo(store, now);
});
afterAll(() => app.close());

const newest = async () => {
  const [first] = await loadFrozenMonths(store);
  const snapshot = first && (await loadSnapshot(store, first.month));
  if (!snapshot) throw new Error('The demo has a frozen month.');
  return snapshot;
};

describe('a frozen month of the demo', () => {
  test('lies behind the first start, with a score for each street and for the city', async () => {
    const { regions, version, rowsHash } = await newest();
    expect(version).toBe(1);
    expect(rowsHash).toMatch(/^[0-9a-f]{64}$/);
    const streets = regions.filter(({ level }) => level === 'street');
    expect(streets).toHaveLength(16);
    expect(regions.filter(({ score }) => !score)).toEqual([]);
    for (const { cells, score } of regions) {
      expect(cells.reduce((all, { loss }) => all + loss, 0)).toBeCloseTo(100 - (score?.score ?? 0), 9);
      for (const { status, n } of cells) expect(n > 0).toBe(status === 'own');
    }
  });

  test('has rank intervals that hold the rank of each score', async () => {
    const { regions } = await newest();
    const ranked = regions
      .filter(({ place }) => place)
      .toSorted((a, b) => (b.score?.score ?? 0) - (a.score?.score ?? 0));
    for (const [i, { place }] of ranked.entries()) {
      expect(place?.from).toBeLessThanOrEqual(i + 1);
      expect(place?.to).toBeGreaterThanOrEqual(i + 1);
    }
  });

  test('keeps the rows behind each figure, and a withheld survey cell takes no points by name', async () => {
    const { month, version, regions } = await newest();
    const [street] = regions.filter(({ level }) => level === 'street');
    const rows = JSON.parse(
      (await store.redis.hget(store.keys.scoreRows(month, version), street?.region ?? '')) ?? '[]',
    );
    const cured = street?.cells.find(({ code }) => code === 'cured_in_time');
    const k = CASE_INDICATORS.indexOf('cured_in_time');
    expect(rows.filter(([, verdicts]: [string, string]) => verdicts[k] === '1')).toHaveLength(cured?.y ?? -1);
    expect(rows.filter(([, verdicts]: [string, string]) => verdicts[k] !== '-')).toHaveLength(cured?.n ?? -1);
    const lent = regions.flatMap(({ score, cells }) =>
      cells
        .filter(({ status }) => status === 'withheld')
        .map(({ code }) => score?.loss.find((one) => one.code === code)),
    );
    expect(lent.length).toBeGreaterThan(0);
    expect(lent.every((loss) => loss?.named === false)).toBe(true);
  });

  test('never changes: a correction needs a reason and is version 2', async () => {
    const { month } = await newest();
    const order = { store, city, month, now };
    expect(await freezeMonth(order)).toMatchObject({ type: 'refused', why: 'frozen' });
    const corrected = await freezeMonth({ ...order, reason: '城东街道两件重复', by: 'auditor' });
    if (corrected.type === 'refused') throw new Error(corrected.why);
    expect(corrected.snapshot).toMatchObject({ version: 2, reason: '城东街道两件重复' });
    const done = await commitAsSystem(store, { op: 'correct', what: 'month_frozen', ...corrected.change }, now);
    expect(done.type).toBe('ok');
    // The same change once more: another version came first.
    const again = await commitAsSystem(store, { op: 'again', what: 'month_frozen', ...corrected.change }, now);
    expect(again.type).toBe('conflict');
    expect((await loadSnapshot(store, month))?.version).toBe(2);
    expect((await loadSnapshot(store, month, 1))?.version).toBe(1);
  });

  test('has a hash that anybody repeats from the exported lines', async () => {
    const { month, formula, rowsHash } = await newest();
    const collected = await collectMonth({ store, city, month, asOf: now });
    const text = snapshotText(month, formula, collected);
    expect(text.split('\n')[0]).toBe(`month ${month} formula 1`);
    expect(createHash('sha256').update(text).digest('hex')).toBe(rowsHash);
  });
});

describe('nothing is frozen', () => {
  test('before the month is over', async () => {
    expect(await freezeMonth({ store, city, month: monthOf(now), now })).toMatchObject({ why: 'too_early' });
  });

  test('for a month without data', async () => {
    expect(await freezeMonth({ store, city, month: '2020-03', now })).toMatchObject({ why: 'no_data' });
  });

  test('where the list of holidays ends before the tenth working day', async () => {
    const order = { store, city, month: '2026-12' as const, now: Date.parse('2027-03-01T00:00:00Z') };
    expect(await freezeMonth(order)).toMatchObject({ why: 'calendar_ends' });
  });

  test('where a street was split, until somebody says why', async () => {
    const { regions, ...others } = demoCityData();
    const [street] = regions.filter(({ level }) => level === 'street');
    const half = { ...street, id: '990101005000', names: { 'zh-CN': '新街道' } } as (typeof regions)[number];
    const split = cityOf({ ...NEW_CITY, ...others, regions: [...regions, half] }, []);
    const month = addMonths(monthOf(now), -4);
    const frozen = await loadFrozenMonths(store);
    const later = frozen[0]?.month ?? month;
    await store.redis.hdel(store.keys.scoreMonths, later);
    const order = { store, city: split, month: later, now };
    expect(await freezeMonth(order)).toMatchObject({ why: 'regions_changed', regions: ['990101005000'] });
    expect(await freezeMonth({ ...order, reason: '区划调整' })).toMatchObject({ type: 'ready' });
    await store.redis.hset(store.keys.scoreMonths, later, '2');
  });
});

test('a case that changed is judged anew, and a second reading changes nothing', async () => {
  const month = monthOf(now);
  await readChangedCases(store, now);
  const before = await computeMonth({ store, city, month, now });
  const facts = await store.redis.hgetall(store.keys.scoreFacts(month));
  await store.redis.hdel(store.keys.scoreState, 'read_until');
  await readChangedCases(store, now);
  expect(await store.redis.hgetall(store.keys.scoreFacts(month))).toEqual(facts);
  expect(await computeMonth({ store, city, month, now })).toEqual(before);
});
