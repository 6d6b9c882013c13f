import type { Limit } from '../calendar.ts';
import type { Media } from '../engine/input.ts';
import type { Place } from '../engine/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { CaseNumber } from './case-number.ts';

/** Store id of a case; people see its case number instead. */
export type CaseId = `case_${string}`;

/** Every state of a case, in lifecycle order. A draft is only the session of the report flow. */
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

/** States in which work remains. A shelved case is open because its hazard still exists. */
export const OPEN_STATES = CASE_STATES.slice(0, 8) as readonly CaseState[];

/** States before a unit has the case. */
export const BEFORE_DISPATCH: readonly CaseState[] = ['submitted', 'verifying', 'filed'];

/** True while work on the case remains. */
export function isOpen({ state }: Pick<HazardCase, 'state'>): boolean {
  return OPEN_STATES.includes(state);
}

/** A resident's report about a thing at a place. Only the list of followers names the reporter. */
export type Report = {
  readonly id: CaseId;
  readonly number: CaseNumber;
  readonly category: string;
  readonly place: Place;
  readonly description: Words;
  readonly photos: readonly Media[];
  /** The reporter said that a person may get hurt. */
  readonly urgent: boolean;
  /** The answers to the category's own questions, by question id. */
  readonly extras?: Readonly<Record<string, string>>;
  readonly filedAt: number; // ms since the epoch
  /** The earlier day, 2026-11-27, on which the reporter saw the hazard; only if the words say so. Clocks begin at `filedAt`. */
  readonly seenOn?: string;
  /** Found by drawn checkers (抽查): it always has both clocks, and no figure counts it against anyone. */
  readonly source?: 'inspection';
  /** In a surge: the first open case of the same category in the same grid. */
  readonly sameAs?: CaseId;
  /** The street, or the larger region, whose desk takes the case; undefined where the place lies in no region. */
  readonly desk?: string;
  /** The community whose grid workers look and check. */
  readonly community?: string;
};

/** Ratings that reporter and followers can give. */
export const RATINGS = ['solved', 'partly', 'unsolved'] as const;
export type Rating = (typeof RATINGS)[number];

/** 三不放过: the conditions that the lead confirms before a high-risk case can close. */
export const CLOSING_CONDITIONS = ['measures_taken', 'problem_solved', 'kept_from_returning'] as const;
/** 五落实: the fields that staff must fill to list a case publicly. */
export const LISTING_FIELDS = ['responsibility', 'funds', 'time', 'measures', 'plan'] as const;
export type ListingAnswers = Readonly<Record<(typeof LISTING_FIELDS)[number], string>>;

/** Why a unit leads a case: the routing rule, the region and the owner that the rule looked at. */
export type RouteReason = {
  readonly rule: 'owner_first' | 'ground_first' | 'no_owner_known' | 'no_region_known' | 'chosen' | 'lead_decided';
  readonly region?: string;
  readonly owner?: string;
};

/** The record of a case: its report and the result of all its events. */
export type HazardCase = Report & {
  readonly state: CaseState;
  readonly since: number; // ms since the epoch: entry into the present state
  /** Number of events, and the time of the last one (ms since the epoch). */
  readonly events: number;
  readonly changedAt: number;
  /** A dispatcher has reviewed the case; before that no part of it is public. */
  readonly looked?: true;
  /** Texts that were added after the report, newest last. */
  readonly additions?: readonly Words[];
  /** The result of the on-site look: true if the hazard is as reported. */
  readonly found?: boolean;
  readonly foundAt?: number; // ms since the epoch
  /** Start (ms since the epoch) and limits of the two work clocks, set on acceptance. */
  readonly clock?: { readonly from: number; readonly contain?: Limit; readonly cure: Limit };
  /** The limits set on acceptance; a failed check shortens only `clock`. */
  readonly limits?: { readonly contain?: Limit; readonly cure: Limit };
  /** Total time on the shelf, ms; it does not count towards limits. */
  readonly frozenMs?: number;
  /** The extended cure deadline (ms since the epoch), the number of extensions, and the requested deadline. */
  readonly extended?: { readonly until: number; readonly times: number };
  readonly extensionAsked?: number;
  /** The lead unit, the helping units, and the reason for the choice. */
  readonly unit?: string;
  readonly helpers?: readonly string[];
  readonly route?: RouteReason;
  /** Pseudonym of the organiser who has the case in hand: who accepted it, then who signed for it. */
  readonly holder?: string;
  /** The unit that the last returning unit proposed. */
  readonly nominated?: string;
  readonly returns?: number;
  /** The lead chose the unit; it cannot return the case. */
  readonly final?: true;
  readonly contained?: number; // ms since the epoch
  /** Pseudonym of the person who reported the work as done; that person may not check it. */
  readonly handledBy?: string;
  /** Photos from looks, work, checks and ratings, oldest first. */
  readonly evidence?: readonly Media[];
  readonly reworks?: number;
  readonly reopenings?: number;
  readonly ratings?: Readonly<Record<string, Rating>>;
  /** The final rating; `unrated` if no rating came, which does not count as satisfaction. */
  readonly outcome?: Rating | 'unrated';
  /** 0 none, 1 reminded, 2 supervised, 3 publicly listed. */
  readonly supervision?: 0 | 1 | 2 | 3;
  /** High-risk rules apply: a dispatcher said so, or the case is publicly listed. */
  readonly highRisk?: true;
  readonly three?: readonly string[];
  readonly five?: ListingAnswers;
  readonly listedAt?: number; // ms since the epoch
  /** Time of a passed check after the listing, ms since the epoch. */
  readonly recheckedAt?: number;
  readonly shelvedUntil?: number;
  /** The question to the reporter that waits for an answer. */
  readonly asked?: Words;
  /** Spans in which the clock of the present state stood still; the last one may be open. ms since the epoch. */
  readonly pauses?: readonly { readonly from: number; readonly until?: number }[];
  /** The refusal was appealed: the lead decides, for good. */
  readonly appealed?: true;
  readonly mergedInto?: CaseId;
  /** Cases that were merged into this one; a merge that was undone stays here. */
  readonly joined?: readonly CaseId[];
  readonly before?: CaseState;
  /** Keys of clock marks whose reminder was already sent. */
  readonly told?: readonly string[];
  /** The closed case of which this one is a recurrence. */
  readonly recurs?: CaseId;
  readonly closedAt?: number; // ms since the epoch: entry into a final state
};

/** Limit of report photos in one case, also after a merge. */
export const PHOTOS_MAX = 8;

/** Returns the report photos and the evidence photos of a case. */
export function photosOf({ photos, evidence = [] }: HazardCase): readonly Media[] {
  return [...photos, ...evidence];
}
