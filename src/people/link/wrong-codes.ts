import { HOUR_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/**
 * Wrong codes in an hour: of one address, of one block of network addresses, of the city. Then the tries end.
 *
 * The block stops one stranger, who can open many browsers: a household has one block, a site of IPv6 (48 bits) has 256,
 * so 2,560 tries. They leave the city's limit to all others; 500 blocks at once are needed to reach it.
 *
 * The city's limit bounds the guesses: 5,000 × 8,760 h = 4.4e7 a year. Of 31^10 = 8.2e14 return codes, 100,000 in use are
 * met 4.4e7 × 1e5 / 8.2e14 = 0.005 times a year, and the owner is told of each. Of 31^8 = 8.5e11 link codes, 1,000 that
 * wait are met 0.05 times a year, and each needs the owner's yes. Tries that are decided at one moment count afterwards.
 */
const WRONG_MAX = { address: 5, block: 10, city: 5000 } as const;

/** The place of a try. `block`: see `Inbound`. */
export type Guesser = { readonly address: Urn; readonly block?: string | undefined };

/** True if this address, its block or the whole city typed too many wrong codes in this hour. */
export async function isGuessing(store: Store, guesser: Guesser, now: number): Promise<boolean> {
  const names = namesOf(store, guesser);
  const key = store.keys.linkTries(Math.floor(now / HOUR_MS));
  const counts = await orStoreAway(store.redis.hmget(key, ...names.map(({ name }) => name)));
  return names.some(({ max }, i) => Number(counts[i] ?? 0) >= max);
}

/** Counts a wrong code. */
export function wrongCodeWrites(store: Store, guesser: Guesser, now: number): readonly Write[] {
  const key = store.keys.linkTries(Math.floor(now / HOUR_MS));
  return [
    ...namesOf(store, guesser).map(({ name }) => ['HINCRBY', key, name, 1] as const),
    ['PEXPIRE', key, 2 * HOUR_MS],
  ];
}

/** The counters of a try. Only keyed hashes are stored. */
function namesOf({ pseudonym }: Store, { address, block }: Guesser) {
  return [
    { name: pseudonym(address), max: WRONG_MAX.address },
    ...(block === undefined ? [] : [{ name: pseudonym(`block:${block}`), max: WRONG_MAX.block }]),
    { name: 'city', max: WRONG_MAX.city },
  ];
}
