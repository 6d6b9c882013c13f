import type { Limit } from '../calendar.ts';
import type { Media } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { CaseNumber } from './case-number.ts';

export type CaseId = `case_${string}`;

/** Every state of a case, in the order of its life. A draft is no case yet: it is the session of the report talk. */
export const CASE_STATES = [
  'submitted',
  'verifying',
  'filed',
  'dispatched',
  'in_progress',
  'checking',
  'confirming',
  'shelved',
  'closed',
  'closed_unsolved',
  'rejected',
  'merged',
  'withdrawn',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** Somebody still has to do something. A shelved case is open: putting it off has solved nothing. */
export const OPEN_STATES = CASE_STATES.slice(0, 8) as readonly CaseState[];

export function isOpen({ state }: Pick<HazardCase, 'state'>): boolean {
  return OPEN_STATES.includes(state);
}

/** What a resident reported: a thing at a place, never a person. Who reported it stands only among the followers. */
export type Report = {
  readonly id: CaseId;
  readonly number: CaseNumber;
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
  /** In a surge: the case that was there first about the same thing in the same grid. */
  readonly sameAs?: CaseId;
  /** The street, or the larger region, whose desk takes the case; undefined where the place lies in no region. */
  readonly desk?: string;
  /** The community whose grid workers look and check. */
  readonly community?: string;
};

/** How those who are asked say it ended. */
export const RATINGS = ['solved', 'partly', 'unsolved'] as const;
export type Rating = (typeof RATINGS)[number];

/** 三不放过: what a case of high risk is not let go without. */
export const THREE = ['measures_taken', 'problem_solved', 'kept_from_returning'] as const;
/** 五落实: what a case that is publicly listed must name. */
export const FIVE = ['responsibility', 'funds', 'time', 'measures', 'plan'] as const;
export type Five = Readonly<Record<(typeof FIVE)[number], string>>;

/** Why a case was sent to a unit: the rule, and whose it would have been without it. */
export type RouteReason = {
  readonly rule: 'owner_first' | 'ground_first' | 'no_owner_known' | 'no_region_known' | 'chosen' | 'lead_decided';
  readonly region?: string;
  readonly owner?: string;
};

/** A hazard through its whole life: what was reported, and what its events have made of it. */
export type HazardCase = Report & {
  readonly state: CaseState;
  readonly since: number; // ms since the epoch: when it came into this state
  /** How many events have made it, and when the last one happened (ms). */
  readonly events: number;
  readonly changedAt: number;
  /** A dispatcher has looked at it: before that nothing of it is public. */
  readonly looked?: true;
  /** What was said about it later. */
  readonly additions?: readonly Words[];
  /** Whether whoever was sent to look has found it so. */
  readonly found?: boolean;
  /** From when the two clocks run (ms), and how long each may take. Fixed when the case is accepted. */
  readonly clock?: { readonly from: number; readonly contain?: Limit; readonly cure: Limit };
  /** The limits as they were fixed, whatever a failed check has shortened. */
  readonly limits?: { readonly contain?: Limit; readonly cure: Limit };
  /** Time during which the case was shelved, ms. */
  readonly frozenMs?: number;
  /** Until when the cure was extended (ms), how often, and until when it is asked for. */
  readonly extended?: { readonly until: number; readonly times: number };
  readonly extensionAsked?: number;
  /** The unit that leads, those that help, and why. */
  readonly unit?: string;
  readonly helpers?: readonly string[];
  readonly route?: RouteReason;
  /** The unit that the last one to give it back has named. */
  readonly nominated?: string;
  readonly returns?: number;
  /** The lead has decided who does it: it is not given back any more. */
  readonly final?: true;
  readonly contained?: number; // ms since the epoch
  /** Who says that it is done: the check is somebody else's. */
  readonly handledBy?: string;
  /** The photos of those who looked, did and checked, and of those who were asked; the oldest first. */
  readonly evidence?: readonly Media[];
  readonly reworks?: number;
  readonly reopenings?: number;
  readonly ratings?: Readonly<Record<string, Rating>>;
  /** How it ended for those who were asked; `unrated` when nobody said anything, which is no satisfaction. */
  readonly outcome?: Rating | 'unrated';
  /** 0 none, 1 reminded, 2 supervised, 3 publicly listed. */
  readonly supervision?: 0 | 1 | 2 | 3;
  /** Held to the rules of high risk: somebody said so, or it is publicly listed. */
  readonly highRisk?: true;
  readonly three?: readonly string[];
  readonly five?: Five;
  readonly listedAt?: number; // ms since the epoch
  /** A check by others has passed since it was listed. */
  readonly recheckedAt?: number;
  readonly shelvedUntil?: number;
  readonly mergedInto?: CaseId;
  readonly before?: CaseState;
  /** Which marks of time were already told. */
  readonly told?: readonly string[];
  /** The same kind of thing came back near here: the case that was closed before. */
  readonly recurs?: CaseId;
  /** When it came to its end. */
  readonly closedAt?: number; // ms since the epoch
};

/** More photos than this tell no more. */
export const PHOTOS_MAX = 8;

/** Every photo of a case, whoever sent it. */
export function photosOf({ photos, evidence = [] }: HazardCase): readonly Media[] {
  return [...photos, ...evidence];
}
