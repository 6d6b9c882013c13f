import { DAY_MS } from '../../calendar.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import type { Broadcast, BroadcastId } from '../broadcast.ts';
import { keepBroadcast, newsOf } from '../broadcast-store.ts';
import type { CapAlert } from './cap.ts';
import { readCap } from './cap.ts';
import { proposedBroadcast } from './proposed-broadcast.ts';

export type CapImport =
  | { readonly type: 'draft'; readonly id: BroadcastId }
  | { readonly type: 'refused'; readonly why: string };

/** An alert without an end is stale after this, ms; and none is kept alive for longer than a day. */
const USUAL_MS = 2 * 3600_000;
const LONGEST_MS = DAY_MS;

/** A CAP alert becomes the draft of an urgent announcement, once; nothing is sent before organisers have looked at it. */
export async function importCap(store: Store, xml: string, regions: RegionTree, now: number): Promise<CapImport> {
  const read = readCap(xml);
  if (read.type === 'refused') return read;
  const { alert } = read;
  if (alert.expires !== undefined && alert.expires <= now) return { type: 'refused', why: 'The alert is over.' };
  const record = fromAlert(alert, regions, now);
  if (!record) return { type: 'refused', why: 'The city has no regions yet; import them first.' };
  const { checks, writes } = keepBroadcast(store, record);
  const change = { op: `cap:${alert.identifier}`, what: 'cap_imported', checks };
  const done = await commitAsSystem(
    store,
    { ...change, writes: [...writes, newsOf(store, record.id, 'imported.1', now)] },
    now,
  );
  if (done.type === 'ok') return { type: 'draft', id: record.id };
  const why =
    done.type === 'duplicate' ? 'This alert was brought in already.' : 'The store could not take it now; try again.';
  return { type: 'refused', why };
}

function fromAlert(
  { title, words, expires, codes }: CapAlert,
  regions: RegionTree,
  now: number,
): Broadcast | undefined {
  const [city] = regions.all('city');
  if (city === undefined) return undefined;
  const region = codes.find((code) => regions.nameOf(code) !== undefined) ?? city;
  const staleAfterMs = Math.min(LONGEST_MS, expires === undefined ? USUAL_MS : expires - now);
  return proposedBroadcast({ title, words, region, kind: 'urgent', buttons: ['heard'], staleAfterMs }, regions, now);
}
