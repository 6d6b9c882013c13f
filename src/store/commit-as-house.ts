import type { Urn } from '../channels/channel.ts';
import type { Commit, Committed } from './commit.ts';
import { commit } from './commit.ts';
import type { Store } from './store.ts';
import { asking } from './store.ts';

/** Nobody's own: what the house itself does to its data is committed in this name. */
const HOUSE = 'system:house' as Urn;

/** Commits what the house does by itself, once per operation id, and says what became of it; what it claimed is to be sent now. */
export async function commitAsHouse(
  store: Store,
  change: Pick<Commit, 'op' | 'checks' | 'writes'> & Partial<Pick<Commit, 'messages'>> & { readonly what: string },
  now: number,
): Promise<Committed> {
  const { what, messages = [], ...rest } = change;
  const version = Number((await asking(store.redis.hget(store.keys.person(HOUSE), 'version'))) ?? 0);
  const audit = [{ what, who: 'system' }];
  return commit(store, { ...rest, person: HOUSE, version, fields: {}, messages, audit }, now);
}
