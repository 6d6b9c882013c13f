import { createHash } from 'node:crypto';
import { MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/** Signs of a code: none that looks like another. Eight of them are 40 bits. */
const SIGNS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 8;
/** Lifetime of a code, ms. */
const CODE_MS = 10 * MINUTE_MS;
/** Prefix of the /start payload with a code. */
export const LINK_PREFIX = 'link_';

/** A code that waits: whose it is, and the address that has typed it. */
export type LinkCode = { readonly hash: string; readonly urn: Urn; readonly address: Urn | undefined };

/** Draws a code and writes it as two groups. */
export function newCode(random: (below: number) => number): string {
  const signs = drawSigns(LENGTH, random);
  return `${signs.slice(0, 4)}-${signs.slice(4)}`;
}

/** Draws signs of which none looks like another. */
export function drawSigns(length: number, random: (below: number) => number): string {
  return Array.from({ length }, () => SIGNS[random(SIGNS.length)]).join('');
}

/** The name under which a code is stored. The store keeps no code that anybody could type. */
export function hashOf(code: string): string {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
  return createHash('sha256').update(`anlin link ${plain}`).digest('base64url').slice(0, 22);
}

/** Writes a code of a person. It expires by itself. */
export function codeWrites({ keys }: Store, hash: string, urn: Urn): readonly Write[] {
  return [
    ['HSET', keys.linkCode(hash), 'urn', urn],
    ['PEXPIRE', keys.linkCode(hash), CODE_MS],
  ];
}

/** Loads a code that still lives. */
export async function loadCode({ redis, keys }: Store, hash: string): Promise<LinkCode | undefined> {
  if (!/^[\w-]{22}$/.test(hash)) return undefined;
  const { urn, address } = await orStoreAway(redis.hgetall(keys.linkCode(hash)));
  return urn ? { hash, urn: urn as Urn, address: address as Urn | undefined } : undefined; // written by codeWrites
}
