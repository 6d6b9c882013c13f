import type { Job } from '../../../background/job.ts';
import { MINUTE_MS } from '../../../calendar.ts';
import { loadCases } from '../../../cases/case-store.ts';
import { loadWithEvents } from '../../../cases/figures/load-figures.ts';
import { bulkWrite } from '../../../store/bulk-write.ts';
import type { Write } from '../../../store/commit.ts';
import type { Store } from '../../../store/store.ts';
import { orStoreAway } from '../../../store/store.ts';
import { monthOf } from '../month.ts';
import { factOf, writeFact } from './case-fact.ts';

const EVERY_MS = 5 * MINUTE_MS;
const BATCH = 200;
/** Clocks of processes differ: changes of this time before the last one are read again. */
const OVERLAP_MS = MINUTE_MS;

/** Keeps what each changed case tells the score, so that a month is scored without reading its cases. */
export function caseFactsJob(store: Store): Job {
  return {
    name: 'case-facts',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => ({ judged: await readChangedCases(store, now, stopping) }),
  };
}

/** Judges all cases that changed since the last run. A repeat writes the same facts. */
export async function readChangedCases(store: Store, now: number, stopping = () => false): Promise<number> {
  const { redis, keys } = store;
  const until = Number((await orStoreAway(redis.hget(keys.scoreState, 'read_until'))) ?? 0);
  let [from, skip, judged] = [Math.max(0, until - OVERLAP_MS), 0, 0];
  while (!stopping()) {
    const range = [keys.casesChanged, String(from), '+inf', 'BYSCORE', 'LIMIT', skip, BATCH, 'WITHSCORES'] as const;
    const flat = await orStoreAway(redis.zrange(...range));
    const ids = flat.filter((_, i) => i % 2 === 0);
    if (ids.length === 0) break;
    const writes = await factWrites(store, ids, now);
    const last = Number(flat.at(-1));
    await bulkWrite(store, [...writes, ['HSET', keys.scoreState, 'read_until', String(last)]]);
    judged += ids.length;
    // Cases that changed in the same millisecond may fill several batches.
    const alike = flat.filter((text, i) => i % 2 === 1 && Number(text) === last).length;
    skip = last === from ? skip + ids.length : alike;
    from = last;
  }
  return judged;
}

async function factWrites(store: Store, ids: readonly string[], now: number): Promise<readonly Write[]> {
  const { keys } = store;
  const found = await loadCases(store, ids);
  const facts = await Promise.all(
    found.map(async ({ record }) => ({ id: record.id, fact: factOf(await loadWithEvents(store, record), now) })),
  );
  return facts.flatMap(({ id, fact }): readonly Write[] => {
    const line = writeFact(fact);
    const open: Write = fact.openDue === undefined ? ['HDEL', keys.scoreOpen, id] : ['HSET', keys.scoreOpen, id, line];
    return [['HSET', keys.scoreFacts(monthOf(fact.filedAt)), id, line], open];
  });
}
