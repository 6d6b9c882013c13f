import type { Random } from '../../random.ts';
import { randomFrom } from '../../random.ts';
import type { Alarm, AlarmContext } from './alarm.ts';
import { poissonTail } from './detectors/poisson.ts';
import { scan } from './detectors/scan.ts';
import type { CaseCounts } from './series/case-counts.ts';
import { factorOf } from './series/factors.ts';
import { streetWindows } from './series/neighbours.ts';
import type { ReadySeries } from './series/ready-series.ts';

/** Weeks of the longest window. */
const WINDOW_WEEKS = 4;
/** Weeks of the whole map, and the fewest that it needs. */
const MAP_WEEKS = 26;
const MAP_MIN = 12;
/** Recurrence interval 1/p of at least 100 days. */
const P_MAX = 0.01;
/** A cluster that a campaign in its own streets explains is none. */
const EXPLAINED_ALPHA = 0.005;

/**
 * Scans each group over neighbouring streets and the last one to four weeks, as the space-time permutation scan of
 * Kulldorff 2005: a window expects (cases of its streets · cases of its weeks) / all cases, and chance deals the weeks
 * anew among the cases. What raises the whole city, such as rain, cancels out. Equal data give equal results.
 */
export function scanGroups(counts: CaseCounts, all: readonly ReadySeries[], context: AlarmContext): readonly Alarm[] {
  if (counts.weeks < MAP_MIN) return [];
  const streets = context.regions.all('street');
  const sets = streetWindows(streets, context.outlines, context.regions);
  const byGroup = Map.groupBy(
    all.filter(({ series }) => series.level === 'street'),
    ({ series }) => series.what,
  );
  return [...byGroup].flatMap(([group, list]) => {
    const own = new Map(list.map((one) => [one.series.region, one]));
    const map = streets.map((street) => (own.get(street)?.series.weeks ?? []).slice(-MAP_WEEKS));
    const random = randomFrom(seedOf(`${group} ${counts.end}`));
    const p = P_MAX / 2 ** (context.halvings?.scan ?? 0);
    const found = scanMap(map, sets, random, p);
    if (!found || found.p > p) return [];
    const regions = found.streets.map((i) => streets[i] ?? '');
    const factor = own.get(regions[0] ?? '')?.factors.at(-1) ?? { rain: 1, campaign: 1 };
    const { count, expected, weeks } = found;
    if (poissonTail(count, expected * factorOf({ rain: 1, campaign: factor.campaign })) > EXPLAINED_ALPHA) return [];
    return [{ what: group, regions, detector: 'scan', count, expected, p: found.p, weeks, factor } as const];
  });
}

/** Scans a map of weekly counts by street, oldest week first. */
function scanMap(
  map: readonly (readonly number[])[],
  sets: readonly (readonly number[])[],
  random: Random,
  decidesAt: number,
) {
  const width = Math.max(...map.map((weeks) => weeks.length));
  const streetSums = map.map((weeks) => weeks.reduce((sum, one) => sum + one, 0));
  const weekSums = Array.from({ length: width }, (_, w) => map.reduce((sum, weeks) => sum + (weeks[w] ?? 0), 0));
  const total = streetSums.reduce((sum, one) => sum + one, 0);
  if (total === 0) return undefined;
  // Cell `back · streets + street`: only the last weeks lie in a window.
  const cellOf = (street: number, back: number) => back * map.length + street;
  const spans = sets.flatMap((set) => Array.from({ length: WINDOW_WEEKS }, (_, n) => ({ set, weeks: n + 1 })));
  const windows = spans.map(({ set, weeks }) =>
    set.flatMap((street) => Array.from({ length: weeks }, (_, back) => cellOf(street, back))),
  );
  const expected = spans.map(({ set, weeks }) => {
    const inStreets = set.reduce((sum, street) => sum + (streetSums[street] ?? 0), 0);
    const inWeeks = weekSums.slice(-weeks).reduce((sum, one) => sum + one, 0);
    return (inStreets * inWeeks) / total;
  });
  const counts = Array.from({ length: WINDOW_WEEKS * map.length }, (_, cell) => {
    const back = Math.floor(cell / map.length);
    return map[cell % map.length]?.[width - 1 - back] ?? 0;
  });
  const streetOfCase = map.flatMap((weeks, street) => new Array<number>(weeks.reduce((a, b) => a + b, 0)).fill(street));
  const recent = weekSums.slice(-WINDOW_WEEKS).toReversed();
  const randomMap = () => dealtMap(streetOfCase, recent, map.length, random);
  const found = scan({ counts, total, expected, windows, randomMap, decidesAt });
  if (!found) return undefined;
  const span = spans.find((_, i) => windows[i] === found.window);
  return span && { ...found, streets: span.set, weeks: span.weeks };
}

/** Deals the cases of the last weeks anew: a partial Fisher–Yates shuffle of all cases. */
function dealtMap(
  streetOfCase: number[],
  recent: readonly number[],
  streets: number,
  random: Random,
): readonly number[] {
  const map = new Array<number>(recent.length * streets).fill(0);
  let dealt = 0;
  for (const [back, count] of recent.entries()) {
    for (let n = 0; n < count; n += 1, dealt += 1) {
      const other = dealt + Math.floor(random() * (streetOfCase.length - dealt));
      const street = streetOfCase[other] ?? 0;
      streetOfCase[other] = streetOfCase[dealt] ?? 0;
      streetOfCase[dealt] = street;
      map[back * streets + street] = (map[back * streets + street] ?? 0) + 1;
    }
  }
  return map;
}

/** A number from a name (FNV-1a): equal weeks scan equal random maps. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
