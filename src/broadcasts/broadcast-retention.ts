import type { Urn } from '../channels/channel.ts';
import type { Sweep } from '../people/retention.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { strikeOut } from './audience.ts';
import type { RunId } from './broadcast.ts';
import { runOf } from './broadcast.ts';
import { loadBroadcasts } from './broadcast-store.ts';

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
  for (const run of await firedRuns(store)) {
    const age = now - Number(run.slice(run.lastIndexOf('.') + 1));
    const over = [
      ...(age > MESSAGES_MS ? [keys.broadcastMessages(run)] : []),
      ...(age > AUDIENCE_MS ? [keys.broadcastAudience(run), keys.broadcastAgain(run)] : []),
      ...(age > OUTCOMES_MS ? [keys.broadcastOutcomes(run)] : []),
    ];
    if (over.length === 0 || (await asking(store.redis.exists(...over))) === 0) continue;
    const writes = over.map((key) => ['DEL', key] as const);
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
    for (const run of await firedRuns(store)) await strikeOut(store, run, urn);
    const writes = [['ZREM', keys.broadcastsStriking, urn] as const];
    // By the time and not by the person, whose name would stay in what was seen.
    await commitAsHouse(
      store,
      { op: `strike:${store.pseudonym(urn)}:${now}`, what: 'struck_out', checks: [], writes },
      now,
    );
  }
}

async function firedRuns(store: Store): Promise<readonly RunId[]> {
  const all = await loadBroadcasts(store);
  return all.flatMap(({ record: { id, runs } }) =>
    runs.flatMap(({ slot, fate }) => (fate === 'fired' ? [runOf(id, slot)] : [])),
  );
}
