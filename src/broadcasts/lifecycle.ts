import { DAY_MS, QUIET_HOURS, remainingMs } from '../calendar.ts';
import type { Broadcast } from './broadcast.ts';
import { sealOf } from './broadcast.ts';
import type { ComposedAnnouncement } from './compose/announcement-from-answers.ts';
import { nextSlot, repeatsWithinDay } from './schedule.ts';

/** More recipients than this need a second approver. */
export const SINGLE_APPROVER_MAX = 200;
/** Time after approval in which a non-urgent broadcast can be cancelled, ms. */
export const UNDO_WINDOW_MS = 60_000;
/** Announcements that one organiser may send in 24 hours. */
export const PER_ORGANISER_A_DAY = 3;
/** Announcements that one person may receive in 24 hours; urgent ones do not count. */
export const PER_PERSON_A_DAY = 2;

/** Reason why a transition is refused. */
export type BroadcastRefusal =
  | 'state'
  | 'not_you'
  | 'same_person'
  | 'other_count'
  | 'changed'
  | 'too_many'
  | 'over'
  | 'expired'
  | 'urgent_repeats'
  | 'too_often'
  | 'nobody'
  | 'undo_over'
  | 'glass_broken'
  | 'not_reviewed';
export type Decision =
  | { readonly type: 'done'; readonly broadcast: Broadcast }
  | { readonly type: 'refused'; readonly why: BroadcastRefusal };

const refused = (why: BroadcastRefusal): Decision => ({ type: 'refused', why });
const done = (broadcast: Broadcast): Decision => ({ type: 'done', broadcast });

/** True during the usual quiet hours. */
export function isQuiet(at: number): boolean {
  return remainingMs(QUIET_HOURS.usual, at) > 0;
}

/** Reasons for a second approver; empty if the author may decide alone. */
export function secondApproverReasons(
  { kind, schedule }: Broadcast,
  count: number,
  now: number,
): readonly ('many' | 'urgent' | 'quiet')[] {
  const first = schedule.type === 'once' && schedule.at === 'now' ? now : (nextSlot(schedule, now) ?? now);
  return [
    ...(count > SINGLE_APPROVER_MAX ? (['many'] as const) : []),
    ...(kind === 'urgent' ? (['urgent'] as const) : []),
    ...(kind !== 'urgent' && isQuiet(first) ? (['quiet'] as const) : []),
  ];
}

/** Submits a draft; approves it at once if no second approver is needed. `approvedLastDay`: the author's own. */
export function submitBroadcast(
  broadcast: Broadcast,
  organiser: string,
  count: number,
  approvedLastDay: number,
  now: number,
): Decision {
  if (broadcast.state !== 'draft') return refused('state');
  if (broadcast.by !== organiser) return refused('not_you');
  if (count === 0) return refused('nobody');
  const unfit = unfitSchedule(broadcast);
  if (unfit) return refused(unfit);
  if (countsTowardDailyLimit(broadcast) && approvedLastDay >= PER_ORGANISER_A_DAY) return refused('too_many');
  if (isOver(broadcast, now)) return refused('over');
  if ((broadcast.expires ?? Infinity) <= now) return refused('expired');
  const proposed: Broadcast = { ...broadcast, state: 'proposed', count };
  return secondApproverReasons(proposed, count, now).length > 0
    ? done(proposed)
    : approved(proposed, organiser, now, true);
}

/** True if no time of the schedule is left. */
function isOver({ schedule }: Broadcast, now: number): boolean {
  const isNow = schedule.type === 'once' && schedule.at === 'now';
  return !isNow && nextSlot(schedule, now) === undefined;
}

/** An urgent message is sent once, by people who see the danger. Others come at most once a day. */
function unfitSchedule({ kind, schedule }: Broadcast): BroadcastRefusal | undefined {
  if (kind === 'urgent' && schedule.type !== 'once') return 'urgent_repeats';
  return repeatsWithinDay(schedule) ? 'too_often' : undefined;
}

/** True if it counts towards the organiser's daily limit; corrections and retries of earlier runs do not. */
export function countsTowardDailyLimit({ kind, audience }: Broadcast): boolean {
  return kind !== 'urgent' && audience.type === 'people';
}

/** Approves exactly the shown content (`seal`); the approver types the number of recipients. */
export function approveBroadcast(
  broadcast: Broadcast,
  organiser: string,
  seal: string,
  typed: number,
  now: number,
): Decision {
  if (broadcast.state !== 'proposed') return refused('state');
  if (broadcast.by === organiser) return refused('same_person');
  if (sealOf(broadcast) !== seal) return refused('changed');
  if (broadcast.count !== typed) return refused('other_count');
  if (isOver(broadcast, now)) return refused('over');
  return approved(broadcast, organiser, now, false);
}

/** Approves a draft of the product about a matter that two persons have agreed on already, such as a public notice. */
export function approveAgreed(broadcast: Broadcast, by: string, count: number, now: number): Decision {
  if (broadcast.state !== 'draft' || broadcast.by !== '' || broadcast.kind === 'urgent') return refused('state');
  return count === 0 ? refused('nobody') : approved({ ...broadcast, count }, by, now, false);
}

/** The organiser's last break-glass send (ms since the epoch), and the need for a review. */
export type BreakGlassState = { readonly brokenAt: number | undefined; readonly unreviewed: boolean };

/**
 * Sends an urgent broadcast without a second approver, for danger to life.
 * Allowed once in 24 hours, and again only after a review; the other approvers are notified at once.
 */
export function breakGlass(broadcast: Broadcast, organiser: string, glass: BreakGlassState, now: number): Decision {
  if (broadcast.state !== 'proposed' || broadcast.kind !== 'urgent') return refused('state');
  if (broadcast.by !== organiser) return refused('not_you');
  if (glass.brokenAt !== undefined && now - glass.brokenAt < DAY_MS) return refused('glass_broken');
  if (glass.unreviewed) return refused('not_reviewed');
  return approved(broadcast, organiser, now, true);
}

/** Records another person's review of a break-glass send. */
export function reviewBreakGlass(broadcast: Broadcast, organiser: string, now: number): Decision {
  const { approval, kind, by } = broadcast;
  if (kind !== 'urgent' || !approval?.alone || approval.reviewed) return refused('state');
  if (by === organiser) return refused('same_person');
  return done({ ...broadcast, approval: { ...approval, reviewed: { by: organiser, at: now } } });
}

/** True if this person may edit it. Corrections and recalls are not editable: they belong to an earlier run. */
export function isEditable({ state, by, audience, runs, written }: Broadcast, organiser: string): boolean {
  if (audience.type === 'of' || runs.some(({ fate }) => fate === 'fired') || !written) return false;
  return (by === organiser || by === '') && (state === 'draft' || state === 'proposed' || state === 'approved');
}

/** True if its last slot was missed and this person may set a new time. */
export function isReschedulable({ state, by, runs }: Broadcast, organiser: string): boolean {
  return by === organiser && state === 'started' && runs.at(-1)?.fate === 'missed';
}

/** Applies a change and returns to draft. An approval covers only the shown content. */
export function editBroadcast(
  broadcast: Broadcast,
  organiser: string,
  change: Partial<ComposedAnnouncement>,
  now: number,
): Decision {
  if (broadcast.by !== organiser) return refused('not_you');
  const { state, schedule } = broadcast;
  // A missed series goes on; only an announcement for one time starts again.
  const startsAgain = schedule.type === 'once' && isReschedulable(broadcast, organiser);
  if (state !== 'draft' && state !== 'proposed' && state !== 'approved' && !startsAgain) return refused('state');
  if (state === 'approved' && broadcast.next !== undefined && broadcast.next <= now) return refused('undo_over');
  const { approval: _approval, count: _count, next: _next, ...rest } = broadcast;
  return done({ ...rest, ...change, state: 'draft' });
}

/** Cancels before the next run: within the undo window, or before the scheduled time. */
export function cancelBroadcast(broadcast: Broadcast, now: number): Decision {
  const { state, next } = broadcast;
  if (state === 'cancelled') return refused('state');
  if (state === 'started' && next === undefined) return refused('undo_over');
  if (state === 'approved' && next !== undefined && next <= now) return refused('undo_over');
  const { next: _next, ...rest } = broadcast;
  return done({ ...rest, state: 'cancelled' });
}

function approved(broadcast: Broadcast, by: string, at: number, alone: boolean): Decision {
  const { schedule, kind, staleAfterMs, expires = Infinity } = broadcast;
  // Also for a proposal of an earlier release, which accepted any timetable.
  const unfit = unfitSchedule(broadcast);
  if (unfit) return refused(unfit);
  const earliest = kind === 'urgent' ? at : at + UNDO_WINDOW_MS;
  const planned = schedule.type === 'once' && schedule.at === 'now' ? earliest : (nextSlot(schedule, at) ?? earliest);
  const next = Math.max(planned, earliest);
  if (expires <= next) return refused('expired');
  const lasting = { ...broadcast, staleAfterMs: Math.min(staleAfterMs, expires - next) };
  const approval = { by, seal: sealOf(lasting), at, ...(alone ? { alone: true as const } : {}) };
  return done({ ...lasting, state: 'approved', approval, next });
}
