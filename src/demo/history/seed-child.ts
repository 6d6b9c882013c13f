import type { Config } from '../../config.ts';
import { bulkWrite } from '../../store/bulk-write.ts';
import { connect, mastersOf } from '../../store/connect.ts';
import { outerKeyOf } from '../../store/start/data-key.ts';
import { openStore } from '../../store/store.ts';
import { seedDemo } from './seed.ts';

/** The parent's order: the store to fill, and the end of the history, ms since the epoch. */
export type SeedOrder = { readonly config: Config; readonly url: string; readonly now: number };

process.once('message', ({ config, url, now }: SeedOrder) => {
  void seed(config, url, now).then(() => process.exit(0));
});

// The next start of the demo begins the history again.
process.once('disconnect', () => process.exit(1));

async function seed(config: Config, url: string, now: number): Promise<void> {
  // A busy machine may answer late; no turn waits for this process.
  const redis = connect(url, null);
  const store = await openStore(redis, config.city, config.pace, now, { ...config, outerKey: outerKeyOf(config) });
  await seedDemo(store, now);
  await bulkWrite(store, [['DEL', store.keys.demoHistory]]);
  // The next start reads a rewritten file four times as fast. A reset does not wait for its end; a store may forbid it.
  await Promise.all(mastersOf(redis).map((node) => node.bgrewriteaof().catch(() => {})));
}
