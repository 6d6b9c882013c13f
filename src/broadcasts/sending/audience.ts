import type { Urn } from '../../channels/channel.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/** So many recipients lie in one chunk. */
export const CHUNK = 1000;
const ID_BYTES = 8;
/** How many chunks are written with one question. */
const CHUNKS_AT_ONCE = 50;

/**
 * Lays the recipients down in their order, never to be changed: whoever comes later is not mixed in. May be ended and begun
 * again at any point before the broadcast starts. Returns how many there are; undefined if another process has taken over.
 */
export async function freezeAudience(store: Store, id: string, urns: readonly Urn[]): Promise<number | undefined> {
  const { redis, keys } = store;
  const all = [keys.lease('broadcasts'), keys.broadcastRun(id), keys.broadcastAudience(id)];
  for (let from = 0; from === 0 || from < urns.length; from += CHUNK * CHUNKS_AT_ONCE) {
    const fields: (string | Buffer)[] = [];
    for (let i = from; i < Math.min(urns.length, from + CHUNK * CHUNKS_AT_ONCE); i += CHUNK) {
      fields.push(String(i / CHUNK), pack(urns.slice(i, i + CHUNK)));
    }
    const laid = await orStoreAway(redis.anlinLay(all.length, ...all, store.process, from === 0 ? 1 : 0, ...fields));
    if (laid === 0) return undefined;
  }
  return urns.length;
}

/** Begins to send to an audience that was laid down; a second time it changes nothing. What is urgent has the first turn. */
export async function startSending(
  { redis, keys, process }: Store,
  id: string,
  { total, kind, lastsMs }: { readonly total: number; readonly kind: string; readonly lastsMs: number },
): Promise<void> {
  const turn = Date.now() - (kind === 'urgent' ? URGENT_FIRST_MS : 0);
  const all = [keys.lease('broadcasts'), keys.broadcastRun(id), keys.broadcastsSending, keys.broadcastOutcomes(id)];
  await orStoreAway(redis.anlinStart(all.length, ...all, process, id, total, kind, lastsMs, turn));
}

/** Further back than anything that is not urgent ever waits. */
const URGENT_FIRST_MS = 1e12;

const MESSAGE_BYTES = 4;

/** The message that somebody got in a sending, by their place; undefined if there is none, or it is not kept any more. */
export async function sentTo({ redis, keys }: Store, id: string, place: number): Promise<string | undefined> {
  const from = place * MESSAGE_BYTES;
  const bytes = await orStoreAway(redis.getrangeBuffer(keys.broadcastMessages(id), from, from + MESSAGE_BYTES - 1));
  const number = bytes.length === MESSAGE_BYTES ? bytes.readUInt32BE() : 0;
  return number === 0 ? undefined : String(number);
}

/** For a sending that takes another back: what each of its recipients got there, in their order. */
export async function copySent(
  { redis, keys }: Store,
  from: string,
  got: readonly { readonly place: number }[],
  to: string,
): Promise<void> {
  const all = (await orStoreAway(redis.getBuffer(keys.broadcastMessages(from)))) ?? Buffer.alloc(0);
  const copy = Buffer.alloc(got.length * MESSAGE_BYTES);
  for (const [i, { place }] of got.entries()) {
    all.copy(copy, i * MESSAGE_BYTES, place * MESSAGE_BYTES, (place + 1) * MESSAGE_BYTES);
  }
  await orStoreAway(redis.set(keys.broadcastMessages(to), copy));
}

/** Nobody, in the place of somebody who was forgotten. */
const NOBODY = 0n;

/** Takes a person out of an audience that was laid down; the others keep their places. */
export async function strikeOut(store: Store, id: string, urn: Urn): Promise<void> {
  const { redis, keys } = store;
  const key = keys.broadcastAudience(id);
  for (const chunk of await orStoreAway(redis.hkeys(key))) {
    const packed = await orStoreAway(redis.hgetBuffer(key, chunk));
    const place = packed ? unpack(packed).indexOf(urn) : -1;
    if (!packed || place < 0) continue;
    const head = packed.indexOf('\n');
    if (head === 0) {
      const struck = unpack(packed).map((one): Urn => (one === urn ? 'nobody:0' : one));
      await orStoreAway(redis.hset(key, chunk, `\n${struck.join('\n')}`));
    } else {
      packed.writeBigUInt64BE(NOBODY, head + 1 + place * ID_BYTES);
      await orStoreAway(redis.hset(key, chunk, packed));
    }
  }
}

/** The recipients of one chunk, in their order. */
export async function loadChunk(store: Store, id: string, chunk: number): Promise<readonly Urn[]> {
  const packed = await orStoreAway(store.redis.hgetBuffer(store.keys.broadcastAudience(id), String(chunk)));
  return packed ? unpack(packed) : [];
}

/** Numbers of one scheme take eight bytes each; anything else is written out. */
export function pack(urns: readonly Urn[]): Buffer {
  const [scheme = ''] = urns[0]?.split(':') ?? [];
  const numbers = urns.map((urn) => (urn.startsWith(`${scheme}:`) ? urn.slice(scheme.length + 1) : ''));
  if (numbers.some((number) => !/^[1-9]\d{0,14}$/.test(number))) return Buffer.from(`\n${urns.join('\n')}`);
  const head = Buffer.from(`${scheme}\n`);
  const packed = Buffer.alloc(head.length + urns.length * ID_BYTES, head);
  for (const [i, number] of numbers.entries()) packed.writeBigUInt64BE(BigInt(number), head.length + i * ID_BYTES);
  return packed;
}

export function unpack(packed: Buffer): readonly Urn[] {
  const head = packed.indexOf('\n');
  const scheme = packed.toString('latin1', 0, head);
  if (scheme === '')
    return packed
      .toString('utf8', 1)
      .split('\n')
      .filter((urn) => urn !== '') as Urn[]; // written by pack
  const urns: Urn[] = [];
  for (let at = head + 1; at < packed.length; at += ID_BYTES) urns.push(`${scheme}:${packed.readBigUInt64BE(at)}`);
  return urns;
}
