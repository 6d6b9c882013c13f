import type { Hours } from '../../calendar.ts';
import { clockAt, DAY_MS, HOUR_MS, MINUTE_MS, remainingMs } from '../../calendar.ts';
import type { Grant } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { DayPart, Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import type { Task } from './task.ts';
import { eligibilityRefusal, offersEndAt } from './task-rules.ts';

/** A volunteer who could be asked, with the data for the ranking. */
export type Candidate = {
  readonly volunteer: Volunteer;
  /** Tasks taken that are not over. */
  readonly upcoming: readonly Task[];
  /** Number of tasks within four weeks. */
  readonly burden: number;
  /** The last offer of any task, ms since the epoch. */
  readonly askedAt: number | undefined;
  readonly quiet: Hours;
  /** Roles in the city; staff do not visit cases of their own unit. */
  readonly grants: readonly Grant[];
};

/** A volunteer asked within this time ranks behind the others of the same distance. */
const REST_MS = 2 * DAY_MS;

/** Ranks eligible, available candidates: nearest first, then not asked lately, then least burdened. */
export function rankCandidates(
  task: Task,
  candidates: readonly Candidate[],
  already: ReadonlySet<VolunteerId>,
  regions: RegionTree,
  now: number,
): readonly Candidate[] {
  const rank = ({ volunteer, burden, askedAt = 0 }: Candidate): readonly number[] => [
    levelsApart(volunteer.region, task.region, regions),
    now - askedAt < REST_MS ? 1 : 0,
    burden,
    askedAt,
  ];
  return candidates
    .filter(({ volunteer, upcoming, quiet }) => {
      if (already.has(volunteer.id) || remainingMs(quiet, now) > 0) return false;
      return eligibilityRefusal(task, volunteer, upcoming, now) === undefined && isAvailable(task, volunteer);
    })
    .map((one) => ({ one, rank: rank(one) }))
    .toSorted((a, b) => compare(a.rank, b.rank))
    .map(({ one }) => one);
}

/** Number of volunteers to ask in the n-th wave (from 0); it doubles with each wave. */
export function offerWaveSize(places: number, wave: number): number {
  return Math.max(3, places * 2) * 2 ** Math.min(wave, 5);
}

/** Time until the next wave, ms. It shrinks as the task's beginning nears. */
export function offerWaveGapMs(task: Task, now: number): number {
  const left = offersEndAt(task) - now;
  return Math.min(Math.max(left / 8, 10 * MINUTE_MS), 8 * HOUR_MS);
}

/** True if the task begins on a day and part of the day that the volunteer named. A visit to a case can be made any time. */
export function isAvailable({ from, case: about }: Pick<Task, 'from' | 'case'>, { days, parts }: Volunteer): boolean {
  if (about !== undefined) return true;
  const local = new Date(`${clockAt(from)}Z`);
  return days.includes(String(local.getUTCDay())) && parts.includes(partOf(local.getUTCHours()));
}

function partOf(hour: number): DayPart {
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

/** Number of region levels from `home` up to one that contains both; 99 if none does. */
function levelsApart(home: string, region: string, regions: RegionTree): number {
  const there = regions.chain(region);
  const steps = regions.chain(home).findIndex((one) => there.includes(one));
  return steps < 0 ? 99 : steps;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
