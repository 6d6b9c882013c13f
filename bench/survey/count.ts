import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Urn } from '../../src/channels/channel.ts';
import { cityOf } from '../../src/city/city.ts';
import { madeUpAnswers, panelOf } from '../../src/demo/history/survey-residents.ts';
import { pickFrom, randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import type { Store } from '../../src/store/store.ts';
import { newWaveKey, nullifierOf, sealBallot } from '../../src/surveys/ballot/ballot.ts';
import { AGES, HUKOUS } from '../../src/surveys/panel/member.ts';
import { countWave } from '../../src/surveys/wave/close-wave.ts';
import { encode } from '../../src/surveys/wave/ledger-store.ts';
import { keepSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../src/surveys/wave/wave.ts';
import { keepWave } from '../../src/surveys/wave/wave-store.ts';
import { chatsOf } from '../broadcast/chats.ts';
import { nowMs } from '../clock.ts';
import { openCity } from '../open-city.ts';
import type { Stage } from '../processes.ts';
import { makeRegions } from './estimates.ts';
import { QUESTIONNAIRE, waveOf } from './wave.ts';

/** One count. `stall`: the longest time that the bot's event loop stood still, ms. */
export type CountRun = { readonly seconds: number; readonly stall: number };

/** How often the event loop is watched, ms. */
const WATCHED_EVERY_MS = 1;
const NS_PER_MS = 1e6;
const NO_DATA = { places: [], units: [], categories: [], census: [], premises: [] };

/** Counts a wave from its sealed ballots to what is stored, beside an idle bot. */
export async function measureCounts(stage: Stage, people: number, rounds: number): Promise<readonly CountRun[]> {
  const running = await openCity(await stage.environment());
  const { store } = running;
  const city = cityOf({ ...NO_DATA, regions: makeRegions() }, []);
  const record: Wave = { ...waveOf('city'), region: 'city', state: 'sealing' };
  await bulkWrite(store, ballotsOf(record, people, city.regions.all('street'), store));
  const runs: CountRun[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const watch = monitorEventLoopDelay({ resolution: WATCHED_EVERY_MS });
    watch.enable();
    const began = nowMs();
    const change = await countWave(store, { version: 1, record }, city, Date.now());
    const seconds = (nowMs() - began) / 1000;
    watch.disable();
    if (!change) throw new Error('Nothing was counted.');
    runs.push({ seconds, stall: watch.max / NS_PER_MS - WATCHED_EVERY_MS });
  }
  await running.close();
  return runs;
}

/** Makes the wave with its secrets, and each member with a ballot. */
function* ballotsOf(wave: Wave, people: number, streets: readonly string[], store: Store): Generator<Write> {
  const { keys } = store;
  const random = randomFrom(11);
  const key = newWaveKey();
  const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
  yield* keepWave(store, wave, undefined).writes;
  yield keepSecrets(store, wave.id, { key, seed: 'bench' });
  const now = Date.now();
  for (const urn of urns) {
    const entry: LedgerEntry = { stratum: 0, place: 0, disposition: 'complete', invitedAt: now, doneSlot: 1 };
    const ballot = {
      answers: madeUpAnswers(QUESTIONNAIRE, random),
      step: '',
      took: {},
      community: pickFrom(random, streets),
      age: pickFrom(random, AGES),
      sex: random() < 0.5 ? 'female' : 'male',
      hukou: pickFrom(random, HUKOUS),
    } as const;
    const nullifier = nullifierOf(key, urn);
    yield ['HSET', keys.waveBallots(wave.id), nullifier, sealBallot(key, nullifier, ballot)];
    yield ['HSET', keys.waveLedger(wave.id), urn, encode(entry)];
    yield ['ZADD', keys.personsDue, now, urn];
    yield* panelOf(store, [urn], [ballot.community], now, random);
  }
}
