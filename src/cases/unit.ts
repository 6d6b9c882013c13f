import type { Names } from '../engine/step.ts';

/** Who is responsible for a kind of thing: an authority, a utility, a street's office. */
export type Unit = {
  readonly id: string;
  readonly names: Names;
  /** The number that answers round the clock. */
  readonly hotline?: string;
};
