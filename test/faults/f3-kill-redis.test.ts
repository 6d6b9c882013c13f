import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { freePort } from '../../src/store/start/free-port.ts';
import { Phone } from '../phone.ts';
import { PATIENT_REPORT, report } from '../report.ts';
import { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants, openStoreAt } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';

const PHONES = 12;
const KILLS = 3;
const READY_WITHIN_MS = 5000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-f3-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['always', 'everysec'] as const)(
  'a kill -9 of Redis under load (appendfsync %s) loses no case whose number was shown',
  { timeout: 120_000 },
  async (appendfsync) => {
    const random = randomIntFrom(seedOf('F3'));
    const port = await freePort();
    // A retry must not share the data: the servers of the attempt before may still run.
    const data = mkdtempSync(join(folder, appendfsync));
    let redis: EmbeddedRedis = await startEmbeddedRedis(data, { appendfsync, port, password: 'f3' });
    const simulator = await startSimulator({ port: 0, limits: false });
    const bot = new BotProcess(`${data}-bot`, {
      TELEGRAM_TOKEN: simulator.token,
      TELEGRAM_API_ROOT: simulator.url,
      REDIS_URL: redis.url,
      CITY: 'f3',
    });
    bot.start();
    await bot.untilReady();
    const phones = await Promise.all(Array.from({ length: PHONES }, () => Phone.of(simulator.url)));
    const reports = Promise.all(phones.map((phone) => report(phone, PATIENT_REPORT))).catch((error) => {
      throw new Error(`${error.message}\n${bot.output.slice(-3000)}`);
    });
    for (let i = 0; i < KILLS; i += 1) {
      await sleep(200 + random(600));
      process.kill(redis.pid, 'SIGKILL');
      await sleep(100 + random(400));
      redis = await startEmbeddedRedis(data, { appendfsync, port, password: 'f3' });
      const back = performance.now();
      const probe = await Phone.of(simulator.url);
      await probe.say('/help');
      await probe.sees(/我能帮您/, 20_000);
      expect(performance.now() - back).toBeLessThan(READY_WITHIN_MS);
    }
    const numbers = await reports;
    const store = await openStoreAt(redis.url, 'f3');
    for (const number of numbers) expect(await store.redis.get(store.keys.caseNumber(number))).toMatch(/^case_/);
    await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 15_000 }).toBe(0);
    expect(await store.redis.zcard(store.keys.casesIn('submitted'))).toBe(PHONES);
    expect(await committedMessages(store)).toBeGreaterThan(PHONES * 6);
    await expectInvariants(store);
    store.close();
    expect(bot.deaths, 'the bot itself does not die').toBe(0);
    await bot.stop();
    await simulator.close();
    await redis.stop();
  },
);
