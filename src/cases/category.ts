import type { Names } from '../engine/step.ts';

/** What is wrong: a leaf of the category tree, or a group (no `group`). The code is Open311's service code. */
export type Category = { readonly code: string; readonly group?: string; readonly names: Names };

/** All categories of a city, ready to be asked. */
export type CategoryTree = {
  readonly groups: readonly Category[];
  readonly leaves: (group: string) => readonly Category[];
  readonly get: (code: string) => Category | undefined;
};

export function categoryTree(categories: readonly Category[]): CategoryTree {
  const byCode = new Map(categories.map((category) => [category.code, category]));
  const byGroup = Map.groupBy(categories, (category) => category.group);
  return {
    groups: byGroup.get(undefined) ?? [],
    leaves: (group) => byGroup.get(group) ?? [],
    get: (code) => byCode.get(code),
  };
}
