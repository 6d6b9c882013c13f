import { csvText } from '../files/csv.ts';
import type { Store } from '../store/store.ts';
import { runIdOf } from './broadcast.ts';
import { loadBroadcasts } from './broadcast-store.ts';
import { loadLedger, loadProgress } from './sending/ledger.ts';

/** One line per broadcast and run; the counts right of `=` add up to the audience on its left. */
export async function broadcastSums(store: Store): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { record } of await loadBroadcasts(store)) {
    lines.push(`${record.id} ${record.state} ${record.kind} ${record.content.title}`);
    for (const { slot, fate } of record.runs) {
      const run = runIdOf(record.id, slot);
      const { total = 0, counts = {}, left = 0 } = (await loadProgress(store, run)) ?? {};
      const sums = Object.entries({ ...counts, left }).map(([name, n]) => `${name} ${n}`);
      lines.push(`  ${run} ${new Date(slot).toISOString()} ${fate}: ${total} = ${sums.join(' + ')}`);
    }
  }
  return lines;
}

/** The ledger of one run as CSV. */
export async function ledgerCsv(store: Store, run: string): Promise<string> {
  const rows = await loadLedger(store, run);
  return csvText([['recipient', 'outcome'], ...rows.map(({ recipient, outcome }) => [recipient, outcome])]);
}
