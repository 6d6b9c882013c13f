import type { Hours } from '../../calendar.ts';
import { clockAt, DAY_MS, leftOf } from '../../calendar.ts';
import type { Grant } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { DayPart, Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import type { Task } from './task.ts';
import { lastCall, whyNot } from './task-rules.ts';

/** Somebody who might be asked, with what tells whether it is their turn. */
export type Candidate = {
  readonly volunteer: Volunteer;
  /** What they have taken and is still to come, and how many tasks they had within four weeks. */
  readonly own: readonly Task[];
  readonly burden: number;
  /** When they were last asked for anything, ms. */
  readonly askedAt: number | undefined;
  readonly quiet: Hours;
  /** What else they are in the city: nobody checks their own work. */
  readonly grants: readonly Grant[];
};

/** Whoever was asked lately is asked again only when nobody else is left. */
const REST_MS = 2 * DAY_MS;

/** Who is asked next, the best first: who fits and has time, the nearest, those not asked lately, the least burdened. */
export function askedNext(
  task: Task,
  candidates: readonly Candidate[],
  already: ReadonlySet<VolunteerId>,
  regions: RegionTree,
  now: number,
): readonly Candidate[] {
  const rank = ({ volunteer, burden, askedAt = 0 }: Candidate): readonly number[] => [
    distance(volunteer.region, task.region, regions),
    now - askedAt < REST_MS ? 1 : 0,
    burden,
    askedAt,
  ];
  return candidates
    .filter(({ volunteer, own, quiet }) => {
      if (already.has(volunteer.id) || leftOf(quiet, now) > 0) return false;
      return whyNot(task, volunteer, own, now) === undefined && hasTime(task, volunteer);
    })
    .map((one) => ({ one, rank: rank(one) }))
    .toSorted((a, b) => compare(a.rank, b.rank))
    .map(({ one }) => one);
}

/** So many are asked in the n-th wave (from 0): more each time, as long as places are left. */
export function waveSize(places: number, wave: number): number {
  return Math.max(3, places * 2) * 2 ** Math.min(wave, 5);
}

/** Until the next wave, ms: what begins soon cannot wait for long. */
export function waveGap(task: Task, now: number): number {
  const left = lastCall(task) - now;
  return Math.min(Math.max(left / 8, 10 * 60_000), 8 * 3600_000);
}

/** Whether they said that they have time then. What comes at once asks nobody for their timetable. */
export function hasTime({ from, case: about }: Pick<Task, 'from' | 'case'>, { days, parts }: Volunteer): boolean {
  if (about !== undefined) return true;
  const local = new Date(`${clockAt(from)}Z`);
  return days.includes(String(local.getUTCDay())) && parts.includes(partOf(local.getUTCHours()));
}

function partOf(hour: number): DayPart {
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

/** How many steps up from where somebody helps until a region holds both. */
function distance(home: string, region: string, regions: RegionTree): number {
  const there = regions.chain(region);
  const steps = regions.chain(home).findIndex((one) => there.includes(one));
  return steps < 0 ? 99 : steps;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
