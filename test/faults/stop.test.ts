import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { OUTER_KEY } from '../outer-key.ts';
import { PATIENCE_MS } from '../patience.ts';
import { Phone } from '../phone.ts';
import { injectFault } from './bot-api.ts';
import { BotProcess } from './bot-process.ts';
import { expectInvariants } from './invariants.ts';
import { openStage } from './stage.ts';

const ANLIN = new URL('../../src/anlin.ts', import.meta.url).pathname;

test.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
  'after %s the bot finishes its sends, repeats none at the next start, and exits with code 0',
  async (signal) => {
    const stage = await openStage('stop');
    const { simulator, store } = stage;
    const [bot] = (await stage.start('bot')) as [BotProcess];
    await injectFault(simulator.url, { kind: 'slow', delay_ms: 2000 });
    const phone = await Phone.of(simulator.url);
    await phone.say('/start');
    await vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outboxClaims)).toBe(1), {
      timeout: PATIENCE_MS,
    });
    const { code, output } = await bot.stop(signal);
    expect([code, output]).toEqual([0, expect.not.stringContaining('error')]);
    expect(await store.redis.hlen(store.keys.outbox)).toBe(0);

    await stage.start('next');
    await phone.say('/help');
    await phone.sees(/我能帮您/);
    expect(await phone.fromBot()).toHaveLength(2);
    await expectInvariants(store);
    await stage.close();
  },
);

test('a demo that ends with its embedded Redis has all data at the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-stop-'));
  const demo = { SIM_PORT: '0', DATA_DIR: join(folder, 'data') };
  const appendOnlyBytes = (part: string) => {
    const files = join(folder, 'data/redis/appendonlydir');
    return statSync(join(files, readdirSync(files).find((name) => name.endsWith(part)) ?? '')).size;
  };
  // The first process dies while the history is written: the next one begins it again.
  const first = new BotProcess(join(folder, 'bot'), demo);
  first.start();
  await first.untilReady();
  await sleep(500);
  await first.stop('SIGKILL');
  expect(first.output).not.toMatch(/is complete/);
  for (const signal of ['SIGINT', 'SIGKILL', 'SIGTERM'] as const) {
    const bot = new BotProcess(join(folder, 'bot'), demo);
    bot.start();
    await bot.untilReady();
    if (signal === 'SIGINT') await bot.untilItPrints('is complete');
    expect(bot.output.includes('历史 history')).toBe(signal === 'SIGINT');
    const url = /phones\s+(\S+)/.exec(bot.output)?.[1] ?? '';
    const people = (await (await fetch(`${url}/sim/people`)).json()) as { id: number; first_name: string }[];
    expect(people.map(({ first_name }) => first_name)).toEqual(
      expect.arrayContaining(['周阿姨', '小陈', 'Emma', '受理员老吴']),
    );
    const answer = await fetch(`${url}/sim/people/${people[0]?.id}/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"/start"}',
    });
    expect(answer.status).toBe(200);
    const texts = async () =>
      ((await (await fetch(`${url}/sim/people/${people[0]?.id}/messages`)).json()) as { text?: string; from: string }[])
        .filter(({ from }) => from === 'bot')
        .map(({ text = '' }) => text.slice(0, 6));
    const wanted = {
      SIGINT: ['您好，我是安'],
      SIGKILL: ['您好，我是安', '您好，又见面'],
      SIGTERM: ['您好，我是安', '您好，又见面', '您好，又见面'],
    };
    await vi.waitFor(async () => expect(await texts()).toEqual(wanted[signal]), { timeout: 10_000 });
    // A reply in flight at a kill may come twice (P3), so the test waits until it is settled.
    await sleep(1000);
    const { code } = await bot.stop(signal);
    expect(code).toBe(signal === 'SIGKILL' ? null : 0);
    // The history lies in the rewritten file, which loads in a quarter of the time.
    if (signal === 'SIGINT') expect(appendOnlyBytes('.base.rdb')).toBeGreaterThan(10 * appendOnlyBytes('.incr.aof'));
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [ANLIN, 'verify'], {
    cwd: join(folder, 'bot'),
    env: { PATH: process.env.PATH, DATA_KEY: OUTER_KEY.key, DATA_DIR: join(folder, 'data') },
    encoding: 'utf8',
  });
  expect([status, stdout.trim() + stderr]).toEqual([0, '✓ All data are consistent.']);
  const open = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, 'data', name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open, 'nothing in DATA_DIR is readable by others').toEqual([]);
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  rmSync(folder, { recursive: true, force: true });
});
