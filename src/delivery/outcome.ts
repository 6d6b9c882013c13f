import type { Mark } from '../engine/input.ts';
import type { Names } from '../engine/step.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { Key } from '../i18n.ts';
import type { Check, Write } from '../store/commit.ts';

/** A value in a sentence that depends on the reader's language, still unsaid. */
export type Value =
  | string
  | number
  | { readonly names: Names }
  | { readonly key: Key; readonly values?: Values }
  /** A public number by what it is for: 119 is fire and rescue. */
  | { readonly hotline: string }
  /** One under the other. */
  | { readonly list: readonly Value[] }
  /** One after the other, in one line. */
  | { readonly joined: readonly Value[] }
  | { readonly place: Place }
  | { readonly words: Words }
  /** What opens the bot with this after /start. */
  | { readonly link: string }
  | { readonly at: number } // ms since the epoch
  | { readonly from: number; readonly until: number } // ms since the epoch
  /** The day alone. */
  | { readonly day: number }; // ms since the epoch
export type Values = { readonly [name: string]: Value };

/** A sentence without its language. */
export type LocalizedMessage = {
  readonly key: Key;
  readonly values?: Values;
  /** Which value stands out, so that it is found and copied easily. */
  readonly code?: string;
  /** Emphasis in somebody's own words, where the sentence is nothing else. */
  readonly marks?: readonly Mark[];
  /** Comes along as a file, where the channel can carry one. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Comes along as a page to be printed: lines, each with its size and its height above the foot, in points. */
  readonly sheet?: {
    readonly name: string;
    readonly lines: readonly { readonly said: Value; readonly size: number; readonly y: number }[];
  };
  /** Comes along as a picture that phones read, with a link behind it. */
  readonly qr?: Value;
  /** Comes along as a picture: rows of shares (0–100) with their bounds, one under the other, numbered. */
  readonly bars?: readonly {
    readonly percent: number;
    readonly lo: number;
    readonly hi: number;
    readonly aim?: number;
  }[];
  /** A photo that somebody has sent, by the channel's name for it. */
  readonly photo?: string;
  readonly voice?: string;
  /** Buttons under it, each of which opens a talk with what its argument says. */
  readonly buttons?: readonly { readonly label: Key; readonly flow: string; readonly argument: string }[];
};

/** What an outcome changes and says. `outcome` is a fact in the past tense: `case_filed`. */
export type Outcome = {
  readonly outcome: string;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  readonly says: readonly LocalizedMessage[];
  /** Nothing about the person is to be written any more. */
  readonly forgets?: true;
};

/** Nothing changes; this is said. */
export function noChange(outcome: string, ...says: readonly LocalizedMessage[]): Outcome {
  return { outcome, checks: [], writes: [], says };
}
