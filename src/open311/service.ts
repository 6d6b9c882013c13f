import type { Category } from '../city/category.ts';
import type { City } from '../city/city.ts';
import type { Names } from '../engine/step.ts';
import type { ResponseNode } from './xml.ts';

/** Returns a category as a service (GeoReport v2, “GET Service List”). */
export function serviceOf({ code, names, words = [], questions = [], group }: Category, city: City, language: string) {
  const groupNames = group === undefined ? undefined : city.categories.get(group)?.names;
  return {
    service_code: code,
    service_name: nameIn(names, language),
    description: nameIn(names, language),
    metadata: questions.length > 0,
    type: 'realtime',
    keywords: words.join(','),
    group: groupNames ? nameIn(groupNames, language).replace(/^\p{Extended_Pictographic}\S*\s*/u, '') : '',
  } satisfies ResponseNode;
}

/** Returns the category's own questions (GeoReport v2, “GET Service Definition”). */
export function definitionOf({ code, questions = [] }: Category, language: string) {
  return {
    service_code: code,
    attributes: questions.map(({ id, names, options }, i) => ({
      variable: true,
      code: id,
      datatype: 'singlevaluelist',
      required: false,
      datatype_description: nameIn(names, language),
      order: i + 1,
      description: nameIn(names, language),
      values: options.map((option) => ({ key: option.id, name: nameIn(option.names, language) })),
    })),
  } satisfies ResponseNode;
}

/** Picks a name in this language, else in Chinese, else in any language. */
export function nameIn(names: Names, language: string): string {
  return names[language] ?? names['zh-CN'] ?? Object.values(names)[0] ?? '';
}

/** Lists every category that can be reported. */
export function servicesOf(city: City): readonly Category[] {
  return city.categories.groups.flatMap(({ id }) =>
    city.categories.leaves(id).flatMap((leaf) => city.categories.get(leaf.id) ?? []),
  );
}
