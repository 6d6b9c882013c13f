import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Ballot } from './ballot.ts';
import { openBallot, sealBallot } from './ballot.ts';

/** Loads and opens one ballot; undefined if there is none or the key does not open it. */
export async function loadBallot(
  { redis, keys }: Store,
  wave: string,
  key: string,
  nullifier: string,
): Promise<Ballot | undefined> {
  const sealed = await orStoreAway(redis.hget(keys.waveBallots(wave), nullifier));
  return sealed ? openBallot(key, nullifier, sealed) : undefined;
}

/** Keeps a ballot, sealed with the wave's key. */
export function keepBallot({ keys }: Store, wave: string, key: string, nullifier: string, ballot: Ballot): Write {
  return ['HSET', keys.waveBallots(wave), nullifier, sealBallot(key, nullifier, ballot)];
}

export function removeBallot({ keys }: Store, wave: string, nullifier: string): Write {
  return ['HDEL', keys.waveBallots(wave), nullifier];
}
