import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Channel, Outgoing, SendOutcome, Urn } from '../../src/channels/channel.ts';
import type { Relay } from '../../src/delivery/relay.ts';
import { openRelay } from '../../src/delivery/relay.ts';
import { verdictOf } from '../../src/delivery/verdict.ts';
import { openLog } from '../../src/log.ts';
import type { Commit, OutboxMessage } from '../../src/store/commit.ts';
import { commit } from '../../src/store/commit.ts';
import { openLease } from '../../src/store/held-lease.ts';
import { claimMessages, recoverClaims } from '../../src/store/outbox.ts';
import { COMMAND_TIMEOUT_MS } from '../../src/store/scripts/outbox-lua.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { TIMINGS } from '../../src/timings.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { NO_PACE, openTestApp, TEST_TIMINGS } from '../test-app.ts';

let app: TestApp;
let relays: Relay[] = [];
/** A city of its own for each test. */
let city = 0;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(() => {
  city += 1;
});
afterEach(async () => {
  for (const relay of relays) await relay.close();
  relays = [];
});
afterAll(() => app.close());

const silent = openLog('error', [], () => {});
/** Heartbeats as in production would cost the tests of dead processes seconds. */
const SOON = {
  ...TIMINGS.relay,
  silenceMs: TEST_TIMINGS.relay.silenceMs,
  recoverEveryMs: TEST_TIMINGS.relay.recoverEveryMs,
};

/** A channel that records its sends; `answer` gives the outcome. */
function paper(answer: (to: Urn, text: string) => SendOutcome | Promise<SendOutcome> = () => ({ type: 'sent' })) {
  const sent: string[] = [];
  const send = async (to: Urn, message: Outgoing): Promise<SendOutcome> => {
    const outcome = await answer(to, message.text);
    if (outcome.type === 'sent') sent.push(`${to} ${message.text}`);
    return outcome;
  };
  return { sent, channel: { scheme: 'paper', send } as unknown as Channel };
}

async function process(
  channel: Channel,
  pace = NO_PACE,
  timings = TIMINGS.relay,
): Promise<Store & { readonly relay: Relay }> {
  const store = await openStore(app.running.store.redis, `paper${city}`, pace, Date.now(), { outerKey: OUTER_KEY });
  const relay = openRelay({ store, channels: [channel], log: silent, timings });
  relays.push(relay);
  return { ...store, relay };
}

let ops = 0;
async function write(store: Store, messages: readonly OutboxMessage[]): Promise<void> {
  ops += 1;
  const nothing = { fields: {}, checks: [], writes: [], audit: [] };
  const change: Commit = { op: `op:${ops}`, person: `paper:writer${ops}`, version: 0, ...nothing, messages };
  const quiet = { ...store, process: '' }; // commits without a claim, as another process would
  expect((await commit(quiet, change, Date.now())).type).toBe('ok');
}

const message = (to: string, text: string, lane: 'reply' | 'bulk' = 'reply'): OutboxMessage => ({
  to: `paper:${to}`,
  lane,
  body: JSON.stringify({ text }),
});

test('two processes send every message once and each chat in order', { timeout: 20_000 }, async () => {
  const { sent, channel } = paper(async () => {
    await new Promise((done) => setTimeout(done, Math.random() * 4));
    return { type: 'sent' };
  });
  const a = await process(channel);
  const b = await process(channel);
  for (let n = 0; n < 40; n += 1) {
    await write(
      a,
      Array.from({ length: 10 }, (_, chat) => message(`chat${chat}`, `${n}`)),
    );
    a.relay.wake();
    b.relay.wake();
  }
  await vi.waitFor(() => expect(sent).toHaveLength(400), { timeout: 15_000 });
  for (let chat = 0; chat < 10; chat += 1) {
    const own = sent.filter((line) => line.startsWith(`paper:chat${chat} `)).map((line) => Number(line.split(' ')[1]));
    expect(own).toEqual(Array.from({ length: 40 }, (_, n) => n));
  }
  await expectInvariants(a);
});

test('replies are sent before bulk, and bulk keeps its own rate', async () => {
  const { sent, channel } = paper();
  const store = await process(channel, { ...NO_PACE, perSecond: 40, burst: 1, bulkPerSecond: 10 });
  await write(
    store,
    Array.from({ length: 20 }, (_, i) => message(`bulk${i}`, 'b', 'bulk')),
  );
  await write(
    store,
    Array.from({ length: 20 }, (_, i) => message(`reply${i}`, 'r')),
  );
  store.relay.wake();
  await vi.waitFor(() => expect(sent.filter((line) => line.endsWith(' r'))).toHaveLength(20), { timeout: PATIENCE_MS });
  expect(sent.filter((line) => line.endsWith(' b')).length).toBeLessThanOrEqual(8);
});

test('elapsed clocks of idle chats are deleted', async () => {
  const { sent, channel } = paper();
  const store = await process(channel);
  await write(store, [message('one', 'hello')]);
  store.relay.wake();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await vi.waitFor(async () => expect(await store.redis.hkeys(store.keys.pace)).not.toContain('paper:one'), {
    timeout: 5000,
  });
});

test('a process cannot settle a message that another process has taken over', async () => {
  let arrived = () => {};
  const { channel } = paper(() => new Promise((done) => (arrived = () => done({ type: 'sent' }))));
  const store = await process(channel);
  await write(store, [message('one', 'hello')]);
  store.relay.wake();
  const claim = () => store.redis.hget(store.keys.outboxClaims, 'paper:one');
  await vi.waitFor(async () => expect(await claim()).toContain(store.process));
  const own = (await claim()) ?? '';
  await store.redis.hset(store.keys.outboxClaims, 'paper:one', own.replace(store.process, 'another process'));
  arrived();
  await new Promise((done) => setTimeout(done, 200));
  expect(await claim()).toContain('another process');
  expect(await store.redis.hlen(store.keys.outbox)).toBe(1);
  await store.redis.hset(store.keys.outboxClaims, 'paper:one', own);
});

test('bulk that may have arrived is not sent again; a reply is', async () => {
  const { channel } = paper(() => ({ type: 'unknown', reason: 'reset' }));
  const store = await process(channel);
  // Only the first person has a record: nothing is kept about forgotten people.
  await store.redis.hset(store.keys.person('paper:one'), 'version', '1');
  await write(store, [message('one', 'bulk', 'bulk'), message('none', 'bulk', 'bulk'), message('two', 'reply')]);
  store.relay.wake();
  await vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outbox)).toBe(1));
  await vi.waitFor(async () => expect(await store.redis.xlen(store.keys.outboxDead)).toBe(1));
  expect(await store.redis.hlen(store.keys.outbox)).toBe(1);
  expect(verdictOf({ type: 'unknown', reason: 'x' }, { lane: 'reply', tries: 900 })).toMatchObject({
    type: 'later',
    ms: 60_000,
  });
  expect(verdictOf({ type: 'unknown', reason: 'x' }, { lane: 'reply', tries: 1500 })).toMatchObject({ type: 'dead' });
});

test('a reply moves earlier bulk of its chat forward, because a chat keeps its order', async () => {
  const { sent, channel } = paper();
  const store = await process(channel, { ...NO_PACE, bulkPerSecond: 0.1 });
  await write(
    store,
    ['a', 'b', 'c', 'd'].map((chat) => message(chat, 'bulk', 'bulk')),
  );
  store.relay.wake();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  const last = ['d', 'c'].find((chat) => !sent.includes(`paper:${chat} bulk`)) ?? '';
  await write(store, [message(last, 'reply')]);
  store.relay.wake();
  await vi.waitFor(() => expect(sent.slice(1)).toEqual([`paper:${last} bulk`, `paper:${last} reply`]), {
    timeout: 3000,
  });
  await expectInvariants(store);
});

test('the tries of a reply are stored with it, and an unreachable person gets a new version', async () => {
  const { channel } = paper((to) =>
    to === 'paper:one' ? { type: 'unknown', reason: 'reset' } : { type: 'gone', reason: 'blocked' },
  );
  const store = await process(channel);
  await store.redis.hset(store.keys.person('paper:two'), 'version', '1');
  await write(store, [message('one', 'reply'), message('one', 'next'), message('two', 'reply')]);
  store.relay.wake();
  const queue = () => store.redis.hget(store.keys.outbox, 'paper:one');
  await vi.waitFor(async () =>
    expect(await queue()).toMatch(/^r\d+ 1 16 \{"text":"reply"\}r\d+ 0 15 \{"text":"next"\}$/),
  );
  await vi.waitFor(async () => expect(await queue()).toMatch(/^r\d+ 2 /), { timeout: PATIENCE_MS });
  expect(await store.redis.hgetall(store.keys.person('paper:two'))).toMatchObject({ version: '2', gone: 'blocked' });
  await expectInvariants(store);
});

test('messages that a dead process had claimed are sent by another within seconds', { timeout: 15_000 }, async () => {
  const { sent, channel } = paper();
  const store = await process(channel, NO_PACE, SOON);
  const dead: Store = { ...store, process: 'dead-process' };
  const nothing = { fields: {}, checks: [], writes: [], audit: [] };
  const change: Commit = {
    op: 'op:dead',
    person: 'paper:left',
    version: 0,
    ...nothing,
    messages: [message('left', 'hallo')],
  };
  const heardOf = performance.now();
  await store.redis.zadd(store.keys.processes, Date.now(), dead.process);
  expect(await commit(dead, change, Date.now())).toMatchObject({ claimed: [{ to: 'paper:left' }] });
  await vi.waitFor(() => expect(sent).toEqual(['paper:left hallo']), { timeout: PATIENCE_MS });
  // A busy machine can only lengthen this time.
  expect(performance.now() - heardOf).toBeGreaterThan((SOON.silenceMs * 2) / 3);
});

test('a claim that its process does not know is recovered once no answer can tell of it: a failover may bring it back', async () => {
  const { channel } = paper();
  const store = await process(channel);
  const { redis, keys } = store;
  await write(store, [message('one', 'hello')]);
  const [claimed] = (await claimMessages(store, 1)).claimed;
  const claim = String(await redis.hget(keys.outboxClaims, 'paper:one'));
  const recoveredAt = async (ageMs: number) => {
    const [until = '', ...rest] = claim.split(' ');
    await redis.hset(keys.outboxClaims, 'paper:one', [Number(until) - ageMs, ...rest].join(' '));
    await recoverClaims(store, Number.MAX_SAFE_INTEGER, []);
    return (await redis.hget(keys.outboxClaims, 'paper:one')) === null;
  };
  expect(claimed?.to).toBe('paper:one');
  expect(await recoveredAt(COMMAND_TIMEOUT_MS - 1000), 'the answer may still come').toBe(false);
  // P15: with the next heartbeat the person is served within five seconds.
  expect(await recoveredAt(5000 - TIMINGS.relay.recoverEveryMs)).toBe(true);
});

test('a relay that closes waits for its sends in flight, and no other process repeats them', {
  timeout: 20_000,
}, async () => {
  const { sent, channel } = paper(async () => {
    await new Promise((done) => setTimeout(done, 1.7 * SOON.silenceMs));
    return { type: 'sent' };
  });
  const a = await process(channel, NO_PACE, SOON);
  await process(channel, NO_PACE, SOON);
  await write(a, [message('slow', 'hallo')]);
  a.relay.wake();
  await vi.waitFor(async () => expect(await a.redis.hlen(a.keys.outboxClaims)).toBe(1));
  await a.relay.close();
  expect(sent).toEqual(['paper:slow hallo']);
  expect(await a.redis.hlen(a.keys.outbox)).toBe(0);
});

test('50 processes that join under load repeat no send', { timeout: 30_000 }, async () => {
  const { sent, channel } = paper(async () => {
    await new Promise((done) => setTimeout(done, 30));
    return { type: 'sent' };
  });
  await process(channel, NO_PACE, { ...SOON, recoverEveryMs: 5 });
  for (let start = 0; start < 50; start += 1) {
    // Its first heartbeat would follow long after its first sends.
    const joining = await process(channel, NO_PACE, { ...SOON, recoverEveryMs: 60_000 });
    await write(
      joining,
      Array.from({ length: 4 }, (_, chat) => message(`chat${start}-${chat}`, 'hello')),
    );
    joining.relay.wake();
  }
  await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(200), { timeout: 10_000 });
  expect(sent.length).toBe(new Set(sent).size);
});

test('a pause of 90 minutes is met in full, also after the clock of the server was set back', async () => {
  const NINETY_MIN_MS = 5_400_000;
  let calls = 0;
  const { channel } = paper(() => {
    calls += 1;
    return { type: 'later', afterMs: NINETY_MIN_MS, scope: 'account', reason: '429' };
  });
  const store = await process(channel);
  await write(
    store,
    ['one', 'two'].map((chat) => message(chat, 'hello')),
  );
  store.relay.wake();
  await vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outboxClaims)).toBe(0));
  const before = calls;
  // A chat that has not been refused waits too.
  await write(store, [message('three', 'hello')]);
  const expectPaused = async () => {
    const { claimed, waitMs = 0 } = await claimMessages(store, 10);
    expect(claimed).toEqual([]);
    expect(waitMs).toBeGreaterThan(NINETY_MIN_MS - 10_000);
    expect(waitMs).toBeLessThanOrEqual(NINETY_MIN_MS);
  };
  await expectPaused();
  const until = Number(await store.redis.hget(store.keys.pace, 'paused_until/paper'));
  await store.redis.hset(store.keys.pace, 'paused_until/paper', until + 600_000);
  await write(store, [message('four', 'hello')]);
  await expectPaused();
  await expectPaused();
  store.relay.wake();
  expect(calls).toBe(before);
});

test('a pause and the pace of one channel do not stop the chats of another', async () => {
  const { channel } = paper(() => ({ type: 'later', afterMs: 60_000, scope: 'account', reason: 'wait', why: 'rate' }));
  const { sent, channel: other } = paper();
  const store = await process(channel, { ...NO_PACE, perSecond: 1, burst: 1 });
  const both = openRelay({ store, channels: [channel, { ...other, scheme: 'other' }], log: silent });
  relays.push(both);
  await write(store, [message('one', 'hello'), message('two', 'hello')]);
  both.wake();
  await vi.waitFor(async () => expect(await store.redis.hget(store.keys.pace, 'paused_ms/paper')).toBe('60000'));
  await write(store, [{ ...message('', 'hello'), to: 'other:one' }]);
  both.wake();
  await vi.waitFor(() => expect(sent).toEqual(['other:one hello']));
  // The wait until the next claim is that of the other channel, not of the paused one.
  await write(store, [{ ...message('', 'again'), to: 'other:two' }]);
  expect((await claimMessages(store, 10)).waitMs).toBeLessThanOrEqual(1000);
});

test('a member of WeCom gets a burst of four messages, then one each 2.25 seconds: 30 a minute', async () => {
  const { sent, channel } = paper();
  const store = await process({ ...channel, scheme: 'wecom' }, { ...NO_PACE, chatBurst: 4 });
  const began = Date.now();
  await write(
    store,
    Array.from({ length: 30 }, () => ({ ...message('', 'hello'), to: 'wecom:one' }) as const),
  );
  store.relay.wake();
  await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(4), { timeout: PATIENCE_MS });
  // The chat's clock is ahead by as much time as its messages take.
  const clock = Number(await store.redis.hget(store.keys.pace, 'wecom:one'));
  expect(clock - began).toBeGreaterThanOrEqual(4 * 2250);
  expect(sent.length).toBeLessThan(30);
});

test('after the clock of the server was set back, waiting messages and claims of the dead do not wait for the old time', {
  timeout: 20_000,
}, async () => {
  const BACK_MS = 600_000;
  const { sent, channel } = paper(async () => ({ type: 'sent' }));
  const store = await process(channel, NO_PACE, { ...SOON, recoverEveryMs: 60_000 });
  const { redis, keys } = store;
  await write(store, [message('waits', 'one'), message('waits-bulk', 'two', 'bulk'), message('claimed', 'three')]);
  // As these times stand after a step back: ten minutes ahead of the server.
  const [seconds] = await redis.time();
  const ahead = Number(seconds) * 1000 + BACK_MS;
  await redis.hset(keys.pace, 'clock', ahead);
  await redis.zadd(keys.outboxReady, ahead, 'paper:waits');
  await redis.zadd(keys.outboxBulk, ahead, 'paper:waits-bulk');
  await redis.zrem(keys.outboxReady, 'paper:claimed');
  await redis.hset(keys.outboxClaims, 'paper:claimed', `${ahead} 000000000003 dead-process`);
  await redis.zadd(keys.processes, ahead, 'dead-process');
  await process(channel, NO_PACE, SOON);
  await vi.waitFor(() => expect(sent).toHaveLength(3), { timeout: 10_000 });
  expect(Number(await redis.hget(keys.pace, 'clock'))).toBeLessThan(ahead - BACK_MS / 2);
});

test('a lease of a dead holder ends in its lifetime, also after the clock of the server was set back', async () => {
  const store = await process(paper(async () => ({ type: 'sent' })).channel);
  const key = store.keys.lease('jobs');
  await store.redis.set(key, 'dead-process', 'PX', 600_000);
  const lease = await openLease(store, 'jobs', silent, { leaseMs: 300 });
  await vi.waitFor(() => expect(lease.held()).toBe(true), { timeout: PATIENCE_MS });
  await lease.close();
});
