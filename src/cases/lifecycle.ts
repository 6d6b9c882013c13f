import type { Limit } from '../calendar.ts';
import { halveLimit, limitEnd } from '../calendar.ts';
import type { CaseEvent, EventPayload, EventType } from './case-event.ts';
import type { Actor, CaseRefusal, GuardContext } from './guards.ts';
import { lacksClosingConditions, lacksForFiling } from './guards.ts';
import type { CaseState, HazardCase } from './hazard-case.ts';
import type { Need, Transition } from './transitions.ts';
import { TRANSITIONS } from './transitions.ts';

/** The event of an action, or the reason why it is refused. */
export type Attempt =
  | { readonly type: 'done'; readonly event: CaseEvent }
  | { readonly type: 'refused'; readonly why: CaseRefusal };

/** Makes the event of an action, or says why it is refused. Pure. */
export function attempt(
  record: HazardCase,
  type: EventType,
  actor: Actor,
  payload: EventPayload,
  now: number,
): Attempt {
  const transitions = TRANSITIONS.filter(({ event }) => event === type);
  const fromState = transitions.filter(({ from }) => from.includes(record.state));
  if (fromState.length === 0) return refused('not_now');
  const transition = fromState.find(({ roles }) => roles.includes(actor.as));
  if (!transition) return refused('not_you');
  const context = { record, actor, payload, now };
  const missing = transition.needs?.map((need) => missingPayload(need, payload)).find((why) => why !== undefined);
  const why = missing ?? transition.guard?.(context);
  if (why) return refused(why);
  const to = targetState(transition, context);
  const event = { type, at: now, as: actor.as, by: actor.by, ...(to === record.state ? {} : { to }), ...payload };
  return { type: 'done', event: { ...event, ...shortenedLimits(event, record) } };
}

/** Tries each role in turn. If all are refused, prefers a refusal other than `not_you`: it says what is missing. */
export function attemptAs(actors: readonly Actor[], attemptFor: (actor: Actor) => Attempt): Attempt {
  const attempts = actors.map(attemptFor);
  const refused = attempts.filter((one) => one.type === 'refused' && one.why !== 'not_you');
  return (
    attempts.find(({ type }) => type === 'done') ?? refused[0] ?? attempts[0] ?? { type: 'refused', why: 'not_you' }
  );
}

/** Lists the events that these actors may start now; missing payload is not checked yet. */
export function allowedEvents(record: HazardCase, actors: readonly Actor[], now: number): readonly EventType[] {
  const allowed = TRANSITIONS.filter(({ from, roles, guard, event }) => {
    if (!from.includes(record.state) || event === 'reminded' || event === 'recurred') return false;
    const actor = actors.find(({ as }) => roles.includes(as));
    if (!actor) return false;
    const why = guard?.({ record, actor, payload: {}, now });
    return why === undefined || MISSING_PAYLOAD_REFUSALS.includes(why);
  });
  return [...new Set(allowed.map(({ event }) => event))];
}

/** Refusals that more payload can resolve. */
const MISSING_PAYLOAD_REFUSALS: readonly CaseRefusal[] = [
  'until_missing',
  'until_past',
  'until_too_far',
  'three_missing',
  'five_missing',
];

function targetState({ event, to }: Transition, { record, actor, payload, now }: GuardContext): CaseState {
  if (to === 'before') return record.before ?? 'submitted';
  if (event === 'overturned' && record.state === 'rejected' && lacksForFiling(record)) return 'submitted';
  if (event === 'rated') {
    if (payload.rating !== 'solved') return 'in_progress';
    // Only the reporter's “solved” closes a case; a follower's is recorded.
    return actor.as === 'reporter' && !lacksClosingConditions(record) ? 'closed' : 'confirming';
  }
  // The last missing condition closes the case if it is rated or the rating period (72 h) is over.
  const isReady =
    record.state === 'confirming' && (record.outcome !== undefined || now >= limitEnd(record.since, '72h'));
  if (event === 'three_filled') return isReady ? 'closed' : record.state;
  if (event === 'delisted') {
    const { listedAt: _listed, ...rest } = record;
    return isReady && !lacksClosingConditions(rest) ? 'closed' : record.state;
  }
  return to === 'same' ? record.state : to;
}

/** A failed check halves the cure limit. */
function shortenedLimits({ type }: { readonly type: EventType }, { clock }: HazardCase): Pick<EventPayload, 'clock'> {
  if (type !== 'check_failed' || !clock) return {};
  return { clock: { ...(clock.contain ? { contain: clock.contain } : {}), cure: halveLimit(clock.cure) as Limit } };
}

function missingPayload(
  need: Need,
  { words, photos = [], reason, unit, target, until }: EventPayload,
): CaseRefusal | undefined {
  switch (need) {
    case 'words':
      return words ? undefined : 'words_missing';
    case 'photos':
      return photos.length > 0 ? undefined : 'photos_missing';
    case 'words_or_photos':
      return words || photos.length > 0 ? undefined : 'words_missing';
    case 'reason':
      return reason ? undefined : 'reason_missing';
    case 'unit':
      return unit ? undefined : 'unit_missing';
    case 'target':
      return target ? undefined : 'target_missing';
    case 'until':
      return until ? undefined : 'until_missing';
  }
}

function refused(why: CaseRefusal): Attempt {
  return { type: 'refused', why };
}
