/** A person's action at one step of the talk. A tap chooses the newest button whose data begins with `data`. */
export type Act =
  | { readonly type: 'command'; readonly text: string }
  | { readonly type: 'tap'; readonly data: string }
  | { readonly type: 'text'; readonly text: string }
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

/** A measured bot in its own process, with its state in the bench's Redis. */
export type Subject = {
  readonly steps: readonly Step[];
  /** Creates the state that the talk requires of these people, such as an earlier consent. */
  prepare(chats: readonly number[]): Promise<void>;
  /** Takes one update as JSON. Resolves when it is handled and the API has answered its messages. */
  take(update: string, chat: number, messages: number): Promise<void>;
  /** Resolves when all background work has ended. */
  quiet(): Promise<void>;
  /** Returns the number of filed reports. */
  filed(): Promise<number>;
  /** Returns the bytes of a person's session and of the person's other stored state. */
  kept(chat: number): Promise<{ readonly session: number; readonly person: number }>;
  /** Sequential round trips to Redis of each step, before the first message and in all, if known. */
  readonly roundTrips?: readonly { readonly before: number; readonly all: number }[];
  close(): Promise<void>;
};

/** Addresses and settings for one run of a subject. */
export type Environment = {
  readonly redisUrl: string;
  readonly apiRoot: string;
  readonly token: string;
  /** A folder for this run, deleted when the bench ends. */
  readonly folder: string;
  /** Number of API calls for each timed step, for subjects that support it. */
  readonly calls?: readonly number[] | undefined;
};

/** Opens a subject. Every subject's module exports one as `open`. */
export type OpenSubject = (environment: Environment) => Promise<Subject>;
