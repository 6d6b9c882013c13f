import { MINUTE_MS } from '../../../calendar.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { Store } from '../../../store/store.ts';
import type { CaseCounts } from './case-counts.ts';
import { loadCaseCounts } from './case-counts.ts';

/** A page that is opened again shows the same counts for this long, ms: a city's cases take a while to count. */
const KEPT_MS = 10 * MINUTE_MS;

type Kept = { readonly end: number; readonly at: number; readonly counts: Promise<CaseCounts> };
const kept = new WeakMap<Store, Kept>();

/** Counts the cases before an end day, once in ten minutes for all readers of a process. */
export function recentCounts(store: Store, regions: RegionTree, end: number, now: number): Promise<CaseCounts> {
  const known = kept.get(store);
  if (known && known.end === end && now - known.at < KEPT_MS && now >= known.at) return known.counts;
  const counts = loadCaseCounts(store, regions, end);
  kept.set(store, { end, at: now, counts });
  // A failed count is tried again by the next reader.
  counts.catch(() => kept.delete(store));
  return counts;
}
