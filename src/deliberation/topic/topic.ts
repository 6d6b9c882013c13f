import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { TopicPromise } from '../promise/promise.ts';

export type TopicId = `topic_${string}`;

/** The states of a topic, in the order of its life; the last four end it. */
export const TOPIC_STATES = [
  'proposed',
  'moderated',
  'seconding',
  'discussing',
  'deciding',
  'decided',
  'promised',
  'reviewed',
  'withdrawn',
  'merged',
  'declined',
  'lapsed',
] as const;
export type TopicState = (typeof TOPIC_STATES)[number];

/** States that end a topic. */
const ENDED: readonly TopicState[] = ['reviewed', 'withdrawn', 'merged', 'declined', 'lapsed'];

/** Who should act, as the proposer sees it: 居委会 物业 政府部门 大家一起. The addressee does not moderate the topic. */
export const ADDRESSEES = ['committee', 'property', 'unit', 'together'] as const;
export type Addressee = (typeof ADDRESSEES)[number];

/** Lengths of a discussion that a moderator may choose, days. */
export const DISCUSSION_DAYS = [7, 10, 14] as const;
export type DiscussionDays = (typeof DISCUSSION_DAYS)[number];

/** Why a topic or a statement is not accepted: 涉及个人 超范围 已有 不清楚 违法. */
export const REFUSAL_REASONS = ['about_person', 'out_of_scope', 'known', 'unclear', 'unlawful'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** An action at a place that residents want. It does not hold its proposer. Times in ms since the epoch. */
export type Topic = {
  readonly id: TopicId;
  /** `sounding`: residents are asked in chat, which advises. `meeting`: a lawful meeting decides. */
  readonly kind: 'sounding' | 'meeting';
  readonly state: TopicState;
  /** The community in which it was proposed. */
  readonly region: string;
  readonly words: string;
  readonly whom: Addressee;
  readonly proposedAt: number;
  /** Entry into the present state. */
  readonly since: number;
  /** End of the present state's time: of moderation, seconds, discussion, ballot, answer, promise or review. */
  readonly until: number;
  /** The round's time is over: votes are counted, and no further one is taken. */
  readonly closing?: true;
  /** Deleted votes are still in the store's file; results are not shown before its rewrite. */
  readonly rewriting?: true;
  readonly declined?: { readonly reason: RefusalReason; readonly by: string };
  /** The proposer asked the street to look again. */
  readonly appealed?: true;
  /** Moderation took longer than its time, and the street was told. */
  readonly late?: true;
  readonly into?: TopicId;
  /** Seconds that it needs, fixed when seconding began, and the number it reached. */
  /** Length of the discussion as its moderator chose it, days. */
  readonly days?: DiscussionDays;
  readonly needed?: number;
  readonly seconds?: number;
  /** The committee had handed out household codes when seconding began: only votes with a code decide. */
  readonly coded?: true;
  readonly promise?: TopicPromise;
  readonly meeting?: Meeting;
};

/** Makes a random topic id. */
export function newTopicId(): TopicId {
  return `topic_${shortId()}`;
}

/** True while a topic is under way. */
export function isOpenTopic({ state }: Pick<Topic, 'state'>): boolean {
  return !ENDED.includes(state);
}

/** True once a moderator has let the topic pass: before that only its proposer and moderators read it. */
export function isPublicTopic({ state }: Pick<Topic, 'state'>): boolean {
  return !['proposed', 'declined', 'withdrawn'].includes(state);
}
