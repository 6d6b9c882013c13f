import type { Store } from '../store/store.ts';
import { runOf } from './broadcast.ts';
import { loadBroadcasts } from './broadcast-store.ts';
import { ledgerOf, progressOf } from './sending/ledger.ts';

/** Announcements and how each sending went, a line each; what stands right of = adds up to what stands left. */
export async function broadcastSums(store: Store): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { record } of await loadBroadcasts(store)) {
    lines.push(`${record.id} ${record.state} ${record.kind} ${record.content.title}`);
    for (const { slot, fate } of record.runs) {
      const run = runOf(record.id, slot);
      const { total = 0, counts = {}, left = 0 } = (await progressOf(store, run)) ?? {};
      const sums = Object.entries({ ...counts, left }).map(([name, n]) => `${name} ${n}`);
      lines.push(`  ${run} ${new Date(slot).toISOString()} ${fate}: ${total} = ${sums.join(' + ')}`);
    }
  }
  return lines;
}

/** The ledger of one sending as CSV. Both columns are words of ours, so that no cell can be a formula. */
export async function ledgerCsv(store: Store, sending: string): Promise<readonly string[]> {
  const rows = await ledgerOf(store, sending);
  return ['recipient,outcome', ...rows.map(({ who, outcome }) => `${who.replace(/^[=+\-@]/, "'$&")},${outcome}`)];
}
