import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/broadcasts/broadcast.ts';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { loadBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { openLog } from '../../src/log.ts';
import { open } from '../../src/open.ts';
import { loadSafeMode, loadStorePosition } from '../../src/store/safe-mode.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { chooseAction, composeDraft, newestBroadcast } from '../broadcasts/by-phone.ts';
import { STREET, staff } from '../cases/desk.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { NO_PACE, openTestApp, TEST_TIMINGS } from '../test-app.ts';
import { injectFault } from './bot-api.ts';
import { expectInvariants } from './invariants.ts';

/** Longer than the lifetime of any lease and than any wait of the outbox, ms. */
const QUIET_MS = 2500;

/** Composes and submits an announcement that needs no second organiser. */
async function announce(maker: Phone, title: string, when?: () => Promise<void>): Promise<void> {
  await composeDraft(maker, title, `${title}，请大家留意。`, when ? { when } : {});
  await chooseAction(maker, '提交');
  await maker.sees(/好，.*\d 个人/);
}

test('a restored backup sends nothing unasked, answers people who write, and resumes when an organiser says so', {
  timeout: 120_000,
}, async () => {
  const app = await openTestApp({ cluster: false, pace: { ...NO_PACE, bulkPerSecond: 1 } });
  const maker = await staff(app, '老张', 'office', '*');
  const local = await staff(app, '小刘', 'lead', STREET);
  const residents = await Promise.all(['周阿姨', '李叔'].map((name) => app.phone(name)));
  for (const one of residents) {
    await one.say('你好');
    await one.sees(/安邻/);
  }
  const [zhou, li] = residents as [Phone, Phone];
  await announce(maker, '防汛', async () => {
    await maker.tap('定个时间');
    await maker.sees(/哪天几点发/);
    await maker.say('后天上午九点');
  });
  const { id: planned, next = 0 } = await newestBroadcast(app.running.store);
  await announce(maker, '停水');
  const begun = (await newestBroadcast(app.running.store)).id;
  await app.advance(61_000);
  const runIn = async (store: Parameters<typeof loadBroadcast>[0], id: string): Promise<RunId | undefined> => {
    const runs = (await loadBroadcast(store, id))?.record.runs ?? [];
    return runs[0] && runIdOf(id as typeof begun, runs[0].slot);
  };
  const delivered = async () => {
    const run = await runIn(app.running.store, begun);
    return run && (await loadProgress(app.running.store, run))?.counts.delivered;
  };
  await expect.poll(delivered, { timeout: 10_000 }).toBeGreaterThan(0);

  // This talk would expire, with a notice, before the machine is lost.
  await li.say('老娘舅');
  await li.hasSeen(/和邻居为了什么/);

  // At the backup one run is under way, one is planned, and a reply waits after a 429.
  await injectFault(app.simulator.url, { kind: '429', times: 1, retry_after: 5 });
  const greeted = (await zhou.fromBot()).length;
  await zhou.say('帮助');
  const waiting = () => app.running.store.redis.hlen(app.running.store.keys.outbox);
  await expect.poll(waiting, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
  const backup = join(app.folder, 'backup');
  cpSync(join(app.folder, 'redis'), backup, { recursive: true });
  rmSync(join(backup, 'embedded.json'), { force: true });
  await expect.poll(async () => (await zhou.fromBot()).length, { timeout: 20_000 }).toBeGreaterThan(greeted);

  // Afterwards every message is sent, and then the machine is lost.
  await expect.poll(delivered, { timeout: 20_000 }).toBe(4);
  await app.advance(next + 1000 - app.simulator.world.now());
  await zhou.hasSeen(/^防汛/, 20_000);
  await app.running.close();
  const redis = await startEmbeddedRedis(backup);
  const now = app.simulator.world.now;
  const calls = async () => (await app.calls()).filter(({ method }) => /send|edit/.test(method));
  const before = (await calls()).length;
  const running = await open(
    { ...app.config, redisUrl: redis.url },
    { log: openLog('silent', []), now, timings: TEST_TIMINGS },
  );
  const { store } = running;

  await maker.hasSeen(/数据恢复到了较早的样子/);
  await sleep(QUIET_MS);
  expect((await calls()).slice(before).map(({ chat_id }) => chat_id)).toEqual([maker.id]);
  const health = (await (await fetch(`http://127.0.0.1:${running.web.port}/health`)).json()) as object;
  expect(health).toHaveProperty('safe_mode_since');
  await zhou.say('你好');
  await zhou.hasNew(/安邻/);
  // Only an organiser of the whole city may end safe mode.
  await local.say('恢复发送');
  await local.sees(/不归您管/);

  await maker.tap('恢复发送');
  await maker.sees(/发到一半的公告：1 条[\s\S]*过了时间的公告：1 次[\s\S]*当时没发出的消息：1 条/);
  await maker.tap('恢复发送');
  await maker.hasSeen(/已恢复发送/);
  await maker.hasSeen(/公告『防汛』该在 .* 发，那时机器不在/, 15_000);
  const run = (await runIn(store, begun)) ?? runIdOf(begun, 0);
  expect(await loadProgress(store, run)).toMatchObject({ state: 'paused', why: 'restored' });
  expect((await loadBroadcast(store, planned))?.record.runs).toMatchObject([{ fate: 'missed' }]);
  expect(await loadSafeMode(store)).toBeUndefined();
  await expectInvariants(store);

  // The organiser resumes the run, and jobs run again.
  await maker.say('公告');
  await maker.tap('停水');
  await maker.sees(/人数：/);
  await maker.tap('接着发');
  await expect.poll(async () => (await loadProgress(store, run))?.state, { timeout: 20_000 }).toBe('ended');

  // A failover loses the last commits while the bot runs: it goes on, in safe mode.
  const { audited } = await loadStorePosition(store);
  await store.redis.hset(store.keys.meta, 'audit_seq', audited - 10);
  await expect.poll(() => loadSafeMode(store), { timeout: PATIENCE_MS }).toBeDefined();
  await zhou.say('帮助');
  await zhou.hasNew(/我能帮您/);
  await running.close();
  await redis.stop();
  await app.restart();
  await app.close();
});
