import type { Services } from '../notify/services.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import type { StartFinding } from '../store/start-finding.ts';
import type { Health } from './server.ts';

/** Reads the state of store and channels for `/health`. It never throws: an unreachable store is reported as `away`. */
export async function healthOf({ store, channels }: Services, warnings: readonly StartFinding[]): Promise<Health> {
  const { redis, keys, city } = store;
  const waiting = await redis.hlen(keys.outbox).catch(() => undefined);
  const safe = await loadSafeMode(store).catch(() => undefined);
  const troubles = channels.flatMap((channel) => channel.trouble() ?? []);
  return {
    ok: waiting !== undefined,
    city,
    store: waiting === undefined ? 'away' : 'up',
    messages_waiting: waiting ?? null,
    ...(safe ? { safe_mode_since: new Date(safe.since).toISOString() } : {}),
    channels: troubles.length > 0 ? troubles : 'up',
    warnings: warnings.map(({ what, cure }) => `${what} ${cure}`),
  };
}
