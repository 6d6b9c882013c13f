import type { Names } from '../../engine/step.ts';
import sets from './indicator-sets.json' with { type: 'json' };

/** What is counted from the answers to one question. */
export type Indicator = {
  readonly code: string;
  readonly name: Names;
  readonly question: string;
  /** The share of these answers; the mean of the options' scores (0–100); the share of `numerator` less that of `against`. */
  readonly kind: 'proportion' | 'mean' | 'net';
  readonly numerator?: readonly string[];
  /** The same with the middle box counted as good, or without it: both are always shown. */
  readonly wide?: readonly string[];
  readonly narrow?: readonly string[];
  readonly against?: readonly string[];
  /** The answers that count at all; every opinion where it is left out. */
  readonly denominator?: readonly string[];
  /** From this share on the aim is reached. */
  readonly threshold?: number;
  /** Its part of the composite score. */
  readonly weight?: number;
};

/** What a province counts. Each has its own set, so that these are data. */
export type IndicatorSet = {
  readonly id: string;
  readonly name: Names;
  readonly province?: string;
  readonly indicators: readonly Indicator[];
};

export const INDICATOR_SETS = sets as readonly IndicatorSet[];

/** The set of this id; the first where a release has it no more. */
export function setOf(id: string): IndicatorSet {
  const found = INDICATOR_SETS.find((one) => one.id === id) ?? INDICATOR_SETS[0];
  if (!found) throw new Error('There is no set of indicators.');
  return found;
}
