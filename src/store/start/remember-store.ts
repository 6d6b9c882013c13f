import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../connect.ts';
import { keysOf } from '../keys.ts';
import type { StorePosition } from '../known-data.ts';
import { isBehind } from '../known-data.ts';
import { loadStorePosition } from '../safe-mode.ts';

/** The last state of a city's store that this machine has seen. */
export type SeenStore = StorePosition & { readonly city?: string; readonly instance?: string | null };

/** A city, and the file in which this machine records the state of its store. */
export type SeenStoreFile = { readonly city: string; readonly seenStoreFile: string };

/**
 * Records which store this machine serves and its position.
 * The next start compares, so that it notices an emptied, exchanged or restored store.
 */
export async function rememberStore(
  redis: Connection,
  { city, seenStoreFile }: SeenStoreFile,
  atStop = false,
): Promise<void> {
  const keys = keysOf(city);
  const instance = await redis.hget(keys.meta, 'instance');
  const now: SeenStore = { city, instance, ...(await loadStorePosition({ redis, keys })) };
  // A store that was exchanged or restored while the bot ran is not recorded: the next start must notice it.
  const seen = atStop ? loadSeenStore(seenStoreFile) : undefined;
  if (seen && (seen.instance !== instance || isBehind(now, seen))) return;
  mkdirSync(join(seenStoreFile, '..'), { recursive: true });
  writeFileSync(`${seenStoreFile}.part`, JSON.stringify(now));
  renameSync(`${seenStoreFile}.part`, seenStoreFile);
}

/** Reads the recorded state; undefined if the file is missing or damaged. */
export function loadSeenStore(file: string): SeenStore | undefined {
  try {
    return { restores: 0, audited: 0, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<SeenStore>) }; // written by rememberStore
  } catch {
    return undefined;
  }
}
