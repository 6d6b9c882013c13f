import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Premises } from '../../src/city/premises.ts';
import { loadCityFacts } from '../../src/console/public/city-facts.ts';
import { cityPageHtml } from '../../src/console/public/city-page-html.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { newVisitId } from '../../src/inspections/visits/visit.ts';
import { addVisit } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const COMMUNITY = '990101001001';
const premisesOf = (series: 'station' | 'campus', n: number): readonly Premises[] =>
  Array.from({ length: n }, (_, i) => ({
    ...{ id: `${series}_${i}`, series, region: COMMUNITY, names: { 'zh-CN': `${series}某单位${i}` } },
  }));
const STATIONS = premisesOf('station', 6);
const SCHOOLS = premisesOf('campus', 4);

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await saveCityData(app.running.store, { premises: [...STATIONS, ...SCHOOLS] }, 'premises', 1);
  await app.tick('city-reload');
}, 60_000);
afterAll(() => app.close());

async function visit({ id, series }: Premises, failed: readonly number[], more: Partial<Visit> = {}): Promise<void> {
  const yesterday = app.simulator.world.now() - DAY_MS;
  const mark = (no: number) => ({ mark: failed.includes(no) ? ('none' as const) : ('full' as const) });
  const record: Visit = {
    ...{ id: newVisitId(), of: 'draw_abcd1234', premises: id, series, standard: 1, region: COMMUNITY },
    ...{ items: [5, 8], checkers: [], password: '青石', from: dayOf(yesterday), until: dayOf(yesterday) },
    ...{ state: 'left', sheets: {}, agreed: { 5: mark(5), 8: mark(8) } },
    ...more,
  };
  await bulkWrite(app.running.store, addVisit(app.running.store, record, { place: 0, pseudonyms: [], due: 0 }).writes);
}

test('the public page has the results of drawn visits by series and item, names no premises, and hides a small series', async () => {
  for (const [i, one] of STATIONS.entries()) await visit(one, i < 3 ? [5] : []);
  for (const one of SCHOOLS) await visit(one, [5]);
  // None of these is a result by lot: designated, repeated, of a round, and taken back by an objection.
  const [first] = STATIONS;
  if (!first) throw new Error('There are stations.');
  const words = { text: '不对' };
  const upheld = { words, at: 0, answer: { upheld: true, words, at: 0 } };
  for (const more of [
    { named: true },
    { repeats: 'visit_abcd1234' },
    { of: 'round_abcd1234' },
    { objection: upheld },
  ] as const)
    await visit(first, [8], more);
  const facts = await loadCityFacts(app.running.services);
  expect(facts.results).toMatchObject([{ series: 'station', premises: 6, items: [{ failed: 3, of: 6 }] }]);
  expect(facts.results[0]?.items).toHaveLength(1);
  const page = await cityPageHtml(facts, 'zh-CN', app.running.services);
  expect(page).toMatch(/平安车站：查了 6 家，没做到最多的是：『[^<]*』（6 家里 3 家）/);
  expect(page).not.toMatch(/某单位|平安校园：查了/);
});
