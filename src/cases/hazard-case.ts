import type { Media } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { CaseNumber } from './case-number.ts';

export type CaseId = `case_${string}`;

/** The states that a case has so far. */
export const CASE_STATES = ['submitted', 'closed', 'withdrawn'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** A hazard: a thing at a place, never a person. Who reported it stands only among the followers. */
export type HazardCase = {
  readonly id: CaseId;
  readonly number: CaseNumber;
  readonly state: CaseState;
  readonly category: string;
  readonly place: Place;
  readonly description: Words;
  readonly photos: readonly Media[];
  /** Staff see no pseudonym and cannot ask back. */
  readonly anonymous: boolean;
  /** Somebody may get hurt. */
  readonly urgent: boolean;
  /** The answers to the category's own questions, by question id. */
  readonly extras?: Readonly<Record<string, string>>;
  readonly filedAt: number; // ms since the epoch
  /** What was said about it later. */
  readonly additions?: readonly Words[];
  /** In a surge: the case that was there first about the same thing in the same grid. */
  readonly sameAs?: CaseId;
  /** When it came to its end. */
  readonly closedAt?: number; // ms since the epoch
};

/** More photos than this tell no more. */
export const PHOTOS_MAX = 8;

/** Photos and words may follow as long as the case is open. */
export function canAddTo(kept: HazardCase): boolean {
  return kept.state === 'submitted';
}

/** The reporter may take a case back until somebody has been sent to it. */
export function canWithdraw(kept: HazardCase): boolean {
  return kept.state === 'submitted';
}
