import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import { binomialCdf } from '../../surveys/estimate/distributions.ts';

/** A “solved” of a resident: when the check passed, and when the answer came, in slots of a quarter of an hour. */
export type Confirmation = { readonly asked: number; readonly said: number };

/** A quarter of an hour, ms. */
export const SLOT_MS = 15 * MINUTE_MS;
const SLOTS_AN_HOUR = HOUR_MS / SLOT_MS;
/** Lengths of the windows, slots. A window longer than four hours would only show a day of many checks. */
const WINDOWS = [1, 4, 16] as const;
/** Answers come within 72 hours; a longer wait counts as one of these. */
const WAIT_MAX = 72 * SLOTS_AN_HOUR;
/** Fewest answers of a street, answers in a window, and waits of the city in one hour of the day. */
const [ANSWERS_MIN, BURST_MIN, WAITS_MIN] = [10, 5, 30] as const;
/** Significance level of a month, over all its streets and windows. */
const ALPHA = 0.001;

/**
 * Finds streets whose residents said “solved” within a short time more often than chance explains. Expected are the street's own
 * questions with the waits of the whole city, or the share of the other streets, if that is more: many checks on one afternoon
 * are no finding, nor is the usual hour of answers. The binomial tail bounds the exact one (Hoeffding 1956).
 */
export function findRatingBursts(streets: ReadonlyMap<string, readonly Confirmation[]>): readonly string[] {
  const all = [...streets.values()].flat();
  const tested = [...streets].filter(([, own]) => own.length >= ANSWERS_MIN);
  if (all.length < WAITS_MIN || tested.length === 0) return [];
  const waits = waitsOf(all);
  const grids = WINDOWS.flatMap((length) => (length === 1 ? [0] : [0, length / 2]).map((shift) => ({ length, shift })));
  const counted = grids.map((grid) => ({ ...grid, all: countIn(all, grid) }));
  const level = ALPHA / (tested.length * counted.reduce((sum, grid) => sum + grid.all.size, 0));
  const isBurst = (own: readonly Confirmation[], grid: (typeof counted)[number]) =>
    [...countIn(own, grid)].some(([window, k]) => {
      if (k < BURST_MIN) return false;
      const from = window * grid.length - grid.shift;
      const ofOthers = (((grid.all.get(window) ?? 0) - k) * own.length) / Math.max(1, all.length - own.length);
      if (!isFar(k, ofOthers)) return false;
      const mean = Math.max(ofOthers, expectedIn(own, from, from + grid.length, waits));
      return isFar(k, mean) && 1 - binomialCdf(k - 1, own.length, mean / own.length) < level;
    });
  return tested.filter(([, own]) => counted.some((grid) => isBurst(own, grid))).map(([street]) => street);
}

/** Three standard deviations above the mean; below, no tail is significant. The bound of the tail holds from mean + 1 on. */
function isFar(k: number, mean: number): boolean {
  return k > mean + Math.max(1, 3 * Math.sqrt(mean));
}

type Grid = { readonly length: number; readonly shift: number };

function countIn(confirmations: readonly Confirmation[], { length, shift }: Grid): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { said } of confirmations) {
    const window = Math.floor((said + shift) / length);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return counts;
}

/** The share of waits below each number of slots, by the hour of the question: an evening's answers come next morning. */
type Waits = (asked: number) => Float64Array;

function waitsOf(all: readonly Confirmation[]): Waits {
  const whole = sharesOf(all);
  const byHour = Map.groupBy(all, ({ asked }) => hourOf(asked));
  const own = new Map([...byHour].map(([hour, some]) => [hour, some.length < WAITS_MIN ? whole : sharesOf(some)]));
  return (asked) => own.get(hourOf(asked)) ?? whole;
}

function hourOf(slot: number): number {
  return Math.floor(slot / SLOTS_AN_HOUR) % 24;
}

function sharesOf(some: readonly Confirmation[]): Float64Array {
  const below = new Float64Array(WAIT_MAX + 2);
  for (const { asked, said } of some) {
    const wait = Math.min(WAIT_MAX, Math.max(0, said - asked));
    below[wait + 1] = (below[wait + 1] ?? 0) + 1 / some.length;
  }
  for (let wait = 1; wait < below.length; wait += 1) below[wait] = (below[wait] ?? 0) + (below[wait - 1] ?? 0);
  return below;
}

/** The number of answers that the questions of a street bring between two slots. */
function expectedIn(own: readonly Confirmation[], from: number, until: number, waits: Waits): number {
  let sum = 0;
  for (const { asked } of own) {
    if (asked >= until || asked < from - WAIT_MAX) continue;
    const below = waits(asked);
    sum += (below[Math.min(WAIT_MAX + 1, until - asked)] ?? 1) - (below[Math.max(0, from - asked)] ?? 1);
  }
  return sum;
}
