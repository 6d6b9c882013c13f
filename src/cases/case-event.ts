import type { Limit } from '../calendar.ts';
import type { Media } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { CaseId, CaseState, Five, HazardCase, Rating, Report, RouteReason } from './hazard-case.ts';
import { isOpen } from './hazard-case.ts';

/** In which part somebody acts on a case. The house itself and programs of others act too. */
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

/** Whatever can happen to a case, as facts in the past. */
export const EVENT_TYPES = [
  'submitted',
  'added',
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

/** One thing that happened: when, in which part somebody did it, and what came with it. */
export type CaseEvent = {
  readonly type: EventType;
  readonly at: number; // ms since the epoch
  readonly as: ActingRole;
  /** A pseudonym; '' where nobody is to be known again. */
  readonly by: string;
  /** The state into which the case came, where it changed. */
  readonly to?: CaseState;
} & EventPayload;

/** Why somebody does not accept, gives back, puts off or gives up. */
export const REASONS = {
  rejected: ['out_of_scope', 'about_persons', 'emergency', 'not_found', 'too_little', 'nothing_new', 'malicious'],
  returned: ['not_ours', 'outside_ground', 'needs_others'],
  shelved: ['season', 'works_planned', 'money', 'rebuilding'],
  given_up: ['no_power', 'impossible', 'refused_entry'],
} as const satisfies Partial<Record<EventType, readonly string[]>>;
export type Reason = (typeof REASONS)[keyof typeof REASONS][number];

/** What an act brings along and its event keeps. */
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
  readonly five?: Five;
  readonly category?: string;
  readonly urgent?: boolean;
  readonly highRisk?: boolean;
  readonly place?: Place;
  readonly desk?: string;
  readonly community?: string;
  /** Which mark of time was told, and with it those that it makes needless. */
  readonly mark?: string;
  readonly marks?: readonly string[];
};

/** From the second giving back on, the lead decides. */
export const RETURNS_UNTIL_DECIDED = 2;
/** The third time that a case is opened again it is supervised. */
export const REOPENINGS_UNTIL_SUPERVISED = 3;
/** So many of the last marks are remembered; older ones are long past. */
const TOLD_MAX = 24;

/** The case that a list of events has made: the log is the truth, the record only its sum. */
export function replay(events: readonly CaseEvent[]): HazardCase {
  const [first, ...rest] = events;
  if (first?.type !== 'submitted' || !first.report) throw new Error('A case begins with what was submitted.');
  const begun: HazardCase = { ...first.report, state: 'submitted', since: first.at, events: 1, changedAt: first.at };
  return rest.reduce(apply, begun);
}

/** A case after one more event. */
export function apply(before: HazardCase, event: CaseEvent): HazardCase {
  const { at, to } = event;
  const moved = to === undefined || to === before.state ? before : { ...before, state: to, since: at };
  const shown = EVIDENCE_FREE.includes(event.type) ? [] : (event.photos ?? []);
  const evidence = shown.length > 0 ? { evidence: [...(moved.evidence ?? []), ...shown] } : {};
  const counted = { ...moved, ...evidence, events: before.events + 1, changedAt: at };
  const after = changed(counted, event, before);
  if (isOpen(after) || after.closedAt !== undefined) return after;
  return { ...after, closedAt: at };
}

/** `kept` stands in its new state already; `before` is what it was. */
function changed(kept: HazardCase, event: CaseEvent, before: HazardCase): HazardCase {
  const { at, by, photos = [], words } = event;
  switch (event.type) {
    case 'submitted':
      throw new Error('A case is submitted once.');
    case 'added':
      return {
        ...kept,
        photos: [...kept.photos, ...photos],
        ...(words ? { additions: [...(kept.additions ?? []), words].slice(-ADDITIONS_MAX) } : {}),
      };
    case 'looked':
      return { ...kept, found: event.found ?? false };
    case 'look_ordered':
      return { ...without(kept, 'found'), looked: true };
    case 'accepted': {
      const clock = event.clock ? { clock: { from: at, ...event.clock }, limits: event.clock } : {};
      return { ...kept, looked: true, ...clock, ...(event.highRisk ? { highRisk: true as const } : {}) };
    }
    case 'rejected':
    case 'given_up':
      return { ...kept, looked: true };
    // Nobody has looked at what its reporter takes back.
    case 'withdrawn':
      return kept;
    case 'merged':
      return { ...kept, before: before.state, ...(event.target ? { mergedInto: event.target } : {}) };
    case 'unmerged':
      return without(kept, 'mergedInto', 'before', 'closedAt');
    case 'dispatched': {
      const { unit, helpers = [], route } = event;
      const decided = (kept.returns ?? 0) >= RETURNS_UNTIL_DECIDED ? { final: true as const } : {};
      return {
        ...without(kept, 'nominated'),
        since: at,
        ...(unit ? { unit } : {}),
        helpers,
        ...(route ? { route } : {}),
        ...decided,
      };
    }
    case 'returned':
      return {
        ...without(kept, ...SENT),
        returns: (kept.returns ?? 0) + 1,
        ...(event.unit ? { nominated: event.unit } : {}),
      };
    case 'extension_asked':
      return { ...kept, ...(event.until ? { extensionAsked: event.until } : {}) };
    case 'extension_refused':
      return without(kept, 'extensionAsked');
    case 'extended': {
      const times = (kept.extended?.times ?? 0) + 1;
      return {
        ...without(kept, 'extensionAsked'),
        ...(event.until ? { extended: { until: event.until, times } } : {}),
      };
    }
    case 'contained':
      return { ...kept, contained: at };
    case 'handled':
      return { ...kept, handledBy: by };
    case 'check_passed':
      return { ...without(kept, 'ratings'), ...(kept.listedAt === undefined ? {} : { recheckedAt: at }) };
    case 'check_failed':
      return begunAnew({ ...kept, reworks: (kept.reworks ?? 0) + 1 }, at, event);
    case 'rated':
      return rated(kept, event);
    case 'left_unrated':
      return { ...kept, outcome: outcomeOf(kept) };
    case 'three_filled':
      return { ...kept, three: event.three ?? [], ...(event.to === 'closed' ? { outcome: outcomeOf(kept) } : {}) };
    case 'reopened':
      return reopened(kept, event);
    case 'overturned':
      return begunAnew(without(kept, 'closedAt', 'shelvedUntil', 'contained', ...SENT), at, event);
    case 'shelved':
      return { ...kept, ...(event.until ? { shelvedUntil: event.until } : {}) };
    case 'resumed':
      return {
        ...without(kept, 'shelvedUntil', ...SENT),
        frozenMs: (kept.frozenMs ?? 0) + at - before.since,
        ...(kept.extended ? { extended: { ...kept.extended, until: kept.extended.until + at - before.since } } : {}),
      };
    case 'supervised':
      return { ...kept, supervision: event.level ?? 1 };
    case 'listed':
      return {
        ...without(kept, 'recheckedAt'),
        supervision: 3,
        highRisk: true,
        listedAt: at,
        ...(event.five ? { five: event.five } : {}),
      };
    case 'delisted':
      return {
        ...without(kept, 'listedAt', 'recheckedAt'),
        supervision: 0,
        ...(event.to === 'closed' ? { outcome: outcomeOf(kept) } : {}),
      };
    case 'reclassified':
      return {
        ...without(kept, 'extras'),
        ...(event.category ? { category: event.category } : {}),
        ...(event.urgent === undefined ? {} : { urgent: event.urgent }),
      };
    case 'located':
      return {
        ...kept,
        ...(event.place ? { place: event.place } : {}),
        ...(event.desk ? { desk: event.desk } : {}),
        ...(event.community ? { community: event.community } : {}),
      };
    case 'reminded':
      return {
        ...kept,
        told: [...(kept.told ?? []), ...(event.marks ?? [event.mark ?? ''])].slice(-TOLD_MAX),
        ...(event.level && event.level > (kept.supervision ?? 0) ? { supervision: event.level } : {}),
      };
    case 'recurred':
      return { ...kept, ...(event.target ? { recurs: event.target } : {}) };
    case 'signed':
    case 'redacted':
      return kept;
  }
}

/** Photos of the hazard itself stand with the report. */
const EVIDENCE_FREE: readonly EventType[] = ['submitted', 'added'];
/** To whom a case was sent, and why. */
const SENT = ['unit', 'helpers', 'route'] as const;
/** The newest of what was added in words. */
const ADDITIONS_MAX = 10;

/** How it ended for those who were asked, once nobody is waited for any more. */
function outcomeOf({ outcome, ratings = {} }: HazardCase): NonNullable<HazardCase['outcome']> {
  return outcome ?? (Object.values(ratings).includes('solved') ? 'solved' : 'unrated');
}

/** What those who are asked say. Only “solved” by whoever reported it ends the case; one “no” is enough to go on. */
function rated(kept: HazardCase, event: CaseEvent): HazardCase {
  const { rating = 'unsolved', by, to } = event;
  const ratings = { ...kept.ratings, [by]: rating };
  const told = { ...kept, ratings, ...(rating === 'solved' && event.as === 'reporter' ? { outcome: rating } : {}) };
  return to === 'in_progress' ? reopened(told, event) : told;
}

/** The work begins anew, with the whole limit, and the third time under supervision. */
function reopened(kept: HazardCase, event: CaseEvent): HazardCase {
  const reopenings = (kept.reopenings ?? 0) + 1;
  const again = begunAnew(
    { ...without(kept, 'closedAt', 'outcome', 'three', 'contained'), reopenings },
    event.at,
    event,
  );
  if (reopenings < REOPENINGS_UNTIL_SUPERVISED || (kept.supervision ?? 0) >= 2) return again;
  return { ...again, supervision: 2 };
}

/** The cure's clock runs anew; what somebody else found wanting gets the shorter time that the event names. */
function begunAnew(kept: HazardCase, at: number, { type, clock }: CaseEvent): HazardCase {
  const { extended: _extended, extensionAsked: _asked, frozenMs: _frozen, ...rest } = kept;
  const limits = type === 'check_failed' ? (clock ?? kept.clock) : (kept.limits ?? kept.clock);
  return limits ? { ...rest, clock: { ...limits, from: at } } : rest;
}

function without<K extends keyof HazardCase>(kept: HazardCase, ...names: readonly K[]): HazardCase {
  const rest: Record<string, unknown> = { ...kept };
  for (const name of names) delete rest[name];
  return rest as HazardCase; // only optional fields are named
}
