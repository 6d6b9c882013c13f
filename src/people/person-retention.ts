import type { Urn } from '../channels/channel.ts';
import { asking } from '../store/store.ts';
import type { Sweep } from './retention.ts';
import { commitAsHouse, SWEEP_BATCH } from './retention.ts';

const WEEK_MS = 7 * 24 * 3600_000;

/** Messages that could not be delivered are looked at for a week. */
export const sweepUndelivered: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const [first] = await asking(redis.xrange(keys.outboxDead, '-', '+', 'COUNT', 1));
  const before = now - WEEK_MS;
  if (!first || Number(first[0].split('-')[0]) >= before) return 0;
  const writes = [['XTRIM', keys.outboxDead, 'MINID', String(before)] as const];
  return (await commitAsHouse(
    store,
    { what: 'undelivered_deleted', op: `retain:undelivered:${first[0]}`, checks: [], writes },
    now,
  ))
    ? 1
    : 0;
};

/** Asks those who were silent for a year whether to be kept, and forgets those who stay silent. */
export function sweepPersons(look: (person: Urn) => Promise<void>): Sweep {
  return async (store, now) => {
    const due = await asking(
      store.redis.zrange(store.keys.personsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH),
    );
    for (const urn of due) await look(urn as Urn); // written by commits
    return due.length;
  };
}
