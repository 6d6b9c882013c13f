import { createHash, randomBytes } from 'node:crypto';
import type { Urn } from '../channel.ts';

/** Bytes of the secret that a browser keeps in its cookie. */
const SECRET_BYTES = 32;
/** Characters of an address: 132 of the digest's 256 bits. */
const ADDRESS_LENGTH = 22;

/** Draws the secret of a new browser. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/**
 * Derives the address of a browser from its secret; undefined for a text that is none.
 * The server keeps no secret: a copy of the store opens no chat.
 */
export function addressOf(secret: string | undefined): Urn | undefined {
  if (!/^[\w-]{43}$/.test(secret ?? '')) return undefined;
  const digest = createHash('sha256').update(`anlin web chat ${secret}`).digest('base64url');
  return `web:${digest.slice(0, ADDRESS_LENGTH)}`;
}
