import type { Names } from '../engine/step.ts';

/** A responsible unit (责任单位): an authority, a utility, a street's office. */
export type Unit = {
  readonly id: string;
  readonly names: Names;
  /** Phone number that is answered round the clock. */
  readonly hotline?: string;
  /** The unit that this one represents in its region: a street's fire station is of `fire_rescue`. */
  readonly of?: string;
  readonly region?: string;
};

/** The id of a region's office. It is responsible for whatever no other unit in the region is (属地管理). */
export function officeOf(region: string): string {
  return `office_${region}`;
}
