import type { Series } from '../../city/series.ts';
import campus from './campus.json' with { type: 'json' };
import community from './community.json' with { type: 'json' };
import short from './short.json' with { type: 'json' };
import type { Item, Standard } from './standard.ts';
import station from './station.json' with { type: 'json' };
import second from './version-2.json' with { type: 'json' };

/** Version 1: three standards in full, nine with a common core of 60 points and 40 of their own. */
const FIRST = [station, campus, community, ...short] as unknown as readonly Standard[]; // checked by a test

/** Every version of the built-in standards, the oldest first. A version stays as it is: rounds refer to it. */
export const DEFAULT_STANDARDS: readonly Standard[] = [...FIRST, ...FIRST.map(secondOf)];

/** The newest built-in standard of a series. */
export function defaultStandard(series: Series): Standard {
  const found = DEFAULT_STANDARDS.findLast((one) => one.series === series);
  if (!found) throw new Error(`There is no built-in standard of ${series}.`);
  return found;
}

/**
 * Version 2: items on paper that another body issues count by documents that it confirmed (v3); where checkers test something
 * besides, it takes both (v1, v3). A drill counts once its minutes are noted.
 */
function secondOf(first: Standard): Standard {
  const has = (numbers: Partial<Record<Series, readonly number[]>>, no: number) => numbers[first.series]?.includes(no);
  const items = first.items.map((item): Item => {
    const { no, evidence, measure } = item;
    if (has(second.checked_with_document, no)) return { ...item, verify: ['v1', 'v3'] };
    // An announcement to staff stands for one of two documents.
    const times = evidence.includes('B') ? 2 : 1;
    if (has(second.documented, no)) return { ...item, verify: ['v3'], measure: { kind: 'documents', times } };
    if (!has(second.timed, no) || measure?.kind !== 'drills') return item;
    return { ...item, measure: { ...measure, kind: 'timed_drills' } };
  });
  return { ...first, version: 2, from: second.from, items };
}
