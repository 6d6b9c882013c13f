import type { RegionTree } from '../../regions/region-tree.ts';
import { scanHash } from '../../store/scan-hash.ts';
import type { Store } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/versioned-record.ts';
import { readFact } from '../score/case-fact.ts';
import type { Month } from '../score/month.ts';
import type { Rejected, RereadMonth } from './reread.ts';

/** Loads the rereads of a month; undefined before the month begins, and once its cases are gone. */
export async function loadRereads(store: Store, month: Month): Promise<Kept<RereadMonth> | undefined> {
  return (await loadRecords<RereadMonth>(store, [store.keys.rereads(month)]))[0];
}

/** Keeps the rereads of a month. */
export function keepRereads({ keys }: Store, record: RereadMonth, before?: Kept<RereadMonth>): Change {
  return keepRecord(keys.rereads(record.month), record, before);
}

/** The name under which the half of a month's seed is sealed. */
export function rereadSeedOf(month: Month): string {
  return `reread_${month}`;
}

/** Loads the reports of a month that are rejected, without those outside all streets. */
export async function loadRejected(store: Store, month: Month, regions: RegionTree): Promise<readonly Rejected[]> {
  const found: Rejected[] = [];
  for await (const some of scanHash(store, store.keys.scoreFacts(month)))
    for (const [id, line] of some) {
      const { number, region, rejected } = readFact(line);
      const street = region === '' ? undefined : regions.above(region, 'street');
      if (rejected !== undefined && street !== undefined) found.push({ case: id, number, street });
    }
  return found;
}
