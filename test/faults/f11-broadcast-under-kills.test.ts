import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/broadcasts/broadcast.ts';
import { loadBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { loadChunk } from '../../src/broadcasts/sending/audience.ts';
import type { Progress } from '../../src/broadcasts/sending/ledger.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { LoggedCall } from '../../src/demo/simulator/sim-calls.ts';
import { newContact } from '../../src/people/contact.ts';
import { apiCalls } from './bot-api.ts';
import { BotProcess } from './bot-process.ts';
import { expectInvariants } from './invariants.ts';
import { scheduleBroadcast } from './schedule-broadcast.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const PEOPLE = Number(process.env.F11_PEOPLE ?? 1500);
const KILLS = Number(process.env.F11_KILLS ?? 2);
const RATE = 800;
/** The sender's limit: recipients of one process in flight. */
const IN_FLIGHT = 64;
/** Six cycles of the sender, and longer than a call, ms. */
const SEVERAL_CYCLES_MS = 600;

type BroadcastStage = Stage & { readonly bots: readonly BotProcess[]; calls(): Promise<readonly LoggedCall[]> };

/** One process per name over one store; all people in the simulator have started the bot, and one in 50 has blocked it. */
async function openBroadcastStage(names: readonly string[] = ['a', 'b']): Promise<BroadcastStage> {
  const stage = await openStage('f11', {
    SEND_RATE_BULK: String(RATE),
    WEB_CHAT: 'yes',
    PUBLIC_URL: 'https://anlin.example',
  });
  const { simulator, store } = stage;
  await saveCityData(store, demoCityData(), 'test', 0);
  const bots = await stage.start(...names);
  // Without quiet hours, so that the test passes at any time of day.
  const alone = { ...newContact('zh-CN', Date.now()), quiet: { from: 0, until: 0 } };
  const batch = store.redis.pipeline();
  for (let i = 0; i < PEOPLE; i += 1) {
    const id = 600_000_000 + i;
    simulator.world.changePerson({
      id,
      first_name: '居民',
      language_code: 'zh-hans',
      started: true,
      blocked: i % 50 === 7,
    });
    // Every tenth person has a page too.
    const page: Urn = `web:${String(i).padStart(22, '0')}`;
    const contact = i % 10 === 3 ? { ...alone, addresses: [{ urn: page, since: 0 }] } : alone;
    if (i % 10 === 3) batch.hset(store.keys.person(page), { version: 1, alias: `telegram:${id}` });
    batch.hset(store.keys.person(`telegram:${id}`), { version: 1, contact: JSON.stringify(contact) });
    batch.zadd(store.keys.personsDue, Date.now() + 1e10, `telegram:${id}`);
    batch.zadd(store.keys.persons, 0, `telegram:${id}`);
  }
  await batch.exec();
  return { ...stage, bots, calls: () => apiCalls(simulator.url) };
}

async function until(stage: BroadcastStage, run: RunId, holds: (progress: Progress) => boolean): Promise<Progress> {
  const end = Date.now() + 120_000;
  for (;;) {
    const progress = await loadProgress(stage.store, run);
    if (progress && holds(progress)) return progress;
    if (Date.now() > end) throw new Error(`It stands at ${JSON.stringify(progress)}.`);
    await sleep(20);
  }
}

/** Kills the process that holds the lease for sending. */
async function killSender({ store }: BroadcastStage): Promise<void> {
  const holder = await store.redis.get(store.keys.lease('broadcasts'));
  if (holder) process.kill(Number(holder.split('-')[0]), 'SIGKILL');
}

const sum = ({ counts }: Progress) => Object.values(counts).reduce((all, n) => all + n, 0);

test.each(['announcement', 'urgent'] as const)(
  '%s: after repeated kills of the sender, every recipient has exactly one outcome',
  {
    timeout: 180_000,
  },
  async (kind) => {
    const stage = await openBroadcastStage();
    const run = await scheduleBroadcast(stage.store, kind, PEOPLE);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const far = (PEOPLE * kill) / (KILLS + 2);
      await until(stage, run, (progress) => sum(progress) >= far);
      await killSender(stage);
    }
    const ended = await until(stage, run, ({ state }) => state === 'ended');
    const { delivered = 0, unknown = 0, failed_gone: gone = 0 } = ended.counts;
    expect(sum(ended)).toBe(PEOPLE);
    expect(ended.left).toBe(0);
    // A call in flight at a kill is unknown, also to a person who has blocked the bot.
    const blocked = Math.floor((PEOPLE + 42) / 50);
    expect(gone).toBeLessThanOrEqual(blocked);
    expect(gone + unknown).toBeGreaterThanOrEqual(blocked);
    expect(unknown).toBeLessThanOrEqual(KILLS * IN_FLIGHT);

    const sent = (await stage.calls()).filter(
      ({ method, ok, chat_id }) => method === 'sendMessage' && ok && Number(chat_id) >= 6e8 && Number(chat_id) < 7e8,
    );
    const byChat = Map.groupBy(sent, ({ chat_id }) => chat_id);
    const repeated = sent.length - byChat.size;
    if (kind === 'announcement') {
      expect(repeated, 'no recipient gets an announcement twice').toBe(0);
      expect(byChat.size, 'recipients reached: delivered, and some of the unknown').toBeGreaterThanOrEqual(delivered);
      expect(byChat.size).toBeLessThanOrEqual(delivered + unknown);
    } else {
      expect(byChat.size, 'no recipient misses an urgent broadcast').toBe(PEOPLE - blocked);
      expect(repeated).toBeLessThanOrEqual(KILLS * IN_FLIGHT);
      expect(delivered + unknown).toBeGreaterThanOrEqual(PEOPLE - blocked);
    }
    // Each page has an urgent one exactly once, whatever was repeated; another one only in place of a blocked chat.
    const pages = await stage.store.redis.keys(stage.store.keys.webChat('web:*'));
    const lengths = await Promise.all(pages.map((key) => stage.store.redis.xlen(key)));
    const { telegram, web } = ended.ways;
    expect(new Set(lengths)).toEqual(new Set(kind === 'urgent' ? [1] : []));
    expect(pages).toHaveLength(kind === 'urgent' ? PEOPLE / 10 : 0);
    if (kind === 'announcement') expect([telegram?.delivered, web]).toEqual([delivered, undefined]);
    else expect((telegram?.delivered ?? 0) + (web?.delivered ?? 0)).toBeGreaterThanOrEqual(delivered);
    const kept = await loadBroadcast(stage.store, run.slice(0, run.lastIndexOf('.')));
    expect(kept?.record.runs).toEqual([{ slot: Number(run.slice(run.lastIndexOf('.') + 1)), fate: 'fired' }]);
    await expectInvariants(stage.store);
    await stage.close();
  },
);

test('after a kill between two chunks of an audience, the next process lays the rest, and each recipient counts once', {
  timeout: 120_000,
}, async () => {
  const stage = await openBroadcastStage([]);
  const bot = new BotProcess(join(stage.folder, 'c'), { ...stage.env });
  bot.start({ CRASH_AT: 'broadcast_laid' });
  const run = await scheduleBroadcast(stage.store, 'announcement', PEOPLE);
  const ended = await until(stage, run, ({ state }) => state === 'ended');
  expect(bot.deaths, bot.output).toBe(1);
  expect(ended).toMatchObject({ total: PEOPLE, left: 0, why: 'done' });
  const chunks = [await loadChunk(stage.store, run, 0), await loadChunk(stage.store, run, 1)];
  expect(chunks.map(({ length }) => length)).toEqual([1000, PEOPLE - 1000]);
  expect(new Set(chunks.flat()).size).toBe(PEOPLE);
  const sent = (await stage.calls()).filter(({ method, ok }) => method === 'sendMessage' && ok);
  expect(new Set(sent.map(({ chat_id }) => chat_id)).size).toBe(sent.length);
  await expectInvariants(stage.store);
  await bot.stop();
  await stage.close();
});

test('a paused broadcast sends nothing, a resumed one goes on, and after its end nothing is sent', {
  timeout: 120_000,
}, async () => {
  const stage = await openBroadcastStage();
  const { store } = stage;
  const run = await scheduleBroadcast(stage.store, 'announcement', PEOPLE);
  const key = store.keys.broadcastRun(run);
  await until(stage, run, (progress) => sum(progress) > 50);
  await store.redis.hset(key, 'state', 'paused');
  await sleep(SEVERAL_CYCLES_MS);
  const paused = await loadProgress(store, run);
  await sleep(SEVERAL_CYCLES_MS);
  expect(await loadProgress(store, run)).toEqual(paused);
  await killSender(stage);
  await store.redis.hset(key, 'state', 'sending');
  await store.redis.zadd(store.keys.broadcastsSending, Date.now(), run);
  await until(stage, run, (progress) => sum(progress) > sum(paused ?? progress) + 50);
  await store.redis.hset(key, 'state', 'ended', 'why', 'cancelled');
  await sleep(SEVERAL_CYCLES_MS);
  const stopped = (await stage.calls()).length;
  const ended = await loadProgress(store, run);
  await sleep(SEVERAL_CYCLES_MS);
  expect((await stage.calls()).filter(({ method }) => method === 'sendMessage')).toHaveLength(
    (await stage.calls()).slice(0, stopped).filter(({ method }) => method === 'sendMessage').length,
  );
  expect(sum(ended as Progress) + (ended?.left ?? 0)).toBe(PEOPLE);
  await stage.close();
});

test('a sender that stalls until another takes over is fenced, and no recipient gets two messages', {
  timeout: 120_000,
}, async () => {
  const stage = await openBroadcastStage();
  const { store } = stage;
  const run = await scheduleBroadcast(stage.store, 'announcement', PEOPLE);
  await until(stage, run, (progress) => sum(progress) > PEOPLE / 5);
  const stalled = Number((await store.redis.get(store.keys.lease('broadcasts')))?.split('-')[0]);
  process.kill(stalled, 'SIGSTOP');
  await until(stage, run, (progress) => sum(progress) > PEOPLE / 2);
  process.kill(stalled, 'SIGCONT');
  const ended = await until(stage, run, ({ state }) => state === 'ended');
  await sleep(SEVERAL_CYCLES_MS);
  expect(sum(ended)).toBe(PEOPLE);
  const sent = (await stage.calls()).filter(({ method, ok }) => method === 'sendMessage' && ok);
  expect(new Set(sent.map(({ chat_id }) => chat_id)).size).toBe(sent.length);
  expect(stage.bots.map(({ deaths }) => deaths)).toEqual([0, 0]);
  await expectInvariants(store);
  await stage.close();
});
