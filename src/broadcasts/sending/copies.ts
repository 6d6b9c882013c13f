import type { Urn } from '../../channels/channel.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/**
 * One copy of an announcement at an address of its reader: delivered, or waiting until the reader writes there or the page
 * shows it. `ref` is the channel's id of the message; in a recall, that of a held copy is its `ledgerName`.
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
      const copies = readCopies(stored).map((copy) => (isHeld(copy) ? { ...copy, ref: waiting } : copy));
      return [String(i), writeCopies(copies)];
    });
    if (given.length > 0) await orStoreAway(redis.hset(keys.broadcastCopies(to), ...given));
  }
}

/** The name under which a waiting message refers to its place in a ledger. */
export function ledgerName(run: string, place: number): string {
  return `${run} ${place}`;
}

/** True for a copy that no channel has: the message waits in the store. */
function isHeld({ letter, ref }: Copy): boolean {
  return letter === 'w' && ref === '';
}

/**
 * Counts waiting announcements as delivered, now that this address got them. Safe to repeat. False if the sender has not
 * recorded one of them yet.
 */
export async function countFlushed(
  { redis, keys }: Store,
  to: Urn,
  names: readonly string[],
  ref = '',
): Promise<boolean> {
  let recorded = true;
  for (const name of names) {
    const [run = '', place = ''] = name.split(' '); // written by ledgerName
    const all = [keys.broadcastRun(run), keys.broadcastOutcomes(run), keys.broadcastCopies(run)];
    recorded = (await orStoreAway(redis.anlinCountFlushed(all.length, ...all, place, to, ref))) >= 0 && recorded;
  }
  return recorded;
}

/** Removes a waiting announcement, so that a recalled text does not arrive later. */
export async function dropHeld({ redis, keys }: Store, urn: Urn, name: string): Promise<void> {
  const key = keys.held(urn);
  for (const body of await orStoreAway(redis.lrange(key, 0, -1)))
    if (body.includes(JSON.stringify(name))) await orStoreAway(redis.lrem(key, 0, body));
}
