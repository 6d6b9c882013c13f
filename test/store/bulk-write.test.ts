import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('entries of one sorted set are added by few commands, and each write keeps its place among those of its key', async () => {
  const { redis, keys } = app.running.store;
  const [list, other] = [keys.casesWork('a'), keys.casesWork('b')];
  await redis.config('RESETSTAT');
  await bulkWrite(
    app.running.store,
    Array.from({ length: 3000 }, (_, n): Write => ['ZADD', n % 2 ? list : other, n, `case_${n}`]),
  );
  expect([await redis.zcard(list), await redis.zcard(other)]).toEqual([1500, 1500]);
  expect(await redis.zscore(list, 'case_2999')).toBe('2999');
  expect(Number(/cmdstat_zadd:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1])).toBeLessThan(20);

  await bulkWrite(app.running.store, [
    ['DEL', list],
    ['ZADD', list, 1, 'a'],
    ['ZADD', list, 1, 'b'],
    ['ZREM', list, 'a'],
    ['ZADD', list, 2, 'c'],
    ['ZADD', list, 3, 'a'],
    ['ZREM', list, 'b'],
    ['ZADD', list, 'XX', 9, 'nobody'],
    ['ZADD', list, 'XX', 9, 'c'],
    ['ZADD', list, 4, 'c'],
  ]);
  expect(await redis.zrange(list, '0', '-1', 'WITHSCORES')).toEqual(['a', '3', 'c', '4']);
});
