import type { Names } from '../../engine/step.ts';
import sets from './indicator-sets.json' with { type: 'json' };

/** A figure computed from the answers to one question. */
export type Indicator = {
  readonly code: string;
  readonly name: Names;
  /** What the people of the share do, as a predicate; without it, residents are not told of the indicator. */
  readonly deed?: Names;
  readonly question: string;
  /** The share of `numerator`; the mean of the options' scores (0–100); the share of `numerator` minus that of `against`. */
  readonly kind: 'proportion' | 'mean' | 'net';
  readonly numerator?: readonly string[];
  /** Alternative numerators: with the middle option, or without it. */
  readonly wide?: readonly string[];
  readonly narrow?: readonly string[];
  readonly against?: readonly string[];
  /** The answers that make up the whole; all opinions by default. */
  readonly denominator?: readonly string[];
  /** The share (0–1) that is the target. */
  readonly threshold?: number;
  /** Its weight in the composite score. */
  readonly weight?: number;
};

/** The indicators of a province. Provinces differ, so sets are data. */
export type IndicatorSet = {
  readonly id: string;
  readonly name: Names;
  readonly province?: string;
  readonly indicators: readonly Indicator[];
};

export const INDICATOR_SETS = sets as readonly IndicatorSet[];

/** Finds a set by id; the first one if this release no longer has it. */
export function indicatorSet(id: string): IndicatorSet {
  const found = INDICATOR_SETS.find((one) => one.id === id) ?? INDICATOR_SETS[0];
  if (!found) throw new Error('There is no set of indicators.');
  return found;
}
