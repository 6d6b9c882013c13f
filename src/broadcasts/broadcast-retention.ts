import type { Job } from '../background/job.ts';
import type { Sweep } from '../background/sweep.ts';
import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { loadHeardCounts } from './board/load-board.ts';
import type { BroadcastId, RunId } from './broadcast.ts';
import { broadcastIdOf, respondentPseudonym, slotOf } from './broadcast.ts';
import { loadRetainedRuns, RESPONSES_KEPT_MS } from './broadcast-store.ts';
import { removeFromAudience } from './sending/audience.ts';

/** Telegram deletes messages up to this age. */
const MESSAGES_MS = 48 * HOUR_MS;
/** As long as the longest `notWithinDays`, which reads the audiences. */
const AUDIENCE_MS = 7 * DAY_MS;
/** Outcomes per recipient; the counts are kept. */
const OUTCOMES_MS = RESPONSES_KEPT_MS;

/** Deletes message ids, audiences and outcomes of runs by age; keeps the counts. */
export const sweepBroadcasts: Sweep = async (store, now) => {
  const { keys } = store;
  for (const run of await loadRetainedRuns(store)) {
    const age = now - slotOf(run);
    const over = [
      ...(age > MESSAGES_MS ? [keys.broadcastMessages(run)] : []),
      ...(age > AUDIENCE_MS ? [keys.broadcastAudience(run), keys.broadcastAgain(run), keys.broadcastCopies(run)] : []),
      ...(age > OUTCOMES_MS ? [keys.broadcastOutcomes(run)] : []),
    ];
    if (age <= OUTCOMES_MS && (over.length === 0 || (await orStoreAway(store.redis.exists(...over))) === 0)) continue;
    const sums = age > OUTCOMES_MS ? await sumHeard(store, run) : [];
    const nothingLeft = age > OUTCOMES_MS ? [['ZREM', keys.broadcastsKept, run] as const] : [];
    const writes = [...over.map((key) => ['DEL', key] as const), ...sums, ...nothingLeft];
    await commitAsSystem(
      store,
      { op: `retain:${run}:${over.length}`, what: 'broadcast_lessened', checks: [], writes },
      now,
    );
  }
};

/**
 * Replaces acknowledgements by counts per region and deletes the replies.
 * Does nothing while a later run of the same broadcast is retained.
 */
async function sumHeard(store: Store, run: RunId): Promise<readonly Write[]> {
  const { keys } = store;
  const id = broadcastIdOf(run);
  const later = (await loadRetainedRuns(store, slotOf(run) + 1)).some((one) => broadcastIdOf(one) === id);
  if (later) return [];
  const heard = await loadHeardCounts(store, id);
  const counts = [...heard].flatMap(([region, n]) => [region, String(n)]);
  const sums = counts.length > 0 ? [['HSET', keys.broadcastKnown(id), ...counts] as const] : [];
  return [...sums, ['DEL', keys.broadcastHeard(id)], ['DEL', keys.broadcastReplies(id)]];
}

/** The writes that delete a person's acknowledgement and replies to a broadcast. */
async function deleteResponses(store: Store, id: BroadcastId, urn: Urn): Promise<readonly Write[]> {
  const { redis, keys } = store;
  const pseudonym = respondentPseudonym(store, id, urn);
  const lists = [keys.broadcastHeard(id), keys.broadcastReplies(id)];
  const found = await Promise.all(lists.map((list) => orStoreAway(redis.zrange(list, 0, '-1'))));
  return lists.flatMap((list, i) =>
    (found[i] ?? []).flatMap((member) => (member.startsWith(`${pseudonym} `) ? [['ZREM', list, member] as const] : [])),
  );
}

const STRIKE_EVERY_MS = 1000;

/** Removes forgotten people from every frozen audience. A run under way skips them. */
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
    const runs = await loadRetainedRuns(store);
    for (const run of runs) await removeFromAudience(store, run, urn);
    const deletions: Write[] = [];
    for (const id of new Set(runs.map(broadcastIdOf))) deletions.push(...(await deleteResponses(store, id, urn)));
    const writes = [...deletions, ['ZREM', keys.broadcastsStriking, urn] as const];
    // The operation id holds a pseudonym: seen operations outlive a forgotten person.
    await commitAsSystem(
      store,
      { op: `strike:${store.pseudonym(urn)}:${now}`, what: 'struck_out', checks: [], writes },
      now,
    );
  }
  return forgotten.length;
}
