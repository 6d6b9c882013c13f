import type { Urn } from '../channels/channel.ts';
import { bulkWrite } from '../store/bulk-write.ts';
import type { Write } from '../store/commit.ts';
import { scanKeys } from '../store/records/invariants.ts';
import type { Store } from '../store/store.ts';

const ANY: Urn = 'web:any';

/** Runs `clear`, which deletes the logs of web chats; then open pages read their empty log and begin anew. */
export async function clearWebChats(store: Store, clear: () => Promise<void>): Promise<void> {
  const { webChat, webTold } = store.keys;
  const [before = '', after = ''] = webChat(ANY).split(ANY);
  const logs = await scanKeys(store, `${before}*${after}`);
  await clear();
  const urns = logs.map((log) => log.slice(before.length, log.length - after.length));
  await bulkWrite(
    store,
    urns.map((urn): Write => ['XADD', webTold, '*', 'urn', urn]),
  );
}
