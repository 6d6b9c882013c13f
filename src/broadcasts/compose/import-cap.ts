import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import type { Broadcast, BroadcastId } from '../broadcast.ts';
import { keepBroadcast, queueNews } from '../broadcast-store.ts';
import type { CapAlert } from './cap.ts';
import { readCap } from './cap.ts';
import { proposedBroadcast } from './proposed-broadcast.ts';

/** The id of the new draft, or the reason for a refusal. */
export type CapImport =
  | { readonly type: 'draft'; readonly id: BroadcastId }
  | { readonly type: 'refused'; readonly why: string };

/** Sending time of an alert without an expiry, and the maximum, ms. */
const USUAL_MS = 2 * HOUR_MS;
const LONGEST_MS = DAY_MS;

/** Imports a CAP alert once as the draft of an urgent announcement. Organisers decide whether to submit it. */
export async function importCap(store: Store, xml: string, regions: RegionTree, now: number): Promise<CapImport> {
  const read = readCap(xml);
  if (read.type === 'refused') return read;
  const { alert } = read;
  if (alert.expires !== undefined && alert.expires <= now) return { type: 'refused', why: 'The alert is over.' };
  const record = draftFromAlert(alert, regions, now);
  if (!record) return { type: 'refused', why: 'The city has no regions yet; import them first.' };
  const { checks, writes } = keepBroadcast(store, record);
  const change = { op: `cap:${alert.identifier}`, what: 'cap_imported', checks };
  const done = await commitAsSystem(
    store,
    { ...change, writes: [...writes, queueNews(store, record.id, 'imported.1', now)] },
    now,
  );
  if (done.type === 'ok') return { type: 'draft', id: record.id };
  const why =
    done.type === 'duplicate' ? 'This alert was imported already.' : 'The store did not accept it; try again.';
  return { type: 'refused', why };
}

function draftFromAlert(
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
