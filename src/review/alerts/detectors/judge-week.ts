import { normalCdf, normalQuantile } from '../../../surveys/estimate/distributions.ts';
import type { WeekFactor } from '../series/factors.ts';
import { factorOf } from '../series/factors.ts';
import { cusumLimit, cusumPath } from './cusum.ts';
import { EARS_BASELINE, earsLimit } from './ears.ts';
import { farringtonLimit } from './farrington.ts';
import { poissonLimit, poissonTail, predictiveTail, shrunkenRate } from './poisson.ts';

/** Detectors of one week, and the scan over streets. */
export const DETECTORS = ['poisson', 'ears', 'farrington', 'cusum', 'scan'] as const;
export type Detector = (typeof DETECTORS)[number];

/** One-sided false-alarm rate of a single test before any halving. EARS has Φ⁻¹(.999) as its own limit. */
const ALPHA = 0.005;
const EARS_ALPHA = 0.001;
/** From this many earlier weeks on, the detector with the longer baseline judges. */
const EARS_FROM = 9;
const FARRINGTON_FROM = 104;
const YEAR_WEEKS = 52;
const [YEARS_MIN, YEARS_MAX] = [2, 5];
/** Weeks on each side of the same week of an earlier year. */
const HALF_WINDOW = 3;
/** A rare kind of case needs this many in four weeks before Farrington's limit holds. */
const RECENT_MIN = 5;

/** Number of halvings of each detector's false-alarm rate; see `precision.ts`. */
export type Halvings = Readonly<Partial<Record<Detector, number>>>;

/** The verdict on one week of a series. */
export type Verdict = {
  readonly detector: Detector;
  readonly count: number;
  readonly expected: number;
  readonly upper: number;
  readonly p: number;
  readonly isAlarm: boolean;
};

type JudgedSeries = {
  readonly weeks: readonly number[];
  readonly factors: readonly WeekFactor[];
  /** Weekly rate of the larger region per series in it, for a short history. */
  readonly parentRate: number;
};

/**
 * Judges week `w` by the weeks before it. Each earlier week is first divided by its own factors and multiplied by
 * those of the judged week, so that rain and campaigns raise the limit instead of the alarm.
 */
export function judgeWeek({ weeks, factors, parentRate }: JudgedSeries, w: number, halvings: Halvings = {}): Verdict {
  const count = weeks[w] ?? 0;
  const now = factorOf(factors[w]);
  const before = weeks.slice(0, w).map((one, i) => (one * now) / factorOf(factors[i]));
  if (w < EARS_FROM) return judgeShort(count, before, parentRate * now, halve(ALPHA, halvings.poisson));
  const baseline = w < FARRINGTON_FROM ? undefined : baselineOf(before, w);
  if (!baseline) return judgeMonths(count, before, halvings.ears);
  return judgeYears(count, baseline, weeks, w, halvings.farrington);
}

function halve(alpha: number, halvings = 0): number {
  return alpha / 2 ** halvings;
}

function judgeShort(count: number, before: readonly number[], parentRate: number, alpha: number): Verdict {
  const expected = shrunkenRate(before, parentRate);
  const upper = poissonLimit(expected, alpha) - 1;
  const p = poissonTail(count, expected);
  return { detector: 'poisson', count, expected, upper, p, isAlarm: p <= alpha };
}

function judgeMonths(count: number, before: readonly number[], halvings = 0): Verdict {
  const { mean, deviation, upper } = earsLimit(before, 'C2', normalQuantile(1 - halve(EARS_ALPHA, halvings)));
  // Counts scatter at least as much as chance: the normal tail of a few reports is far too thin.
  const long = before.slice(0, -2).slice(-YEAR_WEEKS);
  // A quiet month before a usual week is no sign of a rise: the longer history has to find it unlikely, too.
  const chance = Math.max(
    predictiveTail(count, mean * EARS_BASELINE, EARS_BASELINE),
    predictiveTail(
      count,
      long.reduce((sum, one) => sum + one, 0),
      long.length,
    ),
  );
  const p = Math.max(1 - normalCdf((count - mean) / deviation), chance);
  return { detector: 'ears', count, expected: mean, upper, p, isAlarm: count > upper && p <= halve(ALPHA, halvings) };
}

function judgeYears(
  count: number,
  baseline: readonly number[],
  weeks: readonly number[],
  w: number,
  halvings = 0,
): Verdict {
  const alpha = halve(ALPHA, halvings);
  const { mean, upper, scoreOf } = farringtonLimit(baseline, normalQuantile(1 - alpha));
  const p = mean > 0 ? 1 - normalCdf(scoreOf(count)) : poissonTail(count, 1 / baseline.length);
  const recent = weeks.slice(w - 3, w + 1).reduce((sum, one) => sum + one, 0);
  return { detector: 'farrington', count, expected: mean, upper, p, isAlarm: count > upper && recent >= RECENT_MIN };
}

/**
 * The same weeks of up to five earlier years, with three weeks on each side; undefined with fewer than two years. A year
 * without a case is none: the street may be new since its split, and its cases counted in the old one.
 */
function baselineOf(before: readonly number[], w: number): readonly number[] | undefined {
  const around = (middle: number, half: number) => before.slice(Math.max(0, middle - half), middle + half + 1);
  const middles = Array.from({ length: Math.floor(w / YEAR_WEEKS) }, (_, b) => w - (b + 1) * YEAR_WEEKS);
  const years = middles.filter((middle) => around(middle, YEAR_WEEKS / 2).some((count) => count > 0));
  if (years.length < YEARS_MIN) return undefined;
  return years.slice(0, YEARS_MAX).flatMap((middle) => around(middle, HALF_WINDOW));
}

/** Weeks whose mean is the reference of the drift, and weeks over which it adds up. */
const DRIFT_REFERENCE = 16;
const DRIFT_WEEKS = 8;
/** Below this weekly mean the root scale of CUSUM is too coarse. */
const DRIFT_MEAN_MIN = 4;

/** Judges a slow drift over the last eight weeks; undefined with too short a history or too few cases. */
export function judgeDrift({ weeks, factors }: JudgedSeries, w: number, halvings: Halvings = {}): Verdict | undefined {
  const level = weeks.slice(0, w + 1).map((one, i) => one / factorOf(factors[i]));
  const from = w + 1 - DRIFT_WEEKS;
  const reference = level.slice(Math.max(0, from - DRIFT_REFERENCE), Math.max(0, from));
  const mean = reference.reduce((sum, one) => sum + one, 0) / reference.length;
  if (reference.length < EARS_FROM || mean < DRIFT_MEAN_MIN) return undefined;
  const path = cusumPath(level.slice(from), mean);
  const limit = cusumLimit(halvings.cusum ?? 0);
  // One run in 500 crosses the limit by chance.
  const p = 1 / 500 / 2 ** (halvings.cusum ?? 0);
  const isAlarm = (path.at(-1) ?? 0) >= limit && (path.at(-2) ?? 0) < limit;
  const now = factorOf(factors[w]);
  const upper = mean * now + limit * Math.sqrt(mean * now);
  return { detector: 'cusum', count: weeks[w] ?? 0, expected: mean * now, upper, p, isAlarm };
}
