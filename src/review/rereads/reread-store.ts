import type { RegionTree } from '../../regions/region-tree.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { isAccepted, passedCheck, readFact } from '../score/cells/case-fact.ts';
import type { Month } from '../score/month.ts';
import type { Framed, RereadFrames, RereadMonth } from './reread.ts';

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

/** Loads the reports of a month that were rejected, accepted, and passed their check, without those outside all streets. */
export async function loadFrames(store: Store, month: Month, regions: RegionTree): Promise<RereadFrames> {
  const [rejection, accepted, check]: [Framed[], Framed[], Framed[]] = [[], [], []];
  for await (const some of scanHash(store, store.keys.scoreFacts(month)))
    for (const [id, line] of some) {
      const fact = readFact(line);
      const street = fact.region === '' ? undefined : regions.above(fact.region, 'street');
      if (street === undefined) continue;
      const framed = { case: id, number: fact.number, street };
      if (fact.rejected !== undefined) rejection.push(framed);
      else if (isAccepted(fact)) accepted.push(framed);
      if (passedCheck(fact)) check.push(framed);
    }
  return { rejection, class: accepted, check };
}
