import { expect, test } from 'vitest';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { randomFrom } from '../../src/random.ts';
import { judgeWeek } from '../../src/review/alerts/detectors/judge-week.ts';
import { predictiveTail } from '../../src/review/alerts/detectors/poisson.ts';
import { findAlarms } from '../../src/review/alerts/find-alarms.ts';
import { archiveWrites } from '../../src/review/alerts/series/archive-weeks.ts';
import type { CaseCounts } from '../../src/review/alerts/series/case-counts.ts';
import { caseCounter, dayStart } from '../../src/review/alerts/series/case-counts.ts';
import type { Mark } from '../../src/review/alerts/series/factors.ts';
import { rainRatios } from '../../src/review/alerts/series/factors.ts';
import { isDense, seriesOf, sumOf } from '../../src/review/alerts/series/series.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { CITY, caseOn, chanceCases, countCases, DISTRICTS, END, LEAVES, OUTLINES, STREETS } from './alarm-city.ts';

const [STREET = ''] = STREETS;
const WHOLE = CITY.regions.all('city')[0] ?? '';
const context = (marks: readonly Mark[] = []) => ({
  regions: CITY.regions,
  categories: CITY.categories,
  outlines: OUTLINES,
  marks,
});
const many = (n: number, category: string, streets: readonly string[], days = 7): readonly HazardCase[] =>
  Array.from({ length: n }, (_, i) => caseOn(1 + (i % days), category, streets[i % streets.length] ?? ''));
const BASE = chanceCases(randomFrom(5), 16);
const lastWeek = (type: Mark['type'], region = WHOLE): Mark => ({
  type,
  region,
  from: END - 7,
  until: END - 1,
  title: '',
});

test('a rise in one street is one alarm there, not also one of its district and its category', () => {
  const found = findAlarms(countCases([...BASE, ...many(12, 'e_bike_wire_charging', [STREET])]), context());
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ what: 'fire', regions: [STREET], detector: 'ears', weeks: 1 });
});

test('a flood in the whole city is one alarm, and a warning of rain explains it', () => {
  const cases = [...BASE, ...many(14, 'flooding', STREETS)];
  const found = findAlarms(countCases(cases), context());
  expect(found.map(({ what, regions }) => [what, ...regions])).toEqual([['flooding', WHOLE]]);
  expect(findAlarms(countCases(cases), context([lastWeek('rain')]))).toEqual([]);
});

test('a campaign with a report button raises all kinds and no alarm; a rise beyond it still stands out', () => {
  const raised = [...BASE, ...chanceCases(randomFrom(9), 1, 0.5)];
  const loud = findAlarms(countCases(raised), context());
  expect(loud.length).toBeGreaterThan(0);
  expect(findAlarms(countCases(raised), context([lastWeek('campaign')]))).toEqual([]);
  const more = [...raised, ...many(40, 'gas_leak', [STREET])];
  const beyond = findAlarms(countCases(more), context([lastWeek('campaign')]));
  expect(beyond.map(({ what, regions }) => [what, ...regions])).toEqual([['gas', STREET]]);
  expect(beyond[0]?.factor.campaign).toBeGreaterThan(1);
  // A campaign in another street explains nothing here.
  const elsewhere = findAlarms(countCases(raised), context([lastWeek('campaign', STREETS.at(-1))]));
  expect(elsewhere.length).toBeGreaterThanOrEqual(loud.length - 1);
});

test('a campaign in one street explains the rise of its kinds there, to the scan as well', () => {
  const raised = [...BASE, ...LEAVES.flatMap((category) => many(1, category, [STREET]))];
  expect(findAlarms(countCases(raised), context()).length).toBeGreaterThan(3);
  expect(findAlarms(countCases(raised), context([lastWeek('campaign', STREET)]))).toEqual([]);
});

test('merged, rejected and withdrawn cases are no reports, nor are findings of an inspection', () => {
  const doubles = many(12, 'gas_leak', [STREET]).map((one) => ({ ...one, state: 'merged' }) as HazardCase);
  expect(findAlarms(countCases([...BASE, ...doubles]), context())).toEqual([]);
  const found = many(12, 'gas_leak', [STREET]).map((one) => ({ ...one, source: 'inspection' }) as HazardCase);
  expect(findAlarms(countCases([...BASE, ...found]), context())).toEqual([]);
});

test('a slow drift that no single week shows is one alarm, in the week in which the sum crosses its limit', () => {
  const weeks = [...new Array<number>(20).fill(6), 10, 10, 10, 10];
  const drifting = (last: number) =>
    weeks.slice(0, weeks.length - last).flatMap((n, w, all) =>
      Array.from({ length: n }, (_, i) => {
        const back = (all.length - w - 1) * 7 + 1 + (i % 7);
        return caseOn(back, 'pothole', STREETS[(i * 5) % STREETS.length] ?? '');
      }),
    );
  const found = (last: number) =>
    findAlarms(countCases(drifting(last)), context()).map(({ what, detector }) => [what, detector]);
  expect([found(0), found(1)]).toEqual([[['pothole', 'cusum']], []]);
});

test('neighbouring streets that rise a little for some weeks are found by the scan', () => {
  const near = STREETS.slice(0, 3);
  const cases = [...BASE, ...many(24, 'gas_pipe', near, 21)];
  const found = findAlarms(countCases(cases), context());
  const scanned = found.find(({ detector }) => detector === 'scan') ?? found[0];
  expect(scanned?.what).toBe('gas');
  expect(findAlarms(countCases(cases), context())).toEqual(found);
});

test('a series is tested from one case in four weeks on', () => {
  expect(isDense([1, 0, 0, 0, 9])).toBe(true);
  expect(isDense([1, 0, 0, 0, 0, 9])).toBe(false);
  const levels = Map.groupBy(
    seriesOf(countCases(BASE), CITY).filter(({ weeks }) => isDense(weeks)),
    ({ level }) => level,
  );
  expect(levels.get('city')?.length).toBeGreaterThan(50);
  expect(levels.get('district')?.length).toBeGreaterThan(50);
  expect(levels.get('street')?.length).toBeLessThanOrEqual(224);
});

test('chance alone raises an alarm less often than every third week', () => {
  let alarms = 0;
  const rounds = 12;
  for (let seed = 0; seed < rounds; seed += 1)
    alarms += findAlarms(countCases(chanceCases(randomFrom(100 + seed), 14)), context()).length;
  expect(alarms).toBeLessThanOrEqual(rounds / 3);
}, 60_000);

test('the rain ratio starts from the default of a category and follows its history', () => {
  const rain: Mark = { type: 'rain', region: DISTRICTS[0] ?? '', from: END - 40, until: END - 34, title: '' };
  // 63 days before the last week are known, 7 of them under the warning.
  const cases = [caseOn(70, 'pothole', STREET), ...Array.from({ length: 40 }, () => caseOn(37, 'flooding', STREET))];
  const ratios = rainRatios(countCases(cases), [rain]);
  expect(ratios.get('flooding')).toBe(5);
  expect(ratios.get('pothole')).toBeCloseTo((0 + 4 * 1.3) / (4 + (1 / 56) * 7), 6);
});

const QUIET = { rain: 1, campaign: 1 };

test('the detector follows from the length of the history', () => {
  const verdict = (weeks: readonly number[]) =>
    judgeWeek({ weeks, factors: weeks.map(() => QUIET), parentRate: 6 }, weeks.length - 1);
  const flat = (n: number, last: number) => [...new Array<number>(n).fill(6), last];
  expect(verdict(flat(3, 13))).toMatchObject({ detector: 'poisson', upper: 13, isAlarm: false });
  expect(verdict(flat(3, 14))).toMatchObject({ detector: 'poisson', isAlarm: true });
  expect(verdict(flat(9, 20))).toMatchObject({ detector: 'ears', isAlarm: true });
  expect(verdict(flat(104, 18))).toMatchObject({ detector: 'farrington', isAlarm: true });
  // From the first week of two full years on, both years are the baseline.
  const grown = [...new Array<number>(8).fill(12), ...new Array<number>(96).fill(6), 9];
  expect(verdict(grown).expected).toBeGreaterThan(6.5);
  // A second one after some in years is no outbreak.
  const rare = [1, ...new Array<number>(51).fill(0)];
  expect(verdict([...rare, ...rare, 0, 0, 0, 2])).toMatchObject({ detector: 'farrington', isAlarm: false });
  // A street that a split made new has no past of zeros: its recent weeks judge.
  const split = [...new Array<number>(130).fill(0), ...new Array<number>(24).fill(3), 5];
  expect(verdict(split)).toMatchObject({ detector: 'ears', isAlarm: false });
});

test('each halving of the false-alarm rate raises the limit', () => {
  const weeks = [...new Array<number>(8).fill(6), 14];
  const judged = { weeks, factors: weeks.map(() => QUIET), parentRate: 6 };
  expect(judgeWeek(judged, 8).isAlarm).toBe(true);
  expect(judgeWeek(judged, 8, { poisson: 2 }).isAlarm).toBe(false);
});

test('an estimated mean has a wider tail than a known one', () => {
  expect(predictiveTail(0, 3, 7)).toBe(1);
  // Shape ½ and one earlier week: P(0) = √½, P(1) = P(0) / 4.
  expect(predictiveTail(1, 0, 1)).toBeCloseTo(1 - Math.SQRT1_2, 12);
  expect(predictiveTail(2, 0, 1)).toBeCloseTo(1 - Math.SQRT1_2 * 1.25, 12);
  // The chance of no event at all is below the smallest number here.
  expect(predictiveTail(2000, 52_000, 52)).toBeLessThan(1e-100);
  expect(predictiveTail(1000, 7000, 7)).toBeCloseTo(0.5, 2);
  expect(predictiveTail(100, 7000, 7)).toBe(1);
});

test('a week of twice the usual count alarms in a city of any size', () => {
  for (const usual of [20, 700, 800, 5000]) {
    const weeks = Array.from({ length: 60 }, (_, w) => usual + (w % 5));
    const judged = { weeks: [...weeks, 2 * usual], factors: [], parentRate: usual };
    expect(judgeWeek(judged, 60)).toMatchObject({ detector: 'ears', isAlarm: true });
  }
});

test('weeks whose cases are deleted come from the archive, and are the same counts', () => {
  const cases = chanceCases(randomFrom(3), 30);
  const early = cases.filter(({ filedAt }) => filedAt < dayStart(END - 6 * 7));
  const before = countCases(early, END - 6 * 7);
  expect(before.weeks).toBe(24);
  const writes = archiveWrites({ keys: keysOf('test') } as Store, before);
  const kept = new Map(
    writes.flatMap(([command, , end, text]) =>
      command === 'HSET' ? [[Number(end), JSON.parse(String(text)) as Record<string, number>] as const] : [],
    ),
  );
  const old = new Map([...kept].filter(([end]) => end <= END - 24 * 7));
  const counter = caseCounter(CITY.regions, END, old);
  for (const one of cases.filter(({ filedAt }) => filedAt >= dayStart(END - 24 * 7))) counter.add(one);
  const joined = counter.counts();
  expect(joined.weeks).toBe(30);
  const sum = (counts: CaseCounts) => sumOf([...counts.cells.values()]).slice(0, 6);
  expect(sum(joined)).toEqual(sum(before));
  expect(sumOf([...joined.cells.values()]).reduce((all, one) => all + one, 0)).toBe(cases.length);
});
