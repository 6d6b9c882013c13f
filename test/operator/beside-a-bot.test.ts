import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { keysOf } from '../../src/store/keys.ts';
import { runningEmbeddedUrl } from '../../src/store/start/embedded.ts';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { TOOL_BUNDLE } from '../faults/bot-bundle.ts';
import { BotProcess } from '../faults/bot-process.ts';

let folder: string;
let simulator: Simulator;
let bot: BotProcess;
let env: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-beside-'));
  simulator = await startSimulator({ port: 0, limits: false });
  env = { TELEGRAM_TOKEN: simulator.token, TELEGRAM_API_ROOT: simulator.url };
  // No DATA_KEY: bot and commands share the key file of the folder.
  bot = new BotProcess(folder, { ...env, DATA_KEY: '' });
  bot.start();
  await bot.untilReady();
});
afterAll(async () => {
  await bot.stop();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one command as an operator does: a process of its own, in the bot's folder. */
async function anlin(...args: readonly string[]) {
  const own = {
    PATH: process.env.PATH ?? '',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    LANG: 'en',
    NEW_DATA_KEY: 'n'.repeat(32),
    ...env,
  };
  const child = spawn(process.execPath, [TOOL_BUNDLE, ...args], {
    cwd: folder,
    env: own,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, said, complained };
}

const REGIONS =
  '代码,名称,级别\n990100000000,碧水市,city\n990101000000,西渚区,district\n990101001000,荷塘街道,street\n';

const ALERT = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a1</identifier><sender>cma</sender>
<sent>2026-11-27T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Observed</certainty><headline>暴雨预警</headline><description>请不要出门。</description>
<area><areaDesc>西渚区</areaDesc><geocode><valueName>GB/T 2260</valueName><value>990101000000</value></geocode></area></info></alert>`;

test('every command works beside a running bot on its embedded Redis, and the bot goes on', {
  timeout: 120_000,
}, async () => {
  const url = (await runningEmbeddedUrl(join(folder, 'data/redis'))) ?? '';
  const web = /http:\/\/127\.0\.0\.1:\d+(?=\/health)/.exec(bot.output)?.[0];
  writeFileSync(join(folder, 'regions.csv'), REGIONS);
  writeFileSync(join(folder, 'alert.xml'), ALERT);
  const runs: readonly (readonly [command: string, said: RegExp])[] = [
    ['import regions.csv', /regions\.csv/],
    ['cap alert.xml --keep', /kept \(/],
    ['versions', /regions\.csv/],
    ['undo', /regions\.csv/],
    ['invite dispatcher', /^\/start \S+/],
    ['api-key partner', /^anlin_\S+\n$/],
    ['hook https://partner.example/hook', /^secret \S+/],
    ['figures', /%|–/],
    ['broadcasts', /^/],
    ['surveys', /^/],
    ['jobs', /case-clock/],
    ['jobs run photo-retention', /ok/],
    ['doctor', /✓/],
    ['verify', /✓/],
    ['repair', /✓/],
    ['try category 积水', /flooding/],
    ['questionnaire safety_core out', /safety_core.*\.xlsx/],
    ['safe-mode', /safe mode/],
    ['change-key', /Done/],
  ];
  const outputs = new Map<string, string>();
  for (const [command, expected] of runs) {
    const { code, said, complained } = await anlin(...command.split(' '));
    expect([code, complained], command).toEqual([0, '']);
    expect(said, command).toMatch(expected);
    outputs.set(command, said);
  }
  // What a command printed is what the running bot knows.
  const key = outputs.get('api-key partner')?.trim() ?? '';
  const body = new URLSearchParams({
    api_key: key,
    service_code: 'flooding',
    address_string: '荷塘桥下',
    description: '积水',
  });
  const filed = await fetch(`${web}/open311/v2/requests.json`, { method: 'POST', body });
  expect(filed.status, await filed.text()).toBe(200);
  const redis = new Redis(url);
  expect((await redis.hvals(keysOf('city').hooks)).join()).toContain('partner.example');
  redis.disconnect();
  expect([bot.deaths, (await fetch(`${web}/health`)).status]).toEqual([0, 200]);
});
