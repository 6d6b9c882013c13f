import { createHash } from 'node:crypto';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/** Signs of a code: none that looks like another. Twelve of them are 59 bits, so that no hash leads back to a code. */
const SIGNS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 12;

/** Most codes of one print. */
export const HOUSE_CODES_MAX = 3000;

/** Draws a household code, in three groups. It belongs to no address: who draws the slip from the box has it. */
export function newHouseCode(random: (below: number) => number): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS[random(SIGNS.length)]).join('');
  return `${signs.slice(0, 4)}-${signs.slice(4, 8)}-${signs.slice(8)}`;
}

/** The name under which a code is stored: SHA-256 of its signs. */
export function houseCodeHash(code: string): string {
  const plain = code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '');
  return createHash('sha256').update(`anlin house ${plain}`).digest('base64url');
}

/** Writes new codes of a community: hashes with their last day (ms) only. */
export function keepHouseCodes(
  { keys }: Store,
  region: string,
  codes: readonly string[],
  until: number,
): readonly Write[] {
  return codes.map((code) => ['ZADD', keys.houseCodes(region), until, houseCodeHash(code)]);
}

/** True if a community's code is known and not out of date. */
export async function isHouseCode({ redis, keys }: Store, region: string, code: string, now: number): Promise<boolean> {
  const until = await orStoreAway(redis.zscore(keys.houseCodes(region), houseCodeHash(code)));
  return until !== null && Number(until) >= now;
}

/** True if a community has codes that are in date. */
export async function hasHouseCodes({ redis, keys }: Store, region: string, now: number): Promise<boolean> {
  return (await orStoreAway(redis.zcount(keys.houseCodes(region), now, '+inf'))) > 0;
}
