import { newCaseNumber } from '../../cases/case-number.ts';
import { newCaseId } from '../../cases/case-store.ts';
import type { Report } from '../../cases/hazard-case.ts';
import { responsibleRegions } from '../../cases/routing.ts';
import type { City } from '../../city/city.ts';
import type { Media } from '../../engine/input.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Item } from '../standards/standard.ts';
import type { Marked } from './read-marks.ts';
import type { Visit } from './visit.ts';

/** Category of a finding whose words name no other one. */
const OTHER = 'other_hazard';

/**
 * The report of an item that was not met. Its source is the inspection: both clocks run, and no figure counts it against
 * anyone. The premises give the place; the words of item and checker describe it.
 */
export function caseOfItem(
  visit: Visit,
  item: Item,
  { marked, photos }: { readonly marked: Marked; readonly photos: readonly Media[] },
  { city, now, random }: { readonly city: City; readonly now: number; readonly random: (below: number) => number },
): Report {
  const premises = city.premises.get(visit.premises);
  const [name, words] = [premises?.names ?? {}, item.words].map((names) => inLanguage(names, 'zh-CN'));
  const said = [words, marked.words].filter(Boolean).join('：');
  const category = city.categories.certain(marked.words ?? '') ?? city.categories.certain(words ?? '') ?? OTHER;
  return {
    id: newCaseId(random),
    number: newCaseNumber(random),
    source: 'inspection',
    category,
    place: { region: visit.region, ...(premises?.point ? { point: premises.point } : {}), text: name ?? '' },
    description: { text: said },
    photos,
    urgent: false,
    filedAt: now,
    ...responsibleRegions(visit.region, city.regions),
  };
}
