import type { Check, Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Wave, WaveId } from './wave.ts';

/** Waves by key. Each answer reads its wave, and a wave holds its whole questionnaire. */
const cachedWaves = new Map<string, Kept<Wave>>();
const CACHED_MAX = 1000;

/** Loads a wave; reads the whole record only if version or state has changed since the last read. */
export async function loadWave(store: Store, id: unknown): Promise<Kept<Wave> | undefined> {
  if (typeof id !== 'string' || !/^wave_\w{8}$/.test(id)) return undefined;
  const key = store.keys.wave(id);
  const cached = cachedWaves.get(key);
  const [version, state] = await orStoreAway(store.redis.hmget(key, 'version', 'state'));
  // The state is compared too: in restored data a version can occur a second time.
  if (cached && version === String(cached.version) && state === cached.record.state) return cached;
  const [kept] = await loadRecords<Wave>(store, [key]);
  if (cachedWaves.size >= CACHED_MAX) cachedWaves.clear();
  if (kept) cachedWaves.set(key, kept);
  return kept;
}

/** Number of newest waves that a list shows. */
const LISTED_MAX = 50;
/** Number of newest waves searched for an earlier one; a city opens a wave in each of many streets. */
const SEARCHED_MAX = 1000;

/** Loads the newest waves, newest first. */
export async function loadWaves(store: Store, most = LISTED_MAX): Promise<readonly Kept<Wave>[]> {
  return loadEach(store, await orStoreAway(store.redis.zrange(store.keys.waves, 0, String(most - 1), 'REV')));
}

/** Loads all waves that still have a next step, in any number. */
export async function loadUnfinishedWaves(store: Store): Promise<readonly Kept<Wave>[]> {
  return loadEach(store, await orStoreAway(store.redis.zrange(store.keys.wavesClock, 0, '-1')));
}

/** Loads closed waves with the same questionnaire and region that opened before this one, newest first. */
export async function loadWavesBefore(
  store: Store,
  { id, region, openedAt, questionnaire }: Wave,
): Promise<readonly Wave[]> {
  const all = (await loadWaves(store, SEARCHED_MAX)).map(({ record }) => record);
  return all.filter(
    (one) =>
      one.id !== id &&
      one.region === region &&
      one.openedAt < openedAt &&
      one.questionnaire.key === questionnaire.key &&
      (one.state === 'closed' || one.state === 'published'),
  );
}

async function loadEach(store: Store, ids: readonly string[]): Promise<readonly Kept<Wave>[]> {
  return (await Promise.all(ids.map((id) => loadWave(store, id)))).flatMap((one) => one ?? []);
}

/** Keeps a wave; `due` (ms) is the time of its next step, undefined if none follows. */
export function keepWave({ keys }: Store, record: Wave, due: number | undefined, before?: Kept<Wave>): Change {
  const { id, state, openedAt } = record;
  const { checks, writes } = keepRecord(keys.wave(id), record, before);
  return {
    checks,
    writes: [
      ...writes,
      ['HSET', keys.wave(id), 'state', state],
      ['ZADD', keys.waves, openedAt, id],
      due === undefined ? ['ZREM', keys.wavesClock, id] : ['ZADD', keys.wavesClock, due, id],
    ],
  };
}

/** Returns the check that no member leaves between this read and the commit. */
export async function checkNoneLeft({ redis, keys }: Store, id: string): Promise<Check> {
  const key = keys.wave(id);
  return { key, field: 'left', is: (await orStoreAway(redis.hget(key, 'left'))) ?? '' };
}

/** Returns the check that the wave is open: no answer may arrive after counting has begun. */
export function checkOpen({ keys }: Store, id: string): Check {
  return { key: keys.wave(id), field: 'state', is: 'open' };
}

/** Queues an event of a wave, of which organisers are notified. */
export function queueWaveNews({ keys }: Store, id: WaveId, event: string, now: number): Write {
  return ['ZADD', keys.wavesNews, now, `${id} ${event}`];
}
