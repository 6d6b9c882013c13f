import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/**
 * Wrong codes in an hour: of one address, of one block of network addresses, of the city. Then the tries end.
 *
 * The block stops one stranger, who can open many browsers; but neighbours share it. After its six, it has one more try in
 * later ten minutes, so neighbours of a stranger who gave up wait ten minutes, not an hour. That makes at most 6 + 5 = 11 in
 * an hour. A household has one block, a site of IPv6 (48 bits) has 256, so 2,816 tries. They leave the city's limit to all
 * others; 455 blocks at once are needed to reach it.
 *
 * The city's limit bounds the guesses: 5,000 × 8,760 h = 4.4e7 a year. Of 31^10 = 8.2e14 return codes, 100,000 in use are
 * met 4.4e7 × 1e5 / 8.2e14 = 0.005 times a year, and the owner is told of each. Of 31^8 = 8.5e11 link codes, 1,000 that
 * wait are met 0.05 times a year, and each needs the owner's yes. Tries that are decided at one moment count afterwards.
 */
const WRONG_MAX = { address: 5, block: 6, city: 5000 } as const;
/** A block that used up its hour has one try in each of these. */
const SLOT_MS = 10 * MINUTE_MS;

/** The place of a try. `block`: see `Inbound`. */
export type Guesser = { readonly address: Urn; readonly block?: string | undefined };

/** How long this address must wait, because it, its block or the whole city typed too many wrong codes. In minutes; 0: not at all. */
export async function waitOf(store: Store, guesser: Guesser, now: number): Promise<number> {
  const limits = limitsOf(store, guesser, now);
  const names = limits.flatMap(({ hour, slot }) => [hour, ...(slot === undefined ? [] : [slot])]);
  const found = await orStoreAway(store.redis.hmget(keyAt(store, now), ...names));
  const countOf = (name: string) => Number(found[names.indexOf(name)] ?? 0);
  const waits = limits.map(({ hour, slot, max }) => {
    if (countOf(hour) < max || (slot !== undefined && countOf(slot) === 0)) return 0;
    const span = slot === undefined ? HOUR_MS : SLOT_MS;
    return Math.ceil((span - (now % span)) / MINUTE_MS);
  });
  return Math.max(...waits);
}

/** Counts a wrong code. */
export function wrongCodeWrites(store: Store, guesser: Guesser, now: number): readonly Write[] {
  const key = keyAt(store, now);
  const names = limitsOf(store, guesser, now).flatMap(({ hour, slot }) => (slot === undefined ? [hour] : [hour, slot]));
  return [...names.map((name) => ['HINCRBY', key, name, 1] as const), ['PEXPIRE', key, 2 * HOUR_MS]];
}

function keyAt({ keys }: Store, now: number): string {
  return keys.linkTries(Math.floor(now / HOUR_MS));
}

type Limit = { readonly hour: string; readonly max: number; readonly slot?: string };

/** The counters of a try: of the hour, and of a block also of the ten minutes. Only keyed hashes are stored. */
function limitsOf({ pseudonym }: Store, { address, block }: Guesser, now: number): readonly Limit[] {
  const blockName = block === undefined ? undefined : pseudonym(`block:${block}`);
  const slot = Math.floor((now % HOUR_MS) / SLOT_MS);
  return [
    { hour: pseudonym(address), max: WRONG_MAX.address },
    ...(blockName === undefined ? [] : [{ hour: blockName, max: WRONG_MAX.block, slot: `${blockName} ${slot}` }]),
    { hour: 'city', max: WRONG_MAX.city },
  ];
}
