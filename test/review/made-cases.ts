import { HOUR_MS } from '../../src/calendar.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { addHistory } from '../../src/cases/case-store.ts';
import type { CaseWithEvents } from '../../src/cases/figures/figures.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { replay } from '../../src/cases/replay.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import type { City } from '../../src/city/city.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { lifeOf } from '../../src/demo/history/life.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Store } from '../../src/store/store.ts';

const CITY: City = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const GRID = '990101001001001';
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** A case that failed its first check, or passed it; `n` makes its number and id. */
export type Wish = {
  readonly n: number;
  readonly rework: boolean;
  readonly filedAt: number;
  readonly open?: boolean;
  /** The reporter confirms that it is solved. */
  readonly confirmed?: boolean;
};

/** Makes the events of a case by the demo's own rules; a constant chance decides about the first check. */
export function madeCase(
  { n, rework, filedAt, open = false, confirmed = false }: Wish,
  now: number,
): readonly CaseEvent[] {
  // Below 0.06 a check fails; below 0.45 the reporter confirms.
  const otherwise = confirmed ? 0.3 : 0.5;
  const chance = rework ? 0.04 : otherwise;
  const report: Report = {
    id: `case_made${n}`,
    number: `${LETTERS[Math.floor(n / 30)]}${LETTERS[n % 30]}MADE22`,
    category: 'flooding',
    place: { region: GRID },
    description: { text: '积水' },
    photos: [],
    urgent: false,
    filedAt,
    ...responsibleRegions(GRID, CITY.regions),
  };
  return lifeOf(report, open, now, { city: CITY, random: () => chance });
}

/** The same case as figures read it. */
export function withEvents(events: readonly CaseEvent[]): CaseWithEvents {
  return { record: replay(events), events, reachable: false };
}

/** Writes `rework` failed and `passed` other cases, filed at these times, and returns their unit. */
export async function storeCases(store: Store, wishes: readonly Wish[], now: number): Promise<string> {
  const made = wishes.map((wish) => madeCase(wish, now));
  await bulkWrite(
    store,
    made.flatMap((events) => addHistory(store, events, 'demo:1', now)),
  );
  return replay(made[0] ?? []).unit ?? '';
}

/** Wishes for cases with one hour between them, from a time on. */
export function wishes(
  first: number,
  counts: { readonly rework: number; readonly passed: number },
  from: number,
): readonly Wish[] {
  return Array.from({ length: counts.rework + counts.passed }, (_, i) => ({
    n: first + i,
    rework: i < counts.rework,
    filedAt: from + i * HOUR_MS,
  }));
}
