/** What a person does at one step of the talk. A tap is the newest button whose data begins so. */
export type Act =
  | { readonly type: 'command'; readonly text: string }
  | { readonly type: 'tap'; readonly data: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'location' }
  | { readonly type: 'photo' };

/** One step of a talk as everybody plays it. Those that are not timed only lead from one timed step to the next. */
export type Step = {
  readonly name: string;
  readonly act: Act;
  readonly timed: boolean;
  /** How many messages (sent or edited) the person gets in answer. */
  readonly messages: number;
};

/** A bot under measurement, in a process of its own, with its state in the bench's Redis. */
export type Subject = {
  readonly steps: readonly Step[];
  /** Makes ready for these people what the talk takes for granted, such as a consent given earlier. */
  prepare(chats: readonly number[]): Promise<void>;
  /** Takes one update as it came over the wire; resolves when it is handled and its messages are answered. */
  take(update: string, chat: number, messages: number): Promise<void>;
  /** Resolves when nothing goes on in the background any more. */
  quiet(): Promise<void>;
  /** How many reports were filed so far. */
  filed(): Promise<number>;
  /** The bytes of a person's session, and of everything kept about them besides. */
  kept(chat: number): Promise<{ readonly session: number; readonly person: number }>;
  /** Questions to Redis one after the other, before the first message went out and in all, by step; if it is known. */
  readonly roundTrips?: readonly { readonly before: number; readonly all: number }[];
  close(): Promise<void>;
};

/** Where a subject finds its Redis and the fake Bot API. */
export type Surroundings = {
  readonly redisUrl: string;
  readonly apiRoot: string;
  readonly token: string;
  /** A folder of its own that is gone afterwards. */
  readonly folder: string;
  /** How many API calls each timed step shall make, where the subject can be told. */
  readonly calls?: readonly number[] | undefined;
};

export type OpenSubject = (around: Surroundings) => Promise<Subject>;
