import type { Limit } from '../calendar.ts';
import type { Names, Option } from '../engine/step.ts';
import spokenWords from './spoken-words.json' with { type: 'json' };
import { wordIndexOf } from './word-index.ts';

/** A question of one category, with a few fixed answers. */
export type CategoryQuestion = {
  readonly id: string;
  readonly names: Names;
  readonly options: readonly { readonly id: string; readonly names: Names }[];
};

/** A kind of hazard: a leaf of the category tree, or a group (no `group`). The code is Open311's service code. */
export type Category = {
  readonly code: string;
  readonly group?: string;
  readonly names: Names;
  /** Colloquial names for the search (Open311: keywords). */
  readonly words?: readonly string[];
  /** 部件 or 事件 (GB/T 30428.2). It decides which unit is asked first, the owner's or the neighbourhood's. */
  readonly kind?: 'component' | 'event';
  /** The unit that leads (牵头). */
  readonly lead?: string;
  /** Time limits of containment (先期管控) and cure (根治). */
  readonly contain?: Limit;
  readonly cure?: Limit;
  /** Largest distance of two reports of the same hazard: metres, or the same address. */
  readonly duplicate?: `${number}m` | 'address';
  /** Emergency numbers, shown when a person is in danger; `unit` is the lead unit's hotline. */
  readonly emergency?: readonly string[];
  /** The category's own wording of the question about immediate danger. */
  readonly danger?: Names;
  readonly questions?: readonly CategoryQuestion[];
};

/** Questions per category at most. */
export const QUESTIONS_MAX = 3;

/** All categories of a city, with lookups. */
export type CategoryTree = {
  readonly groups: readonly Option[];
  readonly leaves: (group: string) => readonly Option[];
  /** The only leaf that the words name, if they leave no doubt. */
  readonly certain: (words: string) => string | undefined;
  /** True if the words surely name a hazard. */
  readonly isNamedIn: (words: string) => boolean;
  /** Leaves that match the words, best first. */
  readonly find: (words: string) => readonly Option[];
  readonly leaf: (code: string) => Option | undefined;
  readonly get: (code: string) => Category | undefined;
  /** The names of a category; of a deleted one, its code. */
  readonly nameOf: (code: string) => Names;
};

/** Builds the lookups and the word index of a category list. */
export function categoryTree(categories: readonly Category[]): CategoryTree {
  const byCode = new Map(categories.map((category) => [category.code, category]));
  const byGroup = Map.groupBy(categories, (category) => category.group);
  const leaves = categories.filter(({ group }) => group !== undefined);
  const index = wordIndexOf(
    leaves.map(({ code, names, words = [] }) => ({
      id: code,
      phrases: [
        ...Object.values(names).flatMap((name) => name.split(/[、，,]| or /)),
        ...words,
        ...spokenWordsOf(code),
      ],
    })),
  );
  const leaf = (code: string) => {
    const category = byCode.get(code);
    return category?.group === undefined ? undefined : asOption(category);
  };
  return {
    groups: (byGroup.get(undefined) ?? []).map(asOption),
    leaves: (group) => (byGroup.get(group) ?? []).map(asOption),
    find: (words) => index.perhaps(words).flatMap((code) => leaf(code) ?? []),
    certain: (words) => index.certain(words),
    isNamedIn: (words) => index.surely(words).length > 0,
    leaf,
    get: (code) => byCode.get(code),
    nameOf: (code) => byCode.get(code)?.names ?? { 'zh-CN': code, en: code },
  };
}

/** What people call a hazard besides its own words, in Wu and Jianghuai speech and in English too. A city's own codes have none. */
function spokenWordsOf(code: string): readonly string[] {
  return (spokenWords as Readonly<Record<string, string>>)[code]?.split('|') ?? [];
}

function asOption({ code, names }: Category): Option {
  return { id: code, name: names };
}
