import type { Task } from './task.ts';
import { isAtNight } from './task.ts';

/** True if a task has at least two places or lies in daylight. */
export function isStaffedForNight({ from, until, needed }: Pick<Task, 'from' | 'until' | 'needed'>): boolean {
  return needed >= 2 || !isAtNight({ from, until });
}
