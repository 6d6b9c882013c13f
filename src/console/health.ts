import type { Services } from '../notify/services.ts';
import { probeStore } from '../store/probe.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import type { StartFinding } from '../store/start-finding.ts';
import type { Store } from '../store/store.ts';
import type { Health } from './server.ts';

/** Reads the state of store and channels for `/health`. It never throws: an unreachable store is reported as `away`. */
export async function healthOf(
  { store, channels }: Services,
  findings: () => Promise<readonly StartFinding[]>,
): Promise<Health> {
  const { redis, keys, city } = store;
  const state = await probeStore(store);
  const found = await findings();
  const reachable = state !== 'away';
  const waiting = reachable ? await redis.hlen(keys.outbox).catch(() => undefined) : undefined;
  const oldest = reachable ? await oldestReplyAge(store).catch(() => undefined) : undefined;
  const safe = reachable ? await loadSafeMode(store).catch(() => undefined) : undefined;
  const troubles = channels.flatMap((channel) => channel.trouble() ?? []);
  return {
    ok: state === 'up' && found.every(({ level }) => level !== 'refuse'),
    city,
    store: state,
    messages_waiting: waiting ?? null,
    oldest_reply_seconds: oldest ?? null,
    ...(safe ? { safe_mode_since: new Date(safe.since).toISOString() } : {}),
    channels: troubles.length > 0 ? troubles : 'up',
    warnings: found.map(({ what, cure }) => `${what} ${cure}`),
  };
}

/** How long the reply that waits longest has been due, s; 0 if none is due. */
async function oldestReplyAge({ redis, keys }: Store): Promise<number> {
  const [[, due], [seconds]] = await Promise.all([
    redis.zrange(keys.outboxReady, '0', '0', 'WITHSCORES'),
    redis.time(),
  ]);
  return due === undefined ? 0 : Math.max(0, Math.round(Number(seconds) - Number(due) / 1000));
}
