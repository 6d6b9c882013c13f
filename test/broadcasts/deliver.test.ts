import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { freezeAudience, loadChunk, loadSentMessage } from '../../src/broadcasts/sending/audience.ts';
import type { Delivery } from '../../src/broadcasts/sending/deliver.ts';
import { openDelivery } from '../../src/broadcasts/sending/deliver.ts';
import { layAudience, loadLaying } from '../../src/broadcasts/sending/lay-audience.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { packUrns, unpackUrns } from '../../src/broadcasts/sending/pack-urns.ts';
import type { Found } from '../../src/broadcasts/sending/recipients.ts';
import { findRecipients } from '../../src/broadcasts/sending/recipients.ts';
import type { Channel, Outgoing, SendOutcome, Urn } from '../../src/channels/channel.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import { openLog } from '../../src/log.ts';
import { newContact } from '../../src/people/contact.ts';
import { connect } from '../../src/store/connect.ts';
import { sendingKeys } from '../../src/store/scripts/script-inputs.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { PATIENCE_MS } from '../patience.ts';
import { useSharedRedis } from '../shared-redis.ts';
import { NO_PACE } from '../test-app.ts';

let redis: Awaited<ReturnType<typeof useSharedRedis>>['redis'];
let client: ReturnType<typeof connect>;
let deliveries: Delivery[];
/** A city of its own for each test. */
let city = 0;
beforeAll(async () => {
  ({ redis } = await useSharedRedis());
  // Two addresses make it a cluster, as in a test app.
  client = connect(`${redis.url},${redis.url}`);
  await once(client, 'ready');
});
beforeEach(() => {
  city += 1;
  deliveries = [];
});
afterEach(async () => {
  for (const delivery of deliveries) await delivery.close();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

const CITY = cityOf({ ...NEW_CITY, ...demoCityData() }, openWording().languageNames);
const silent = openLog('error', [], () => {});
const FIRST = 8_000_000_000;

/** A channel that records its recipients and answers as the test says. */
function paper(
  answer: (to: Urn, nth: number) => SendOutcome | Promise<SendOutcome> = () => ({ type: 'sent', ref: '7' }),
) {
  const sent: Urn[] = [];
  let calls = 0;
  const send = async (to: Urn, _message: Outgoing): Promise<SendOutcome> => {
    calls += 1;
    const outcome = await answer(to, calls);
    if (outcome.type === 'sent') sent.push(to);
    return outcome;
  };
  return { sent, channel: { scheme: 'paper', can: {}, send } as unknown as Channel, calls: () => calls };
}

async function storeOf(pace = NO_PACE): Promise<Store> {
  return openStore(client, `paper${city}`, pace, Date.now(), { outerKey: OUTER_KEY });
}

async function begin(
  store: Store,
  people: number,
  kind = 'announcement',
  lastsMs = 3600_000,
  id = 'b1',
): Promise<void> {
  const urns = Array.from({ length: people }, (_, i): Urn => `paper:${FIRST + i}`);
  const batch = store.redis.pipeline();
  const contact = JSON.stringify(newContact('zh-CN', 0));
  for (const urn of urns) batch.hset(store.keys.person(urn), { version: 1, contact });
  await batch.exec();
  await freezeAudience(store, id, urns);
  const { lease, broadcastsSending, broadcastRun, broadcastOutcomes } = store.keys;
  const keys = [lease('broadcasts'), broadcastRun(id), broadcastsSending, broadcastOutcomes(id)];
  const turn = id === 'b1' ? 0 : 1;
  expect(await store.redis.anlinStartRun(4, ...keys, store.process, id, people, kind, lastsMs, turn)).toBe(1);
}

async function watch(store: Store, channel: Channel): Promise<Delivery> {
  const open = async () => (contact: { readonly subscribed: boolean }) =>
    contact.subscribed ? { text: '防汛通知' } : ({ skipped: 's' } as const);
  const delivery = await openDelivery({ store, channels: [channel], log: silent, open });
  deliveries.push(delivery);
  return delivery;
}

/** Claims recipients from the first place on, as a process does. */
function claim(store: Store, process: string, most: number, retries = '') {
  const persons = Array.from({ length: most }, (_, i) => store.keys.person(`paper:${FIRST + i}`));
  const keys = [...sendingKeys(store.keys, 'b1'), ...persons];
  const prefix = store.keys.person('' as Urn).length;
  return store.redis.anlinClaimRecipients(keys.length, ...keys, process, 'b1', most, store.pace, 0, prefix, retries);
}

const ended = (store: Store, ms = 20_000) =>
  vi.waitFor(async () => expect(await loadProgress(store, 'b1')).toMatchObject({ state: 'ended' }), { timeout: ms });

test('numeric recipients take eight bytes each; other lists are stored as text', () => {
  const numbers = Array.from({ length: 1000 }, (_, i): Urn => `telegram:${7_000_000_000 + i * 7}`);
  expect(packUrns(numbers).length).toBeLessThan(1000 * 8 + 20);
  expect(unpackUrns(packUrns(numbers))).toEqual(numbers);
  const mixed: Urn[] = ['telegram:12', 'wechat:openid_x', 'telegram:0012'];
  expect(unpackUrns(packUrns(mixed))).toEqual(mixed);
});

test('a person whose window is closed is counted, and the broadcast goes on', async () => {
  const store = await storeOf();
  const closed = { type: 'closed', why: 'window', reopens: 'inbound' } as const;
  const { channel, sent } = paper((_to, nth) => (nth % 5 === 0 ? closed : { type: 'sent', ref: '7' }));
  await begin(store, 50);
  await watch(store, channel);
  await ended(store);
  expect(sent).toHaveLength(40);
  expect(await loadProgress(store, 'b1')).toMatchObject({
    state: 'ended',
    total: 50,
    counts: { delivered: 40, waiting: 10 },
    left: 0,
  });
});

test('only the lease holder freezes an audience, and only before the run starts', async () => {
  const [store, other] = [await storeOf(), await storeOf()];
  const urns = Array.from({ length: 10 }, (_, i): Urn => `paper:${FIRST + i}`);
  await store.redis.set(store.keys.lease('broadcasts'), other.process, 'PX', 5000);
  expect(await freezeAudience(store, 'b1', urns)).toBeUndefined();
  expect(await freezeAudience(other, 'b1', urns)).toBe(10);
  await store.redis.del(store.keys.lease('broadcasts'));
  await begin(store, 10);
  expect(await freezeAudience(store, 'b1', urns.slice(5))).toBeUndefined();
  expect(await loadChunk(store, 'b1', 0)).toHaveLength(10);
});

const TO_EVERYONE: Broadcast = {
  id: 'broadcast_everybody',
  state: 'draft',
  kind: 'announcement',
  topic: 'notices',
  content: { title: '', words: {}, buttons: [] },
  audience: { type: 'people', region: '990100000000', who: 'everybody' },
  schedule: { type: 'once', at: 'now' },
  staleAfterMs: 0,
  by: '',
  region: '',
  madeAt: 0,
  runs: [],
};

/** Writes contacts as commits do, in no order. */
async function fill({ redis, keys }: Store, people: number): Promise<readonly Urn[]> {
  const urns = Array.from({ length: people }, (_, i): Urn => `paper:${FIRST + i}`);
  const batch = redis.pipeline();
  const contact = JSON.stringify(newContact('zh-CN', 0));
  for (const urn of urns.toReversed()) batch.hset(keys.person(urn), { version: 1, contact }).zadd(keys.persons, 0, urn);
  await batch.exec();
  return urns;
}

test('people who join or are forgotten while the audience is read move no other person in it', {
  timeout: 30_000,
}, async () => {
  const store = await storeOf();
  const urns = await fill(store, 5000);
  const began = Date.now();
  const found: Urn[] = [];
  for await (const page of findRecipients(store, TO_EVERYONE, CITY.regions, began)) {
    found.push(...page);
    const joined = newContact('zh-CN', began + 1);
    for (const urn of [`paper:${FIRST - found.length}`, `paper:${FIRST + 4999}x${found.length}`] as const) {
      await store.redis.hset(store.keys.person(urn), 'contact', JSON.stringify(joined));
      await store.redis.zadd(store.keys.persons, 0, urn);
    }
    await store.redis.zrem(store.keys.persons, found.at(-1) ?? '', found[0] ?? '');
  }
  expect(found).toEqual(urns);
});

test('another process lays the rest of an audience down, and sending waits for it', { timeout: 30_000 }, async () => {
  const [store, other] = [await storeOf(), await storeOf()];
  const urns = await fill(store, 4500);
  const start = { kind: 'announcement', lastsMs: 3600_000 };
  const pages = (after?: Found) => findRecipients(store, TO_EVERYONE, CITY.regions, Date.now(), after);
  const none = await loadLaying(store, 'b1');
  async function* untilItDies() {
    let read = 0;
    for await (const page of pages()) {
      if (read > 2500) throw new Error('It died.');
      read += page.length;
      yield page;
    }
  }
  await expect(layAudience(store, 'b1', start, none, untilItDies())).rejects.toThrow('It died.');
  const laying = await loadLaying(store, 'b1');
  expect(laying).toEqual({ complete: false, after: new Map([['paper', urns[1999]]]), total: 2000 });
  expect(await layAudience(store, 'b1', start, none, pages()), 'a chunk is laid once').toBe(false);

  const { sent, channel } = paper();
  await watch(other, channel);
  await vi.waitFor(() => expect(sent).toHaveLength(2000), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await loadProgress(store, 'b1')).toMatchObject({ left: 0 }));
  expect(await loadProgress(store, 'b1')).toMatchObject({ state: 'sending', total: 2000 });
  expect(await layAudience(store, 'b1', start, laying, pages(laying.after)), 'without the lease').toBe(false);
  expect(await layAudience(other, 'b1', start, laying, pages(laying.after))).toBe(true);
  await ended(store);
  expect(sent.toSorted()).toEqual(urns);
  expect(await loadProgress(store, 'b1')).toMatchObject({ why: 'done', total: 4500, counts: { delivered: 4500 } });
  expect(await loadLaying(store, 'b1')).toMatchObject({ complete: true });
});

test('every recipient gets one message, and the counts add up to the audience', { timeout: 30_000 }, async () => {
  const store = await storeOf();
  const { sent, channel } = paper((to) =>
    to.endsWith('5') ? { type: 'gone', reason: 'blocked' } : { type: 'sent', ref: '7' },
  );
  await begin(store, 2500);
  const person = store.keys.person(`paper:${FIRST + 1}`);
  await store.redis.hset(person, 'contact', JSON.stringify({ ...newContact('zh-CN', 0), subscribed: false }));
  await store.redis.del(store.keys.person(`paper:${FIRST + 2}`));
  await store.redis.hset(store.keys.person(`paper:${FIRST + 3}`), 'gone', 'blocked before');
  await watch(store, channel);
  await ended(store);
  expect(new Set(sent).size).toBe(sent.length);
  expect(await loadProgress(store, 'b1')).toMatchObject({
    total: 2500,
    left: 0,
    why: 'done',
    counts: { delivered: 2247, failed_gone: 250, skipped_stopped: 1, skipped_forgotten: 1, skipped_unreachable: 1 },
  });
  expect(await store.redis.hget(store.keys.person(`paper:${FIRST + 5}`), 'gone')).toBe('blocked');
});

test('at no time has the store passed more than 64 recipients without an outcome', { timeout: 30_000 }, async () => {
  const store = await storeOf();
  await begin(store, 1500);
  const { channel } = paper(async (_to, nth) => {
    await new Promise((go) => setTimeout(go, nth % 3));
    return { type: 'sent', ref: '7' };
  });
  await watch(store, channel);
  let most = 0;
  for (let state: string | null = 'sending'; state === 'sending'; ) {
    const [cursor, settled, now] = await client.hmget(store.keys.broadcastRun('b1'), 'cursor', 'settled', 'state');
    most = Math.max(most, Number(cursor ?? 0) - Number(settled ?? 0));
    state = now ?? null;
  }
  expect(most).toBeLessThanOrEqual(64);
  expect(most).toBeGreaterThan(32);
});

test('after a takeover, calls in flight count as unknown; urgent ones are sent once more', {
  timeout: 30_000,
}, async () => {
  for (const kind of ['announcement', 'urgent']) {
    const store = await storeOf();
    await store.redis.del(store.keys.broadcastRun('b1'), store.keys.broadcastOutcomes('b1'));
    await begin(store, 40, kind);
    // A process claims ten recipients and dies; its lease expires.
    await store.redis.set(store.keys.lease('broadcasts'), 'dead', 'PX', 300);
    const [, , places] = await claim(store, 'dead', 10);
    expect(places).toHaveLength(10);
    const { sent, channel } = paper();
    const delivery = await watch(store, channel);
    await ended(store);
    const { counts } = (await loadProgress(store, 'b1')) ?? {};
    expect(counts).toEqual(kind === 'urgent' ? { delivered: 40 } : { delivered: 30, unknown: 10 });
    expect(sent).toHaveLength(kind === 'urgent' ? 40 : 30);
    await delivery.close();
  }
});

test('an unknown outcome is final for an announcement; an urgent message is sent exactly once more', {
  timeout: 30_000,
}, async () => {
  for (const kind of ['announcement', 'urgent']) {
    const store = await storeOf();
    await store.redis.del(store.keys.broadcastRun('b1'), store.keys.broadcastOutcomes('b1'));
    await begin(store, 3, kind);
    const { channel, calls } = paper((to) =>
      to.endsWith('1') ? { type: 'unknown', reason: 'reset' } : { type: 'sent', ref: '7' },
    );
    const delivery = await watch(store, channel);
    await ended(store);
    expect(calls()).toBe(kind === 'urgent' ? 4 : 3);
    expect((await loadProgress(store, 'b1'))?.counts).toEqual({ delivered: 2, unknown: 1 });
    await delivery.close();
  }
});

test('a text that Telegram rejects pauses the run; after resuming, every recipient gets it', {
  timeout: 30_000,
}, async () => {
  const store = await storeOf();
  let refusing = true;
  const { sent, channel, calls } = paper(() =>
    refusing ? { type: 'rejected', reason: "can't parse entities" } : { type: 'sent', ref: '7' },
  );
  await begin(store, 3000);
  await watch(store, channel);
  await vi.waitFor(async () => expect((await loadProgress(store, 'b1'))?.state).toBe('paused'), {
    timeout: PATIENCE_MS,
  });
  await new Promise((done) => setTimeout(done, 400));
  expect(calls()).toBeLessThanOrEqual(64);
  expect(await loadProgress(store, 'b1')).toMatchObject({ why: "can't parse entities", left: 3000 });
  refusing = false;
  await store.redis.hset(store.keys.broadcastRun('b1'), 'state', 'sending');
  await store.redis.zadd(store.keys.broadcastsSending, 0, 'b1');
  await ended(store);
  expect(sent).toHaveLength(3000);
});

test('a pause takes effect within a second, and a run that is too late ends', { timeout: 30_000 }, async () => {
  const store = await storeOf({ ...NO_PACE, bulkPerSecond: 200 });
  const { sent, channel } = paper();
  await begin(store, 2000, 'announcement', 1800);
  await watch(store, channel);
  await vi.waitFor(() => expect(sent.length).toBeGreaterThan(50), { timeout: PATIENCE_MS });
  await store.redis.hset(store.keys.broadcastRun('b1'), 'state', 'paused');
  await new Promise((done) => setTimeout(done, 300));
  const then = sent.length;
  await new Promise((done) => setTimeout(done, 700));
  expect(sent.length).toBe(then);
  await store.redis.hset(store.keys.broadcastRun('b1'), 'state', 'sending');
  await store.redis.zadd(store.keys.broadcastsSending, 0, 'b1');
  await ended(store);
  const progress = await loadProgress(store, 'b1');
  expect(progress).toMatchObject({ why: 'late', total: 2000 });
  expect(sent.length).toBeLessThan(600);
  expect((progress?.counts.delivered ?? 0) + (progress?.left ?? 0)).toBe(2000);
});

test('a rate limit of the channel halts the whole run; no recipient is lost or served twice', {
  timeout: 30_000,
}, async () => {
  const store = await storeOf();
  let told = 0;
  const { sent, channel } = paper((_to, nth) => {
    if (nth !== 20) return { type: 'sent', ref: '7' };
    told = performance.now();
    return { type: 'later', afterMs: 500, scope: 'account', reason: '429' };
  });
  await begin(store, 300);
  await watch(store, channel);
  await ended(store);
  expect(performance.now() - told).toBeGreaterThan(475);
  expect(sent).toHaveLength(300);
  expect(new Set(sent).size).toBe(300);
});

test('the rate is at most 4 % above the setting in any second and at most 1 % below', {
  timeout: 40_000,
}, async () => {
  const store = await storeOf({ ...NO_PACE, bulkPerSecond: 200 });
  const at: number[] = [];
  const { channel } = paper(() => {
    at.push(performance.now());
    return { type: 'sent', ref: '7' };
  });
  await begin(store, 600);
  await watch(store, channel);
  await ended(store, 30_000);
  const largest = Math.max(...at.map((from) => at.filter((t) => t >= from && t < from + 1000).length));
  expect(largest).toBeLessThanOrEqual(214);
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(2890);
});

/** Keys of the sending scripts, in order. */
function runKeys({ keys }: Store, ...more: readonly string[]): readonly string[] {
  return [...sendingKeys(keys, 'b1'), keys.broadcastOutcomes('b1'), ...more];
}

test('too many unknown outcomes pause the run; those accepted by an organiser do not count again', {
  timeout: 30_000,
}, async () => {
  const store = await storeOf({ ...NO_PACE, bulkPerSecond: 1500 });
  let broken = true;
  const { channel } = paper((_to, nth) =>
    nth % (broken ? 4 : 100) === 0 ? { type: 'unknown', reason: 'reset' } : { type: 'sent', ref: '7' },
  );
  await begin(store, 1000);
  await watch(store, channel);
  const paused = { state: 'paused', why: 'unknowns' };
  await vi.waitFor(async () => expect(await loadProgress(store, 'b1')).toMatchObject(paused), { timeout: 10_000 });
  const { counts, left = 0 } = (await loadProgress(store, 'b1')) ?? {};
  expect(counts?.unknown).toBeGreaterThanOrEqual(25);
  expect(left).toBeGreaterThan(500);
  broken = false;
  const run = store.keys.broadcastRun('b1');
  await store.redis.hset(run, { state: 'sending', let_pass: String(counts?.unknown) });
  await store.redis.zadd(store.keys.broadcastsSending, 0, 'b1');
  await ended(store);
  expect(await loadProgress(store, 'b1')).toMatchObject({ why: 'done', left: 0 });
});

test('a few unknown outcomes among many do not pause the run', { timeout: 30_000 }, async () => {
  const store = await storeOf();
  const { channel } = paper((_to, nth) =>
    nth % 30 === 0 ? { type: 'unknown', reason: 'reset' } : { type: 'sent', ref: '7' },
  );
  await begin(store, 1500);
  await watch(store, channel);
  await ended(store);
  expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { unknown: 50, delivered: 1450 } });
});

test('a chat that got a reply gets the announcement one chat interval later', { timeout: 20_000 }, async () => {
  const store = await storeOf({ ...NO_PACE, chatPerSecond: 0.5, chatBurst: 1 });
  const at = new Map<Urn, number>();
  const { channel } = paper((to) => {
    at.set(to, Date.now());
    return { type: 'sent', ref: '7' };
  });
  await begin(store, 3);
  const busy: Urn = `paper:${FIRST + 1}`;
  const free = Date.now() + 2000;
  await store.redis.hset(store.keys.pace, busy, free);
  await watch(store, channel);
  await ended(store);
  expect(at.get(busy)).toBeGreaterThanOrEqual(free);
  expect([...at.keys()].at(-1)).toBe(busy);
});

test('only the first outcome of a recipient counts', async () => {
  const store = await storeOf();
  await begin(store, 5);
  await store.redis.set(store.keys.lease('broadcasts'), store.process, 'PX', 10_000);
  const keys = runKeys(store, store.keys.broadcastMessages('b1'), store.keys.broadcastCopies('b1'));
  const given = (outcome: string) => (outcome === 'd' ? ['2 9 paper'] : ['', 2, outcome, '9', 0, '']);
  const record = (outcome: string) =>
    store.redis.anlinRecordOutcomes(keys.length, ...keys, store.process, 'b1', ...given(outcome));
  for (const outcome of ['u', 'd', 'later', 'u']) expect(await record(outcome)).toBe('sending');
  expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { unknown: 1 }, left: 4 });
  expect(await store.redis.zcard(store.keys.broadcastAgain('b1'))).toBe(0);
  const other = await store.redis.anlinRecordOutcomes(keys.length, ...keys, 'another', 'b1', '3 9 paper');
  expect(other).toBe('fenced');
});

test('recipients recorded together keep their own outcomes and message ids, and those between them stay open', async () => {
  const store = await storeOf();
  await begin(store, 300);
  await store.redis.set(store.keys.lease('broadcasts'), store.process, 'PX', 10_000);
  const keys = runKeys(store, store.keys.broadcastMessages('b1'), store.keys.broadcastCopies('b1'));
  const record = (...args: (string | number)[]) =>
    store.redis.anlinRecordOutcomes(keys.length, ...keys, store.process, 'b1', ...args);
  await record('7 70 paper', 5, 'u', 'reset', 0, '');
  await record('3 30 paper,5 50 paper,6 0 paper,7 71 paper,7 72 paper,250 2500 paper', 8, 's', '', 0, '');
  const letters = await store.redis.getBuffer(store.keys.broadcastOutcomes('b1'));
  const settled = [...(letters ?? [])].flatMap((byte, i) => (byte === 0 ? [] : [`${i}${String.fromCharCode(byte)}`]));
  expect(settled).toEqual(['3d', '5u', '6d', '7d', '8s', '250d']);
  const sent = await Promise.all([2, 3, 4, 5, 6, 7, 250, 251].map((place) => loadSentMessage(store, 'b1', place)));
  expect(sent).toEqual([undefined, '30', undefined, undefined, undefined, '70', '2500', undefined]);
  expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { delivered: 4 }, left: 294 });
});

test('an urgent message is sent once more after the first takeover only', async () => {
  const store = await storeOf();
  await begin(store, 5, 'urgent');
  await store.redis.set(store.keys.lease('broadcasts'), store.process, 'PX', 10_000);
  const keys = runKeys(store);
  const takeOver = () => store.redis.anlinTakeOver(keys.length, ...keys, store.process, 'b1');
  const mark = async (retries = '') => (await claim(store, store.process, 2, retries)).slice(0, 3);
  expect(await mark()).toEqual(['sending', '0', [0, 1]]);
  expect(await takeOver()).toBe(2);
  // The first call names the retries that are due, and the second one claims them.
  expect(await claim(store, store.process, 0)).toEqual(['sending', '0', [], [], [], 2]);
  expect(await mark('0 paper,1 paper')).toEqual(['sending', '0', [0, 1]]);
  expect(await takeOver()).toBe(2);
  expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { unknown: 2 }, left: 3 });
});

test('a run whose recipients have quiet hours does not delay other runs', { timeout: 20_000 }, async () => {
  const store = await storeOf();
  const { sent, channel } = paper();
  await begin(store, 30);
  await begin(store, 20, 'announcement', 3600_000, 'b2');
  const open = async (id: string) => () => (id === 'b1' ? { laterMs: 3600_000 } : { text: '通知' });
  deliveries.push(await openDelivery({ store, channels: [channel], log: silent, open }));
  await vi.waitFor(async () => expect(await loadProgress(store, 'b2')).toMatchObject({ state: 'ended' }), {
    timeout: 10_000,
  });
  expect(sent).toHaveLength(20);
  expect(await loadProgress(store, 'b1')).toMatchObject({ state: 'sending', left: 30 });
});

test('a lease lost for a moment, unnoticed by the sender, leaves no recipient without an outcome', async () => {
  const store = await storeOf();
  const lease = store.keys.lease('broadcasts');
  const { sent, channel } = paper(async (_to, nth) => {
    if (nth === 3) {
      // By now the sender has no more recipients and waits.
      await new Promise((done) => setTimeout(done, 100));
      await store.redis.set(lease, 'another process');
      // Long enough for the outcome to be refused, too short for the sender's next turn or renewal.
      setTimeout(() => void store.redis.set(lease, store.process, 'PX', 1200), 10);
    }
    return { type: 'sent', ref: '7' };
  });
  await begin(store, 5);
  await watch(store, channel);
  await ended(store);
  const { counts = {}, left } = (await loadProgress(store, 'b1')) ?? {};
  expect([left, Object.values(counts).reduce((sum, n) => sum + n, 0)]).toEqual([0, 5]);
  expect(new Set(sent).size).toBe(sent.length);
});

test('an ended run stays ended whatever its last calls return', async () => {
  const store = await storeOf();
  await begin(store, 5);
  await store.redis.set(store.keys.lease('broadcasts'), store.process, 'PX', 10_000);
  await store.redis.hset(store.keys.broadcastRun('b1'), 'state', 'ended', 'why', 'cancelled');
  const keys = runKeys(store, store.keys.broadcastMessages('b1'), store.keys.broadcastCopies('b1'));
  await store.redis.anlinRecordOutcomes(
    keys.length,
    ...keys,
    store.process,
    'b1',
    '',
    2,
    'x',
    "can't parse entities",
    0,
    '',
  );
  expect(await loadProgress(store, 'b1')).toMatchObject({ state: 'ended', why: 'cancelled', left: 5 });
});
