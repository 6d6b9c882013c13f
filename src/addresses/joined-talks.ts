import type { Urn } from '../channels/channel.ts';
import type { Talks } from '../people/person-store.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Talks that wait at once, as in every chat. */
const PAUSED_MAX = 3;

/**
 * Moves the talks that wait at one person to another, in their stored form, sealed answers unread. Of two talks of one
 * flow the one that ends later stays. The caller checks both versions.
 */
export async function joinedTalks({ redis, keys }: Store, from: Urn, to: Urn): Promise<readonly Write[]> {
  const read = async (urn: Urn) =>
    JSON.parse((await orStoreAway(redis.hget(keys.person(urn), 'talks'))) || NONE) as Talks; // written by commits
  const [theirs, own] = await Promise.all([read(from), read(to)]);
  const waiting = theirs.paused.filter(
    ({ flow, expires }) => ![...own.paused, own.active].some((one) => one?.flow === flow && one.expires >= expires),
  );
  if (waiting.length === 0) return [];
  const kept = own.paused.filter(({ flow }) => !waiting.some((one) => one.flow === flow));
  const paused = [...waiting, ...kept].slice(-PAUSED_MAX);
  return [
    ['HSET', keys.person(to), 'talks', JSON.stringify({ ...own, paused })],
    [
      'ZADD',
      keys.talksExpiring,
      Math.min(...[...paused, ...(own.active ? [own.active] : [])].map((one) => one.expires)),
      to,
    ],
  ];
}

const NONE = JSON.stringify({ paused: [] } satisfies Talks);
