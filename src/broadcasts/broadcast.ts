import { createHash, randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Mark, Media } from '../engine/input.ts';
import type { Role } from '../people/role.ts';
import type { Store } from '../store/store.ts';
import type { AnnouncementAnswers } from './compose/announcement-answers.ts';
import type { Schedule } from './schedule.ts';
import type { OutcomeLetter } from './sending/ledger.ts';

export type BroadcastId = `broadcast_${string}`;
/** One sending of a broadcast: a repeated one has many, each with a ledger of its own. */
export type RunId = `${BroadcastId}.${number}`;

/** What people can choose not to hear of. `urgent` is what saves lives, and goes out also after /stop. */
export const TOPICS = ['fraud', 'fire', 'flood', 'notices', 'urgent'] as const;
export type Topic = (typeof TOPICS)[number];

/** An announcement never comes twice; what is urgent is missed by nobody. */
export const KINDS = ['announcement', 'urgent'] as const;
export type Kind = (typeof KINDS)[number];

/** 知道了, which is counted; words back; a report; a link. */
export const BUTTONS = ['heard', 'reply', 'report', 'link'] as const;
/** More would push the words off a small screen. */
export const BUTTONS_MAX = 3;
export type ButtonKind = (typeof BUTTONS)[number];

/** What is said, as it was typed: how it looks is the channel's affair. */
export type AnnouncementContent = {
  readonly title: string;
  /** The title in languages that have one of their own. */
  readonly titles?: Readonly<Record<string, string>>;
  /** By language; the first is what others fall back to. */
  readonly words: Readonly<Record<string, string>>;
  /** Emphasis and links in the words, by language. */
  readonly marks?: Readonly<Record<string, readonly Mark[]>>;
  readonly photo?: Media;
  readonly buttons: readonly ButtonKind[];
  readonly link?: string;
};

/** To whom: everybody of a region, its organisers, or those of an earlier sending for whom it ended so. */
export type Audience =
  | {
      readonly type: 'people';
      readonly region: string;
      readonly who: 'everybody' | 'volunteers' | 'organisers';
      readonly silentDays?: number;
      readonly notWithinDays?: number;
      /** Only those who read this language. */
      readonly language?: string;
    }
  | { readonly type: 'of'; readonly run: RunId; readonly outcomes: readonly OutcomeLetter[] };

/** `started` holds for what was sent, is being sent, or will be sent again; how it stands is in the ledger. */
export const BROADCAST_STATES = ['draft', 'proposed', 'approved', 'started', 'cancelled'] as const;

export type Broadcast = {
  readonly id: BroadcastId;
  readonly state: (typeof BROADCAST_STATES)[number];
  readonly kind: Kind;
  readonly topic: Topic;
  readonly content: AnnouncementContent;
  readonly audience: Audience;
  readonly schedule: Schedule;
  /** Nothing goes out later than so long after its time, ms: what is stale confuses. */
  readonly staleAfterMs: number;
  /** Who made it, and the region for which they speak: pseudonym and scope. */
  readonly by: string;
  readonly region: string;
  readonly madeAt: number; // ms since the epoch
  /** How many it was for when it was proposed. */
  readonly count?: number;
  /** Who agreed, to what exactly (sealOf), and when. */
  readonly approval?: {
    readonly by: string;
    readonly seal: string;
    readonly at: number;
    readonly alone?: true;
    readonly reviewed?: { readonly by: string; readonly at: number };
  };
  /** When it goes out next, ms. */
  readonly next?: number;
  readonly runs: readonly { readonly slot: number; readonly fate: 'fired' | 'missed' }[];
  /** What its maker answered while writing it: where it is changed, the talk goes on from there. */
  readonly written?: AnnouncementAnswers;
  /** The sending that this one takes back: its messages are deleted. */
  readonly recalls?: RunId;
};

/** Title and text in a language, and the emphasis in the text; where that is missing, in the first that there is. */
export function saidIn(
  { title, titles = {}, words, marks = {} }: AnnouncementContent,
  language = '',
): { readonly title: string; readonly text: string; readonly marks: readonly Mark[] } {
  const own = words[language] === undefined ? (Object.keys(words)[0] ?? '') : language;
  return { title: titles[language] ?? title, text: words[own] ?? '', marks: marks[own] ?? [] };
}

/** The whole as it is read: the title, and the words below it. */
export function wholeOf(said: ReturnType<typeof saidIn>): { readonly text: string; readonly marks: readonly Mark[] } {
  const { title, text, marks } = said;
  const above = `${title}\n\n`;
  return {
    text: `${above}${text}`,
    marks: [
      { type: 'bold', offset: 0, length: title.length },
      ...marks.map((mark) => ({ ...mark, offset: mark.offset + above.length })),
    ],
  };
}

/** Whether it puts right what the same people were told before. */
export function isCorrection({ audience, recalls }: Broadcast): boolean {
  return audience.type === 'of' && audience.outcomes.includes('d') && recalls === undefined;
}

export function newBroadcastId(): BroadcastId {
  return `broadcast_${randomBytes(6).toString('base64url').replaceAll('-', 'x')}`;
}

export function runOf(id: BroadcastId, slot: number): RunId {
  return `${id}.${slot}`;
}

export function broadcastOf(run: RunId): BroadcastId {
  return run.slice(0, run.lastIndexOf('.')) as BroadcastId; // as runOf writes it
}

/** When a sending fell due, ms. */
export function slotOf(run: RunId): number {
  return Number(run.slice(run.lastIndexOf('.') + 1));
}

/** Names a person for this broadcast alone: nobody can turn it back, or see that two marks are of one person. */
export function markOf(store: Pick<Store, 'pseudonym'>, id: BroadcastId | string, person: Urn): string {
  return store.pseudonym(`${id}:${person}` as Urn); // any text will do
}

/** A mark of all that an approval is for: with any edit it is another. */
export function sealOf({ kind, topic, content, audience, schedule, staleAfterMs, count, recalls }: Broadcast): string {
  const what = { kind, topic, content, audience, schedule, staleAfterMs, count, recalls };
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 16);
}

/** Roles that may make announcements for their ground, and those that may agree to others'. */
export const MAY_ANNOUNCE: readonly Role[] = ['dispatcher', 'lead', 'office'];
export const MAY_APPROVE: readonly Role[] = ['lead', 'office'];
