import type { CategoryTree } from '../city/category.ts';
import type { HazardCase } from './hazard-case.ts';

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

/** The kind of visit that the case needs in its state: `check` before it is verified, `recheck` after the cure. */
export function visitKindFor({ state, found }: HazardCase): 'check' | 'recheck' | undefined {
  if (state === 'checking') return 'recheck';
  return state === 'submitted' || (state === 'verifying' && found === undefined) ? 'check' : undefined;
}
