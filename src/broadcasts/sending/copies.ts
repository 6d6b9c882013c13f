import type { Urn } from '../../channels/channel.ts';
import { scanHash } from '../../store/scan-hash.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/**
 * One copy of an announcement at an address of its reader: delivered, or waiting until the reader writes there. `ref` is the
 * channel's id of the message; in a recall, that of a waiting copy is its `ledgerName`.
 */
export type Copy = { readonly letter: 'd' | 'w'; readonly urn: Urn; readonly ref: string };

/** The stored form: a line per copy. */
export function writeCopies(copies: readonly Copy[]): string {
  return copies.map(({ letter, urn, ref }) => `${letter} ${urn} ${ref}`).join('\n');
}

/** Loads the copies at one place; none where one address got the message at once. */
export async function loadCopies({ redis, keys }: Store, run: string, place: number): Promise<readonly Copy[]> {
  return readCopies(await orStoreAway(redis.hget(keys.broadcastCopies(run), String(place))));
}

function readCopies(stored: string | null | undefined): readonly Copy[] {
  return (stored ?? '').split('\n').flatMap((line) => {
    const [letter, urn, ...ref] = line.split(' ');
    // Written by writeCopies.
    return urn ? [{ letter: letter as Copy['letter'], urn: urn as Urn, ref: ref.join(' ') }] : [];
  });
}

/** Gives the copies of these recipients, in order, to a run that recalls them. */
export async function giveCopies(
  store: Store,
  from: string,
  recipients: readonly { readonly place: number }[],
  to: string,
): Promise<void> {
  const { redis, keys } = store;
  const places = new Map(recipients.map(({ place }, i) => [String(place), i]));
  // A whole city may wait: more fields than one call takes.
  for await (const batch of scanHash(store, keys.broadcastCopies(from))) {
    const given = batch.flatMap(([place, stored]) => {
      const i = places.get(place);
      if (i === undefined) return [];
      const waiting = ledgerName(from, Number(place));
      const copies = readCopies(stored).map((copy) => (copy.letter === 'w' ? { ...copy, ref: waiting } : copy));
      return [String(i), writeCopies(copies)];
    });
    if (given.length > 0) await orStoreAway(redis.hset(keys.broadcastCopies(to), ...given));
  }
}

/** The name under which a waiting message refers to its place in a ledger. */
export function ledgerName(run: string, place: number): string {
  return `${run} ${place}`;
}

/** Counts waiting announcements as delivered, now that this address got them. Safe to repeat. */
export async function countFlushed({ redis, keys }: Store, to: Urn, names: readonly string[], ref = ''): Promise<void> {
  for (const name of names) {
    const [run = '', place = ''] = name.split(' '); // written by ledgerName
    const all = [keys.broadcastRun(run), keys.broadcastOutcomes(run), keys.broadcastCopies(run)];
    await orStoreAway(redis.anlinCountFlushed(all.length, ...all, place, to, ref));
  }
}

/** Removes a waiting announcement, so that a recalled text does not arrive later. */
export async function dropHeld({ redis, keys }: Store, urn: Urn, name: string): Promise<void> {
  const key = keys.held(urn);
  for (const body of await orStoreAway(redis.lrange(key, 0, -1)))
    if (body.includes(JSON.stringify(name))) await orStoreAway(redis.lrem(key, 0, body));
}
