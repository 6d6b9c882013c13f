import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Contact } from '../contact.ts';
import { retentionDueAt } from '../contact.ts';
import type { Talks } from '../person-store.ts';
import { contactFields } from '../person-store.ts';
import { returnWrites } from './return-code.ts';

/** A joined address that becomes the first one, and the paused talks in their stored form. */
type NewRoot = { readonly urn: Urn; readonly version: string; readonly paused: Talks['paused'] };

/** Loads what the change of the first address needs. */
export async function loadNewRoot({ redis, keys }: Store, from: Urn, urn: Urn): Promise<NewRoot> {
  const [version, talks] = await orStoreAway(
    Promise.all([redis.hget(keys.person(urn), 'version'), redis.hget(keys.person(from), 'talks')]),
  );
  const { paused = [] } = JSON.parse(talks ?? '{}') as Partial<Talks>; // written by commits
  return { urn, version: version ?? '', paused };
}

/** Stores the person under the new first address, to which all other addresses then lead. */
export function newRootWrites(store: Store, { urn, version, paused }: NewRoot, contact: Contact, now: number): Change {
  const { keys } = store;
  const key = keys.person(urn);
  const talks = paused.length > 0 ? ['talks', JSON.stringify({ paused })] : [];
  const fields = ['version', String(Number(version) + 1), ...Object.entries(contactFields(contact)).flat(), ...talks];
  const writes: readonly Write[] = [
    ['HSET', key, ...fields],
    ['HDEL', key, 'alias', 'last_message'],
    ...(contact.addresses ?? []).map((one) => ['HSET', keys.person(one.urn), 'alias', urn] as const),
    ...(contact.returns ? returnWrites(store, contact.returns, urn) : []),
    ['ZADD', keys.persons, 0, urn],
    ['ZADD', keys.personsDue, retentionDueAt(contact), urn],
    ...(paused.length > 0 ? [['ZADD', keys.talksExpiring, now, urn] as const] : []),
  ];
  return { checks: [{ key, field: 'version', is: version }], writes };
}
