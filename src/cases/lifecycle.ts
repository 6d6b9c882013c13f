import type { Limit } from '../calendar.ts';
import { after, DAY_MS, halved } from '../calendar.ts';
import type { ActingRole, CaseEvent, EventPayload, EventType } from './case-event.ts';
import { RETURNS_UNTIL_DECIDED } from './case-event.ts';
import { cureDue } from './deadlines.ts';
import type { CaseState, HazardCase } from './hazard-case.ts';
import { FIVE, THREE } from './hazard-case.ts';

/** Who wants to do something: in which part, and for which units they work. */
export type Actor = { readonly by: string; readonly as: ActingRole; readonly units?: readonly string[] };

/** Why something cannot be done now; the wording stands in locales/. */
export const REFUSALS = [
  'not_now',
  'not_you',
  'words_missing',
  'photos_missing',
  'reason_missing',
  'unit_missing',
  'target_missing',
  'until_missing',
  'until_past',
  'until_too_far',
  'nobody_looked',
  'lead_decides',
  'decided',
  'too_late',
  'own_work',
  'contain_first',
  'extended_twice',
  'extension_not_asked',
  'three_missing',
  'five_missing',
  'still_listed',
  'not_listed',
  'check_missing',
  'place_unknown',
  'other_kind_needed',
] as const;
export type CaseRefusal = (typeof REFUSALS)[number];

/** What an act must bring. */
type Need = 'words' | 'photos' | 'words_or_photos' | 'reason' | 'unit' | 'target' | 'until';

type Trying = {
  readonly kept: HazardCase;
  readonly actor: Actor;
  readonly brought: EventPayload;
  readonly now: number;
};

type Transition = {
  readonly event: EventType;
  readonly from: readonly CaseState[];
  /** 'same' stays; 'before' goes back to where it was. */
  readonly to: CaseState | 'same' | 'before';
  readonly who: readonly ActingRole[];
  readonly needs?: readonly Need[];
  readonly guard?: (trying: Trying) => CaseRefusal | undefined;
};

const UNDO_MS = DAY_MS;
const REOPEN_MS = 30 * DAY_MS;
/** What is put off, or extended, comes back within so many days. */
export const SHELVED_MAX_DAYS = 90;
const SHELVED_MAX_MS = SHELVED_MAX_DAYS * DAY_MS;
const BEFORE_WORK = ['submitted', 'verifying', 'filed'] as const;
const AT_WORK = ['dispatched', 'in_progress'] as const;
const ALL_OPEN = [...BEFORE_WORK, ...AT_WORK, 'checking', 'confirming', 'shelved'] as const;

/** The life of a case: which event leads from where to where, who may bring it about, and what must be so. */
export const TRANSITIONS: readonly Transition[] = [
  // Taking in: a dispatcher looks, sends somebody to look, and accepts or says why not.
  { event: 'look_ordered', from: ['submitted'], to: 'verifying', who: ['dispatcher'] },
  { event: 'looked', from: ['verifying'], to: 'same', who: ['grid_worker', 'volunteer'], needs: ['photos'] },
  { event: 'accepted', from: ['submitted', 'verifying'], to: 'filed', who: ['dispatcher'], guard: mayBeAccepted },
  {
    event: 'rejected',
    from: ['submitted', 'verifying'],
    to: 'rejected',
    who: ['dispatcher'],
    needs: ['reason', 'words'],
    guard: notListed,
  },
  {
    event: 'merged',
    from: [...BEFORE_WORK, ...AT_WORK],
    to: 'merged',
    who: ['dispatcher'],
    needs: ['target'],
    guard: notListed,
  },
  { event: 'unmerged', from: ['merged'], to: 'before', who: ['dispatcher'], guard: within(UNDO_MS) },
  { event: 'reclassified', from: BEFORE_WORK, to: 'same', who: ['dispatcher'] },
  { event: 'located', from: BEFORE_WORK, to: 'same', who: ['dispatcher', 'office'] },
  // Work: one unit leads; what is not its own it gives back once, and the second time the lead decides for good.
  {
    event: 'dispatched',
    from: ['filed'],
    to: 'dispatched',
    who: ['dispatcher', 'lead', 'house'],
    needs: ['unit'],
    guard: mayBeDispatched,
  },
  // Sent elsewhere in one step, so that it is never nobody's in between.
  {
    event: 'dispatched',
    from: AT_WORK,
    to: 'dispatched',
    who: ['dispatcher', 'lead'],
    needs: ['unit'],
    guard: mayBeSentElsewhere,
  },
  { event: 'signed', from: ['dispatched'], to: 'in_progress', who: ['unit_staff'], guard: isOurs },
  {
    event: 'returned',
    from: AT_WORK,
    to: 'filed',
    who: ['unit_staff'],
    needs: ['reason', 'unit'],
    guard: mayBeReturned,
  },
  { event: 'contained', from: ['in_progress'], to: 'same', who: ['unit_staff'], needs: ['photos'], guard: isOurs },
  {
    event: 'extension_asked',
    from: ['in_progress'],
    to: 'same',
    who: ['unit_staff'],
    needs: ['until', 'words'],
    guard: mayAskForLonger,
  },
  { event: 'extension_refused', from: ['in_progress'], to: 'same', who: ['dispatcher', 'lead'], guard: wasAsked },
  {
    event: 'extended',
    from: ['in_progress'],
    to: 'same',
    who: ['dispatcher', 'lead'],
    needs: ['until'],
    guard: mayBeExtended,
  },
  {
    event: 'handled',
    from: ['in_progress'],
    to: 'checking',
    who: ['unit_staff'],
    needs: ['photos', 'words'],
    guard: mayBeHandled,
  },
  // The check is never done by those who did the work.
  {
    event: 'check_passed',
    from: ['checking'],
    to: 'confirming',
    who: ['grid_worker', 'volunteer'],
    needs: ['photos'],
    guard: isOthersWork,
  },
  {
    event: 'check_failed',
    from: ['checking'],
    to: 'in_progress',
    who: ['grid_worker', 'volunteer'],
    needs: ['words_or_photos'],
    guard: isOthersWork,
  },
  // The people who saw it have the last word; silence ends it, but is no satisfaction.
  { event: 'rated', from: ['confirming'], to: 'same', who: ['reporter', 'follower'] },
  { event: 'left_unrated', from: ['confirming'], to: 'closed', who: ['house'], guard: mayBeClosed },
  { event: 'three_filled', from: ['checking', 'confirming'], to: 'same', who: ['lead'], guard: allThree },
  {
    event: 'reopened',
    from: ['closed'],
    to: 'in_progress',
    who: ['reporter', 'follower', 'grid_worker', 'office'],
    needs: ['words_or_photos'],
    guard: within(REOPEN_MS),
  },
  // What cannot be done now is put off in the open, never closed by its age.
  {
    event: 'shelved',
    from: ['filed', 'in_progress'],
    to: 'shelved',
    who: ['lead'],
    needs: ['reason', 'words', 'until'],
    guard: notTooFar,
  },
  { event: 'resumed', from: ['shelved'], to: 'filed', who: ['lead', 'house'] },
  {
    event: 'given_up',
    from: ['in_progress', 'shelved'],
    to: 'closed_unsolved',
    who: ['lead'],
    needs: ['reason', 'words'],
    guard: notListed,
  },
  { event: 'overturned', from: ['closed_unsolved'], to: 'filed', who: ['office'], needs: ['words'] },
  { event: 'withdrawn', from: BEFORE_WORK, to: 'withdrawn', who: ['reporter'], guard: notListed },
  // Supervision lies over the states.
  { event: 'supervised', from: ALL_OPEN, to: 'same', who: ['lead', 'office'], guard: notListed },
  { event: 'listed', from: ALL_OPEN, to: 'same', who: ['office'], guard: allFive },
  { event: 'delisted', from: [...ALL_OPEN, 'closed'], to: 'same', who: ['office'], guard: mayBeDelisted },
  {
    event: 'added',
    from: ALL_OPEN,
    to: 'same',
    who: ['reporter', 'follower', 'grid_worker', 'program'],
    needs: ['words_or_photos'],
  },
  { event: 'reminded', from: ALL_OPEN, to: 'same', who: ['house'] },
  { event: 'recurred', from: ALL_OPEN, to: 'same', who: ['house'] },
];

export type Attempt =
  | { readonly type: 'done'; readonly event: CaseEvent }
  | { readonly type: 'refused'; readonly why: CaseRefusal };

/** Tries to bring an event about. Pure: the same case, actor, things brought and time give the same answer. */
export function attempt(kept: HazardCase, type: EventType, actor: Actor, brought: EventPayload, now: number): Attempt {
  const rows = TRANSITIONS.filter(({ event }) => event === type);
  const here = rows.filter(({ from }) => from.includes(kept.state));
  if (here.length === 0) return refused('not_now');
  const row = here.find(({ who }) => who.includes(actor.as));
  if (!row) return refused('not_you');
  const trying = { kept, actor, brought, now };
  const missing = row.needs?.map((need) => lacks(need, brought)).find((why) => why !== undefined);
  const why = missing ?? row.guard?.(trying);
  if (why) return refused(why);
  const to = destination(row, trying);
  const event = { type, at: now, as: actor.as, by: actor.by, ...(to === kept.state ? {} : { to }), ...brought };
  return { type: 'done', event: { ...event, ...shortened(event, kept) } };
}

/** What somebody may do with a case now, as far as it can be told before they bring anything. */
export function offered(kept: HazardCase, actors: readonly Actor[], now: number): readonly EventType[] {
  const possible = TRANSITIONS.filter(({ from, who, guard, event }) => {
    if (!from.includes(kept.state) || event === 'reminded' || event === 'recurred') return false;
    const actor = actors.find(({ as }) => who.includes(as));
    if (!actor) return false;
    const why = guard?.({ kept, actor, brought: {}, now });
    return why === undefined || MISSING.includes(why);
  });
  return [...new Set(possible.map(({ event }) => event))];
}

/** Refusals that only ask for something more. */
const MISSING: readonly CaseRefusal[] = [
  'until_missing',
  'until_past',
  'until_too_far',
  'three_missing',
  'five_missing',
];

function destination({ event, to }: Transition, { kept, actor, brought, now }: Trying): CaseState {
  if (to === 'before') return kept.before ?? 'submitted';
  if (event === 'rated') {
    if (brought.rating !== 'solved') return 'in_progress';
    // A follower's yes is counted, but whoever reported it has the last word.
    return actor.as === 'reporter' && !needsThree(kept) ? 'closed' : 'confirming';
  }
  // The last thing that was missing closes it, if nobody is waited for any more.
  const ready = kept.state === 'confirming' && (kept.outcome !== undefined || now >= after(kept.since, '72h'));
  if (event === 'three_filled') return ready ? 'closed' : kept.state;
  if (event === 'delisted') {
    const { listedAt: _listed, ...rest } = kept;
    return ready && !needsThree(rest) ? 'closed' : kept.state;
  }
  return to === 'same' ? kept.state : to;
}

/** Work that was found wanting has half the time. */
function shortened({ type }: { readonly type: EventType }, { clock }: HazardCase): Pick<EventPayload, 'clock'> {
  if (type !== 'check_failed' || !clock) return {};
  return { clock: { ...(clock.contain ? { contain: clock.contain } : {}), cure: halved(clock.cure) as Limit } };
}

function lacks(need: Need, { words, photos = [], reason, unit, target, until }: EventPayload): CaseRefusal | undefined {
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

function mayBeAccepted({ kept }: Trying): CaseRefusal | undefined {
  if (kept.desk === undefined) return 'place_unknown';
  if (kept.category === OTHER) return 'other_kind_needed';
  return kept.state === 'verifying' && kept.found === undefined ? 'nobody_looked' : undefined;
}

/** The category of what fits nowhere: a case gets a real one before anybody is sent. */
const OTHER = 'other_hazard';

function mayBeDispatched({ kept, actor }: Trying): CaseRefusal | undefined {
  return (kept.returns ?? 0) >= RETURNS_UNTIL_DECIDED && actor.as !== 'lead' ? 'lead_decides' : undefined;
}

/** To another unit than before; what the lead has decided only the lead changes. */
function mayBeSentElsewhere({ kept, actor, brought }: Trying): CaseRefusal | undefined {
  if (kept.final && actor.as !== 'lead') return 'lead_decides';
  return brought.unit !== undefined && brought.unit === kept.unit ? 'unit_missing' : undefined;
}

function isOurs({ kept, actor }: Trying): CaseRefusal | undefined {
  return kept.unit !== undefined && actor.units?.includes(kept.unit) ? undefined : 'not_you';
}

function mayBeReturned(trying: Trying): CaseRefusal | undefined {
  const { kept, now } = trying;
  if (kept.final) return 'decided';
  if (now > after(kept.since, '1wd')) return 'too_late';
  return isOurs(trying);
}

function mayAskForLonger(trying: Trying): CaseRefusal | undefined {
  const { kept, brought, now } = trying;
  if ((kept.extended?.times ?? 0) >= 2) return 'extended_twice';
  const due = cureDue(kept);
  if (due !== undefined && now >= due) return 'too_late';
  if (brought.until !== undefined && brought.until <= Math.max(now, due ?? 0)) return 'until_past';
  return isOurs(trying);
}

function wasAsked({ kept }: Trying): CaseRefusal | undefined {
  return kept.extensionAsked === undefined ? 'extension_not_asked' : undefined;
}

function mayBeExtended({ kept, actor, brought, now }: Trying): CaseRefusal | undefined {
  if (kept.extensionAsked === undefined) return 'extension_not_asked';
  const times = kept.extended?.times ?? 0;
  if (times >= 2) return 'extended_twice';
  if (times === 1 && actor.as !== 'lead') return 'lead_decides';
  return brought.until !== undefined && brought.until <= now ? 'until_past' : undefined;
}

function mayBeHandled(trying: Trying): CaseRefusal | undefined {
  const { kept } = trying;
  if (kept.clock?.contain && kept.contained === undefined) return 'contain_first';
  return isOurs(trying);
}

/** Neither whoever did the work nor anybody of the same unit. */
function isOthersWork({ kept, actor }: Trying): CaseRefusal | undefined {
  const same = actor.by === kept.handledBy || (kept.unit !== undefined && actor.units?.includes(kept.unit));
  return same ? 'own_work' : undefined;
}

function mayBeClosed({ kept }: Trying): CaseRefusal | undefined {
  return needsThree(kept) ? 'three_missing' : undefined;
}

/** 三不放过: a case of high risk is not closed before its three boxes are filled, nor while it is publicly listed. */
function needsThree({ highRisk, three, listedAt }: HazardCase): boolean {
  return listedAt !== undefined || (highRisk === true && !THREE.every((one) => three?.includes(one)));
}

function allThree({ kept, brought }: Trying): CaseRefusal | undefined {
  if (!kept.highRisk) return 'not_now';
  if (kept.listedAt !== undefined && kept.state === 'confirming') return 'still_listed';
  return THREE.every((one) => brought.three?.includes(one)) ? undefined : 'three_missing';
}

function allFive({ kept, brought }: Trying): CaseRefusal | undefined {
  if (kept.listedAt !== undefined) return 'still_listed';
  return FIVE.every((one) => brought.five?.[one]?.trim()) ? undefined : 'five_missing';
}

function mayBeDelisted({ kept }: Trying): CaseRefusal | undefined {
  if (kept.listedAt === undefined) return 'not_listed';
  return kept.recheckedAt === undefined ? 'check_missing' : undefined;
}

function notListed({ kept }: Trying): CaseRefusal | undefined {
  return kept.listedAt === undefined ? undefined : 'still_listed';
}

function notTooFar({ kept, brought: { until }, now }: Trying): CaseRefusal | undefined {
  if (kept.listedAt !== undefined) return 'still_listed';
  // The temporary control comes first.
  if (kept.clock?.contain && kept.contained === undefined) return 'contain_first';
  if (until === undefined) return undefined;
  if (until <= now) return 'until_past';
  return until > now + SHELVED_MAX_MS ? 'until_too_far' : undefined;
}

function within(ms: number) {
  return ({ kept, now }: Trying): CaseRefusal | undefined => (now - kept.since > ms ? 'too_late' : undefined);
}

function refused(why: CaseRefusal): Attempt {
  return { type: 'refused', why };
}
