import type { Urn } from '../../channels/channel.ts';
import { sendingKeys } from '../../store/scripts/script-inputs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { PACKED_BYTES, packAsText, packUrns, readChunk, unpackUrns, withSum } from './pack-urns.ts';

/** Recipients in one stored chunk. A recipient's place is its index in the whole audience, from 0. */
export const CHUNK_SIZE = 1000;
/** Chunks written with one script call. */
const CHUNKS_AT_ONCE = 50;

/**
 * Freezes the recipient list of a run; later joiners are excluded. Safe to repeat until the run starts.
 * Returns the number of recipients; undefined if another process holds the lease or the run has started.
 */
export async function freezeAudience(store: Store, id: string, urns: readonly Urn[]): Promise<number | undefined> {
  const { redis, keys } = store;
  const all = [keys.lease('broadcasts'), keys.broadcastRun(id), keys.broadcastAudience(id)];
  for (let from = 0; from === 0 || from < urns.length; from += CHUNK_SIZE * CHUNKS_AT_ONCE) {
    const fields: (string | Buffer)[] = [];
    for (let i = from; i < Math.min(urns.length, from + CHUNK_SIZE * CHUNKS_AT_ONCE); i += CHUNK_SIZE) {
      fields.push(String(i / CHUNK_SIZE), withSum(packUrns(urns.slice(i, i + CHUNK_SIZE))));
    }
    const written = await orStoreAway(
      redis.anlinFreezeAudience(all.length, ...all, store.process, from === 0 ? 1 : 0, ...fields),
    );
    if (written === 0) return undefined;
  }
  return urns.length;
}

/** Loads the recipients of one chunk in order. */
export async function loadChunk(store: Store, id: string, chunk: number): Promise<readonly Urn[]> {
  const stored = await orStoreAway(store.redis.hgetBuffer(store.keys.broadcastAudience(id), String(chunk)));
  if (!stored) return [];
  const { packed, damaged } = readChunk(stored);
  // A changed byte misses one recipient; the others must still be told.
  if (damaged) store.damaged(store.keys.broadcastAudience(id));
  return unpackUrns(packed);
}

/** True if the audience holds this person. Reads all of it, so only for a recipient who joined another meanwhile. */
export async function isInAudience(store: Store, id: string, urn: Urn): Promise<boolean> {
  for (const chunk of await orStoreAway(store.redis.hkeys(store.keys.broadcastAudience(id))))
    if ((await loadChunk(store, id, Number(chunk))).includes(urn)) return true;
  return false;
}

/** What a run starts with. `lastsMs`: its longest duration. */
export type RunStart = { readonly total: number; readonly kind: string; readonly lastsMs: number };

/** Starts a run whose audience is frozen; a repeated call changes nothing. */
export async function startRun(
  { redis, keys, process }: Store,
  id: string,
  { total, kind, lastsMs }: RunStart,
): Promise<void> {
  const all = [keys.lease('broadcasts'), keys.broadcastRun(id), keys.broadcastsSending, keys.broadcastOutcomes(id)];
  await orStoreAway(redis.anlinStartRun(all.length, ...all, process, id, total, kind, lastsMs, turnOf(kind)));
}

/** About 31 years: larger than the age of any announcement that waits. */
const URGENT_FIRST_MS = 1e12;

/** The place of a run that starts now among all runs. Urgent runs sort before all others. */
export function turnOf(kind: string): number {
  return Date.now() - (kind === 'urgent' ? URGENT_FIRST_MS : 0);
}

/**
 * Settles the calls that an earlier lease holder left without an outcome: unknown, or once more if urgent.
 * Returns their number; undefined if this process does not hold the lease.
 */
export async function takeOverRun({ redis, keys, process }: Store, id: string): Promise<number | undefined> {
  const all = [...sendingKeys(keys, id), keys.broadcastOutcomes(id)];
  const inFlight = await orStoreAway(redis.anlinTakeOver(all.length, ...all, process, id));
  return inFlight < 0 ? undefined : inFlight;
}

/** Size of one stored message id, bytes. */
const MESSAGE_BYTES = 4;

/** Loads the id of the message sent to one place; undefined if none was sent or its retention is over. */
export async function loadSentMessage({ redis, keys }: Store, id: string, place: number): Promise<string | undefined> {
  const from = place * MESSAGE_BYTES;
  const bytes = await orStoreAway(redis.getrangeBuffer(keys.broadcastMessages(id), from, from + MESSAGE_BYTES - 1));
  const number = bytes.length === MESSAGE_BYTES ? bytes.readUInt32BE() : 0;
  return number === 0 ? undefined : String(number);
}

/** Copies the message ids of these recipients, in order, into a recall run. */
export async function copySentMessages(
  { redis, keys }: Store,
  from: string,
  recipients: readonly { readonly place: number }[],
  to: string,
): Promise<void> {
  const all = (await orStoreAway(redis.getBuffer(keys.broadcastMessages(from)))) ?? Buffer.alloc(0);
  const copy = Buffer.alloc(recipients.length * MESSAGE_BYTES);
  for (const [i, { place }] of recipients.entries()) {
    all.copy(copy, i * MESSAGE_BYTES, place * MESSAGE_BYTES, (place + 1) * MESSAGE_BYTES);
  }
  await orStoreAway(redis.set(keys.broadcastMessages(to), copy));
}

/** Placeholders of a removed recipient: packed form and text form. */
const REMOVED_NUMBER = 0n;
const REMOVED_URN: Urn = 'nobody:0';

/** Removes a person from a frozen audience; all other recipients keep their places. */
export async function removeFromAudience(store: Store, id: string, urn: Urn): Promise<void> {
  const { redis, keys } = store;
  const key = keys.broadcastAudience(id);
  for (const chunk of await orStoreAway(redis.hkeys(key))) {
    const stored = await orStoreAway(redis.hgetBuffer(key, chunk));
    if (!stored) continue;
    const { packed } = readChunk(stored);
    const place = unpackUrns(packed).indexOf(urn);
    if (place < 0) continue;
    const name = String(Number(chunk) * CHUNK_SIZE + place);
    await orStoreAway(redis.hdel(keys.broadcastCopies(id), name));
    const headerEnd = packed.indexOf('\n');
    if (headerEnd === 0) {
      const others = unpackUrns(packed).map((one): Urn => (one === urn ? REMOVED_URN : one));
      await orStoreAway(redis.hset(key, chunk, withSum(packAsText(others))));
    } else {
      packed.writeBigUInt64BE(REMOVED_NUMBER, headerEnd + 1 + place * PACKED_BYTES);
      await orStoreAway(redis.hset(key, chunk, withSum(packed)));
    }
  }
}
