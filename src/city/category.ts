import type { Limit } from '../calendar.ts';
import type { Names, Option } from '../engine/step.ts';
import { wordIndex } from './word-index.ts';

/** A question that only one category asks: its answers are few and fixed. */
export type CategoryQuestion = {
  readonly id: string;
  readonly names: Names;
  readonly options: readonly { readonly id: string; readonly names: Names }[];
};

/** What is wrong: a leaf of the category tree, or a group (no `group`). The code is Open311's service code. */
export type Category = {
  readonly code: string;
  readonly group?: string;
  readonly names: Names;
  /** Other words for it, as people say them (Open311: keywords). */
  readonly words?: readonly string[];
  /** 部件 or 事件 (GB/T 30428.2): which of them decides who is asked first, the owner or the neighbourhood. */
  readonly kind?: 'component' | 'event';
  /** The unit that leads (牵头). */
  readonly lead?: string;
  /** By when the danger must be fenced off, and by when it must be gone. */
  readonly contain?: Limit;
  readonly cure?: Limit;
  /** How near another report must be to be of the same thing: metres, or the same address. */
  readonly duplicate?: `${number}m` | 'address';
  /** What to call first when somebody is in danger: numbers, or `unit` for the lead unit's own. */
  readonly emergency?: readonly string[];
  /** Its own words for “could somebody get hurt right now?”. */
  readonly danger?: Names;
  readonly questions?: readonly CategoryQuestion[];
};

export const QUESTIONS_MAX = 3;

/** All categories of a city, ready to be asked. */
export type CategoryTree = {
  readonly groups: readonly Option[];
  readonly leaves: (group: string) => readonly Option[];
  /** The leaves that somebody's words may mean, best first. */
  readonly find: (words: string) => readonly Option[];
  readonly leaf: (code: string) => Option | undefined;
  readonly get: (code: string) => Category | undefined;
  /** What to call it, also where it was taken out of the tree since. */
  readonly nameOf: (code: string) => Names;
};

export function categoryTree(categories: readonly Category[]): CategoryTree {
  const byCode = new Map(categories.map((category) => [category.code, category]));
  const byGroup = Map.groupBy(categories, (category) => category.group);
  const leaves = categories.filter(({ group }) => group !== undefined);
  const index = wordIndex(
    leaves.map(({ code, names, words = [] }) => ({
      id: code,
      phrases: [...Object.values(names).flatMap((name) => name.split(/[、，,]| or /)), ...words],
    })),
  );
  const leaf = (code: string) => {
    const category = byCode.get(code);
    return category?.group === undefined ? undefined : asOption(category);
  };
  return {
    groups: (byGroup.get(undefined) ?? []).map(asOption),
    leaves: (group) => (byGroup.get(group) ?? []).map(asOption),
    find: (words) => index(words).flatMap((code) => leaf(code) ?? []),
    leaf,
    get: (code) => byCode.get(code),
    nameOf: (code) => byCode.get(code)?.names ?? { 'zh-CN': code, en: code },
  };
}

function asOption({ code, names }: Category): Option {
  return { id: code, name: names };
}
