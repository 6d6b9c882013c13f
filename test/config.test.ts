import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { sentinelsOf } from '../src/redis-url.ts';

const EXAMPLE = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
const SOURCE = readFileSync(new URL('../src/environment/environment.ts', import.meta.url), 'utf8');

test('.env.example shows the defaults', () => {
  expect(readConfig(parseEnv(EXAMPLE))).toEqual(readConfig({}));
});

test('.env.example names every variable except that of fault tests', () => {
  const known = [...SOURCE.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
  const shown = [...EXAMPLE.matchAll(/^([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
  expect(known.length).toBeGreaterThan(10);
  expect(shown.sort()).toEqual(known.filter((name) => name !== 'CRASH_AT').sort());
});

test('the bulk rate never exceeds the total rate', () => {
  expect(readConfig({ SEND_RATE: '10', SEND_RATE_BULK: '25' }).pace).toMatchObject({
    perSecond: 10,
    bulkPerSecond: 10,
  });
});

test('DEADLINE_DIGEST is a list of times of the day, sorted', () => {
  expect(readConfig({}).digestTimes).toEqual(['08:30', '14:00']);
  expect(readConfig({ DEADLINE_DIGEST: '16:00,09:00' }).digestTimes).toEqual(['09:00', '16:00']);
  for (const wrong of ['8:30', '24:00', '08:30 14:00'])
    expect(() => readConfig({ DEADLINE_DIGEST: wrong })).toThrow(/DEADLINE_DIGEST/);
});

test('REDIS_URL may name a primary by its sentinels', () => {
  const read = (url: string) => readConfig({ REDIS_URL: url, TELEGRAM_TOKEN: '1:abcdef' }).redisUrl;
  const url = 'redis+sentinel://:secret@a.example:26379,b.example/city';
  expect(read(url)).toBe(url);
  expect(sentinelsOf(url)).toEqual({
    name: 'city',
    password: 'secret',
    sentinels: [
      { host: 'a.example', port: 26379 },
      { host: 'b.example', port: 26379 },
    ],
  });
  for (const wrong of [
    'redis+sentinel://a',
    'redis+sentinel:///city',
    'redis+sentinel://a:99999/city',
    'redis+sentinel://a:0x1f/city',
  ])
    expect(() => read(wrong)).toThrow(/REDIS_URL/);
});

test('PUBLIC_URL is an address alone, https for a real city, and else that of the webhook', () => {
  const site = (env: Record<string, string>) => readConfig(env).site;
  const real = { TELEGRAM_TOKEN: '1:abcdef' };
  expect(site({})).toBeUndefined();
  expect(site({ ...real, PUBLIC_URL: 'https://Anlin.example.org:443/' })).toBe('https://anlin.example.org');
  expect(site({ PUBLIC_URL: 'http://127.0.0.1:8080' })).toBe('http://127.0.0.1:8080');
  const webhook = {
    TELEGRAM_WEBHOOK_URL: 'https://hook.example.org/telegram/x',
    TELEGRAM_WEBHOOK_SECRET: 's'.repeat(32),
  };
  expect(site({ ...real, ...webhook })).toBe('https://hook.example.org');
  expect(site({ ...real, ...webhook, PUBLIC_URL: 'https://anlin.example.org' })).toBe('https://anlin.example.org');
  for (const path of ['/x', '?x', '?', '#', '/#x', '\\x'])
    expect(() => site({ PUBLIC_URL: `https://anlin.example.org${path}` }), path).toThrow(
      /Set PUBLIC_URL in .env: it must be/,
    );
  for (const wrong of [
    'anlin.example.org',
    'ftp://a.example',
    'https://',
    'https://u:p@a.example',
    'https://a b',
    'https://a:99999',
  ])
    expect(() => site({ PUBLIC_URL: wrong }), wrong).toThrow(/Set PUBLIC_URL in .env: it must be/);
  expect(() => site({ ...real, PUBLIC_URL: 'http://a.example' })).toThrow(/PUBLIC_URL in .env to an https url/);
});

test('MAP_TILES is an address of tiles with its source, https for a real city', () => {
  const url = 'https://tiles.example.org/{z}/{x}/{y}.png';
  const MAP_TILES_ATTRIBUTION = '© Example, 审图号 GS(2026)1 号';
  const read = (env: Record<string, string>) => readConfig({ MAP_TILES_ATTRIBUTION, ...env }).mapTiles;
  expect(readConfig({}).mapTiles).toBeUndefined();
  expect(read({ MAP_TILES: url })).toEqual({ url, datum: 'wgs84', attribution: MAP_TILES_ATTRIBUTION });
  const wmts = 'https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k';
  expect(read({ MAP_TILES: wmts, MAP_TILES_DATUM: 'gcj02' })).toMatchObject({ url: wmts, datum: 'gcj02' });
  for (const wrong of [
    'https://tiles.example.org/{z}/{x}.png',
    'https://tiles.example.org/{z}/{x}/{y}/{y}.png',
    'https://{s}.example.org/{z}/{x}/{y}.png',
    'https://{z}.example.org/{x}/{y}.png',
    'https://u:p@tiles.example.org/{z}/{x}/{y}.png',
    'https://tiles.example.org;script-src/{z}/{x}/{y}.png',
    'ftp://tiles.example.org/{z}/{x}/{y}.png',
    "https://tiles.example.org' *:1/{z}/{x}/{y}.png",
    '/{z}/{x}/{y}.png',
  ])
    expect(() => read({ MAP_TILES: wrong }), wrong).toThrow(/Set MAP_TILES in .env: it must be a url with \{z\}/);
  expect(() => read({ MAP_TILES: url, MAP_TILES_DATUM: 'bd09' })).toThrow(/MAP_TILES_DATUM in .env: it must be wgs84/);
  expect(() => readConfig({ MAP_TILES: url })).toThrow(/Set MAP_TILES_ATTRIBUTION in .env: a map names its source/);
  expect(() => read({})).toThrow(/Set MAP_TILES in .env too, or remove MAP_TILES_ATTRIBUTION/);
  expect(read({ MAP_TILES: 'http://127.0.0.1:9/{z}/{x}/{y}' })).toBeDefined();
  const real = { TELEGRAM_TOKEN: '1:abcdef', MAP_TILES: 'http://a.example/{z}/{x}/{y}' };
  expect(() => read(real)).toThrow(/Set MAP_TILES in .env to an https url/);
});

test('TRUSTED_PROXY lists addresses and subnets', () => {
  const read = (text: string) => readConfig({ TRUSTED_PROXY: text }).trustedProxy;
  expect(read('127.0.0.1, 172.16.0.0/12,::1,fd00::/8')).toEqual(['127.0.0.1', '172.16.0.0/12', '::1', 'fd00::/8']);
  for (const wrong of ['yes', '127.0.0.1/33', '::1/129', '10.0.0.0/8/8', 'proxy.local', '127.0.0.1,', '10.0.0.0/'])
    expect(() => read(wrong), wrong).toThrow(/TRUSTED_PROXY/);
});

test('a city is real as soon as one channel reaches its people', () => {
  const WECHAT = {
    WECHAT_APPID: 'wx0123456789abcdef',
    WECHAT_SECRET: 's'.repeat(32),
    WECHAT_TOKEN: 'token',
    WECHAT_AES_KEY: 'k'.repeat(43),
  };
  const WECOM = {
    WECOM_CORPID: 'ww0123456789abcdef',
    WECOM_AGENTID: '1000002',
    WECOM_SECRET: 's'.repeat(40),
    WECOM_TOKEN: 'token',
    WECOM_AES_KEY: 'k'.repeat(43),
  };
  const page = { WEB_CHAT: 'yes', PUBLIC_URL: 'https://anlin.example.org' };
  const kindOf = (env: Record<string, string>) => {
    const { kind, telegram, city } = readConfig(env);
    return [kind, telegram.type, city];
  };
  expect(kindOf({})).toEqual(['demo', 'demo', 'demo']);
  for (const env of [WECHAT, WECOM, page, { ...WECHAT, ...WECOM, DEMO: 'no' }])
    expect(kindOf(env), Object.keys(env)[0]).toEqual(['real', 'none', 'city']);
  expect(kindOf({ ...page, DEMO: 'yes' })).toEqual(['demo', 'demo', 'demo']);
  expect(kindOf({ PUBLIC_URL: page.PUBLIC_URL })).toEqual(['demo', 'demo', 'demo']);
  expect(kindOf({ ...WECHAT, TELEGRAM_TOKEN: '1:abcdef' })).toEqual(['real', 'bot', 'city']);
  expect(() => readConfig({ DEMO: 'no' })).toThrow(/Set TELEGRAM_TOKEN or another channel in .env, or DEMO=yes/);
  expect(() => readConfig({ ...WECOM, DEMO: 'yes' })).toThrow(/Remove WECOM_CORPID or DEMO=yes/);
  expect(() => readConfig({ WECOM_AGENTID: '1000002', DEMO: 'yes' })).toThrow(/Remove WECOM_AGENTID or DEMO=yes/);
  // One name of an account makes the city real: a misspelt one must not start the demo in its place.
  expect(() => readConfig({ WECHAT_SECRET: WECHAT.WECHAT_SECRET })).toThrow(/Set WECHAT_APPID, .* in .env too/);
  // A crash point of the fault tests: a local API server may be that of a real city too.
  const local = { TELEGRAM_TOKEN: '1:abcdef', TELEGRAM_API_ROOT: 'http://127.0.0.1:8081' };
  for (const env of [{}, { DEMO: 'yes' }, { TELEGRAM_TOKEN: '1:abcdef' }, local, WECHAT, WECOM, page])
    expect(() => readConfig({ ...env, CRASH_AT: 'after_commit' }), Object.keys(env)[0]).toThrow(/Remove CRASH_AT/);
});
