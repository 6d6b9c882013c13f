import type { Urn } from '../channels/channel.ts';
import type { Sweep } from '../people/retention.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { strikeOut } from './audience.ts';
import { slotOf } from './broadcast.ts';
import { keptRuns } from './broadcast-store.ts';

const HOUR_MS = 3600_000;
/** As long as Telegram lets a message be taken back. */
const MESSAGES_MS = 48 * HOUR_MS;
/** As long as somebody may be spared who got something lately. */
const AUDIENCE_MS = 7 * 24 * HOUR_MS;
/** What became of each place; the sums stay. */
const OUTCOMES_MS = 30 * 24 * HOUR_MS;

/** Who got an announcement is forgotten step by step; how many did, is not. */
export const sweepBroadcasts: Sweep = async (store, now) => {
  const { keys } = store;
  for (const run of await keptRuns(store)) {
    const age = now - slotOf(run);
    const over = [
      ...(age > MESSAGES_MS ? [keys.broadcastMessages(run)] : []),
      ...(age > AUDIENCE_MS ? [keys.broadcastAudience(run), keys.broadcastAgain(run)] : []),
      ...(age > OUTCOMES_MS ? [keys.broadcastOutcomes(run)] : []),
    ];
    if (age <= OUTCOMES_MS && (over.length === 0 || (await asking(store.redis.exists(...over))) === 0)) continue;
    const nothingLeft = age > OUTCOMES_MS ? [['ZREM', keys.broadcastsKept, run] as const] : [];
    const writes = [...over.map((key) => ['DEL', key] as const), ...nothingLeft];
    await commitAsHouse(
      store,
      { op: `retain:${run}:${over.length}`, what: 'broadcast_lessened', checks: [], writes },
      now,
    );
  }
};

/** Strikes those who were forgotten out of every audience that is still kept. */
export async function strikeForgotten(store: Store, now: number): Promise<void> {
  const { redis, keys } = store;
  for (const urn of (await asking(redis.zrange(keys.broadcastsStriking, '0', '-1'))) as Urn[]) {
    for (const run of await keptRuns(store)) await strikeOut(store, run, urn);
    const writes = [['ZREM', keys.broadcastsStriking, urn] as const];
    // By the time and not by the person, whose name would stay in what was seen.
    await commitAsHouse(
      store,
      { op: `strike:${store.pseudonym(urn)}:${now}`, what: 'struck_out', checks: [], writes },
      now,
    );
  }
}
