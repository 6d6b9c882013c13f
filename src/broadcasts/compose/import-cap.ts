import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Broadcast, BroadcastId } from '../broadcast.ts';
import { keepBroadcast, loadBroadcasts, queueNews } from '../broadcast-store.ts';
import { readCap } from './cap.ts';
import type { CapDraft } from './cap-drafts.ts';
import { proposedBroadcast } from './proposed-broadcast.ts';

/** The ids of the new drafts, or the reason for a refusal. */
export type CapImport =
  | { readonly type: 'drafts'; readonly ids: readonly BroadcastId[] }
  | { readonly type: 'refused'; readonly why: string };

const ALREADY: CapImport = { type: 'refused', why: 'This alert was imported already.' };
/** Sending time of an alert without an expiry, and the maximum, ms. */
const USUAL_MS = 2 * HOUR_MS;
const LONGEST_MS = DAY_MS;

/** Imports a CAP alert once: all its drafts in one commit. Organisers decide whether to submit them. */
export async function importCap(store: Store, bytes: Uint8Array, regions: RegionTree, now: number): Promise<CapImport> {
  const { alert, inventory } = readCap(bytes, regions, now);
  if (!alert) return { type: 'refused', why: inventory.refused.map(({ at, why }) => `${at}: ${why}`).join('\n') };
  const known = await loadBroadcasts(store);
  // The store knows an operation for two days; an alert may last longer.
  if (known.some(({ record }) => record.alert === alert.identity)) return ALREADY;
  const drafts = alert.drafts.map((draft) => ({ ...draftFrom(draft, regions, now), alert: alert.identity }));
  const { checks, writes } = joinChanges([
    ...drafts.map((draft) => keepBroadcast(store, draft)),
    ...cancelReplaced(store, known, alert.replaces),
  ]);
  const news = drafts.map(({ id }) => queueNews(store, id, 'imported.1', now));
  const change = { op: `cap:${alert.identity}`, what: 'cap_imported', checks, writes: [...writes, ...news] };
  const done = await commitAsSystem(store, change, now);
  if (done.type === 'ok') return { type: 'drafts', ids: drafts.map(({ id }) => id) };
  return done.type === 'duplicate' ? ALREADY : { type: 'refused', why: 'The store did not accept it; try again.' };
}

function draftFrom(
  { regions: ids, at, expires, link, ...draft }: CapDraft,
  regions: RegionTree,
  now: number,
): Broadcast {
  const [region = '', ...also] = ids;
  const lasts = expires === undefined ? USUAL_MS : expires - (at ?? now);
  const { title, titles, words, kind } = draft;
  const proposed = proposedBroadcast(
    {
      title,
      ...(titles ? { titles } : {}),
      words,
      region,
      also,
      kind,
      ...(link === undefined ? {} : { link }),
      buttons: ['heard', ...(link === undefined ? [] : (['link'] as const))],
      staleAfterMs: Math.min(LONGEST_MS, lasts),
      at,
    },
    regions,
    now,
  );
  return { ...proposed, ...(expires === undefined ? {} : { expires }) };
}

/** Cancels the unapproved drafts of replaced alerts, so that an old warning is not sent beside the new one. */
function cancelReplaced(
  store: Store,
  known: readonly Kept<Broadcast>[],
  replaced: readonly string[],
): readonly Change[] {
  return known.flatMap((kept) => {
    const { state, alert = '' } = kept.record;
    const isWaiting = state === 'draft' || state === 'proposed';
    return isWaiting && replaced.includes(alert)
      ? [keepBroadcast(store, { ...kept.record, state: 'cancelled' }, kept)]
      : [];
  });
}
