import type { Log } from '../log.ts';
import { watchLease } from './held-lease.ts';
import type { Store } from './store.ts';

/** Does the same work again and again, in one process at a time; a look that fails is told and tried again. */
export async function watchAlone(
  store: Store,
  name: string,
  everyMs: number,
  log: Log,
  look: (stopping: () => boolean) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const lease = await watchLease(store, name, log);
  let running: Promise<void> | undefined;
  let stopped = false;
  const timer = setInterval(() => {
    if (!lease.held() || store.redis.status !== 'ready') return;
    running ??= look(() => stopped)
      .catch((error) => log.warn({ err: error }, `${name}: a look failed`))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async close() {
      stopped = true;
      clearInterval(timer);
      await running;
      await lease.close();
    },
  };
}
