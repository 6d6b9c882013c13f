import type { MessageRef, Outgoing, Urn } from '../channel.ts';

/** One change of a web chat, numbered from 1 in the order in which the page applies them. */
export type ChatEntry = {
  readonly n: number;
  readonly at: number; // ms since the epoch
  /** A new message, or the new content of an earlier one (`edits`). */
  readonly message?: Outgoing;
  /** An earlier message that is deleted. */
  readonly removes?: MessageRef;
};

/** What the channel appends; `key` names the send, so that a repeat is appended once. */
export type NewEntry = Pick<ChatEntry, 'message' | 'removes'> & { readonly key: string };

/** The entries after a number. `lost`: some of them are no longer kept, so the page must begin anew. */
export type ChatPart = { readonly entries: readonly ChatEntry[]; readonly lost: boolean };

/** The log of each web chat: the bot's messages, as its page shows them. */
export interface ChatLog {
  /** Appends an entry once per key; returns its number. An edit of a message that the log lacks becomes a new message. */
  append(to: Urn, entry: NewEntry): Promise<{ readonly n: number; readonly edited: boolean }>;
  /** Reads the entries after `n`, oldest first. */
  read(of: Urn, after: number): Promise<ChatPart>;
  /** Calls `told` with each chat that gets an entry, in any process, until `stop` is called. */
  follow(told: (of: Urn) => void): { stop(): void };
}
