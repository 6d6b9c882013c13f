import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { WAVE_CRASH_POINTS } from '../../src/crash-point.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { fillBallots, panelOf } from '../../src/demo/history/survey-residents.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { loadMember } from '../../src/surveys/panel/member-store.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { loadResponses } from '../../src/surveys/results/results-store.ts';
import { encode, loadLedger } from '../../src/surveys/wave/ledger-store.ts';
import { loadSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../src/surveys/wave/wave.ts';
import { newWaveId, TIMES } from '../../src/surveys/wave/wave.ts';
import { keepWave, loadWave } from '../../src/surveys/wave/wave-store.ts';
import { memoryFolder } from '../memory-folder.ts';
import { BotProcess } from './bot-process.ts';
import { expectInvariants, openStoreAt } from './invariants.ts';

const PEOPLE = 80;

let folder: string;
let redis: EmbeddedRedis;
let simulator: Simulator;
beforeAll(async () => {
  folder = memoryFolder('anlin-f20-');
  redis = await startEmbeddedRedis(join(folder, 'redis'));
  simulator = await startSimulator({ port: 0, limits: false });
});
afterAll(async () => {
  await simulator.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.concurrent.for(WAVE_CRASH_POINTS)(
  'a wave killed at %s is drawn once, counts each ballot once, and deletes its key once results exist',
  { timeout: 90_000 },
  async (point, { onTestFinished }) => {
    // A second try gets a store of its own.
    const city = `f20_${point}_${randomInt(1e6)}`;
    const store = await openStoreAt(redis.url, city);
    await saveCityData(store, demoCityData(), 'test', 0);
    const [first] = demoCityData().regions.filter(({ level }) => level === 'city');
    const communities = demoCityData().regions.filter(({ level }) => level === 'community');
    const random = randomFrom(7);
    const urns = Array.from({ length: PEOPLE }, (_, i): Urn => `demo:${i}`);
    const ids = communities.slice(0, 4).map(({ id }) => id);
    await bulkWrite(store, panelOf(store, urns, ids, Date.now(), random));
    const [questionnaire] = QUESTIONNAIRES;
    if (!first || !questionnaire) throw new Error('There is nothing to ask.');
    const wave: Wave = {
      id: newWaveId(),
      state: 'drawing',
      questionnaire,
      indicators: 'zhejiang_three',
      region: first.id,
      target: PEOPLE,
      by: 'test',
      openedAt: Date.now(),
      // Ends too soon for invitations: the test sets the invited people itself.
      closesAt: Date.now() + TIMES.lastInvitationMs - 60_000,
      strata: [],
    };
    await bulkWrite(store, keepWave(store, wave, Date.now()).writes);
    const bot = new BotProcess(join(folder, city), {
      TELEGRAM_TOKEN: simulator.token,
      TELEGRAM_API_ROOT: simulator.url,
      REDIS_URL: redis.url,
      CITY: city,
    });
    onTestFinished(async () => {
      await bot.stop();
    });
    bot.start({ CRASH_AT: point });
    const now = async () => {
      const kept = await loadWave(store, wave.id);
      if (!kept) throw new Error('The wave is gone.');
      return kept;
    };
    await expect.poll(async () => (await now()).record.state, { timeout: 30_000 }).toBe('open');
    const ledger = await loadLedger(store, wave.id);
    expect(ledger.size).toBe(PEOPLE);
    const places = [...ledger.values()].map(({ stratum, place }) => `${stratum}/${place}`);
    expect(new Set(places).size).toBe(PEOPLE);

    const invited = [...ledger].map(([urn, entry]): Write => {
      const asked: LedgerEntry = { ...entry, disposition: 'invited', invitedAt: Date.now() };
      return ['HSET', store.keys.waveLedger(wave.id), urn, encode(asked)];
    });
    await bulkWrite(store, invited);
    const filled = await fillBallots(store, (await now()).record, random);
    const before = await loadSecrets(store, wave.id);
    const open = await now();
    await bulkWrite(store, keepWave(store, { ...open.record, closesAt: Date.now() }, Date.now(), open).writes);

    await expect.poll(async () => (await now()).record.state, { timeout: 40_000 }).toBe('published');
    expect(bot.deaths, bot.output).toBe(1);
    expect(await loadResponses(store, wave.id)).toHaveLength(filled);
    expect(await store.redis.exists(store.keys.waveResults(wave.id))).toBe(1);
    expect(await loadSecrets(store, wave.id)).toBeUndefined();
    expect((await now()).record.seed).toBe(before?.seed);
    const ignored = await Promise.all(urns.map(async (urn) => (await loadMember(store, urn))?.record.ignored ?? 0));
    expect(ignored.reduce((all, one) => all + one, 0)).toBe(PEOPLE - filled);
    await expectInvariants(store);
    store.close();
    await bot.stop();
  },
);
