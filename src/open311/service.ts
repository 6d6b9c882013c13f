import type { Category } from '../city/category.ts';
import type { City } from '../city/city.ts';
import type { Names } from '../engine/step.ts';
import type { Node } from './xml.ts';

/** A kind of hazard as a service, GeoReport v2 “GET Service List”. */
export function serviceOf({ code, names, words = [], questions = [], group }: Category, city: City, language: string) {
  const within = group === undefined ? undefined : city.categories.get(group)?.names;
  return {
    service_code: code,
    service_name: nameIn(names, language),
    description: nameIn(names, language),
    metadata: questions.length > 0,
    type: 'realtime',
    keywords: words.join(','),
    group: within ? nameIn(within, language).replace(/^\p{Extended_Pictographic}\S*\s*/u, '') : '',
  } satisfies Node;
}

/** The questions that only this kind asks, GeoReport v2 “GET Service Definition”. */
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
  } satisfies Node;
}

export function nameIn(names: Names, language: string): string {
  return names[language] ?? names['zh-CN'] ?? Object.values(names)[0] ?? '';
}

/** Every kind that can be reported. */
export function servicesOf(city: City): readonly Category[] {
  return city.categories.groups.flatMap(({ id }) =>
    city.categories.leaves(id).flatMap((leaf) => city.categories.get(leaf.id) ?? []),
  );
}
