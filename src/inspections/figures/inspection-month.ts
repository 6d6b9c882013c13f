import { momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Store } from '../../store/store.ts';
import type { Visit } from '../visits/visit.ts';
import { isAnnulled } from '../visits/visit-rules.ts';
import { visitsDue } from '../visits/visit-store.ts';

/** Visits by lot of a month in a street, and the marks of their items. Items that do not apply are not counted. */
export type InspectionCount = {
  readonly drawn: number;
  /** Visits with a result; a visit that was not done in time lowers `done`, never the marks. */
  readonly done: number;
  readonly full: number;
  readonly half: number;
  readonly none: number;
};

const NONE: InspectionCount = { drawn: 0, done: 0, full: 0, half: 0, none: 0 };

/**
 * Counts the visits whose last day lies in a month (2026-09), by street. Only draws by lot count: designated premises were
 * chosen, and repeats are a second look. After an upheld objection the marks of the visit do not count.
 */
export async function readInspectionMonth(
  store: Store,
  month: string,
  { regions }: Pick<City, 'regions'>,
): Promise<ReadonlyMap<string, InspectionCount>> {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  const counts = new Map<string, InspectionCount>();
  const span = [momentOf(`${month}-01T00:00`), momentOf(`${next}-01T00:00`)] as const;
  for await (const batch of visitsDue(store, ...span)) {
    for (const { record } of batch) {
      if (!countsByLot(record)) continue;
      const street = regions.above(record.region, 'street') ?? record.region;
      counts.set(street, addVisitTo(counts.get(street) ?? NONE, record));
    }
  }
  return counts;
}

/** True for a first visit to premises that the lot drew. */
export function countsByLot({ of, named, repeats }: Visit): boolean {
  return of.startsWith('draw_') && named !== true && repeats === undefined;
}

function addVisitTo(before: InspectionCount, visit: Visit): InspectionCount {
  const { agreed } = visit;
  const drawn = before.drawn + 1;
  if (!agreed) return { ...before, drawn };
  const marks = isAnnulled(visit) ? [] : Object.values(agreed).map(({ mark }) => mark);
  const count = (mark: 'full' | 'half' | 'none') => before[mark] + marks.filter((one) => one === mark).length;
  return { drawn, done: before.done + 1, full: count('full'), half: count('half'), none: count('none') };
}
