import type { Urn } from '../channel.ts';

/** What an act of a person opens: words, a photo, a voice message or a place; or a tap, a scan, a follow. */
export type Opening = 'said' | 'touched';

/**
 * The choices that the newest message to a person offers, in the order of their numbers. `words`: they are printed as words
 * without numbers, and a tap on one sends these.
 */
export type Offer = {
  readonly id: string;
  readonly choices: readonly OfferedChoice[];
  readonly words?: readonly string[];
};
/** A button by its id, or an entry of a menu by its words. */
export type OfferedChoice = { readonly choice: string } | { readonly text: string };

/** What the printed numbers mean. */
export interface OfferState {
  /** Replaces the offer; undefined deletes it. */
  offer(to: Urn, offer: Offer | undefined): Promise<void>;
  offered(to: Urn): Promise<Offer | undefined>;
}

/** How far a message of several parts has come. */
export interface PartState {
  /** The number of parts of the message with this key that were sent for sure. */
  partsSent(to: Urn, key: string): Promise<number>;
  /** Notes the number; 0 deletes the note. */
  notePartsSent(to: Urn, key: string, count: number): Promise<void>;
}

/** The answer to a wish to write. `closed`: when it opens again by itself is not known. */
export type Spent = 'ok' | 'window' | 'count';

/** What the channel remembers of each person: how much it may still write, and what a number means. */
export interface WechatState extends OfferState, PartState {
  /** Notes an act of the person, which opens or renews a window. */
  opened(of: Urn, by: Opening, now: number): Promise<void>;
  /** Takes one message from the open windows, once for each key. */
  spend(of: Urn, now: number, key: string): Promise<Spent>;
  /** Gives the message of this key back: it was not sent. */
  giveBack(of: Urn, now: number, key: string): Promise<void>;
  /** Takes one notice of the day's budget, once for each person until the person acts. */
  mayRing(to: Urn, now: number, perDay: number): Promise<'ok' | 'rung' | 'budget'>;
  /** The notice was not sent: the next news may ring. */
  unrung(to: Urn): Promise<void>;
  /** The platform's own word: no more messages in this window, or no window. */
  closed(of: Urn): Promise<void>;
}
