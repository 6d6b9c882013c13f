import type { Environment } from '../subject.ts';

/** A measured way of sending one broadcast to many chats. */
export type Sender = {
  /** Creates the people of the city. Never measured. */
  prepare(chats: readonly number[]): Promise<void>;
  /** Stores the recipients where this sender keeps them until they are sent to. */
  enqueue(chats: readonly number[]): Promise<void>;
  /**
   * Sends to all enqueued chats, also to those left by a killed process. Resolves when each has an outcome, and returns
   * the chats whose outcome is unknown.
   */
  send(): Promise<readonly number[]>;
  close(): Promise<void>;
};

/** The environment of a sender. */
export type SenderEnvironment = Environment & {
  /** Messages a second; without it the sender is unlimited. */
  readonly perSecond?: number;
  /** Time after which a sender may take over a dead process's messages, if it can be set. */
  readonly stalledMs?: number;
};

/** Opens a sender. Every sender's module exports one as `open`. */
export type OpenSender = (environment: SenderEnvironment) => Promise<Sender>;
