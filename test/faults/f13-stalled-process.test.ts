import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PATIENCE_MS } from '../patience.ts';
import { Phone } from '../phone.ts';
import { injectFault } from './bot-api.ts';
import type { BotProcess } from './bot-process.ts';
import { expectInvariants } from './invariants.ts';
import { openStage } from './stage.ts';

/** Longer than a lease, and than the silence after which a process counts as dead, ms. */
const STALL_MS = 4000;

test('a process that stalls until another takes over is fenced, and every input takes effect once', {
  timeout: 90_000,
}, async () => {
  const stage = await openStage('f13');
  const { simulator, store } = stage;
  const [a, b] = (await stage.start('a', 'b')) as [BotProcess, BotProcess];
  const phones = await Promise.all(Array.from({ length: 8 }, () => Phone.of(simulator.url)));
  for (const phone of phones) await phone.say('/start');
  for (const phone of phones) await phone.sees(/您好/);

  // The polling process stalls during a send and goes on long after others have recovered its claims.
  await injectFault(simulator.url, { kind: 'slow', delay_ms: 1500, times: phones.length });
  for (const phone of phones) await phone.say('/help');
  await expect
    .poll(() => store.redis.hlen(store.keys.outboxClaims), { timeout: PATIENCE_MS, interval: 5 })
    .toBeGreaterThan(0);
  a.kill('SIGSTOP');
  await sleep(STALL_MS);
  for (const phone of phones) await phone.sees(/我能帮您/, 30_000);
  for (const phone of phones) await phone.say('上报');
  for (const phone of phones) await phone.sees(/先跟您说明白/, 30_000);
  a.kill('SIGCONT');
  await sleep(1000);
  for (const phone of phones) await phone.say('/help');
  for (const phone of phones) await phone.sees(/先跟您说明白/, 30_000);
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 15_000 }).toBe(0);
  const versions = () =>
    Promise.all(phones.map(({ id }) => store.redis.hget(store.keys.person(`telegram:${id}`), 'version')));
  const fourEach = phones.map(() => '4');
  await expect.poll(versions, { timeout: 15_000 }).toEqual(fourEach);
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 15_000 }).toBe(0);
  expect(await versions(), 'four inputs, four effects').toEqual(fourEach);
  expect([a.deaths, b.deaths]).toEqual([0, 0]);
  await expectInvariants(store);
  await stage.close();
});
