import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Urn } from '../../src/channels/channel.ts';
import { readConfig } from '../../src/config.ts';
import { sealingWith } from '../../src/store/sealing.ts';
import type { OuterKey } from '../../src/store/start/data-key.ts';
import { changeDataKey, outerKeyOf } from '../../src/store/start/data-key.ts';
import { checkKind } from '../../src/store/start/store-kind.ts';
import { openStore } from '../../src/store/store.ts';
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

const fromEnvironment = (key: string): OuterKey => ({ key, from: 'environment' });
const start = (city: string, outerKey: OuterKey) => openStore(stage.store.redis, city, NO_PACE, 0, { outerKey });

test('another DATA_KEY, or none, does not open data that were sealed with one', async () => {
  const key = fromEnvironment('k'.repeat(32));
  await start('sealed', key);
  await start('sealed', key);
  await expect(start('sealed', fromEnvironment('x'.repeat(32)))).rejects.toThrow(
    /DATA_KEY is another one.*Set the former DATA_KEY/,
  );
  await expect(start('sealed', outerKeyOf({ dataDir: `${stage.folder}/other` }))).rejects.toThrow(
    /DATA_KEY is missing.*Set the former DATA_KEY/,
  );
  const bot = new BotProcess(`${stage.folder}/no-key`, { ...stage.env, CITY: 'sealed' });
  const { code, output } = await bot.runToEnd();
  expect([code, output]).toEqual([78, expect.stringContaining('Set the former DATA_KEY')]);
});

test('without DATA_KEY a file that only its owner reads holds the key', async () => {
  const dataDir = `${stage.folder}/file`;
  const key = outerKeyOf({ dataDir });
  expect(outerKeyOf({ dataDir })).toEqual(key);
  expect(outerKeyOf({ dataDir, dataKey: 'k' })).toEqual(fromEnvironment('k'));
  expect(statSync(`${dataDir}/data-key`).mode & 0o777).toBe(0o600);
});

test('DATA_KEY can be changed, also beside a store of an earlier release; sealed data stay readable', async () => {
  const { redis } = stage.store;
  const [one, two] = [fromEnvironment('1'.repeat(32)), fromEnvironment('2'.repeat(32))];
  // An earlier release sealed with DATA_KEY itself.
  await redis.hset('{old}:meta', 'instance', 'x', 'kind', 'real', 'pseudonym_key', 'p');
  const old = sealingWith(one.key).seal('13800138000', 'v');
  expect((await start('old', one)).unseal(old, 'v')).toBe('13800138000');
  for (const city of ['old', 'rotated']) {
    const before = await start(city, one);
    const sealed = before.seal('phone', 'v');
    await changeDataKey(before, two.key);
    const after = await start(city, two);
    expect(after.unseal(sealed, 'v')).toBe('phone');
    expect(after.pseudonym('telegram:1' as Urn)).toBe(before.pseudonym('telegram:1' as Urn));
    await expect(start(city, one)).rejects.toThrow(/Set the former DATA_KEY/);
  }
  expect((await start('old', two)).unseal(old, 'v')).toBe('13800138000');
  expect((await start('rotated', two)).dataKey).not.toBe(one.key);
});

test('the keys of an earlier release move out of the open', async () => {
  const { redis } = stage.store;
  const outerKey = outerKeyOf({ dataDir: `${stage.folder}/former` });
  const pseudonym = createHmac('sha256', 'former').update('telegram:1').digest('base64url').slice(0, 12);
  const kept = { instance: 'x', kind: 'real', pseudonym_key: 'former' };
  // Without DATA_KEY, sealed data lay under the pseudonym key: directly, or by a key of their own.
  const phone = sealingWith('former').seal('13800138000', 'v');
  const inner = sealingWith('former').seal('inner', '{former2}:meta');
  await redis.hset('{former1}:meta', kept);
  await redis.hset('{former2}:meta', { ...kept, data_key: inner });
  for (const city of ['former1', 'former2', 'former1', 'former2']) {
    const store = await start(city, outerKey);
    expect(store.pseudonym('telegram:1' as Urn)).toBe(pseudonym);
    expect(await redis.hexists(store.keys.meta, 'pseudonym_key')).toBe(0);
    if (city === 'former1') expect(store.unseal(phone, 'v')).toBe('13800138000');
    else expect(store.dataKey).toBe('inner');
  }
});
