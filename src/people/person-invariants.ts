import type { Urn } from '../channels/channel.ts';
import type { Invariants } from '../store/invariants.ts';
import { keysLike } from '../store/invariants.ts';
import { asking } from '../store/store.ts';

/** I1, I2: a person's version counts the operations that took effect, each of them once (seen while it is younger than 48 h). */
export const personsHold: Invariants = async (store) => {
  const wrong: string[] = [];
  for (const key of await keysLike(store, store.keys.seen('*' as Urn))) {
    const urn = key.slice(store.keys.person('' as Urn).length, -':seen'.length) as Urn; // as keys.ts writes it
    const seen = await asking(store.redis.zcard(key));
    const version = Number((await asking(store.redis.hget(store.keys.person(urn), 'version'))) ?? 0);
    if (version < seen) wrong.push(`${key}: ${seen} operations, but version ${version}`);
  }
  return wrong;
};
