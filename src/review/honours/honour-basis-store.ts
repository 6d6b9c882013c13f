import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { HonourBasis } from './honour-basis.ts';

/** Loads all approvals of honours, the newest first. */
export async function loadHonourBases({ redis, keys }: Store): Promise<readonly HonourBasis[]> {
  const all = Object.values(await orStoreAway(redis.hgetall(keys.honourBases)));
  return all.map((text) => JSON.parse(text) as HonourBasis).toSorted((a, b) => b.from - a.from); // written by keepHonourBasis
}

/** Keeps an approval; the commit conflicts if it changed since `before`. */
export function keepHonourBasis({ keys }: Store, basis: HonourBasis, before?: HonourBasis): Change {
  const { id } = basis;
  return {
    checks: [{ key: keys.honourBases, field: id, is: before ? JSON.stringify(before) : '' }],
    writes: [['HSET', keys.honourBases, id, JSON.stringify(basis)]],
  };
}
