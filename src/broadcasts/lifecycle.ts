import { DAY_MS, leftOf, QUIET_HOURS } from '../calendar.ts';
import type { Broadcast } from './broadcast.ts';
import { sealOf } from './broadcast.ts';
import type { Composed } from './compose/announcement-from-answers.ts';
import { nextSlot } from './schedule.ts';

/** More people than this, and nobody decides alone. */
export const ALONE_MAX = 200;
/** What is not urgent can be taken back for so long after it was agreed to. */
export const UNDO_MS = 60_000;
/** So many announcements may one organiser make a day. */
export const PER_ORGANISER_A_DAY = 3;
/** Nobody gets more than so many announcements a day; what is urgent does not count. */
export const PER_PERSON_A_DAY = 2;

/** Why something cannot be done now. */
export type BroadcastRefusal =
  | 'state'
  | 'not_you'
  | 'same_person'
  | 'other_count'
  | 'changed'
  | 'too_many'
  | 'over'
  | 'nobody'
  | 'undo_over'
  | 'glass_broken'
  | 'not_reviewed';
export type Decided =
  | { readonly type: 'done'; readonly broadcast: Broadcast }
  | { readonly type: 'refused'; readonly why: BroadcastRefusal };

const refused = (why: BroadcastRefusal): Decided => ({ type: 'refused', why });
const done = (broadcast: Broadcast): Decided => ({ type: 'done', broadcast });

/** Whether most people sleep at this moment. */
export function isQuiet(at: number): boolean {
  return leftOf(QUIET_HOURS.usual, at) > 0;
}

/** Why a second person must agree; empty where one decides. */
export function secondNeeded(
  { kind, schedule }: Broadcast,
  count: number,
  now: number,
): readonly ('many' | 'urgent' | 'quiet')[] {
  const first = schedule.type === 'once' && schedule.at === 'now' ? now : (nextSlot(schedule, now) ?? now);
  return [
    ...(count > ALONE_MAX ? (['many'] as const) : []),
    ...(kind === 'urgent' ? (['urgent'] as const) : []),
    ...(kind !== 'urgent' && isQuiet(first) ? (['quiet'] as const) : []),
  ];
}

/** Hands a draft in, for so many people. `made` counts what its maker had sent out in the last 24 hours. */
export function propose(broadcast: Broadcast, who: string, count: number, made: number, now: number): Decided {
  if (broadcast.state !== 'draft') return refused('state');
  if (broadcast.by !== who) return refused('not_you');
  if (count === 0) return refused('nobody');
  if (isCounted(broadcast) && made >= PER_ORGANISER_A_DAY) return refused('too_many');
  if (broadcast.schedule.type !== 'once' || broadcast.schedule.at !== 'now') {
    if (nextSlot(broadcast.schedule, now) === undefined) return refused('over');
  }
  const proposed: Broadcast = { ...broadcast, state: 'proposed', count };
  return secondNeeded(proposed, count, now).length > 0 ? done(proposed) : done(agreed(proposed, who, now, true));
}

/** Whether it counts for what one organiser may send a day: what mends an earlier one does not. */
export function isCounted({ kind, audience }: Broadcast): boolean {
  return kind !== 'urgent' && audience.type === 'people';
}

/** A second person agrees to exactly this, and shows it by typing how many it is for. */
export function approve(broadcast: Broadcast, who: string, seal: string, typed: number, now: number): Decided {
  if (broadcast.state !== 'proposed') return refused('state');
  if (broadcast.by === who) return refused('same_person');
  if (sealOf(broadcast) !== seal) return refused('changed');
  if (broadcast.count !== typed) return refused('other_count');
  if (broadcast.schedule.type === 'once' && broadcast.schedule.at !== 'now' && broadcast.schedule.at <= now)
    return refused('over');
  return done(agreed(broadcast, who, now, false));
}

/** When somebody last sent something urgent alone (ms), and whether anybody has looked at it since. */
export type Glass = { readonly brokenAt: number | undefined; readonly unreviewed: boolean };

/**
 * Life is in danger and nobody else is there: one person may send what is urgent, once in 24 hours, and not again before
 * somebody has looked at it; the others are told at once.
 */
export function breakGlass(broadcast: Broadcast, who: string, glass: Glass, now: number): Decided {
  if (broadcast.state !== 'proposed' || broadcast.kind !== 'urgent') return refused('state');
  if (broadcast.by !== who) return refused('not_you');
  if (glass.brokenAt !== undefined && now - glass.brokenAt < DAY_MS) return refused('glass_broken');
  if (glass.unreviewed) return refused('not_reviewed');
  return done(agreed(broadcast, who, now, true));
}

/** Somebody else looks, afterwards, at what one person sent alone in an emergency. */
export function reviewGlass(broadcast: Broadcast, who: string, now: number): Decided {
  const { approval, kind, by } = broadcast;
  if (kind !== 'urgent' || !approval?.alone || approval.reviewed) return refused('state');
  if (by === who) return refused('same_person');
  return done({ ...broadcast, approval: { ...approval, reviewed: { by: who, at: now } } });
}

/** Whether somebody may still change what it says, to whom and when. What mends a sending is written anew instead. */
export function isEditable({ state, by, audience, runs, written }: Broadcast, who: string): boolean {
  if (audience.type === 'of' || runs.length > 0 || !written) return false;
  return (by === who || by === '') && (state === 'draft' || state === 'proposed' || state === 'approved');
}

/** Back to a draft: an agreement holds for what was shown, and for nothing else. */
export function edit(broadcast: Broadcast, who: string, change: Partial<Composed>, now: number): Decided {
  if (broadcast.by !== who) return refused('not_you');
  if (broadcast.state !== 'draft' && broadcast.state !== 'proposed' && broadcast.state !== 'approved')
    return refused('state');
  if (broadcast.state === 'approved' && broadcast.next !== undefined && broadcast.next <= now)
    return refused('undo_over');
  const { approval: _void, count: _old, next: _none, ...rest } = broadcast;
  return done({ ...rest, ...change, state: 'draft' });
}

/** Takes it back before it went out; within the minute of grace, or as long as its time has not come. */
export function cancel(broadcast: Broadcast, now: number): Decided {
  const { state, next } = broadcast;
  if (state === 'cancelled') return refused('state');
  if (state === 'started' && next === undefined) return refused('undo_over');
  if (state === 'approved' && next !== undefined && next <= now) return refused('undo_over');
  const { next: _none, ...rest } = broadcast;
  return done({ ...rest, state: 'cancelled' });
}

function agreed(broadcast: Broadcast, by: string, at: number, alone: boolean): Broadcast {
  const { schedule, kind } = broadcast;
  const earliest = kind === 'urgent' ? at : at + UNDO_MS;
  const planned = schedule.type === 'once' && schedule.at === 'now' ? earliest : (nextSlot(schedule, at) ?? earliest);
  const approval = { by, seal: sealOf(broadcast), at, ...(alone ? { alone: true as const } : {}) };
  return { ...broadcast, state: 'approved', approval, next: Math.max(planned, earliest) };
}
