import type { Sweep } from '../background/sweep.ts';
import { SWEEP_BATCH } from '../background/sweep.ts';
import { DAY_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { orStoreAway } from '../store/store.ts';

const WEEK_MS = 7 * DAY_MS;

/** Deletes undelivered messages to forgotten persons at once: they contain the person's address. */
export const sweepOrphans: Sweep = async (store, now) => {
  const { redis, keys } = store;
  for (const [id, fields] of await orStoreAway(redis.xrange(keys.outboxDead, '-', '+'))) {
    const to = (fields[fields.indexOf('to') + 1] ?? '') as Urn; // written by the settling script
    if (await orStoreAway(redis.exists(keys.person(to)))) continue;
    const writes = [['XDEL', keys.outboxDead, id] as const];
    await commitAsSystem(store, { what: 'undelivered_deleted', op: `retain:orphan:${id}`, checks: [], writes }, now);
  }
};

/** Deletes undelivered messages after a week, in which staff can look at them. */
export const sweepUndelivered: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const [first] = await orStoreAway(redis.xrange(keys.outboxDead, '-', '+', 'COUNT', 1));
  const before = now - WEEK_MS;
  if (!first || Number(first[0].split('-')[0]) >= before) return;
  const writes = [['XTRIM', keys.outboxDead, 'MINID', String(before)] as const];
  await commitAsSystem(
    store,
    { what: 'undelivered_deleted', op: `retain:undelivered:${first[0]}`, checks: [], writes },
    now,
  );
};

/** Runs the due retention step of each contact. */
export function sweepPersons(look: (person: Urn) => Promise<void>): Sweep {
  return async (store, now) => {
    const due = await orStoreAway(
      store.redis.zrange(store.keys.personsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH),
    );
    for (const urn of due) await look(urn as Urn); // written by commits
  };
}
