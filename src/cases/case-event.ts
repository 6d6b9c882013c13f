import type { Limit } from '../calendar.ts';
import type { Media } from '../engine/input.ts';
import type { Place } from '../engine/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { CaseId, CaseState, ListingAnswers, Rating, Report, RouteReason } from './hazard-case.ts';

/** Roles in which actors change a case; `house` is the system, `program` an Open311 client. */
export const ACTING_ROLES = [
  'reporter',
  'follower',
  'grid_worker',
  'volunteer',
  'dispatcher',
  'unit_staff',
  'lead',
  'office',
  'house',
  'program',
] as const;
export type ActingRole = (typeof ACTING_ROLES)[number];

/** Every type of case event, in the past tense. */
export const EVENT_TYPES = [
  'submitted',
  'added',
  'asked',
  'answered',
  'appealed',
  'noted',
  'handed_over',
  'look_ordered',
  'looked',
  'accepted',
  'rejected',
  'merged',
  'unmerged',
  'dispatched',
  'signed',
  'returned',
  'extension_asked',
  'extension_refused',
  'extended',
  'contained',
  'handled',
  'check_passed',
  'check_failed',
  'rated',
  'left_unrated',
  'three_filled',
  'reopened',
  'shelved',
  'resumed',
  'given_up',
  'overturned',
  'withdrawn',
  'supervised',
  'listed',
  'delisted',
  'reclassified',
  'located',
  'reminded',
  'recurred',
  'redacted',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Events that stay between staff, or between staff and the reporter: no feed and no webhook carries them. */
const INTERNAL_EVENTS: readonly EventType[] = ['reminded', 'noted', 'handed_over', 'asked', 'answered'];

/** True if outside readers may learn of the event. */
export function isPublicEvent({ type }: Pick<CaseEvent, 'type'>): boolean {
  return !INTERNAL_EVENTS.includes(type);
}

/** One event of a case: its time, the actor's role, and its payload. */
export type CaseEvent = {
  readonly type: EventType;
  readonly at: number; // ms since the epoch
  readonly as: ActingRole;
  /** The actor's pseudonym; '' for the system and for events that must not identify a person. */
  readonly by: string;
  /** The new state; absent if the event keeps the state. */
  readonly to?: CaseState;
} & EventPayload;

/** Reasons that staff can give, by the event that needs one. */
export const REASONS = {
  rejected: ['out_of_scope', 'about_persons', 'emergency', 'not_found', 'too_little', 'nothing_new', 'malicious'],
  returned: ['not_ours', 'outside_ground', 'needs_others'],
  shelved: ['season', 'works_planned', 'money', 'rebuilding'],
  given_up: ['no_power', 'impossible', 'refused_entry'],
} as const satisfies Partial<Record<EventType, readonly string[]>>;
export type Reason = (typeof REASONS)[keyof typeof REASONS][number];

/** Data that an event carries; which fields are set depends on its type. */
export type EventPayload = {
  readonly report?: Report;
  readonly words?: Words;
  readonly photos?: readonly Media[];
  readonly reason?: Reason;
  readonly found?: boolean;
  readonly unit?: string;
  readonly helpers?: readonly string[];
  readonly route?: RouteReason;
  readonly clock?: { readonly contain?: Limit; readonly cure: Limit };
  readonly target?: CaseId;
  readonly until?: number; // ms since the epoch
  readonly rating?: Rating;
  readonly level?: 1 | 2 | 3;
  readonly three?: readonly string[];
  readonly five?: ListingAnswers;
  readonly category?: string;
  readonly urgent?: boolean;
  readonly highRisk?: boolean;
  readonly place?: Place;
  readonly desk?: string;
  readonly community?: string;
  /** Pseudonym of the colleague who gets the case; left out, the actor takes it. */
  readonly holder?: string;
  /** Cases that one hand-over moved; on its first event only. */
  readonly count?: number;
  /** Key of the clock mark in the reminder, and keys of all marks that the reminder covers. */
  readonly mark?: string;
  readonly marks?: readonly string[];
};

/** After this many returns only the lead may dispatch. */
export const RETURNS_UNTIL_DECIDED = 2;
/** After this many reopenings a case comes under supervision. */
export const REOPENINGS_UNTIL_SUPERVISED = 3;
