import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { hashOf, seedOf } from '../../surveys/wave/draw.ts';
import type { InspectionDraw } from './draw.ts';
import type { Frame } from './frame.ts';
import { readFrame } from './frame.ts';

/** Loads one draw; undefined for an unknown id. */
export async function loadDraw(store: Store, id: unknown): Promise<Kept<InspectionDraw> | undefined> {
  if (typeof id !== 'string' || !/^draw_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<InspectionDraw>(store, [store.keys.inspectionDraw(id)]))[0];
}

/** Draws that a list shows. */
const LISTED_MAX = 50;

/** Loads the newest draws, newest first. */
export async function loadDraws(store: Store): Promise<readonly Kept<InspectionDraw>[]> {
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.inspectionDraws, 0, String(LISTED_MAX - 1), 'REV'));
  return loadRecords(store, ids.map(keys.inspectionDraw));
}

/** Keeps a draw; `due` (ms) is the time of its next step, undefined if it waits for a person or is over. */
export function keepDraw(
  { keys }: Store,
  record: InspectionDraw,
  due: number | undefined,
  before?: Kept<InspectionDraw>,
): Change {
  const { id, madeAt } = record;
  const { checks, writes } = keepRecord(keys.inspectionDraw(id), record, before);
  return {
    checks,
    writes: [
      ...writes,
      ['ZADD', keys.inspectionDraws, madeAt, id],
      due === undefined ? ['ZREM', keys.drawsClock, id] : ['ZADD', keys.drawsClock, due, id],
    ],
  };
}

/** Keeps the text of a frame. A round of 创建 keeps one too: visits find their checkers in it. */
export function keepFrame({ keys }: Store, of: string, text: string): Write {
  return ['SET', keys.drawFrame(of), text];
}

/** Loads the text of a frame; undefined before it is fixed. */
export async function loadFrameText({ redis, keys }: Store, of: string): Promise<string | undefined> {
  return (await orStoreAway(redis.get(keys.drawFrame(of)))) ?? undefined;
}

/** Loads the frame from which a visit was drawn. */
export async function loadFrame(store: Store, of: string): Promise<Frame> {
  const text = await loadFrameText(store, of);
  if (text === undefined) throw new Error(`${of} has lost its frame; call the draw off.`);
  return readFrame(text);
}

/** Halves of a seed, in the order in which they are fixed. */
export const HALVES = ['office', 'auditor'] as const;

/** Keeps a half, sealed with the store's own key. */
export function keepHalf(store: Store, of: string, which: (typeof HALVES)[number], half: string): Write {
  return ['HSET', store.keys.drawHalves(of), which, store.seal(half, `${of} ${which}`)];
}

/** Loads the office's half, or the server's in its place; undefined once it is deleted. */
export async function loadHalf(store: Store, of: string): Promise<string | undefined> {
  const sealed = await orStoreAway(store.redis.hget(store.keys.drawHalves(of), 'office'));
  return sealed === null ? undefined : store.unseal(sealed, `${of} office`);
}

/** Loads the half whose hash was fixed before. Throws with the cure if it is lost or another one. */
export async function loadFixedHalf(
  store: Store,
  { of, halfHash }: { readonly of: string; readonly halfHash: string },
  cure = '',
): Promise<string> {
  const half = await loadHalf(store, of);
  if (half === undefined || hashOf(half) !== halfHash)
    throw new Error(`${of} has lost its half of the seed. ${cure}`.trimEnd());
  return half;
}

/** Loads both halves; undefined until the second one is there. */
export async function loadHalves(store: Store, of: string): Promise<readonly [string, string] | undefined> {
  const sealed = await orStoreAway(store.redis.hmget(store.keys.drawHalves(of), ...HALVES));
  const [office, auditor] = sealed.map((one, i) => (one ? store.unseal(one, `${of} ${HALVES[i]}`) : undefined));
  return office && auditor ? [office, auditor] : undefined;
}

/** The seed of a draw whose halves are both kept; undefined once they are deleted. */
export async function loadSeed(store: Store, of: string, frameHash: string): Promise<string | undefined> {
  const halves = await loadHalves(store, of);
  return halves && seedOf(frameHash, halves);
}
