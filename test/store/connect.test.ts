import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src/store/connect.ts';
import { mastersOf } from '../../src/store/connect.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const readsOf = async (redis: Connection) => {
  const [node] = mastersOf(redis);
  return Number(/total_reads_processed:(\d+)/.exec((await node?.info('stats')) ?? '')?.[1]);
};

test('the commands of one round of the event loop reach a single server in one write', async () => {
  const single = await openTestApp({ cluster: false });
  const { redis, keys } = single.running.store;
  const before = await readsOf(redis);
  await Promise.all(Array.from({ length: 500 }, () => redis.exists(keys.meta)));
  // The product's own heartbeats read meanwhile.
  expect((await readsOf(redis)) - before).toBeLessThan(50);
  await single.close();
});

test('a store that answers is opened at once, without a second try', () => {
  expect(app.log.join()).not.toContain('the store is not ready yet');
});
