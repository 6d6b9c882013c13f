import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { foldText } from '../../engine/tidy-text.ts';
import { normaliseAddress } from '../../regions/address.ts';
import { clocksOf, stageOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';

/** Parts of the list that one button shows. */
export const WORK_FILTERS = ['overdue', 'unassigned', 'today'] as const;
type WorkFilter = (typeof WORK_FILTERS)[number];

/** What the list shows: all cases, those that match the words, or one part; `page` from 0. */
export type WorkView = { readonly words?: string; readonly filter?: WorkFilter; readonly page: number };

/** True if a case belongs to what the list shows. */
export function isShown(record: HazardCase, { words, filter }: WorkView, city: City, now: number): boolean {
  switch (filter) {
    case 'overdue':
      return clocksOf(record).some((clock) => stageOf(clock, now) === 'red');
    case 'unassigned':
      return record.unit === undefined;
    case 'today':
      return dayOf(record.filedAt) === dayOf(now);
    default:
      return words === undefined || matches(record, words, city);
  }
}

/** True if every word is in the number, the kind, the place, a region's name or the description. */
function matches(
  { number, category, place, description }: HazardCase,
  words: string,
  { categories, regions }: City,
): boolean {
  const above = place.region === undefined ? [] : regions.chain(place.region);
  const texts = [
    number,
    ...Object.values(categories.nameOf(category)),
    ...(place.text ? [place.text, normaliseAddress(place.text)] : []),
    ...above.flatMap((id) => Object.values(regions.nameOf(id) ?? {})),
    ...('text' in description ? [description.text] : []),
  ].map(foldText);
  const wanted = words.split(/[\s,，、]+/).filter((word) => word !== '');
  return wanted.every((word) => {
    const folded = foldText(word).replace(/(?<=[a-z0-9])-(?=[a-z0-9])/g, '');
    return (
      texts.some((text) => text.includes(folded)) ||
      texts.some((text) => text.includes(foldText(normaliseAddress(word))))
    );
  });
}
