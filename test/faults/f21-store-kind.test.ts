import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { changeDataKey } from '../../src/store/data-key.ts';
import { sealingWith } from '../../src/store/sealing.ts';
import { openStore } from '../../src/store/store.ts';
import { checkKind } from '../../src/store/store-kind.ts';
import { NO_PACE } from '../test-app.ts';
import { BotProcess } from './bot-process.ts';
import { openStoreAt } from './invariants.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const TOKEN = '42:simulator-only-not-a-real-token';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('xicheng');
});
afterAll(() => stage.close());

/** Every key of the store with its content. */
async function contents(): Promise<readonly string[]> {
  const { redis } = stage.store;
  const keys = (await redis.keys('*')).toSorted();
  return Promise.all(keys.map(async (key) => `${key} ${(await redis.dumpBuffer(key))?.toString('hex')}`));
}

describe('a demo on the store of a real city', () => {
  test.each([
    ['under the city’s own name', { CITY: 'xicheng' }, 'xicheng'],
    ['under the name that a real city has if none is set', {}, 'city'],
  ] as const)('is refused with its cure and changes nothing, %s', async (_how, env, name) => {
    (await openStoreAt(stage.redis.url, name)).close();
    const before = await contents();
    const bot = new BotProcess(`${stage.folder}/${name}`, { REDIS_URL: stage.redis.url, SIM_PORT: '0', ...env });
    const { code, output } = await bot.runToEnd();
    expect(output).toMatch(/real city ".*Set TELEGRAM_TOKEN/);
    expect(code).toBe(78);
    expect(await contents()).toEqual(before);
  });

  test('is refused on a store of a release that wrote no kind, unless its data were invented', async () => {
    const { redis } = stage.store;
    const refusals = async (city: string, kind: 'demo' | 'real') =>
      (await checkKind(redis, city, kind)).filter(({ level }) => level === 'refuse').length;
    await redis.hset('{demo-old}:meta', 'instance', 'x');
    await redis.xadd('{demo-old}:city:changes', '*', 'change', '{"what":"import regions.csv"}');
    expect([await refusals('demo-old', 'demo'), await refusals('demo-old', 'real')]).toEqual([1, 0]);
    await redis.hset('{demo-was}:meta', 'instance', 'x');
    await redis.xadd('{demo-was}:city:changes', '*', 'change', '{"what":"demo"}');
    expect([await refusals('demo-was', 'demo'), await refusals('demo-was', 'real')]).toEqual([0, 1]);
  });
});

describe('a real bot', () => {
  test('does not open a city with a demo name', async () => {
    const bot = new BotProcess(`${stage.folder}/as-demo`, { ...stage.env, CITY: 'demo-wuxi' });
    const { code, output } = await bot.runToEnd();
    expect(output).toMatch(/"demo-wuxi" is for invented data.*Set CITY/);
    expect(code).toBe(78);
  });

  test('beside demo data starts an empty city, says so, and knows no organiser of the demo', async () => {
    const other = await openStage('empty');
    const demo = await openStoreAt(other.redis.url, 'demo', 'demo');
    await demo.redis.zadd(demo.keys.staff('dispatcher', '*'), 0, 'telegram:700000004');
    demo.close();
    const { CITY: _, ...env } = other.env;
    const bot = new BotProcess(`${other.folder}/real`, env);
    bot.start();
    await bot.untilReady();
    expect(bot.output).toMatch(/city\s+city /);
    expect(bot.output).toMatch(/The demo's data stay apart.*empty city/);
    expect(bot.output).toMatch(/\/start invite_/);
    expect(await other.store.redis.keys('{city}:staff*')).toEqual([]);
    await bot.stop();
    await other.close();
  });
});

test('without a token, DEMO=no refuses; with one, DEMO=yes does', () => {
  expect(() => readConfig({ DEMO: 'no' })).toThrow(/Set TELEGRAM_TOKEN.*or DEMO=yes/);
  expect(() => readConfig({ DEMO: 'yes', TELEGRAM_TOKEN: TOKEN })).toThrow(/Remove TELEGRAM_TOKEN or DEMO=yes/);
  expect(readConfig({ DEMO: 'yes' }).telegram.type).toBe('demo');
});

test('demo data lie under names of their own', () => {
  const nameOf = (env: Record<string, string>) => readConfig(env).city;
  expect([nameOf({}), nameOf({ CITY: 'wuxi' }), nameOf({ CITY: 'demo-x' })]).toEqual(['demo', 'demo-wuxi', 'demo-x']);
  expect([nameOf({ TELEGRAM_TOKEN: TOKEN }), nameOf({ TELEGRAM_TOKEN: TOKEN, CITY: 'wuxi' })]).toEqual([
    'city',
    'wuxi',
  ]);
});

test('variables that are probably misspelt are named at the start', () => {
  const { warnings } = readConfig({
    TELEGRAM_TOKN: TOKEN,
    ANLIN_PORT: '1',
    TELEGRAM_API_ROOT: 'http://x',
    PATH: '/bin',
  });
  expect(warnings.map(({ what }) => what)).toEqual([
    expect.stringContaining('TELEGRAM_TOKN'),
    expect.stringContaining('ANLIN_PORT'),
  ]);
});

test('another DATA_KEY, or none, does not open data that were sealed with one', async () => {
  const { redis } = stage.store;
  const start = (dataKey?: string) => openStore(redis, 'sealed', NO_PACE, 0, { dataKey });
  const key = 'k'.repeat(32);
  await start(key);
  await start(key);
  await expect(start('x'.repeat(32))).rejects.toThrow(/DATA_KEY is another one.*Set the former DATA_KEY/);
  await expect(start()).rejects.toThrow(/DATA_KEY is missing.*Set the former DATA_KEY/);
  const bot = new BotProcess(`${stage.folder}/no-key`, { ...stage.env, CITY: 'sealed' });
  const { code, output } = await bot.runToEnd();
  expect([code, output]).toEqual([78, expect.stringContaining('Set the former DATA_KEY')]);
});

test('DATA_KEY can be changed, also from none and beside a store of an earlier release; sealed data stay readable', async () => {
  const { redis } = stage.store;
  const start = (city: string, dataKey?: string) => openStore(redis, city, NO_PACE, 0, { dataKey });
  const [one, two] = ['1'.repeat(32), '2'.repeat(32)];
  // An earlier release sealed with DATA_KEY itself.
  await redis.hset('{old}:meta', 'instance', 'x', 'kind', 'real', 'pseudonym_key', 'p');
  const old = sealingWith(one).seal('13800138000', 'v');
  expect((await start('old', one)).unseal(old, 'v')).toBe('13800138000');
  for (const [city, first] of [
    ['old', one],
    ['rotated', one],
    ['unsealed', undefined],
  ] as const) {
    const before = await start(city, first);
    const sealed = before.seal('phone', 'v');
    await changeDataKey(before, two);
    expect((await start(city, two)).unseal(sealed, 'v')).toBe('phone');
    await expect(start(city, first)).rejects.toThrow(/Set the former DATA_KEY/);
  }
  expect((await start('old', two)).unseal(old, 'v')).toBe('13800138000');
  expect((await start('rotated', two)).dataKey).not.toBe(one);
});
