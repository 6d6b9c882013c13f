import type { Urn } from '../channels/channel.ts';
import type { Commit, Committed } from './commit.ts';
import { commit } from './commit.ts';
import type { Store } from './store.ts';
import { asking } from './store.ts';

/** Nobody's own: what the house itself does to its data is committed in this name. */
const HOUSE = 'system:house' as Urn;

/** A conflict that stays is one of the change itself. */
const TRIES = 3;

/** Commits what the house does by itself, once per operation id, and says what became of it; what it claimed is to be sent now. */
export async function commitAsHouse(
  store: Store,
  change: Pick<Commit, 'op' | 'checks' | 'writes'> & Partial<Pick<Commit, 'messages'>> & { readonly what: string },
  now: number,
): Promise<Committed> {
  const { what, messages = [], ...rest } = change;
  const audit = [{ what, who: 'system' }];
  for (let i = 1; ; i += 1) {
    const version = Number((await asking(store.redis.hget(store.keys.person(HOUSE), 'version'))) ?? 0);
    const done = await commit(store, { ...rest, person: HOUSE, version, fields: {}, messages, audit }, now);
    // That the house did something else at the same moment is in nobody's way.
    if (done.type !== 'conflict' || i === TRIES) return done;
  }
}
