/** The state of one run through a flow: plain JSON, stored whole after every step. */
export type Session = {
  readonly flow: string;
  readonly version: number;
  /** Id of this session. Buttons carry it, so that those of an earlier session are old buttons. */
  readonly talk: string;
  readonly step: string;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Unfinished answer of the current step: photos, ticks, a place to be confirmed. */
  readonly draft?: unknown;
  /** Consecutive inputs that did not answer the current question. */
  readonly misses?: number;
  /** The question "keep for later, or drop?" is shown. */
  readonly leaving?: true;
  /** Album of the last photo; ten photos of one album get one reply. */
  readonly album?: string;
  /** Album whose surplus photos were already reported. */
  readonly full?: string;
  /** Seal of the question as the person saw it last: a typed answer holds for that alone, as a tap does. */
  readonly seal?: string;
  /** Seals of answered questions, by step: what follows holds for what these questions showed. */
  readonly seals?: Readonly<Record<string, string>>;
  /** Answers for a fresh talk of this flow, from words that came while this session waited. */
  readonly wanted?: Readonly<Record<string, unknown>>;
  readonly expires: number; // ms since the epoch
};
