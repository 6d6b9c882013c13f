import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { foldText } from '../../engine/tidy-text.ts';
import { normaliseAddress } from '../../regions/address.ts';
import { isOverdue } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';

/** Parts of the list that one button shows. */
export const WORK_FILTERS = ['mine', 'overdue', 'unassigned', 'today'] as const;
type WorkFilter = (typeof WORK_FILTERS)[number];

/** What the list shows: all cases, those that match the words, or one part; `page` from 0. */
export type WorkView = { readonly words?: string; readonly filter?: WorkFilter; readonly page: number };

/** Makes the check whether a case belongs to what the list shows; `me` is the reader's pseudonym. */
export function filterOf(
  { words, filter }: WorkView,
  { city, me, now }: { readonly city: City; readonly me: string; readonly now: number },
): (record: HazardCase) => boolean {
  switch (filter) {
    case 'mine':
      return (record) => record.holder === me;
    case 'overdue':
      return (record) => isOverdue(record, now);
    case 'unassigned':
      return (record) => record.unit === undefined;
    case 'today':
      return (record) => dayOf(record.filedAt) === dayOf(now);
    default:
      return words === undefined ? () => true : searchFor(words, city);
  }
}

/** Makes a search: every word must be in the number, the kind, the place, a region's name, the description or what was added. */
export function searchFor(words: string, city: City): (record: HazardCase) => boolean {
  const wanted = words
    .split(/[\s,，、]+/)
    .filter((word) => word !== '')
    .map((word) => [foldText(word).replace(/(?<=[a-z0-9])-(?=[a-z0-9])/g, ''), foldText(normaliseAddress(word))]);
  return (record) => {
    const texts = textsOf(record, city);
    return wanted.every((spellings) => texts.some((text) => spellings.some((one) => text.includes(one))));
  };
}

/** The texts of a case that a search looks at, folded. */
function textsOf(record: HazardCase, { categories, regions }: City) {
  const { number, category, place, description, additions = [] } = record;
  const above = place.region === undefined ? [] : regions.chain(place.region);
  return [
    number,
    ...Object.values(categories.nameOf(category)),
    ...(place.text ? [place.text, normaliseAddress(place.text)] : []),
    ...above.flatMap((id) => Object.values(regions.nameOf(id) ?? {})),
    ...[description, ...additions].flatMap((words) => ('text' in words ? [words.text] : [])),
  ].map(foldText);
}
