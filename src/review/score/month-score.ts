import type { RegionLevel } from '../../regions/region.ts';
import type { Formula } from './formula.ts';
import type { Funnel, FunnelPoint } from './funnel.ts';
import { funnelOf, isOutside } from './funnel.ts';
import type { IndicatorCode } from './indicator.ts';
import type { Month } from './month.ts';
import type { Movement } from './movement.ts';
import { movements } from './movement.ts';
import type { Place } from './rank.ts';
import { LEAST_RANKABILITY, placesOf, scoreRankability } from './rank.ts';
import type { CellStatus, Score } from './score.ts';
import { hasScore, scoreOf } from './score.ts';
import type { Count, Prior } from './shrink.ts';
import { PRIOR_WEIGHT, priorOf, rankability, shrink } from './shrink.ts';
import type { ReportCheck, Reports } from './under-reporting.ts';
import { checkReports } from './under-reporting.ts';

/**
 * A sign that a figure may not be what it says; it costs no point. burst: residents said “solved” together within a short time.
 * below_decoy: fewer people know the campaign than one that does not exist. coached: people below were told how to answer.
 */
export type CellFlag = 'burst' | 'below_decoy' | 'coached';

/** Collected counts of one indicator in one region. */
export type CollectedCell = Count & {
  /** The region above whose shown value stands in for a withheld one. `y` and `n` are then those of that region. */
  readonly from?: string;
  /** The mean of the prior, where it is the shown estimate of the region above. */
  readonly mean?: number;
  readonly flag?: CellFlag;
};
export type CollectedCells = Readonly<Partial<Record<IndicatorCode, CollectedCell>>>;

/** A region of the score: its level, and what the sources counted. */
export type CollectedRegion = {
  readonly id: string;
  readonly level: RegionLevel;
  readonly cells: CollectedCells;
  /** Reports filed in the month, rejected ones by reason, and residents if the census counts them. */
  readonly filed?: number;
  readonly rejected?: Readonly<Record<string, number>>;
  readonly residents?: number;
};

/** One indicator of one region in a month. Shares lie in 0–1. */
export type ScoreCell = {
  readonly code: IndicatorCode;
  readonly status: CellStatus;
  /** Own counts; 0 of 0 without own data. */
  readonly y: number;
  readonly n: number;
  /** The shrunken share and its variance. */
  readonly theta: number;
  readonly v: number;
  /** Points of 100 that the indicator costs. */
  readonly loss: number;
  /** The place in the funnel of all streets; only streets with own counts. */
  readonly funnel?: FunnelPoint & { readonly outside: boolean };
  /** The change since the month before; only with own counts in both. */
  readonly movement?: Movement;
  readonly from?: string;
  readonly flag?: CellFlag;
};

/** A region in a month. `score` is absent where too much of its weight is not its own, `place` where no ranks are printed. */
export type RegionMonth = {
  readonly region: string;
  readonly level: RegionLevel;
  readonly cells: readonly ScoreCell[];
  readonly priorShare: number;
  readonly score?: Omit<Score, 'priorShare'>;
  readonly place?: Place;
  /** The change of place since the month before; only if the rank intervals part. */
  readonly moved?: 'up' | 'down';
  /** Reports filed in the month, and rejected ones by reason: printed beside, never counted. */
  readonly filed: number;
  readonly rejected?: Readonly<Record<string, number>>;
  /** Fewer reports than expected propose an announcement and inspections. They cost no point. */
  readonly reports?: ReportCheck;
};

/** What one indicator tells about all streets. */
export type IndicatorMonth = Prior & {
  readonly code: IndicatorCode;
  readonly rankability: number;
  readonly funnel: Pick<Funnel, 'm' | 'phi' | 'tau2'>;
};

/** The computed score of a month. */
export type MonthScore = {
  readonly month: Month;
  readonly formula: Formula;
  readonly regions: readonly RegionMonth[];
  readonly indicators: readonly IndicatorMonth[];
  /** Of the streets' scores; below LEAST_RANKABILITY no region has a place. */
  readonly rankability: number;
};

export type MonthInput = {
  readonly month: Month;
  readonly formula: Formula;
  readonly regions: readonly CollectedRegion[];
  /** Frozen months before this one, the newest first; the prior comes from them and from nothing else. */
  readonly earlier: readonly Pick<MonthScore, 'month' | 'regions'>[];
};

/** Months whose counts make up the prior: three, or twelve where trials or streets are few. */
const [SHORT_WINDOW, LONG_WINDOW, TRIALS_PER_STREET, STREETS_MIN] = [3, 12, 30, 6] as const;

/** Computes the score of a month. Pure: equal inputs give equal scores. */
export function monthScore({ month, formula, regions, earlier: frozen }: MonthInput): MonthScore {
  const earlier = frozen.map(indexed);
  const streets = regions.filter(({ level }) => level === 'street');
  const statistics = formula.terms.map((term) => {
    const counts = streets.map(({ cells }) => ownCount(cells[term.code]));
    const prior = priorBefore(term.code, earlier, streets.length) ?? {
      // Before the first frozen month: the middle of the goalposts, with the least weight.
      m: (term.a + term.b) / 2,
      M: PRIOR_WEIGHT.least,
      rho: 1 / (1 + PRIOR_WEIGHT.least),
    };
    const own = priorOf(counts);
    return {
      term,
      prior,
      funnel: funnelOf(counts, own?.m ?? prior.m),
      rankability: own ? rankability(counts, own) : 0,
      moved: movements(
        streets.map(({ id, cells }) => ({
          newer: ownCount(cells[term.code]),
          older: countBefore(earlier[0]?.get(id), term.code),
        })),
      ),
    };
  });
  const scored = regions.map((region) => {
    const cells = statistics.map(({ term, prior }) => cellOf(region.cells[term.code], term.code, prior));
    return { region, cells, score: scoreOf(formula.terms, cells) };
  });
  const ranked = scored.filter(({ region, score }) => region.level === 'street' && hasScore(score));
  const rankable = scoreRankability(ranked.map(({ score }) => score));
  const places =
    rankable >= LEAST_RANKABILITY
      ? placesOf(
          ranked.map(({ score, cells }) => ({ ...score, cells })),
          formula.terms,
          `${month} ${formula.version}`,
        )
      : [];
  const checks = checkReports(streets.map((street) => reportsOf(street, streets, earlier)));
  const placeOf = new Map(ranked.map(({ region }, i) => [region.id, places[i]]));
  return {
    month,
    formula,
    rankability: rankable,
    indicators: statistics.map(({ term, prior, funnel: { m, phi, tau2 }, rankability: ratio }) => ({
      code: term.code,
      ...prior,
      rankability: ratio,
      funnel: { m, phi, tau2 },
    })),
    regions: scored.map(({ region, cells, score }): RegionMonth => {
      const nth = streets.indexOf(region);
      const { priorShare, ...points } = score;
      const place = placeOf.get(region.id);
      const before = earlier[0]?.get(region.id)?.region.place;
      const moved = place && before ? movedBetween(place, before) : undefined;
      return {
        region: region.id,
        level: region.level,
        priorShare,
        cells: cells.map((cell, k): ScoreCell => {
          const { funnel, moved: changes } = statistics[k] ?? {};
          const point = funnel?.points[nth];
          const movement = changes?.[nth];
          return {
            ...cell,
            loss: score.loss.find(({ code }) => code === cell.code)?.points ?? 0,
            ...(point ? { funnel: { ...point, outside: isOutside(point) } } : {}),
            ...(movement ? { movement } : {}),
          };
        }),
        ...(hasScore(score) ? { score: points } : {}),
        ...(place ? { place } : {}),
        ...(moved ? { moved } : {}),
        filed: region.filed ?? 0,
        ...(region.rejected ? { rejected: region.rejected } : {}),
        ...(checks[nth] ? { reports: checks[nth] } : {}),
      };
    }),
  };
}

/** Reports of a street and of its frozen months before, with residents as exposure if the census counts all streets. */
function reportsOf(
  { id, filed = 0, residents }: CollectedRegion,
  streets: readonly CollectedRegion[],
  earlier: readonly IndexedMonth[],
): Reports {
  const before = earlier.flatMap((month) => month.get(id)?.region.filed ?? []);
  const isCounted = streets.every((street) => street.residents);
  return {
    now: filed,
    before: before.reduce((all, count) => all + count, 0),
    exposure: before.length * (isCounted ? (residents ?? 0) / 1000 : 1),
  };
}

function movedBetween(now: Place, before: Place): RegionMonth['moved'] {
  return now.to < before.from ? 'up' : now.from > before.to ? 'down' : undefined;
}

/** The region's own counts; a value of the region above counts as none. */
function ownCount(cell: CollectedCell | undefined): Count {
  return cell && cell.from === undefined ? { y: cell.y, n: cell.n } : { y: 0, n: 0 };
}

function cellOf(
  cell: CollectedCell | undefined,
  code: IndicatorCode,
  prior: Prior,
): Pick<ScoreCell, 'code' | 'status' | 'y' | 'n' | 'theta' | 'v' | 'from' | 'flag'> {
  const { from, mean, flag } = cell ?? {};
  const toward = { M: prior.M, m: mean ?? prior.m };
  const used = cell ?? { y: 0, n: 0 };
  if (from !== undefined) return { code, status: 'withheld', y: 0, n: 0, ...shrink(used, toward), from };
  const status = used.n > 0 ? 'own' : 'prior';
  return { code, status, y: used.y, n: used.n, ...shrink(used, toward), ...(flag ? { flag } : {}) };
}

/** A frozen month by region, with its cells by code. */
type IndexedMonth = ReadonlyMap<
  string,
  { readonly region: RegionMonth; readonly cells: ReadonlyMap<IndicatorCode, ScoreCell> }
>;

function indexed({ regions }: MonthInput['earlier'][number]): IndexedMonth {
  return new Map(
    regions.map((region) => [region.region, { region, cells: new Map(region.cells.map((cell) => [cell.code, cell])) }]),
  );
}

function countBefore(before: ReturnType<IndexedMonth['get']>, code: IndicatorCode): Count {
  const cell = before?.cells.get(code);
  return cell?.status === 'own' ? cell : { y: 0, n: 0 };
}

/** The prior of an indicator from the frozen months before: it does not depend on the month that is scored. */
function priorBefore(code: IndicatorCode, earlier: readonly IndexedMonth[], streets: number): Prior | undefined {
  const monthsOf = (count: number) =>
    earlier
      .slice(0, count)
      .flatMap((month) =>
        [...month].flatMap(([region, found]) =>
          found.region.level === 'street' ? [{ region, count: countBefore(found, code) }] : [],
        ),
      );
  // Few streets tell little of the spread between them: each of their months counts as a group.
  if (streets < STREETS_MIN) return priorOf(monthsOf(LONG_WINDOW).map(({ count }) => count));
  const short = monthsOf(SHORT_WINDOW);
  const trials = short.reduce((all, { count }) => all + count.n, 0);
  const all = trials < TRIALS_PER_STREET * streets ? monthsOf(LONG_WINDOW) : short;
  const sums = new Map<string, Count>();
  for (const { region, count } of all) {
    const sum = sums.get(region) ?? { y: 0, n: 0 };
    sums.set(region, { y: sum.y + count.y, n: sum.n + count.n });
  }
  return priorOf([...sums.values()]);
}
