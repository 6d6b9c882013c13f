import type { CaseEvent, EventType } from './case-event.ts';
import { REOPENINGS_UNTIL_SUPERVISED, RETURNS_UNTIL_DECIDED } from './case-event.ts';
import type { CaseId, HazardCase } from './hazard-case.ts';
import { BEFORE_DISPATCH, isOpen } from './hazard-case.ts';

/** Limit of stored marks; older marks belong to clocks that have ended. */
const TOLD_MARKS_MAX = 24;

/** Rebuilds a case record from its event log, which is the source of truth. */
export function replay(events: readonly CaseEvent[]): HazardCase {
  const [first, ...rest] = events;
  return rest.reduce(applyEvent, submittedBy(first));
}

/** Rebuilds the record after each event of a log, in one pass. */
export function replayEach(events: readonly CaseEvent[]): readonly HazardCase[] {
  const [first, ...rest] = events;
  const records = [submittedBy(first)];
  for (const event of rest) records.push(applyEvent(records[records.length - 1] as HazardCase, event)); // never empty
  return records;
}

function submittedBy(first: CaseEvent | undefined): HazardCase {
  if (first?.type !== 'submitted' || !first.report)
    throw new Error('The event log of a case must begin with a `submitted` event that holds the report.');
  return { ...first.report, state: 'submitted', since: first.at, events: 1, changedAt: first.at };
}

/** Returns the case record after one more event. */
export function applyEvent(before: HazardCase, event: CaseEvent): HazardCase {
  const { at, to } = event;
  const inState =
    to === undefined || to === before.state ? before : { ...omit(before, 'asked', 'pauses'), state: to, since: at };
  const photos = REPORT_PHOTO_EVENTS.includes(event.type) ? [] : (event.photos ?? []);
  const evidence = photos.length > 0 ? { evidence: [...(inState.evidence ?? []), ...photos] } : {};
  const counted = { ...inState, ...evidence, events: before.events + 1, changedAt: at };
  const after = applyFields(counted, event, before);
  if (isOpen(after) || after.closedAt !== undefined) return after;
  return { ...after, closedAt: at };
}

/** Applies the payload. `record` already has its new state; `before` is the record before the event. */
function applyFields(record: HazardCase, event: CaseEvent, before: HazardCase): HazardCase {
  const { at, by, words } = event;
  switch (event.type) {
    case 'submitted':
      throw new Error('A `submitted` event can only be the first event of a case.');
    case 'added':
      return {
        ...withAddition(record, event),
        ...(event.target ? { joined: joinedWith(record, event.target) } : {}),
      };
    case 'asked': {
      const isPaused = BEFORE_DISPATCH.includes(record.state);
      const pauses = isPaused ? { pauses: [...(record.pauses ?? []), { from: at }] } : {};
      return { ...record, ...pauses, ...(words ? { asked: words } : {}) };
    }
    case 'answered':
      return omit(
        withAddition({ ...record, ...(record.pauses ? { pauses: endPause(record.pauses, at) } : {}) }, event),
        'asked',
      );
    case 'appealed':
      return { ...omit(record, 'closedAt', 'found', 'foundAt'), appealed: true };
    case 'looked':
      return { ...record, found: event.found ?? false, foundAt: at };
    case 'look_ordered':
      return { ...omit(record, 'found', 'foundAt'), looked: true };
    case 'accepted': {
      const risk = event.highRisk ? { highRisk: true as const } : {};
      return { ...record, holder: by, looked: true, ...firstClock(event), ...risk };
    }
    case 'rejected':
    case 'given_up':
      return { ...record, looked: true };
    // A withdrawal is no review by staff: `looked` stays as it is.
    case 'withdrawn':
      return record;
    case 'merged':
      return { ...record, before: before.state, ...(event.target ? { mergedInto: event.target } : {}) };
    case 'unmerged':
      return omit(record, 'mergedInto', 'before', 'closedAt');
    case 'dispatched': {
      const { unit, helpers = [], route } = event;
      const decided = (record.returns ?? 0) >= RETURNS_UNTIL_DECIDED ? { final: true as const } : {};
      return {
        ...omit(record, 'nominated', 'holder'),
        since: at,
        ...(unit ? { unit } : {}),
        helpers,
        ...(route ? { route } : {}),
        ...decided,
      };
    }
    case 'returned':
      return {
        ...omit(record, ...ROUTING_FIELDS),
        returns: (record.returns ?? 0) + 1,
        ...(event.unit ? { nominated: event.unit } : {}),
      };
    case 'extension_asked':
      return { ...record, ...(event.until ? { extensionAsked: event.until } : {}) };
    case 'extension_refused':
      return omit(record, 'extensionAsked');
    case 'extended': {
      const times = (record.extended?.times ?? 0) + 1;
      return {
        ...omit(record, 'extensionAsked'),
        ...(event.until ? { extended: { until: event.until, times } } : {}),
      };
    }
    case 'contained':
      return { ...record, contained: at };
    case 'handled':
      return { ...record, handledBy: by };
    case 'check_passed':
      return { ...omit(record, 'ratings'), ...(record.listedAt === undefined ? {} : { recheckedAt: at }) };
    case 'check_failed':
      return restartCure({ ...record, reworks: (record.reworks ?? 0) + 1 }, at, event);
    case 'rated':
      return applyRating(record, event);
    case 'left_unrated':
      return { ...record, outcome: outcomeOf(record) };
    case 'three_filled':
      return { ...record, three: event.three ?? [], ...(event.to === 'closed' ? { outcome: outcomeOf(record) } : {}) };
    case 'reopened':
      return reopen(record, event);
    case 'overturned':
      return before.state === 'rejected'
        ? { ...omit(record, 'closedAt', 'found', 'foundAt', 'appealed'), ...firstClock(event) }
        : restartCure(omit(record, 'closedAt', 'shelvedUntil', 'contained', ...ROUTING_FIELDS), at, event);
    case 'shelved':
      return { ...record, ...(event.until ? { shelvedUntil: event.until } : {}) };
    case 'resumed':
      return {
        ...omit(record, 'shelvedUntil', ...ROUTING_FIELDS),
        frozenMs: (record.frozenMs ?? 0) + at - before.since,
        ...(record.extended
          ? { extended: { ...record.extended, until: record.extended.until + at - before.since } }
          : {}),
      };
    case 'supervised':
      return { ...record, supervision: event.level ?? 1 };
    case 'listed':
      return {
        ...omit(record, 'recheckedAt'),
        supervision: 3,
        highRisk: true,
        listedAt: at,
        ...(event.five ? { five: event.five } : {}),
      };
    case 'delisted':
      return {
        ...omit(record, 'listedAt', 'recheckedAt'),
        supervision: 0,
        ...(event.to === 'closed' ? { outcome: outcomeOf(record) } : {}),
      };
    case 'reclassified':
      return {
        ...omit(record, 'extras'),
        ...(event.category ? { category: event.category } : {}),
        ...(event.urgent === undefined ? {} : { urgent: event.urgent }),
      };
    case 'located':
      return {
        ...record,
        ...(event.place ? { place: event.place } : {}),
        ...(event.desk ? { desk: event.desk } : {}),
        ...(event.community ? { community: event.community } : {}),
      };
    case 'reminded':
      return {
        ...record,
        told: [...(record.told ?? []), ...(event.marks ?? [event.mark ?? ''])].slice(-TOLD_MARKS_MAX),
        ...(event.level && event.level > (record.supervision ?? 0) ? { supervision: event.level } : {}),
      };
    case 'recurred':
      return { ...record, ...(event.target ? { recurs: event.target } : {}) };
    case 'signed':
      return { ...record, holder: by };
    case 'handed_over':
      return { ...record, holder: event.holder ?? by };
    case 'noted':
    case 'redacted':
      return record;
  }
}

/** Events whose photos belong to the report and not to the evidence. */
export const REPORT_PHOTO_EVENTS: readonly EventType[] = ['submitted', 'added', 'answered'];
/** Fields that a dispatch sets. */
const ROUTING_FIELDS = ['unit', 'helpers', 'route', 'holder'] as const;
/** Limit of added texts in the record; the log keeps all of them. */
const ADDITIONS_MAX = 10;

function withAddition(record: HazardCase, { photos = [], words }: CaseEvent): HazardCase {
  return {
    ...record,
    photos: [...record.photos, ...photos],
    ...(words ? { additions: [...(record.additions ?? []), words].slice(-ADDITIONS_MAX) } : {}),
  };
}

function endPause(pauses: NonNullable<HazardCase['pauses']>, at: number): NonNullable<HazardCase['pauses']> {
  return pauses.map((pause) => (pause.until === undefined ? { ...pause, until: at } : pause));
}

/** Limit of merged cases that a case names. */
const JOINED_MAX = 50;

function joinedWith({ joined = [] }: HazardCase, id: CaseId): readonly CaseId[] {
  return [...joined.filter((one) => one !== id), id].slice(-JOINED_MAX);
}

/** The outcome once the rating period is over. */
function outcomeOf({ outcome, ratings = {} }: HazardCase): NonNullable<HazardCase['outcome']> {
  return outcome ?? (Object.values(ratings).includes('solved') ? 'solved' : 'unrated');
}

/** Records a rating. Only the reporter's “solved” sets the outcome; “partly” and “unsolved” reopen the case. */
function applyRating(record: HazardCase, event: CaseEvent): HazardCase {
  const { rating = 'unsolved', by, to } = event;
  const ratings = { ...record.ratings, [by]: rating };
  const withRating = {
    ...record,
    ratings,
    ...(rating === 'solved' && event.as === 'reporter' ? { outcome: rating } : {}),
  };
  return to === 'in_progress' ? reopen(withRating, event) : withRating;
}

/** Reopens a case with its full time limit; the third reopening puts it under supervision. */
function reopen(record: HazardCase, event: CaseEvent): HazardCase {
  const reopenings = (record.reopenings ?? 0) + 1;
  const restarted = restartCure(
    { ...omit(record, 'closedAt', 'outcome', 'three', 'contained'), reopenings },
    event.at,
    event,
  );
  if (reopenings < REOPENINGS_UNTIL_SUPERVISED || (record.supervision ?? 0) >= 2) return restarted;
  return { ...restarted, supervision: 2 };
}

/** The clocks of a case that is filed for the first time. */
function firstClock({ at, clock }: CaseEvent): Pick<HazardCase, 'clock' | 'limits'> {
  return clock ? { clock: { from: at, ...clock }, limits: clock } : {};
}

/** Restarts the cure clock. After a failed check it uses the shorter limit that the event carries. */
function restartCure(record: HazardCase, at: number, { type, clock }: CaseEvent): HazardCase {
  const { extended: _extended, extensionAsked: _asked, frozenMs: _frozen, ...rest } = record;
  const limits = type === 'check_failed' ? (clock ?? record.clock) : (record.limits ?? record.clock);
  return limits ? { ...rest, clock: { ...limits, from: at } } : rest;
}

function omit<K extends keyof HazardCase>(record: HazardCase, ...names: readonly K[]): HazardCase {
  const rest: Record<string, unknown> = { ...record };
  for (const name of names) delete rest[name];
  return rest as HazardCase; // callers name optional fields only
}
