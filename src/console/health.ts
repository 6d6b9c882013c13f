import type { UpdatesInHand } from '../conversation/updates-in-hand.ts';
import type { Services } from '../notify/services.ts';
import type { StoreState } from '../store/probe.ts';
import { DATA_FINDINGS, probeStore } from '../store/probe.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import type { StartFinding } from '../store/start/start-finding.ts';
import type { Store } from '../store/store.ts';
import type { Health } from './routes.ts';

/** An update or a due reply that waits longer is stuck, s: the longest turn and the longest retry are shorter. */
const STUCK_S = 120;

/** Reads the state of store and channels for `/health`. It never throws: an unreachable store is reported as `away`. */
export async function healthOf(
  { store, channels }: Services,
  updates: UpdatesInHand,
  findings: () => Promise<readonly StartFinding[]>,
): Promise<Health> {
  const { redis, keys, city } = store;
  const state = await probeStore(store);
  const found = await findings();
  const reachable = state !== 'away';
  const waiting = reachable ? await redis.hlen(keys.outbox).catch(() => undefined) : undefined;
  const reply = reachable ? await oldestReply(store).catch(() => undefined) : undefined;
  const updateAge = Math.round(updates.oldestMs() / 1000);
  const stuck = updateAge > STUCK_S || (reply !== undefined && !reply.paused && reply.age > STUCK_S);
  const safe = reachable ? await loadSafeMode(store).catch(() => undefined) : undefined;
  const troubles = channels.flatMap((channel) => channel.trouble() ?? []);
  return {
    ok: state === 'up' && !stuck && found.every(({ level }) => level !== 'refuse'),
    city,
    store: state,
    messages_waiting: waiting ?? null,
    oldest_update_seconds: updateAge,
    oldest_reply_seconds: reply?.age ?? null,
    ...(safe ? { safe_mode_since: new Date(safe.since).toISOString() } : {}),
    channels: troubles.length > 0 ? troubles : 'up',
    warnings: [...dataFindings(state), ...found].map(({ what, cure }) => `${what} ${cure}`),
  };
}

function dataFindings(state: StoreState): readonly Pick<StartFinding, 'what' | 'cure'>[] {
  return state === 'other' || state === 'older' ? [DATA_FINDINGS[state]] : [];
}

/** How long the reply that waits longest has been due, s; 0 if none is due. `paused`: the channel asked for a pause. */
async function oldestReply({ redis, keys }: Store): Promise<{ readonly age: number; readonly paused: boolean }> {
  const [[, due], [seconds], paused] = await Promise.all([
    redis.zrange(keys.outboxReady, '0', '0', 'WITHSCORES'),
    redis.time(),
    redis.hget(keys.pace, 'paused_until'),
  ]);
  const age = due === undefined ? 0 : Math.max(0, Math.round(Number(seconds) - Number(due) / 1000));
  return { age, paused: Number(paused ?? 0) > Number(seconds) * 1000 };
}
