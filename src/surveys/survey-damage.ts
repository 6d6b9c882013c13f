import type { Damage, DamageFinder } from '../store/records/damage.ts';
import { repairedBy } from '../store/records/damage.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { openBallot } from './ballot/ballot.ts';
import { decode } from './wave/ledger-store.ts';
import { loadSecrets } from './wave/secrets-store.ts';

/** Finds damaged ledger entries and ballots of open waves. */
export const damagedWaves: DamageFinder = async (store) => {
  const found: Damage[] = [];
  for (const id of await orStoreAway(store.redis.zrange(store.keys.waves, '0', '-1')))
    found.push(...(await damagedEntries(store, id)), ...(await damagedBallots(store, id)));
  return found;
};

async function damagedEntries(store: Store, id: string): Promise<readonly Damage[]> {
  const key = store.keys.waveLedger(id);
  const entries = Object.entries(await orStoreAway(store.redis.hgetall(key)));
  return entries.flatMap(([urn, stored]) => {
    if (decode(stored) !== undefined) return [];
    const fault = `the entry of ${store.pseudonym(urn as `${string}:${string}`)} is damaged`;
    const cure = 'delete the entry; this member is asked no more in this wave';
    return [{ key, fault, cure, repair: repairedBy(store, key, [['HDEL', key, urn]]) }];
  });
}

async function damagedBallots(store: Store, id: string): Promise<readonly Damage[]> {
  const key = store.keys.waveBallots(id);
  const ballots = Object.entries(await orStoreAway(store.redis.hgetall(key)));
  const secrets = ballots.length > 0 ? await loadSecrets(store, id) : undefined;
  if (!secrets) return [];
  return ballots.flatMap(([nullifier, sealed]) => {
    if (openBallot(secrets.key, nullifier, sealed) !== undefined) return [];
    const cure = 'delete the ballot; its answers are lost';
    return [{ key, fault: 'a ballot does not open', cure, repair: repairedBy(store, key, [['HDEL', key, nullifier]]) }];
  });
}
