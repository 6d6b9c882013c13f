import type { Job } from '../background/job.ts';
import type { Sweep } from '../background/sweep.ts';
import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { heardOf } from './board/load-board.ts';
import type { BroadcastId, RunId } from './broadcast.ts';
import { broadcastOf, markOf, slotOf } from './broadcast.ts';
import { ANSWERS_MS, keptRuns } from './broadcast-store.ts';
import { strikeOut } from './sending/audience.ts';

/** As long as Telegram lets a message be taken back. */
const MESSAGES_MS = 48 * HOUR_MS;
/** As long as somebody may be spared who got something lately. */
const AUDIENCE_MS = 7 * DAY_MS;
/** What became of each place; the sums stay. */
const OUTCOMES_MS = ANSWERS_MS;

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
    if (age <= OUTCOMES_MS && (over.length === 0 || (await orStoreAway(store.redis.exists(...over))) === 0)) continue;
    const known = age > OUTCOMES_MS ? await countKnown(store, run) : [];
    const nothingLeft = age > OUTCOMES_MS ? [['ZREM', keys.broadcastsKept, run] as const] : [];
    const writes = [...over.map((key) => ['DEL', key] as const), ...known, ...nothingLeft];
    await commitAsSystem(
      store,
      { op: `retain:${run}:${over.length}`, what: 'broadcast_lessened', checks: [], writes },
      now,
    );
  }
};

/** Who said that they know becomes how many did, and their words go; as long as it is sent again and again, those of the last month stay. */
async function countKnown(store: Store, run: RunId): Promise<readonly Write[]> {
  const { keys } = store;
  const id = broadcastOf(run);
  const later = (await keptRuns(store, slotOf(run) + 1)).some((one) => broadcastOf(one) === id);
  if (later) return [];
  const heard = await heardOf(store, id);
  const counts = [...heard].flatMap(([region, n]) => [region, String(n)]);
  const sums = counts.length > 0 ? [['HSET', keys.broadcastKnown(id), ...counts] as const] : [];
  return [...sums, ['DEL', keys.broadcastHeard(id)], ['DEL', keys.broadcastReplies(id)]];
}

/** Takes a person's own marks away from what they said to an announcement. */
async function unmark(store: Store, id: BroadcastId, urn: Urn): Promise<readonly Write[]> {
  const { redis, keys } = store;
  const mark = markOf(store, id, urn);
  const lists = [keys.broadcastHeard(id), keys.broadcastReplies(id)];
  const found = await Promise.all(lists.map((list) => orStoreAway(redis.zrange(list, 0, '-1'))));
  return lists.flatMap((list, i) =>
    (found[i] ?? []).flatMap((member) => (member.startsWith(`${mark} `) ? [['ZREM', list, member] as const] : [])),
  );
}

const STRIKE_EVERY_MS = 1000;

/** Removes forgotten people from every frozen audience, so that a run under way skips them. */
export function strikeForgottenJob(store: Store): Job {
  return {
    name: 'strike-forgotten',
    every: STRIKE_EVERY_MS,
    runsIn: 'every_process',
    run: async (now) => ({ struck: await strikeForgotten(store, now) }),
  };
}

async function strikeForgotten(store: Store, now: number): Promise<number> {
  const { redis, keys } = store;
  const forgotten = (await orStoreAway(redis.zrange(keys.broadcastsStriking, '0', '-1'))) as Urn[]; // written by forgetting
  for (const urn of forgotten) {
    const runs = await keptRuns(store);
    for (const run of runs) await strikeOut(store, run, urn);
    const marks: Write[] = [];
    for (const id of new Set(runs.map(broadcastOf))) marks.push(...(await unmark(store, id, urn)));
    const writes = [...marks, ['ZREM', keys.broadcastsStriking, urn] as const];
    // The operation id holds a pseudonym: seen operations outlive a forgotten person.
    await commitAsSystem(
      store,
      { op: `strike:${store.pseudonym(urn)}:${now}`, what: 'struck_out', checks: [], writes },
      now,
    );
  }
  return forgotten.length;
}
