import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { SurveyResponse } from '../ballot/response.ts';
import type { Wave } from '../wave/wave.ts';
import { loadWavesBefore } from '../wave/wave-store.ts';
import type { CountedTexts } from './counted-wave.ts';
import type { WaveResults } from './results.ts';

export function keepCounted({ keys }: Store, id: string, { responses, results }: CountedTexts): readonly Write[] {
  return [
    ['SET', keys.waveResponses(id), responses],
    ['SET', keys.waveResults(id), results],
  ];
}

export async function loadResponses({ redis, keys }: Store, id: string): Promise<readonly SurveyResponse[]> {
  const text = await orStoreAway(redis.get(keys.waveResponses(id)));
  return text ? (JSON.parse(text) as SurveyResponse[]) : []; // written by keepCounted
}

export async function loadResults({ redis, keys }: Store, id: string): Promise<WaveResults | undefined> {
  const text = await orStoreAway(redis.get(keys.waveResults(id)));
  return text ? (JSON.parse(text) as WaveResults) : undefined; // written by keepCounted
}

/** Number of earlier waves that a wave is compared with. */
const EARLIER_MAX = 12;

/** Loads the comparable waves before this one, oldest first. */
export async function loadEarlierTexts(store: Store, wave: Wave): Promise<readonly string[]> {
  const { redis, keys } = store;
  const found = (await loadWavesBefore(store, wave)).slice(0, EARLIER_MAX).toReversed();
  const loaded = await orStoreAway(Promise.all(found.map(({ id }) => redis.get(keys.waveResults(id)))));
  return loaded.flatMap((results) => results ?? []);
}

/** Loads the results of the last comparable wave before this one. */
export async function loadResultsBefore(store: Store, wave: Wave): Promise<WaveResults | undefined> {
  const [before] = await loadWavesBefore(store, wave);
  return before && loadResults(store, before.id);
}
