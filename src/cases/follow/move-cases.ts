import type { MovePast } from '../../people/link/move-past.ts';
import type { Write } from '../../store/commit.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases, versionCheck } from '../case-store.ts';
import { addSubscription, removeSubscriptions } from './subscription.ts';

/** Moves reports, followed cases and followed areas. A case that one of the two filed is their own, never also a followed one. */
export const moveCases: MovePast = async (store, { from, to, contact, now }) => {
  const { redis, keys } = store;
  const [filed, follows, mine] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.personCases(from), 0, '-1'),
      redis.zrange(keys.personFollows(from), 0, '-1'),
      redis.zrange(keys.personCases(to), 0, '-1'),
    ]),
  );
  const cases = await loadCases(store, [...new Set([...filed, ...follows])]);
  const followers = await orStoreAway(
    Promise.all(
      cases.map(({ record }) => Promise.all([from, to].map((urn) => redis.zscore(keys.caseFollowers(record.id), urn)))),
    ),
  );
  const writes: Write[] = [
    ['DEL', keys.personCases(from)],
    ['DEL', keys.personFollows(from)],
  ];
  for (const [i, { record }] of cases.entries()) {
    const [since = null, known = null] = followers[i] ?? [];
    const { id, filedAt } = record;
    const isOwn = filed.includes(id);
    if (isOwn) writes.push(['ZADD', keys.personCases(to), filedAt, id], ['ZREM', keys.personFollows(to), id]);
    else if (!mine.includes(id) && known === null) writes.push(['ZADD', keys.personFollows(to), Number(since), id]);
    if (since === null) continue;
    writes.push(['ZREM', keys.caseFollowers(id), from]);
    if (isOwn || known === null) writes.push(['ZADD', keys.caseFollowers(id), Number(since), to]);
  }
  const areas = contact.areas ?? [];
  return {
    checks: cases.map((kept) => versionCheck(keys, kept)),
    writes: [
      ...writes,
      ...removeSubscriptions(store, from, areas),
      ...areas.flatMap((area) => addSubscription(store, to, area, now)),
    ],
  };
};
