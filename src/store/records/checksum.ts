import { hash } from 'node:crypto';

/** Checksum of a stored text (SHA-256, 48 bits); it detects a change on a failing disk. */
export function checksumOf(text: string | Uint8Array): string {
  return hash('sha256', text, 'base64url').slice(0, 8);
}

/** Parses a stored JSON text; undefined if it is no JSON or does not match its sum. Earlier releases kept no sum: ''. */
export function parseChecked<T>(text: string, sum: string): T | undefined {
  if (sum !== '' && checksumOf(text) !== sum) return undefined;
  try {
    return JSON.parse(text) as T; // the sum covers what this code wrote
  } catch {
    return undefined;
  }
}
