import type { CityPart } from '../city.ts';

/** A record of any part, by field name. */
export type ImportEntry = { readonly [field: string]: unknown };

/** The key by which an import finds the same record in the city. */
export function keyOf(part: CityPart, record: ImportEntry): string {
  if (part === 'census') return [record.region, record.sex, record.from, record.to ?? ''].join('/');
  return String(part === 'categories' ? record.code : record.id);
}
