import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { broadcastsHold } from '../../src/broadcasts/broadcast-invariants.ts';
import { startFired } from '../../src/broadcasts/schedule-job.ts';
import { freezeAudience, loadChunk, removeFromAudience, startRun } from '../../src/broadcasts/sending/audience.ts';
import { countFlushed, giveCopies, loadCopies } from '../../src/broadcasts/sending/copies.ts';
import type { Delivery } from '../../src/broadcasts/sending/deliver.ts';
import { openDelivery } from '../../src/broadcasts/sending/deliver.ts';
import { layAudience, loadLaying } from '../../src/broadcasts/sending/lay-audience.ts';
import type { Progress } from '../../src/broadcasts/sending/ledger.ts';
import { loadProgress, loadRecipientsByOutcome } from '../../src/broadcasts/sending/ledger.ts';
import type { Found } from '../../src/broadcasts/sending/recipients.ts';
import { findRecipients, loadReceived } from '../../src/broadcasts/sending/recipients.ts';
import type { Channel, SendOutcome, Urn } from '../../src/channels/channel.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { loadHeld } from '../../src/delivery/held.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import { openLog } from '../../src/log.ts';
import { newContact } from '../../src/people/contact.ts';
import { contactFields } from '../../src/people/person-store.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { useSharedRedis } from '../shared-redis.ts';
import { NO_PACE } from '../test-app.ts';

let redis: Awaited<ReturnType<typeof useSharedRedis>>['redis'];
let client: ReturnType<typeof connect>;
let store: Store;
let deliveries: Delivery[] = [];
let city = 0;
beforeAll(async () => {
  ({ redis } = await useSharedRedis());
  client = connect(`${redis.url},${redis.url}`);
  await once(client, 'ready');
});
beforeEach(async () => {
  city += 1;
  store = await openStore(client, `rungs${city}`, NO_PACE, Date.now(), { outerKey: OUTER_KEY });
});
afterEach(async () => {
  for (const delivery of deliveries) await delivery.close();
  deliveries = [];
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

const CITY = cityOf({ ...NEW_CITY, ...demoCityData() }, openWording().languageNames);
const SENT: SendOutcome = { type: 'sent', ref: 'om_1' };
const CLOSED: SendOutcome = { type: 'closed', why: 'window', reopens: 'inbound' };
const GONE: SendOutcome = { type: 'gone', reason: 'blocked' };
const LATER: SendOutcome = { type: 'later', afterMs: 50, scope: 'chat', reason: 'busy' };
const QUOTA: SendOutcome = { type: 'later', afterMs: 1_800_000, scope: 'account', reason: '45009', why: 'quota' };
const UNKNOWN: SendOutcome = { type: 'unknown', reason: 'reset' };

/** Channels that answer as told, by address; each address may answer several times, one after the other. */
function channelsOf(answers: Readonly<Record<Urn, readonly SendOutcome[]>>) {
  const sent: Urn[] = [];
  const removed: Urn[] = [];
  const left = new Map(Object.entries(answers).map(([urn, all]) => [urn, [...all]]));
  const channelOf = (scheme: string) =>
    ({
      scheme,
      can: scheme === 'page' ? { receipt: 'seen' } : {},
      async send(to: Urn) {
        const all = left.get(to) ?? [];
        const outcome = (all.length > 1 ? all.shift() : all[0]) ?? SENT;
        if (outcome.type === 'sent') sent.push(to);
        return outcome;
      },
      async remove(to: Urn) {
        removed.push(to);
        return { type: 'sent' };
      },
    }) as unknown as Channel;
  return { sent, removed, channels: ['paper', 'card', 'page', 'web'].map(channelOf) };
}

async function people(all: readonly (readonly Urn[])[]): Promise<readonly Urn[]> {
  for (const [first, ...others] of all) {
    if (!first) continue;
    const addresses = others.length > 0 ? { addresses: others.map((urn) => ({ urn, since: 0 })) } : {};
    const fields = contactFields({ ...newContact('zh-CN', 0), ...addresses });
    await store.redis.hset(store.keys.person(first), { version: 1, ...fields });
    for (const urn of others) await store.redis.hset(store.keys.person(urn), { version: 1, alias: first });
  }
  return all.flatMap(([first]) => first ?? []);
}

async function play(id: string, kind: string, urns: readonly Urn[], channels: readonly Channel[], removes = false) {
  const total = (await freezeAudience(store, id, urns)) ?? 0;
  if (removes) await giveCopies(store, 'b1', await loadRecipientsByOutcome(store, 'b1', ['d', 'w']), id);
  await startRun(store, id, { total, kind, lastsMs: 3600_000 });
  // One sender at a time: an earlier one would send a recall as a text.
  for (const earlier of deliveries.splice(0)) await earlier.close();
  const open = async () => () => (removes ? ({ removes: true } as const) : { text: '防汛通知' });
  const delivery = await openDelivery({ store, channels, log: openLog('error', [], () => {}), open });
  deliveries.push(delivery);
  await vi.waitFor(async () => expect(await loadProgress(store, id)).toMatchObject({ state: 'ended' }), {
    timeout: 10_000,
  });
  return (await loadProgress(store, id)) as Progress;
}

test('of 100 people 60 have a closed window: the others get it, and the 60 count once when they write', async () => {
  const all = Array.from({ length: 100 }, (_, i): Urn => `card:${1000 + i}`);
  const closed = all.slice(0, 60);
  const { channels, sent } = channelsOf(Object.fromEntries(closed.map((urn) => [urn, [CLOSED]])));
  const ended = await play('b1', 'announcement', await people(all.map((urn) => [urn])), channels);
  expect(ended).toMatchObject({ total: 100, left: 0, why: 'done', counts: { delivered: 40, waiting: 60 } });
  expect(ended.ways).toEqual({ card: { delivered: 40, waiting: 60 } });
  for (const urn of closed) {
    const [message, ...more] = await loadHeld(store, urn);
    expect([message?.text, message?.ledger?.length, more.length]).toEqual(['防汛通知', 1, 0]);
    expect(await store.redis.hget(store.keys.person(urn), 'held')).toBe('1');
    // The store's answer may be lost, and the count comes again.
    for (let i = 0; i < 2; i += 1) await countFlushed(store, urn, message?.ledger ?? []);
  }
  expect(await loadProgress(store, 'b1')).toMatchObject({
    counts: { delivered: 100 },
    ways: { card: { delivered: 100 } },
  });
  expect((await loadProgress(store, 'b1'))?.counts).not.toHaveProperty('waiting');
  expect(sent).toHaveLength(40);
  expect(await broadcastsHold(store)).toEqual([]);
});

const PAGE: SendOutcome = { type: 'sent', ref: '12' };
test.each([
  ['announcement', ['page:1', 'card:1'], [], { waiting: 1 }, { page: { waiting: 1 } }],
  // The page has it: it does not wait in the closed window too.
  ['announcement', ['card:1', 'page:1'], [CLOSED], { waiting: 1 }, { page: { waiting: 1 } }],
  ['urgent', ['page:1', 'card:1'], [GONE], { waiting: 1 }, { card: { failed_gone: 1 }, page: { waiting: 1 } }],
  ['urgent', ['page:1', 'card:1'], [SENT], { delivered: 1 }, { card: { delivered: 1 }, page: { waiting: 1 } }],
  ['urgent', ['page:1', 'card:1'], [LATER, GONE], { waiting: 1 }, { card: { failed_gone: 1 }, page: { waiting: 1 } }],
] as const)('%s to %j: a page counts once it has shown it', async (kind, addresses, card, counts, ways) => {
  const { channels, removed } = channelsOf({ 'page:1': [PAGE], 'card:1': card });
  const urns = await people([addresses]);
  const ended = await play('b1', kind, urns, channels);
  expect([ended.counts, ended.ways]).toEqual([counts, ways]);
  expect(await loadHeld(store, 'card:1')).toEqual([]);
  for (let i = 0; i < 2; i += 1) expect(await countFlushed(store, 'page:1', ['b1 0'], '12')).toBe(true);
  const shown = await loadProgress(store, 'b1');
  expect(shown?.counts).toEqual({ delivered: 1 });
  expect(shown?.ways.page).toEqual({ delivered: 1 });
  expect(await broadcastsHold(store)).toEqual([]);
  await play('r1', 'announcement', urns, channels, true);
  expect(removed).toContain('page:1');
});

test('a recall takes an announcement from a page that has not shown it', async () => {
  const { channels, removed } = channelsOf({ 'page:1': [PAGE] });
  const urns = await people([['page:1']]);
  await play('b1', 'announcement', urns, channels);
  expect(await play('r1', 'announcement', urns, channels, true)).toMatchObject({ counts: { delivered: 1 } });
  expect(removed).toEqual(['page:1']);
});

test('a page that shows an announcement before its sender has recorded it says so again', async () => {
  await freezeAudience(store, 'b1', await people([['page:1']]));
  await startRun(store, 'b1', { total: 1, kind: 'announcement', lastsMs: 3600_000 });
  expect(await countFlushed(store, 'page:1', ['b1 0'], '12')).toBe(false);
  // Of a run that is deleted nothing is counted any more.
  expect(await countFlushed(store, 'page:1', ['b0 0'], '12')).toBe(true);
});

test('an announcement that waits counts among those of the day', async () => {
  const { channels } = channelsOf({ 'page:1': [PAGE], 'card:1': [CLOSED], 'card:2': [GONE] });
  const run = runIdOf(CORRECTION.id, 7);
  await play(run, 'announcement', await people([['page:1'], ['card:1'], ['card:2']]), channels);
  await store.redis.hset(store.keys.broadcast(CORRECTION.id), 'version', 1, 'record', JSON.stringify(CORRECTION));
  expect([...(await loadReceived(store, [run]))]).toEqual([
    ['page:1', [7]],
    ['card:1', [7]],
  ]);
});

const TWO: readonly Urn[] = ['paper:1', 'card:1'];
test.each([
  ['announcement', [SENT], [SENT], ['paper:1'], { delivered: 1 }, { paper: { delivered: 1 } }],
  ['announcement', [GONE], [SENT], ['card:1'], { delivered: 1 }, { card: { delivered: 1 } }],
  ['announcement', [CLOSED], [SENT], ['card:1'], { delivered: 1 }, { card: { delivered: 1 } }],
  ['announcement', [CLOSED], [GONE], [], { waiting: 1 }, { paper: { waiting: 1 } }],
  ['announcement', [GONE], [GONE], [], { failed_gone: 1 }, { card: { failed_gone: 1 } }],
  ['announcement', [LATER, SENT], [SENT], ['paper:1'], { delivered: 1 }, { paper: { delivered: 1 } }],
  [
    'urgent',
    [SENT],
    [SENT],
    ['card:1', 'paper:1'],
    { delivered: 1 },
    { card: { delivered: 1 }, paper: { delivered: 1 } },
  ],
  ['urgent', [GONE], [SENT], ['card:1'], { delivered: 1 }, { card: { delivered: 1 }, paper: { failed_gone: 1 } }],
  ['urgent', [CLOSED], [SENT], ['card:1'], { delivered: 1 }, { card: { delivered: 1 }, paper: { waiting: 1 } }],
  ['urgent', [CLOSED], [CLOSED], [], { waiting: 1 }, { card: { waiting: 1 }, paper: { waiting: 1 } }],
  // The address that has it is left out of the retry.
  [
    'urgent',
    [SENT],
    [LATER, SENT],
    ['card:1', 'paper:1'],
    { delivered: 1 },
    { card: { delivered: 1 }, paper: { delivered: 1 } },
  ],
  ['urgent', [SENT], [QUOTA], ['paper:1'], { delivered: 1 }, { paper: { delivered: 1 } }],
  [
    'urgent',
    [UNKNOWN, SENT],
    [GONE],
    ['paper:1'],
    { delivered: 1 },
    { card: { failed_gone: 1 }, paper: { delivered: 1 } },
  ],
  ['urgent', [UNKNOWN], [SENT], ['card:1'], { delivered: 1 }, { card: { delivered: 1 } }],
] as const)('%s: %j, then %j reach %j', async (kind, paper, card, reached, counts, ways) => {
  const { channels, sent } = channelsOf({ 'paper:1': paper, 'card:1': card });
  const ended = await play('b1', kind, await people([TWO]), channels);
  expect(sent.toSorted()).toEqual(reached);
  expect(ended).toMatchObject({ total: 1, left: 0 });
  expect(ended.counts).toEqual(counts);
  expect(ended.ways).toEqual(ways);
  expect(await broadcastsHold(store)).toEqual([]);
});

test('a red alert that waits at one address and was read at another stays delivered once it is read there too', async () => {
  const { channels } = channelsOf({ 'paper:1': [CLOSED] });
  await play('b1', 'urgent', await people([TWO]), channels);
  const [message] = await loadHeld(store, 'paper:1');
  await countFlushed(store, 'paper:1', message?.ledger ?? []);
  expect(await loadProgress(store, 'b1')).toMatchObject({
    counts: { delivered: 1 },
    ways: { card: { delivered: 1 }, paper: { delivered: 1 } },
  });
});

test('of two places where a red alert waits, only the one that was read counts, also if its count comes again', async () => {
  const { channels } = channelsOf({ 'paper:1': [CLOSED], 'card:1': [CLOSED] });
  await play('b1', 'urgent', await people([TWO]), channels);
  const [message] = await loadHeld(store, 'paper:1');
  for (let i = 0; i < 2; i += 1) await countFlushed(store, 'paper:1', message?.ledger ?? [], '7');
  expect(await loadProgress(store, 'b1')).toMatchObject({
    counts: { delivered: 1 },
    ways: { card: { waiting: 1 }, paper: { delivered: 1 } },
  });
});

test('news that waited at a place taken off counts at the place that got it', async () => {
  const { channels } = channelsOf({ 'card:1': [CLOSED] });
  await play('b1', 'announcement', await people([['card:1']]), channels);
  const [message] = await loadHeld(store, 'card:1');
  await countFlushed(store, 'web:1', message?.ledger ?? [], '7');
  expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { delivered: 1 }, ways: { web: { delivered: 1 } } });
  expect(await loadCopies(store, 'b1', 0)).toEqual([{ letter: 'd', urn: 'web:1', ref: '7' }]);
});

test('a recall deletes every copy, also one that still waits', async () => {
  const urns = await people([TWO, ['card:2']]);
  const { channels, removed } = channelsOf({ 'card:1': [CLOSED], 'card:2': [CLOSED] });
  await play('b1', 'urgent', urns, channels);
  expect(await loadHeld(store, 'card:2')).toHaveLength(1);
  expect(await play('r1', 'announcement', urns, channels, true)).toMatchObject({ counts: { delivered: 2 } });
  expect(removed).toEqual(['paper:1']);
  expect(await loadHeld(store, 'card:1')).toEqual([]);
  expect(await loadHeld(store, 'card:2')).toEqual([]);
});

test('a recall has the copies of a whole city that waits', async () => {
  const recipients = Array.from({ length: 70_000 }, (_, place) => ({ place }));
  for (let from = 0; from < recipients.length; from += 1000) {
    const copies = recipients.slice(from, from + 1000).flatMap(({ place }) => [`${place}`, `w card:${place} `]);
    await store.redis.hset(store.keys.broadcastCopies('b1'), ...copies);
  }
  await giveCopies(store, 'b1', recipients.slice(1), 'r1');
  expect(await store.redis.hlen(store.keys.broadcastCopies('r1'))).toBe(69_999);
  expect(await loadCopies(store, 'r1', 0)).toEqual([{ letter: 'w', urn: 'card:1', ref: 'b1 1' }]);
});

test('a forgotten person leaves no address in the copies of a run', async () => {
  const { channels } = channelsOf({ 'card:1': [CLOSED] });
  await play('b1', 'urgent', await people([['web:0'], TWO]), channels);
  expect(await loadCopies(store, 'b1', 1)).toHaveLength(2);
  await removeFromAudience(store, 'b1', 'paper:1');
  expect(await loadCopies(store, 'b1', 1)).toEqual([]);
});

test('an announcement displaces no news about the reader: a full list takes no more', async () => {
  const urns = await people([['card:1']]);
  const { channels } = channelsOf({ 'card:1': [CLOSED] });
  await store.redis.rpush(
    store.keys.held('card:1'),
    ...Array.from({ length: 20 }, (_, i) => JSON.stringify({ text: `${i}` })),
  );
  await play('b1', 'announcement', urns, channels);
  expect((await loadHeld(store, 'card:1')).map(({ text }) => text)).toEqual(
    Array.from({ length: 20 }, (_, i) => `${i}`),
  );
});

test('a pause of one channel halts that channel alone', async () => {
  const all = Array.from({ length: 600 }, (_, i): Urn => `${i % 2 === 0 ? 'paper' : 'card'}:${1000 + i}`);
  let paused = false;
  const sent: string[] = [];
  const channelOf = (scheme: string) =>
    ({
      scheme,
      can: {},
      async send(to: Urn): Promise<SendOutcome> {
        if (scheme === 'paper' && !paused) {
          paused = true;
          return { type: 'later', afterMs: 1500, scope: 'account', reason: '429' };
        }
        sent.push(to);
        return SENT;
      },
    }) as unknown as Channel;
  const ended = await play('b1', 'urgent', await people(all.map((urn) => [urn])), ['paper', 'card'].map(channelOf));
  expect(ended).toMatchObject({
    counts: { delivered: 600 },
    ways: { card: { delivered: 300 }, paper: { delivered: 300 } },
  });
  expect(new Set(sent).size).toBe(600);
  const lastCard = sent.findLastIndex((to) => to.startsWith('card'));
  // Only sends already under way went out in the pause.
  expect(sent.slice(0, lastCard).filter((to) => to.startsWith('paper')).length).toBeLessThanOrEqual(64);
});

test('each channel has the whole rate for itself, and a page of this server has none', async () => {
  const pace = { ...NO_PACE, bulkPerSecond: 2 };
  store = await openStore(client, `rungs${city}`, pace, Date.now(), { outerKey: OUTER_KEY });
  const all = ['paper', 'card', 'web'].flatMap((scheme) => [1, 2, 3].map((n): Urn => `${scheme}:${n}`));
  const { channels } = channelsOf({});
  const began = performance.now();
  const ended = await play('b1', 'announcement', await people(all.map((urn) => [urn])), channels);
  expect(ended.ways).toEqual({ card: { delivered: 3 }, paper: { delivered: 3 }, web: { delivered: 3 } });
  // One clock for all nine would take four seconds.
  expect(performance.now() - began).toBeLessThan(3000);
  expect(performance.now() - began).toBeGreaterThan(950);
});

test('the channels of an audience take turns, also for a process that goes on with it', async () => {
  const own = (scheme: string, n: number) => Array.from({ length: n }, (_, i): Urn => `${scheme}:${1000 + i}`);
  const urns = await people([...own('paper', 1500), ...own('card', 700), ...own('web', 3)].map((urn) => [urn]));
  const batch = store.redis.pipeline();
  for (const urn of urns) batch.zadd(store.keys.persons, 0, urn);
  await batch.exec();
  const everybody = {
    id: 'broadcast_everybody',
    kind: 'urgent',
    topic: 'urgent',
    audience: { type: 'people', region: CITY.regions.all('city')[0] ?? '', who: 'everybody' },
  } as unknown as Broadcast;
  const pages = (after?: Found) => findRecipients(store, everybody, CITY.regions, Date.now(), after);
  async function* oneChunk() {
    let read = 0;
    for await (const page of pages()) {
      if (read > 1000) throw new Error('It died.');
      read += page.length;
      yield page;
    }
  }
  const start = { kind: 'urgent', lastsMs: 3600_000 };
  await expect(layAudience(store, 'b1', start, await loadLaying(store, 'b1'), oneChunk())).rejects.toThrow('It died.');
  const laying = await loadLaying(store, 'b1');
  expect(laying).toMatchObject({ complete: false, total: 1000 });
  expect(await layAudience(store, 'b1', start, laying, pages(laying.after))).toBe(true);
  const chunks = await Promise.all([0, 1, 2].map((chunk) => loadChunk(store, 'b1', chunk)));
  const count = (chunk: readonly Urn[] | undefined, scheme: string) =>
    chunk?.filter((urn) => urn.startsWith(`${scheme}:`)).length;
  expect([count(chunks[0], 'card'), count(chunks[0], 'paper'), count(chunks[0], 'web')]).toEqual([499, 498, 3]);
  expect(chunks.flat().toSorted()).toEqual(urns.toSorted());
});

test('a channel whose day is used up is not called again and again, and the others go on', async () => {
  const all = Array.from({ length: 300 }, (_, i): Urn => `${i % 2 === 0 ? 'paper' : 'card'}:${1000 + i}`);
  const papers = all.filter((urn) => urn.startsWith('paper:'));
  let calls = 0;
  const { channels, sent } = channelsOf({});
  const refuse = async () => {
    calls += 1;
    return QUOTA;
  };
  const usedUp = { scheme: 'paper', can: {}, send: refuse } as unknown as Channel;
  const urns = await people(all.map((urn) => [urn]));
  await freezeAudience(store, 'b1', urns);
  await startRun(store, 'b1', { total: urns.length, kind: 'announcement', lastsMs: 3600_000 });
  deliveries.push(
    await openDelivery({
      store,
      channels: [usedUp, ...channels.slice(1)],
      log: openLog('error', [], () => {}),
      open: async () => () => ({ text: '防汛通知' }),
    }),
  );
  await vi.waitFor(() => expect(sent).toHaveLength(150), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await loadProgress(store, 'b1')).toMatchObject({ counts: { delivered: 150 } }));
  expect(await loadProgress(store, 'b1')).toMatchObject({ state: 'sending', left: papers.length });
  // Those on the wire at the first refusal, and no more.
  expect(calls).toBeLessThanOrEqual(64);
});

test('who joins another person while a broadcast is under way gets it once, and counts once', async () => {
  const { channels, sent } = channelsOf({});
  // Frozen as three people: two of them are one by now, the third joined a person outside the audience.
  await people([
    ['paper:1', 'card:1'],
    ['paper:9', 'card:2'],
  ]);
  const ended = await play('b1', 'announcement', ['paper:1', 'card:1', 'card:2'], channels);
  expect(ended).toMatchObject({ total: 3, left: 0, counts: { delivered: 2, skipped_joined: 1 } });
  expect(sent.toSorted()).toEqual(['paper:1', 'paper:9']);
  expect(await broadcastsHold(store)).toEqual([]);
});

test('a correction reaches a person who joined another one since, once', async () => {
  const { channels } = channelsOf({});
  const urns = await people([['paper:1'], ['card:1'], ['card:2']]);
  const id = 'broadcast_original';
  const run = runIdOf(id, 1);
  await play(run, 'announcement', urns, channels);
  // The second recipient joins the first.
  await people([['paper:1', 'card:1']]);
  await store.redis.hdel(store.keys.person('card:1'), 'contact', 'contact_sum');
  const correction = {
    ...CORRECTION,
    audience: { type: 'of', run, outcomes: ['d', 'w'] },
  } as unknown as Broadcast;
  await store.redis.hset(store.keys.broadcast(CORRECTION.id), 'version', 1, 'record', JSON.stringify(correction));
  await store.redis.zadd(store.keys.broadcastsStarting, 5, runIdOf(CORRECTION.id, 5));
  await startFired(store, CITY.regions, 10);
  expect(await loadChunk(store, runIdOf(CORRECTION.id, 5), 0)).toEqual(['paper:1', 'card:2']);
});

const CORRECTION = {
  id: 'broadcast_correct1',
  kind: 'announcement',
  topic: 'notices',
  staleAfterMs: 3600_000,
} as const;
