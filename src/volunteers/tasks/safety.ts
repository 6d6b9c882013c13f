import type { HazardCase } from '../../cases/hazard-case.ts';
import type { CategoryTree } from '../../city/category.ts';
import type { Task } from './task.ts';
import { isAtNight } from './task.ts';

/** Groups and kinds of hazards that nobody untrained goes near: gas, live wires, chemicals, what may fall or give way. */
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

/** Whether a volunteer may be sent to look at this; what may hurt somebody right now is for those who are paid and trained for it. */
export function isSafeToVisit({ category, urgent }: HazardCase, categories: CategoryTree): boolean {
  const group = categories.get(category)?.group ?? '';
  return !urgent && !UNSAFE_GROUPS.includes(group) && !UNSAFE_CODES.includes(category);
}

/** In the dark nobody goes alone. */
export function enoughAtNight({ from, until, needed }: Pick<Task, 'from' | 'until' | 'needed'>): boolean {
  return needed >= 2 || !isAtNight({ from, until });
}
