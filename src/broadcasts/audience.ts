import type { Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';

/** So many recipients lie in one chunk. */
export const CHUNK = 1000;
const ID_BYTES = 8;
/** How many chunks are written with one question. */
const CHUNKS_AT_ONCE = 50;

/**
 * Lays the recipients down in their order, never to be changed: whoever comes later is not mixed in. May be ended and begun
 * again at any point before the broadcast starts. Returns how many there are.
 */
export async function freezeAudience(store: Store, id: string, urns: readonly Urn[]): Promise<number> {
  const key = store.keys.broadcastAudience(id);
  await asking(store.redis.del(key));
  for (let from = 0; from < urns.length; from += CHUNK * CHUNKS_AT_ONCE) {
    const fields: (string | Buffer)[] = [];
    for (let i = from; i < Math.min(urns.length, from + CHUNK * CHUNKS_AT_ONCE); i += CHUNK) {
      fields.push(String(i / CHUNK), pack(urns.slice(i, i + CHUNK)));
    }
    await asking(store.redis.hset(key, ...fields));
  }
  return urns.length;
}

/** Begins to send to an audience that was laid down; a second time it changes nothing. What is urgent has the first turn. */
export async function startSending(
  { redis, keys }: Store,
  id: string,
  { total, kind, lastsMs }: { readonly total: number; readonly kind: string; readonly lastsMs: number },
): Promise<void> {
  const turn = Date.now() - (kind === 'urgent' ? URGENT_FIRST_MS : 0);
  const all = [keys.broadcastsSending, keys.broadcastRun(id), keys.broadcastOutcomes(id)];
  await asking(redis.anlinStart(all.length, ...all, id, total, kind, lastsMs, turn));
}

/** Further back than anything that is not urgent ever waits. */
const URGENT_FIRST_MS = 1e12;

/** The recipients of one chunk, in their order. */
export async function loadChunk(store: Store, id: string, chunk: number): Promise<readonly Urn[]> {
  const packed = await asking(store.redis.hgetBuffer(store.keys.broadcastAudience(id), String(chunk)));
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
