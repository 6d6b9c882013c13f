/**
 * A person's action at one step of the talk. A tap chooses the newest button whose data begins with `data`.
 * Each person sends a text, a location and a photo of their own; see updates.ts.
 */
export type Act =
  | { readonly type: 'command'; readonly text: string }
  | { readonly type: 'tap'; readonly data: string }
  | { readonly type: 'text' }
  | { readonly type: 'location' }
  | { readonly type: 'photo' };

/** One step of the played talk. Untimed steps only lead from one timed step to the next. */
export type Step = {
  readonly name: string;
  readonly act: Act;
  readonly timed: boolean;
  /** Number of messages (sent or edited) in the answer. */
  readonly messages: number;
};

/** One commit of a person's turn as the script gets it; see COMMIT. */
export type RecordedCommit = { readonly keys: readonly string[]; readonly args: readonly string[] };
/** A talk of one person: its steps with the commit of each, and what differs for another person. */
export type RecordedTalk = {
  readonly chat: number;
  readonly pseudonym: string;
  readonly city: string;
  readonly steps: readonly (RecordedCommit & { readonly step: Step })[];
};

/** Bytes that a bot keeps of one person. */
export type KeptBytes = { readonly session: number; readonly person: number; readonly least?: number };

/** A measured bot in its own process, with its state in the bench's Redis. */
export type Subject = {
  readonly steps: readonly Step[];
  /** Creates the state that the talk requires of these people, such as an earlier consent. */
  prepare(chats: readonly number[]): Promise<void>;
  /** Takes one update as JSON. Resolves when it is handled and the API has answered its messages. */
  take(update: string, chat: number, messages: number): Promise<void>;
  /** Ends all background work that the updates caused. Its cost is part of the measurement. */
  quiet(): Promise<void>;
  /** Returns the number of filed reports. */
  filed(): Promise<number>;
  /** Returns the bytes of a person's session, of the person's whole stored state, and of the least session, if known. */
  kept(chat: number): Promise<KeptBytes>;
  /** Sequential round trips to Redis of each step, before the first message and in all, and its messages, if known. */
  readonly roundTrips?: readonly { readonly before: number; readonly all: number; readonly messages: number }[];
  /** The last scout's talk with its commits, if known. */
  readonly recorded?: RecordedTalk;
  close(): Promise<void>;
};

/** Chats from `from` to below `to`. */
export type ChatRange = { readonly from: number; readonly to: number };

/** Addresses and settings for one run of a subject. */
export type Environment = {
  readonly redisUrl: string;
  readonly apiRoot: string;
  readonly token: string;
  /** A folder for this run, deleted when the bench ends. */
  readonly folder: string;
  /** The chats of this run, if other runs share the store; from the first chat on if left out. */
  readonly chats?: ChatRange;
  /** Number of API calls for each timed step, for subjects that support it. */
  readonly calls?: readonly number[] | undefined;
  /** The product's talk, for a subject that replays its commits. */
  readonly recorded?: RecordedTalk | undefined;
};

/** The number of people in each measured phase. */
export type Crowd = {
  readonly crowded: number; // 64 updates in flight
  readonly few: number; // 8 updates in flight
  readonly alone: number; // 1 update in flight
};

const FIRST_CHAT = 7_000_000_000;
/** People at the start of each run who play the talk before anything is measured. */
export const SCOUTS = 4;

/** Returns the chat of the n-th person of a run. */
export function chatOf({ chats }: Pick<Environment, 'chats'>, n: number): number {
  return (chats?.from ?? FIRST_CHAT) + n;
}

/** Returns the chats of the n-th of several subjects on one store, if none has more people than this. */
export function chatsOf(n: number, people: number): ChatRange {
  return { from: FIRST_CHAT + n * people, to: FIRST_CHAT + (n + 1) * people };
}

/** Returns the number of a chat's person among all people. */
export function numberOf(chat: number): number {
  return chat - FIRST_CHAT;
}

/** Opens a subject. Every subject's module exports one as `open`. */
export type OpenSubject = (environment: Environment) => Promise<Subject>;
