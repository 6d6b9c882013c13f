import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Undeliverable messages to this person, which would still name them. */
export async function loadTraces(store: Store, person: Urn): Promise<readonly string[]> {
  const entries = await orStoreAway(store.redis.xrange(store.keys.outboxDead, '-', '+'));
  return entries.flatMap(([id, fields]) => (fields[fields.indexOf('to') + 1] === person ? [id] : []));
}

/** The writes that take away everything that names a person here; only a mark is left that nobody can turn back. */
export function forgetPerson(
  { keys, pseudonym }: Store,
  person: Urn,
  traces: readonly string[],
  now: number,
): readonly Write[] {
  return [
    ['DEL', keys.person(person)],
    ['DEL', keys.personCases(person)],
    ['DEL', keys.personFollows(person)],
    ['ZREM', keys.talksExpiring, person],
    ['ZREM', keys.personsDue, person],
    ['ZADD', keys.broadcastsStriking, now, person],
    ['ZADD', keys.volunteersLeaving, now, person],
    ['ZADD', keys.surveysLeaving, now, person],
    ...(traces.length > 0 ? [['XDEL', keys.outboxDead, ...traces] as const] : []),
    ['ZADD', keys.forgotten, now, pseudonym(person)],
  ];
}
