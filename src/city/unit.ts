import type { Names } from '../engine/step.ts';

/** Who is responsible for a kind of thing: an authority, a utility, a street's office. */
export type Unit = {
  readonly id: string;
  readonly names: Names;
  /** The number that answers round the clock. */
  readonly hotline?: string;
  /** The unit whose part this one does in its own region: a street's fire station is of `fire_rescue`. */
  readonly of?: string;
  readonly region?: string;
};

/** The street's own office, which is responsible for everything on its ground that nobody else is: 属地管理. */
export function officeOf(region: string): string {
  return `office_${region}`;
}
