import type { Outgoing, Urn } from '../channels/channel.ts';
import type { Mark, Point } from '../engine/input.ts';
import type { Place } from '../engine/place.ts';
import type { Session } from '../engine/session.ts';
import type { Names } from '../engine/step.ts';
import type { Words } from '../engine/steps/text.ts';
import type { Key, Say } from '../i18n.ts';
import type { Check, Write } from '../store/commit.ts';

/** A value in a sentence, before its translation into the reader's language. */
export type Value =
  | string
  | number
  | { readonly names: Names }
  | { readonly key: Key; readonly values?: Values }
  /** A public emergency number by its purpose: 119 is fire and rescue. */
  | { readonly hotline: string }
  /** Items on lines of their own. */
  | { readonly list: readonly Value[] }
  /** Items in one line. */
  | { readonly joined: readonly Value[] }
  | { readonly place: Place }
  | { readonly words: Words }
  /** A link that opens the bot with this payload after /start. */
  | { readonly link: string }
  | { readonly at: number } // ms since the epoch
  | { readonly from: number; readonly until: number } // ms since the epoch
  /** The day without a time. */
  | { readonly day: number } // ms since the epoch
  /** A day, 2026-12-05, or a day and a time, 2026-12-05T15:00, in China time; worded with its weekday. */
  | { readonly date: string }
  /** A day that is still to come: today and tomorrow by their words, the year only if it is another. */
  | { readonly due: number; readonly now: number } // ms since the epoch
  /** A full hour of the day, 0–23. */
  | { readonly hour: number };
export type Values = { readonly [name: string]: Value };

/** What an announcement needs of its reader: the wording in their language, and region names. */
export type AnnouncementReader = {
  readonly say: Say;
  readonly language: string;
  readonly regions: { readonly nameOf: (region: string) => Names | undefined };
};

/** A message before its translation, with everything it carries. */
export type LocalizedMessage = {
  readonly key: Key;
  readonly values?: Values;
  /** The value to set as code, so that it is easy to find and to copy. */
  readonly code?: string;
  /** Emphasis in a person's own words; only for a message that is nothing else. */
  readonly marks?: readonly Mark[];
  /** Shows the reader's own data; see `Outgoing`. */
  readonly apart?: true;
  /** This object is said to many people, so its wording may be prepared once a language. */
  readonly many?: true;
  /** Attached as a file, where the channel supports files. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Attached as a page for printing. Each line has a font size and a height above the bottom edge, both in points. */
  readonly sheet?: {
    readonly name: string;
    readonly lines: readonly { readonly said: Value; readonly size: number; readonly y: number }[];
  };
  /** Attached as a QR code of this link. */
  readonly qr?: Value;
  /** Attached as a bar chart: numbered rows of shares (0–100) with their bounds. */
  readonly bars?: readonly {
    readonly percent: number;
    readonly lo: number;
    readonly hi: number;
    readonly aim?: number;
  }[];
  /** A photo that a person sent, by its reference; see `Outgoing`. */
  readonly photo?: string;
  readonly copy?: string;
  /** A voice message that a person sent, by its reference. */
  readonly voice?: string;
  /** Shown as a pin on a map, where the channel has maps; the text is then left out. WGS-84. */
  readonly pin?: Point;
  /** Buttons under the message that open a page, above the other buttons. */
  readonly links?: readonly { readonly label: Key; readonly url: string }[];
  /** See `Outgoing`. */
  readonly page?: string;
  /** Words the message instead of the key: an announcement as its recipients get it. */
  readonly wordedBy?: (reader: AnnouncementReader) => Outgoing;
  /** Buttons under the message; each starts a flow with an argument. */
  readonly buttons?: readonly { readonly label: Key; readonly flow: string; readonly argument: string }[];
};

/** The changes and messages of an outcome. `outcome` is a fact in the past tense: `case_filed`. */
export type Outcome = {
  readonly outcome: string;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  readonly says: readonly LocalizedMessage[];
  /** Messages for other people, sent once the outcome is committed. */
  readonly tells?: readonly { readonly to: Urn; readonly at?: Urn; readonly said: LocalizedMessage }[];
  /** The talk that opens next, such as the question for a photo after a rating. `facts` are as this outcome leaves them. */
  readonly goesOn?: {
    readonly flow: string;
    readonly answers: Readonly<Record<string, unknown>>;
    readonly facts: unknown;
  };
  /** Talks of another address that joined: they wait, and the person's own talks go first. */
  readonly pauses?: { readonly active?: Session; readonly paused: readonly Session[] };
  /** The person was forgotten: nothing about them may be written. */
  readonly forgets?: true;
};

/** An outcome that changes nothing and sends these messages. */
export function noChange(outcome: string, ...says: readonly LocalizedMessage[]): Outcome {
  return { outcome, checks: [], writes: [], says };
}
