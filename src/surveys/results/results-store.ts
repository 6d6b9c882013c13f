import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { SurveyResponse } from '../ballot/response.ts';
import type { Wave } from '../wave/wave.ts';
import { loadWavesBefore } from '../wave/wave-store.ts';
import type { EarlierWave } from './indicator-comparison.ts';
import type { WaveResults } from './results.ts';

/** Sums by indicator and region, with which later waves compare. Unlike results, they are never disclosed. */
export type KeptSums = Pick<EarlierWave, 'raked' | 'sums'>;

/** Everything that a counted wave keeps. */
export type CountedWave = {
  readonly responses: readonly SurveyResponse[];
  readonly results: WaveResults;
  readonly sums: KeptSums;
};

export function keepCounted({ keys }: Store, id: string, { responses, results, sums }: CountedWave): readonly Write[] {
  return [
    ['SET', keys.waveResponses(id), JSON.stringify(responses)],
    ['SET', keys.waveResults(id), JSON.stringify(results)],
    ['SET', keys.waveSums(id), JSON.stringify(sums)],
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

async function loadSums({ redis, keys }: Store, id: string): Promise<KeptSums | undefined> {
  const text = await orStoreAway(redis.get(keys.waveSums(id)));
  return text ? (JSON.parse(text) as KeptSums) : undefined; // written by keepCounted
}

/** Number of earlier waves that a wave is compared with. */
const EARLIER_MAX = 12;

/** Loads the comparable waves before this one, oldest first. */
export async function loadEarlierWaves(store: Store, wave: Wave): Promise<readonly EarlierWave[]> {
  const found = (await loadWavesBefore(store, wave)).slice(0, EARLIER_MAX).toReversed();
  const loaded = await Promise.all(
    found.map(async ({ id }) => ({ results: await loadResults(store, id), kept: await loadSums(store, id) })),
  );
  return loaded.flatMap(({ results, kept }) =>
    results && kept ? [{ indicators: results.indicators, questions: results.questions, ...kept }] : [],
  );
}

/** Loads the results of the last comparable wave before this one. */
export async function loadResultsBefore(store: Store, wave: Wave): Promise<WaveResults | undefined> {
  const [before] = await loadWavesBefore(store, wave);
  return before && loadResults(store, before.id);
}
