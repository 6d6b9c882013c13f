import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { forgetAddress } from './link/addresses.ts';
import { voidReturn } from './link/return-code.ts';

/** Loads the ids of undelivered messages to a person; they contain the person's address. */
export async function loadTraces(store: Store, person: Urn): Promise<readonly string[]> {
  const entries = await orStoreAway(store.redis.xrange(store.keys.outboxDead, '-', '+'));
  return entries.flatMap(([id, fields]) => (fields[fields.indexOf('to') + 1] === person ? [id] : []));
}

/** Writes that delete all data naming a person. Pseudonyms stay in the audit log and in case histories. */
export function forgetPerson(
  store: Store,
  person: Urn,
  {
    traces,
    linked,
    returns,
  }: { readonly traces: readonly string[]; readonly linked: readonly Urn[]; readonly returns: string | undefined },
  now: number,
): readonly Write[] {
  const { keys, pseudonym } = store;
  return [
    ...[person, ...linked].flatMap((address) => forgetAddress(store, address)),
    ...voidReturn(store, returns),
    ['DEL', keys.personCases(person)],
    ['DEL', keys.personFollows(person)],
    ['DEL', keys.console(pseudonym(person))],
    ['DEL', keys.checkerVisits(pseudonym(person))],
    ['ZREM', keys.talksExpiring, person],
    ['ZREM', keys.personsDue, person],
    ['ZREM', keys.persons, person],
    ['ZADD', keys.broadcastsStriking, now, person],
    ['ZADD', keys.volunteersLeaving, now, person],
    ['ZADD', keys.surveysLeaving, now, person],
    ['ZADD', keys.topicsLeaving, now, person],
    ['ZADD', keys.roundsLeaving, now, person],
    ['ZADD', keys.honoursLeaving, now, person],
    ['ZREM', keys.topicReaders, person],
    ['HDEL', keys.topicCards, person],
    ...(traces.length > 0 ? [['XDEL', keys.outboxDead, ...traces] as const] : []),
  ];
}
