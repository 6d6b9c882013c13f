import { createHash, randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { Mark, Media } from '../engine/input.ts';
import type { Role } from '../people/role.ts';
import type { Store } from '../store/store.ts';
import type { AnnouncementAnswers } from './compose/announcement-answers.ts';
import type { Schedule } from './schedule.ts';
import type { OutcomeLetter } from './sending/ledger.ts';

/** The id of one announcement. */
export type BroadcastId = `broadcast_${string}`;
/** One run of a broadcast. A repeating broadcast has many runs, each with a ledger of its own. */
export type RunId = `${BroadcastId}.${number}`;

/** Topics that people can mute. `urgent` is for danger to life and is sent after /stop too. */
export const TOPICS = ['fraud', 'fire', 'flood', 'notices', 'urgent'] as const;
export type Topic = (typeof TOPICS)[number];

/** An `announcement` is sent at most once per recipient; an `urgent` one at least once. */
export const BROADCAST_KINDS = ['announcement', 'urgent'] as const;
export type BroadcastKind = (typeof BROADCAST_KINDS)[number];

/** Buttons under a broadcast: counted acknowledgement (知道了), reply, hazard report, walk through the own home, link. */
export const BROADCAST_BUTTONS = ['heard', 'reply', 'report', 'home_check', 'link'] as const;
/** More buttons would push the text off a small screen. */
export const BROADCAST_BUTTONS_MAX = 3;
export type BroadcastButton = (typeof BROADCAST_BUTTONS)[number];

/** The content as the organiser typed it; the channel decides how it looks. */
export type AnnouncementContent = {
  readonly title: string;
  /** Titles by language, besides `title`. */
  readonly titles?: Readonly<Record<string, string>>;
  /** Text by language; other languages fall back to the first one. */
  readonly words: Readonly<Record<string, string>>;
  /** Emphasis and links in the text, by language. */
  readonly marks?: Readonly<Record<string, readonly Mark[]>>;
  readonly photo?: Media;
  readonly buttons: readonly BroadcastButton[];
  readonly link?: string;
  /** Buttons that open talks of a feature above; only the product itself writes them. */
  readonly opens?: NonNullable<LocalizedMessage['buttons']>;
  /** Named in an urgent announcement. */
  readonly sender?: Sender;
};

/** The region and the role for which an organiser speaks. */
export type Sender = { readonly region: string; readonly role: Role };

/** Recipients: people of a region by role, or the recipients of an earlier run with these outcomes. */
export type Audience =
  | {
      readonly type: 'people';
      readonly region: string;
      /** Further regions, if an alert covers several. */
      readonly also?: readonly string[];
      readonly who: 'everybody' | 'volunteers' | 'organisers';
      readonly silentDays?: number;
      readonly notWithinDays?: number;
      /** Only people who read this language. */
      readonly language?: string;
    }
  | { readonly type: 'of'; readonly run: RunId; readonly outcomes: readonly OutcomeLetter[] };

/** `started`: sent, being sent, or to be sent again; the ledger of each run holds the details. */
export const BROADCAST_STATES = ['draft', 'proposed', 'approved', 'started', 'cancelled'] as const;

/** One announcement with its state, approval and runs. */
export type Broadcast = {
  readonly id: BroadcastId;
  readonly state: (typeof BROADCAST_STATES)[number];
  readonly kind: BroadcastKind;
  readonly topic: Topic;
  readonly content: AnnouncementContent;
  readonly audience: Audience;
  readonly schedule: Schedule;
  /** Longest time a run sends, ms; later announcements would confuse people. */
  readonly staleAfterMs: number;
  /** Pseudonym of the author ('' for a draft without one), and the region they speak for. */
  readonly by: string;
  readonly region: string;
  readonly madeAt: number; // ms since the epoch
  /** Number of recipients when it was submitted. */
  readonly count?: number;
  /** The approver's pseudonym, the approved sealOf value and the time (ms). */
  readonly approval?: {
    readonly by: string;
    readonly seal: string;
    readonly at: number;
    readonly alone?: true;
    readonly reviewed?: { readonly by: string; readonly at: number };
  };
  /** Time of the next run, ms since the epoch. */
  readonly next?: number;
  readonly runs: readonly { readonly slot: number; readonly fate: 'fired' | 'missed' }[];
  /** The author's answers; editing starts from them. */
  readonly written?: AnnouncementAnswers;
  /** The run whose messages this broadcast deletes. */
  readonly recalls?: RunId;
  /** Identity of the imported alert that it says. */
  readonly alert?: string;
  /** End of that alert, ms since the epoch: nothing is sent from then on. */
  readonly expires?: number;
};

/** Title, text and marks in a language; a missing language falls back to the first one. */
export function localizedContent(
  { title, titles = {}, words, marks = {} }: AnnouncementContent,
  language = '',
): { readonly title: string; readonly text: string; readonly marks: readonly Mark[] } {
  const own = words[language] === undefined ? (Object.keys(words)[0] ?? '') : language;
  return { title: titles[language] ?? title, text: words[own] ?? '', marks: marks[own] ?? [] };
}

/** Renders the title in bold and the sender above the text. */
export function renderContent(
  { title, text, marks }: ReturnType<typeof localizedContent>,
  sender?: string,
): { readonly text: string; readonly marks: readonly Mark[] } {
  const above = `${sender === undefined ? title : `${title}\n${sender}`}\n\n`;
  return {
    text: `${above}${text}`,
    marks: [
      { type: 'bold', offset: 0, length: title.length },
      ...marks.map((mark) => ({ ...mark, offset: mark.offset + above.length })),
    ],
  };
}

/** True for a correction, sent to the recipients of an earlier run. */
export function isCorrection({ audience, recalls }: Broadcast): boolean {
  return audience.type === 'of' && audience.outcomes.includes('d') && recalls === undefined;
}

/** Creates a random id. */
export function newBroadcastId(): BroadcastId {
  return `broadcast_${randomBytes(6).toString('base64url').replaceAll('-', 'x')}`;
}

/** Builds the id of the run of one slot (ms since the epoch). */
export function runIdOf(id: BroadcastId, slot: number): RunId {
  return `${id}.${slot}`;
}

/** Reads the id of the broadcast that a run belongs to. */
export function broadcastIdOf(run: RunId): BroadcastId {
  return run.slice(0, run.lastIndexOf('.')) as BroadcastId; // written by runIdOf
}

/** Time at which a run fell due, ms since the epoch. */
export function slotOf(run: RunId): number {
  return Number(run.slice(run.lastIndexOf('.') + 1));
}

/** One-way pseudonym of a person for one broadcast; it cannot be linked to other broadcasts. */
export function respondentPseudonym(store: Pick<Store, 'pseudonym'>, id: BroadcastId | string, person: Urn): string {
  return store.pseudonym(`${id}:${person}` as Urn); // pseudonym hashes any text
}

/** What an approval covers. The card of the announcement shows every field (covered-values.ts). */
export type Covered = Pick<
  Broadcast,
  'kind' | 'topic' | 'content' | 'audience' | 'schedule' | 'staleAfterMs' | 'count' | 'recalls'
>;

/** Takes the covered fields of a broadcast, in a fixed order. */
export function coveredBy(broadcast: Broadcast): Covered {
  const { kind, topic, content, audience, schedule, staleAfterMs, count, recalls } = broadcast;
  const always = { kind, topic, content, audience, schedule, staleAfterMs };
  return { ...always, ...(count === undefined ? {} : { count }), ...(recalls === undefined ? {} : { recalls }) };
}

/** Digest of everything that an approval covers; any edit changes it. */
export function sealOf(broadcast: Broadcast): string {
  return createHash('sha256')
    .update(JSON.stringify(coveredBy(broadcast)))
    .digest('base64url')
    .slice(0, 16);
}

/** Roles that may write announcements for their region. */
export const MAY_ANNOUNCE: readonly Role[] = ['dispatcher', 'lead', 'office'];
/** Roles that may read announcements, their progress and their ledger. */
export const MAY_READ: readonly Role[] = [...MAY_ANNOUNCE, 'auditor'];
/** Roles that may approve announcements of others. */
export const MAY_APPROVE: readonly Role[] = ['lead', 'office'];
