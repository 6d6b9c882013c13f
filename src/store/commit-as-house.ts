import type { Urn } from '../channels/channel.ts';
import type { Commit } from './commit.ts';
import { commit } from './commit.ts';
import type { Store } from './store.ts';
import { asking } from './store.ts';

/** Nobody's own: what the house itself does to its data is committed in this name. */
const HOUSE = 'system:house' as Urn;

/** Commits what the house does by itself, once per operation id; false if it was done before or something changed meanwhile. */
export async function commitAsHouse(
  store: Store,
  change: Pick<Commit, 'op' | 'checks' | 'writes'> & { readonly what: string },
  now: number,
): Promise<boolean> {
  const { what, ...rest } = change;
  const version = Number((await asking(store.redis.hget(store.keys.person(HOUSE), 'version'))) ?? 0);
  const audit = [{ what, who: 'system' }];
  const done = await commit(store, { ...rest, person: HOUSE, version, fields: {}, messages: [], audit }, now);
  return done.type === 'ok';
}
