import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { startEmbeddedRedis } from '../../src/store/embedded.ts';
import { Phone } from '../phone.ts';
import { BotProcess } from './bot-process.ts';
import { expectInvariants, lookInto } from './invariants.ts';

/** Longer than a lease and the silence after which a process counts as dead. */
const STALL_MS = 8000;

test('a process that stood still while another took over finds itself fenced: everything took effect once', {
  timeout: 90_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-f13-'));
  const redis = await startEmbeddedRedis(join(folder, 'redis'));
  const simulator = await startSimulator({ port: 0, limits: false });
  const env = { TELEGRAM_TOKEN: simulator.token, TELEGRAM_API_ROOT: simulator.url, REDIS_URL: redis.url, CITY: 'f13' };
  const bots = ['a', 'b'].map((name) => new BotProcess(join(folder, name), env));
  for (const bot of bots) {
    bot.start();
    await bot.untilReady();
  }
  const store = await lookInto(redis.url, 'f13');
  const phones = await Promise.all(Array.from({ length: 8 }, () => Phone.of(simulator.url)));
  for (const phone of phones) await phone.say('/start');
  for (const phone of phones) await phone.sees(/您好/);

  // Whichever polls stands still in the middle of a send, and comes back long after it was given up.
  const [a, b] = bots as [BotProcess, BotProcess];
  const slow = { method: 'sendMessage', kind: 'slow', delay_ms: 1500, times: phones.length };
  await fetch(`${simulator.url}/sim/faults`, { method: 'POST', body: JSON.stringify(slow) });
  for (const phone of phones) await phone.say('/help');
  await expect.poll(() => store.redis.hlen(store.keys.outboxClaims), { timeout: 5000, interval: 5 }).toBeGreaterThan(0);
  a.kill('SIGSTOP');
  await sleep(STALL_MS);
  for (const phone of phones) await phone.sees(/我能帮您/, 30_000);
  for (const phone of phones) await phone.say('上报');
  for (const phone of phones) await phone.sees(/先跟您说明白/, 30_000);
  a.kill('SIGCONT');
  await sleep(1500);
  for (const phone of phones) await phone.say('/help');
  for (const phone of phones) await phone.sees(/先跟您说明白/, 30_000);
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 15_000 }).toBe(0);
  for (const phone of phones) {
    const version = await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'version');
    expect(Number(version), 'four inputs, four effects').toBe(4);
  }
  expect([a.deaths, b.deaths]).toEqual([0, 0]);
  await expectInvariants(store);
  store.close();
  for (const bot of bots) await bot.stop();
  await simulator.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});
