import type { Urn } from '../channels/channel.ts';
import type { Invariants } from '../store/invariants.ts';
import { atOnce, keysLike } from '../store/invariants.ts';

/** I1, I2: a person's version counts the operations that took effect, each of them once (seen while it is younger than 48 h). */
export const personsHold: Invariants = async (store) => {
  const wrong: string[] = [];
  for (const key of await keysLike(store, store.keys.seen('*' as Urn))) {
    const urn = key.slice(store.keys.person('' as Urn).length, -':seen'.length) as Urn; // as keys.ts writes it
    const [seen, version] = await atOnce(store, [
      ['zcard', key],
      ['hget', store.keys.person(urn), 'version'],
    ]);
    if (Number(version ?? 0) < Number(seen)) wrong.push(`${key}: ${seen} operations, but version ${version ?? 0}`);
  }
  return wrong;
};
