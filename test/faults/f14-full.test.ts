import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { injectFault } from './bot-api.ts';
import { expectInvariants } from './invariants.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ cluster: false });
});
afterAll(() => app.close());

test('a full store refuses whole commits, still settles sent messages, and recovers', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const redis = store.redis as unknown as { config(...args: string[]): Promise<unknown> };
  const phone = await app.phone();
  await phone.say('/start');
  await phone.sees(/您好/);
  // A reply is in flight while the memory runs out: it must still be settled.
  await injectFault(app.simulator.url, { kind: 'slow', delay_ms: 1000, times: 1 });
  await phone.say('/help');
  await expect.poll(() => store.redis.hlen(store.keys.outboxClaims)).toBe(1);
  await redis.config('SET', 'maxmemory', '1000000');
  await phone.hasSeen(/我能帮您/);
  await expect.poll(() => store.redis.hlen(store.keys.outbox)).toBe(0);

  const before = await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'version');
  await phone.say('上报');
  await new Promise((done) => setTimeout(done, 2000));
  expect(await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'version')).toBe(before);
  expect(app.log.some((line) => /not answer|away|could not/.test(line))).toBe(true);

  await redis.config('SET', 'maxmemory', '0');
  await phone.sees(/先跟您说明白/, 20_000);
  await report(await app.phone());
  await expectInvariants(store);
});
