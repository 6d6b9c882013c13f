import type { Level, LevelId } from '../../inspections/standards/standard.ts';
import type { RoundScore } from './score.ts';

/** Below this ratio of checked to claimed points, nothing is extrapolated: all items are checked. */
export const RATIO_TRUSTED = 0.9;

/** All that a level asks for besides points. */
export type LevelFacts = {
  /** Every ★ item is met in full. */
  readonly starsMet: boolean;
  readonly vetoed: boolean;
  /** Days for which the level below has been held. */
  readonly heldDays: number;
  /** An unannounced visit was passed. */
  readonly unannounced: boolean;
  /** Every survey item has enough answers. */
  readonly feelingKnown: boolean;
};

/** The highest level that a score reaches; undefined if it reaches none. 市级 needs the survey items known. */
export function levelOf(score: number, levels: readonly Level[], facts: LevelFacts): LevelId | undefined {
  if (!facts.starsMet || facts.vetoed) return undefined;
  return levels.findLast(
    ({ id, min, heldDays, unannounced }) =>
      score >= min &&
      facts.heldDays >= heldDays &&
      (!unannounced || facts.unannounced) &&
      (id !== 'city' || facts.feelingKnown),
  )?.id;
}

/** True if the claims were too far off for an extrapolated level: then the checkers see all items. */
export function needsFullCheck({ ratio, score, claimedRest }: RoundScore, levels: readonly Level[]): boolean {
  const least = Math.min(...levels.map(({ min }) => min));
  return claimedRest > 0 && ratio < RATIO_TRUSTED && score >= least;
}
