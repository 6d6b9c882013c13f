import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases, loadEvents } from '../case-store.ts';
import type { CaseWithEvents, Figure } from './figures.ts';
import { figuresOf } from './figures.ts';

const BATCH = 200;

/** Computes the figures of all cases filed between two times (ms since the epoch). */
export async function loadFigures(store: Store, from: number, to: number, now: number): Promise<readonly Figure[]> {
  const { redis, keys } = store;
  const cases: CaseWithEvents[] = [];
  for (let offset = 0; ; offset += BATCH) {
    const range = [keys.casesFiled, String(from), String(to)] as const;
    const ids = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'LIMIT', offset, BATCH));
    if (ids.length === 0) break;
    for (const { record } of await loadCases(store, ids)) {
      cases.push({ record, events: await loadEvents(store, record.id) });
    }
  }
  return figuresOf(cases, now);
}
