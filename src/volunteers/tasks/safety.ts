import type { HazardCase } from '../../cases/hazard-case.ts';
import type { CategoryTree } from '../../city/category.ts';
import type { Task } from './task.ts';
import { isAtNight } from './task.ts';

/** Hazards for trained staff only: gas, live wires, chemicals, and structures that may fall or collapse. */
const UNSAFE_GROUPS: readonly string[] = ['gas', 'plant'];
const UNSAFE_CODES: readonly string[] = [
  'wire_exposed',
  'pole_leaning',
  'power_box',
  'road_collapse',
  'falling_facade',
  'unsafe_house',
  'lift_fault',
  'scaffold_pit',
  'fallen_tree',
];

/** True if a volunteer may visit the case. Urgent cases are for trained staff only. */
export function isSafeToVisit({ category, urgent }: HazardCase, categories: CategoryTree): boolean {
  const group = categories.get(category)?.group ?? '';
  return !urgent && !UNSAFE_GROUPS.includes(group) && !UNSAFE_CODES.includes(category);
}

/** True if a task has at least two places or lies in daylight. */
export function isStaffedForNight({ from, until, needed }: Pick<Task, 'from' | 'until' | 'needed'>): boolean {
  return needed >= 2 || !isAtNight({ from, until });
}
