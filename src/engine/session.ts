/** Where a talk stands: plain JSON, written back whole after every step. */
export type Session = {
  readonly flow: string;
  readonly version: number;
  /** Binds buttons to this very talk: a button of an earlier talk of the same flow is an old button. */
  readonly talk: string;
  readonly step: string;
  readonly answers: Readonly<Record<string, unknown>>;
  /** What the present step has gathered so far: photos, ticks, a place to be confirmed. */
  readonly draft?: unknown;
  /** How often in a row the present question was not answered. */
  readonly misses?: number;
  /** The person was asked whether to stop, keep for later or go on. */
  readonly leaving?: true;
  /** The album of the last photo, so that ten photos of one album get one reply. */
  readonly album?: string;
  /** The album of which it was already said that it has too many photos. */
  readonly full?: string;
  readonly expires: number; // ms since the epoch
};
