import type { Reencoded } from '../cases/photos/reencode.ts';
import { reencode } from '../cases/photos/reencode.ts';

/** Photos whose results stay in memory; each has 2,048 pixels a side at most. */
const KEPT_MAX = 8;

/** Decodes a photo once: a page sends the photos of a form again with each answer. `hash` names the bytes. */
export function openDecodedPhotos(
  decode: (bytes: Uint8Array) => Promise<Reencoded> = reencode,
): (bytes: Uint8Array, hash: string) => Promise<Reencoded> {
  const kept = new Map<string, Promise<Reencoded>>();
  return (bytes, hash) => {
    const result = kept.get(hash) ?? decode(bytes);
    // The newest use stands last, so the first one goes.
    kept.delete(hash);
    kept.set(hash, result);
    // A child that could not start is worth a retry.
    result.catch(() => kept.delete(hash));
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return result;
  };
}
