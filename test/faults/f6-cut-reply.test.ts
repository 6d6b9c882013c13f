import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/calendar.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import { loadBell, openWebBells } from '../../src/delivery/web-bells.ts';
import { openWebChatLog } from '../../src/delivery/web-chat-log.ts';
import { openWechatState } from '../../src/delivery/wechat-state.ts';
import { openLog } from '../../src/log.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import { SCRIPTS } from '../../src/store/scripts/commands.ts';
import { PATIENCE_MS } from '../patience.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { sentMessages } from './bot-api.ts';
import { committedMessages, expectInvariants } from './invariants.ts';
import { RedisProxy } from './redis-proxy.ts';

let app: TestApp;
let proxy: RedisProxy;
let running: Running;
beforeAll(async () => {
  app = await openTestApp({ cluster: false });
  proxy = await RedisProxy.to(app.redis.port);
  await app.running.close();
  const redisUrl = app.redis.url.replace(String(app.redis.port), String(proxy.port));
  running = await open({ ...app.config, redisUrl }, { log: openLog('error', [], () => {}) });
});
afterAll(async () => {
  await running.close();
  proxy.close();
  await app.close();
});

/** The script's name on the wire. */
const shaOf = (lua: string): string => createHash('sha1').update(lua).digest('hex');

/** Scripts that a report does not call; the probe of the health check has no effect on data. Tests f11 (broadcasts) and f16 (safe mode) cover those with effects. */
const NOT_CALLED = [
  'anlinInitMeta',
  'anlinProbe',
  'anlinReleaseLease',
  'anlinClaimRecipients',
  'anlinReadFields',
  'anlinReadRanges',
  'anlinRecordOutcomes',
  'anlinTakeOver',
  'anlinFreezeAudience',
  'anlinStartRun',
  'anlinLayChunk',
  'anlinEnterSafeMode',
  // Held announcements call it; test/broadcasts/rungs.test.ts repeats it.
  'anlinCountFlushed',
  // Only the console calls it, and a repeat writes the same time.
  'anlinTouchSession',
  // Channels beside Telegram call these: see below.
  'anlinAppendToChat',
  'anlinOpenWindow',
  'anlinSpendWindow',
  'anlinKeepBell',
  'anlinSetRing',
];

test.each(Object.entries(SCRIPTS).filter(([name]) => !NOT_CALLED.includes(name)))(
  'if the answer of %s is lost once, its effect still happens exactly once',
  { timeout: 60_000 },
  async (name, lua) => {
    const { store } = running;
    const phone = await app.phone();
    const before = { sent: sentMessages(await app.calls()), committed: await committedMessages(store) };
    const cuts = proxy.cuts;
    proxy.cutOnce(shaOf(lua));
    const number = await report(phone);
    await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 15_000 }).toBe(0);
    await expect.poll(() => proxy.cuts, { timeout: PATIENCE_MS }).toBe(cuts + 1);
    expect((await loadOwnCases(store, `telegram:${phone.id}`)).map(({ record }) => record.number)).toEqual([number]);
    const inputs = (await phone.messages()).filter(({ from }) => from === 'person').length;
    // From the second report on, the flow first offers the neighbours' reports.
    const taps = name === 'anlinCommit' ? 5 : 6;
    expect(Number(await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'version'))).toBe(inputs + taps);
    const sent = sentMessages(await app.calls()) - before.sent;
    const committed = (await committedMessages(store)) - before.committed;
    expect(sent, `${name}: no message is lost or sent twice`).toBe(committed);
    await expectInvariants(store);
  },
);

test('a web chat gets a message once, rings once, and a window counts it once, if the answer of the script is lost', async () => {
  const { store } = running;
  const chats = openWebChatLog(
    store,
    Date.now,
    openLog('error', [], () => {}),
  );
  const windows = openWechatState(store);
  const of = 'wechat:cut' as const;
  const lost = async (name: keyof typeof SCRIPTS, call: () => Promise<unknown>) => {
    const { cuts } = proxy;
    proxy.cutOnce(shaOf(SCRIPTS[name]));
    const answer = await call();
    await expect.poll(() => proxy.cuts).toBe(cuts + 1);
    return answer;
  };
  await chats.append('web:cut', { key: 'k0', message: { text: '先' } });
  expect(
    await lost('anlinAppendToChat', () => chats.append('web:cut', { key: 'k1', message: { text: '后' } })),
  ).toEqual({
    n: 2,
    edited: false,
  });
  expect((await chats.read('web:cut', 0)).entries).toHaveLength(2);
  await windows.opened(of, 'said', Date.now());
  const left = () => store.redis.hget(store.keys.wechatWindow(of), 'said_left');
  await windows.spend(of, Date.now(), 'm1');
  expect(await lost('anlinSpendWindow', () => windows.spend(of, Date.now(), 'm2'))).toBe('ok');
  expect(await left()).toBe('3');
  await lost('anlinSpendWindow', () => windows.giveBack(of, Date.now(), 'm2'));
  expect(await left()).toBe('4');
  // After a new connection the first call carries the script itself.
  await windows.opened(of, 'said', Date.now());
  await lost('anlinOpenWindow', () => windows.opened(of, 'said', Date.now()));
  expect(await left()).toBe('5');
  const bells = openWebBells(store);
  await store.redis.hset(store.keys.person('web:cut'), 'version', '1');
  await bells.keep('web:cut', 'first');
  expect(await lost('anlinKeepBell', () => bells.keep('web:cut', 'second'))).toBe(true);
  expect((await loadBell(store, 'web:cut'))?.endpoint).toBe('second');
  const news = { text: '好了', isNews: true } as const;
  await chats.append('web:cut', { key: 'k2', message: news });
  expect(await bells.due(Date.now() + MINUTE_MS, 9)).toEqual(['web:cut']);
  // The first call after the cut carries the script itself.
  await bells.claim('web:other', 1);
  expect(await lost('anlinSetRing', () => bells.claim('web:cut', 7))).toBe(true);
  expect(await bells.claim('web:cut', 8)).toBe(false);
});
