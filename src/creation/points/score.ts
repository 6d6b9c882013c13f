import type { Mark } from '../../inspections/visits/read-marks.ts';

/**
 * An item as the system computed it. `clean`: no row counts against it. `na`: there are no rows. `unknown`: too few answers of a
 * survey. Both leave the whole.
 */
export type MachineResult =
  | { readonly type: 'points'; readonly points: number; readonly clean: boolean }
  | { readonly type: 'na' }
  | { readonly type: 'unknown' };

/** An item with all that is known of it. Computed items have `machine`, the others a claim and perhaps a check. */
export type ScoredItem = {
  readonly no: number;
  readonly max: number;
  readonly machine?: MachineResult;
  readonly claim?: Mark;
  readonly check?: Mark;
};

/** The score of a round. Points are not rounded; `score` is of 100. */
export type RoundScore = {
  /** A: points of computed items. */
  readonly computed: number;
  /** V: points of checked items, and C_D: what was claimed for them. */
  readonly checked: number;
  readonly claimedChecked: number;
  /** C_R: points claimed for items that no checker saw. */
  readonly claimedRest: number;
  /** Mx: points of all applicable items. */
  readonly whole: number;
  /** r = min(1, V/C_D); 1 if nothing was claimed for the checked items. */
  readonly ratio: number;
  readonly score: number;
};

/**
 * Computes a score: 100 · (A + V + r · C_R)/Mx. A claim beyond the checked items counts as far as the checked ones were true,
 * so that the expected score does not rise with what is claimed.
 */
export function scoreOf(items: readonly ScoredItem[]): RoundScore {
  const hand = items.filter(({ machine, claim, check }) => !machine && (check ?? claim ?? 'none') !== 'na');
  const seen = hand.filter(({ check }) => check !== undefined);
  const rest = hand.filter(({ check }) => check === undefined);
  const checked = sum(seen, ({ max, check }) => pointsOf(check, max));
  const claimedChecked = sum(seen, ({ max, claim }) => claimedPoints(claim, max));
  const claimedRest = sum(rest, ({ max, claim }) => claimedPoints(claim, max));
  const ratio = claimedChecked === 0 ? 1 : Math.min(1, checked / claimedChecked);
  const byHand = { points: checked + ratio * claimedRest, whole: sum(hand, ({ max }) => max) };
  const { computed, wholeComputed } = computedPoints(items, byHand);
  const whole = byHand.whole + wholeComputed;
  const score = whole === 0 ? 0 : (100 * (computed + byHand.points)) / whole;
  return { computed, checked, claimedChecked, claimedRest, whole, ratio, score };
}

/**
 * Adds up the computed items. A clean one counts only where it raises the score: a case that was cured in time must not lower
 * the level of premises that had no case before.
 */
function computedPoints(items: readonly ScoredItem[], byHand: { readonly points: number; readonly whole: number }) {
  const known = items.flatMap(({ max, machine }) => (machine?.type === 'points' ? [{ max, ...machine }] : []));
  const counted = known.filter(({ clean }) => !clean);
  let computed = sum(counted, ({ points }) => points);
  let wholeComputed = sum(counted, ({ max }) => max);
  const clean = known.filter((one) => one.clean).sort((a, b) => b.points / b.max - a.points / a.max);
  for (const { points, max } of clean) {
    const whole = byHand.whole + wholeComputed;
    if (whole > 0 && points * whole < max * (computed + byHand.points)) break;
    computed += points;
    wholeComputed += max;
  }
  return { computed, wholeComputed };
}

/** Points of a mark: all, half or none of the item's. */
export function pointsOf(mark: Mark | undefined, max: number): number {
  return mark === 'full' ? max : mark === 'half' ? max / 2 : 0;
}

/** Points that a claim stands for. “Not applicable” that a checker refuted counts like a claim of all points. */
function claimedPoints(claim: Mark | undefined, max: number): number {
  return claim === 'na' ? max : pointsOf(claim, max);
}

function sum<T>(some: readonly T[], value: (one: T) => number): number {
  return some.reduce((all, one) => all + value(one), 0);
}
