import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases, loadEvents } from '../case-store.ts';
import type { Figure, WholeCase } from './figures.ts';
import { figuresOf } from './figures.ts';

const AT_ONCE = 200;

/** The figures of all cases that were filed in a span of time (ms). */
export async function loadFigures(store: Store, from: number, to: number, now: number): Promise<readonly Figure[]> {
  const { redis, keys } = store;
  const whole: WholeCase[] = [];
  for (let offset = 0; ; offset += AT_ONCE) {
    const range = [keys.casesFiled, String(from), String(to)] as const;
    const ids = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'LIMIT', offset, AT_ONCE));
    if (ids.length === 0) break;
    for (const { record } of await loadCases(store, ids)) {
      whole.push({ record, events: await loadEvents(store, record.id) });
    }
  }
  return figuresOf(whole, now);
}
