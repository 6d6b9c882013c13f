import { DAY_MS, HOUR_MS, limitEnd } from '../../calendar.ts';
import type { Meeting } from '../meeting/meeting.ts';
import { earliestMeeting } from '../meeting/meeting.ts';
import type { MeetingCounts } from '../meeting/quorum.ts';
import type { TopicPromise } from '../promise/promise.ts';
import { SECONDING_DAYS, secondsNeeded } from './seconding.ts';
import type { DiscussionDays, RefusalReason, Topic, TopicId } from './topic.ts';
import type { Steerer } from './topic-rights.ts';
import { mayModerate, maySteer } from './topic-rights.ts';

/** Time of each state, days; moderation has one working day. */
export const TOPIC_DAYS = {
  seconding: SECONDING_DAYS,
  /** Of a topic accepted before its moderator could choose. */
  discussing: 10,
  deciding: 7,
  /** Time for the answer to a decision. Without one the topic lapses, in public. */
  decided: 60,
  /** Time in which those who took part may say that a promise was not kept, after it is settled. */
  review: 14,
} as const;

/** Time to appeal against a refusal, ms. */
const APPEAL_MS = 7 * DAY_MS;

/** An ended topic keeps the tie to its proposer so long, ms: the news of the end needs it. */
const TIED_MS = HOUR_MS;

/** Why an action on a topic is refused. */
export type TopicRefusal =
  | 'not_now'
  | 'not_you'
  | 'not_proposer'
  | 'appealed_before'
  | 'too_late'
  | 'other_region'
  | 'same_topic'
  | 'too_soon';

export type TopicStep =
  | { readonly type: 'done'; readonly topic: Topic }
  | { readonly type: 'refused'; readonly why: TopicRefusal };

const refused = (why: TopicRefusal): TopicStep => ({ type: 'refused', why });

function entered(topic: Topic, state: Topic['state'], now: number, until: number): TopicStep {
  const { closing: _closing, late: _late, ...rest } = topic;
  return { type: 'done', topic: { ...rest, state, since: now, until } };
}

/** End of the time of a moderator, ms since the epoch: one working day. */
export function moderationDue(now: number): number {
  return limitEnd(now, '1wd');
}

/** A moderator lets a topic pass, and chooses how long it is discussed. */
export function acceptTopic(topic: Topic, days: DiscussionDays, who: Steerer, now: number): TopicStep {
  if (topic.state !== 'proposed') return refused('not_now');
  if (!mayModerate(topic, who)) return refused('not_you');
  const { declined: _overturned, ...rest } = topic;
  return entered({ ...rest, days }, 'moderated', now, now);
}

/** A moderator refuses a topic, with a reason. */
export function declineTopic(topic: Topic, reason: RefusalReason, who: Steerer, now: number): TopicStep {
  if (topic.state !== 'proposed') return refused('not_now');
  if (!mayModerate(topic, who)) return refused('not_you');
  return entered({ ...topic, declined: { reason, by: who.me } }, 'declined', now, now + APPEAL_MS);
}

/** The proposer asks the street to look again, once. */
export function appealTopic(topic: Topic, isProposer: boolean, now: number): TopicStep {
  if (topic.state !== 'declined') return refused('not_now');
  if (!isProposer) return refused('not_proposer');
  if (topic.appealed) return refused('appealed_before');
  if (now > topic.until) return refused('too_late');
  return entered({ ...topic, appealed: true }, 'proposed', now, moderationDue(now));
}

/** A moderator joins a topic to another one of the same place; what it says is then discussed there. */
export function mergeTopic(topic: Topic, into: Topic, who: Steerer, now: number): TopicStep {
  if (!['proposed', 'moderated', 'seconding'].includes(topic.state)) return refused('not_now');
  if (!mayModerate(topic, who)) return refused('not_you');
  if (topic.id === into.id) return refused('same_topic');
  if (into.region !== topic.region) return refused('other_region');
  if (!['seconding', 'discussing'].includes(into.state) || into.closing) return refused('not_now');
  return entered({ ...topic, into: into.id satisfies TopicId }, 'merged', now, now + TIED_MS);
}

/** The proposer takes a topic back, until the discussion begins. */
export function withdrawTopic(topic: Topic, isProposer: boolean, now: number): TopicStep {
  if (!isProposer) return refused('not_proposer');
  if (!['proposed', 'moderated', 'seconding'].includes(topic.state)) return refused('not_now');
  return entered(topic, 'withdrawn', now, now + TIED_MS);
}

/** Seconding begins; the number it needs is fixed. From here on the words do not change. */
export function openSeconding(topic: Topic, members: number, coded: boolean, now: number): TopicStep {
  if (topic.state !== 'moderated') return refused('not_now');
  const needed = secondsNeeded(members);
  return entered(
    { ...topic, needed, ...(coded ? { coded } : {}) },
    'seconding',
    now,
    now + TOPIC_DAYS.seconding * DAY_MS,
  );
}

/** Ends the round's time; votes are counted next. */
export function closeRound(topic: Topic): TopicStep {
  if (!['seconding', 'discussing', 'deciding'].includes(topic.state) || topic.closing) return refused('not_now');
  return { type: 'done', topic: { ...topic, closing: true } };
}

/** Seconds are counted: the topic is discussed, or lapses. */
export function endSeconding(topic: Topic, seconds: number, now: number): TopicStep {
  if (topic.state !== 'seconding' || !topic.closing) return refused('not_now');
  const counted: Topic = { ...topic, seconds, rewriting: true };
  return seconds >= (topic.needed ?? Number.POSITIVE_INFINITY)
    ? entered(counted, 'discussing', now, now + (topic.days ?? TOPIC_DAYS.discussing) * DAY_MS)
    : entered(counted, 'lapsed', now, now + TIED_MS);
}

/** Statements are counted: the sounding ballot opens, or the meeting is awaited. */
export function endDiscussion(topic: Topic, now: number): TopicStep {
  if (topic.state !== 'discussing' || !topic.closing) return refused('not_now');
  const until = topic.meeting ? Math.max(topic.meeting.at, now) : now + TOPIC_DAYS.deciding * DAY_MS;
  return entered({ ...topic, rewriting: true }, 'deciding', now, until);
}

/** A lead prepares a lawful meeting: instead of the sounding ballot, or after it. */
export function prepareMeeting(topic: Topic, meeting: Meeting, who: Steerer, now: number): TopicStep {
  if (!maySteer(topic, who)) return refused('not_you');
  if (meeting.at < earliestMeeting(meeting.rule, now)) return refused('too_soon');
  const prepared: Topic = { ...topic, kind: 'meeting', meeting };
  if (topic.state === 'decided' || (topic.state === 'deciding' && topic.kind === 'meeting'))
    return entered(prepared, 'deciding', now, meeting.at);
  return topic.state === 'discussing' && !topic.closing ? { type: 'done', topic: prepared } : refused('not_now');
}

/** A lead enters what the minute of the meeting states. */
export function enterMinute(
  topic: Topic,
  counts: MeetingCounts,
  passed: boolean,
  who: Steerer,
  now: number,
): TopicStep {
  const { meeting } = topic;
  if (topic.state !== 'deciding' || !meeting) return refused('not_now');
  if (!maySteer(topic, who)) return refused('not_you');
  if (now < meeting.at) return refused('too_soon');
  return endDecision({ ...topic, meeting: { ...meeting, minute: { counts, passed } } }, now);
}

/** The ballot is counted, or the minute of the meeting is entered. An answer is due. */
export function endDecision(topic: Topic, now: number): TopicStep {
  const isCounted = topic.kind === 'meeting' ? topic.meeting?.minute !== undefined : topic.closing;
  if (topic.state !== 'deciding' || !isCounted) return refused('not_now');
  const counted: Topic = topic.kind === 'meeting' ? topic : { ...topic, rewriting: true };
  return entered(counted, 'decided', now, now + TOPIC_DAYS.decided * DAY_MS);
}

/** A lead answers a decision with a promise. */
export function promiseTopic(topic: Topic, promise: TopicPromise, who: Steerer, now: number): TopicStep {
  if (topic.state !== 'decided') return refused('not_now');
  return maySteer(topic, who) ? entered({ ...topic, promise }, 'promised', now, promise.due) : refused('not_you');
}

/** A lead changes an open promise: a linked case, a later date with its reason, or how it ended. */
export function changePromise(topic: Topic, change: Partial<TopicPromise>, who: Steerer): TopicStep {
  const { promise } = topic;
  if (topic.state !== 'promised' || !promise || promise.verdict !== undefined) return refused('not_now');
  if (!maySteer(topic, who)) return refused('not_you');
  const { late, ...rest } = topic;
  // A later date is not over yet.
  const overdue = late && change.due === undefined ? { late } : {};
  return { type: 'done', topic: { ...rest, ...overdue, promise: { ...promise, ...change } } };
}

/** No answer came in time. */
export function lapseTopic(topic: Topic, now: number): TopicStep {
  return topic.state === 'decided' && now >= topic.until
    ? entered(topic, 'lapsed', now, now + TIED_MS)
    : refused('not_now');
}

/** The time to object to a settled promise is over. */
export function reviewTopic(topic: Topic, now: number): TopicStep {
  if (topic.state !== 'promised' || !topic.promise?.verdict) return refused('not_now');
  return entered(topic, 'reviewed', now, now + TIED_MS);
}
