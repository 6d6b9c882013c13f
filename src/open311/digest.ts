import { createHash } from 'node:crypto';

/** Digest for ids and operation ids that a repeated call must produce again. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}
