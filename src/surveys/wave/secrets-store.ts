import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Halves } from './draw.ts';

/** The key that seals a wave's ballots, and the seed of its draw. */
export type WaveSecrets = { readonly key: string; readonly seed: string };

/** Loads the secrets of a wave; undefined before it opens and after it is counted. */
export async function loadSecrets(store: Store, id: string): Promise<WaveSecrets | undefined> {
  const [key, seed] = await orStoreAway(store.redis.hmget(store.keys.waveSecrets(id), 'key', 'seed'));
  if (!key || !seed) return undefined;
  const open = { key: store.unseal(key, `${id} key`), seed: store.unseal(seed, `${id} seed`) };
  if (open.key === undefined || open.seed === undefined) throw new Error(`${id} was sealed with another DATA_KEY.`);
  return { key: open.key, seed: open.seed };
}

/** Keeps the secrets, sealed with the store's own key. */
export function keepSecrets(store: Store, id: string, { key, seed }: WaveSecrets): Write {
  const sealed = ['key', store.seal(key, `${id} key`), 'seed', store.seal(seed, `${id} seed`)];
  return ['HSET', store.keys.waveSecrets(id), ...sealed];
}

const HALVES = ['office', 'second'] as const;

/** Loads both halves of the seed; undefined before they are made and after the wave is counted. */
export async function loadHalves(store: Store, id: string): Promise<Halves | undefined> {
  const sealed = await orStoreAway(store.redis.hmget(store.keys.waveSecrets(id), ...HALVES));
  const [office, second] = sealed.map((one, i) => (one ? store.unseal(one, `${id} ${HALVES[i]}`) : undefined));
  return office && second ? [office, second] : undefined;
}

/** Keeps one half, sealed with the store's own key. */
export function keepHalf(store: Store, id: string, which: (typeof HALVES)[number], half: string): Write {
  return ['HSET', store.keys.waveSecrets(id), which, store.seal(half, `${id} ${which}`)];
}
