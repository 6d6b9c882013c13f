import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Inbound, Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { answer } from '../../src/conversation/turn.ts';
import type { CrashPoint } from '../../src/crash-point.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { Services } from '../../src/notify/services.ts';
import { newContact } from '../../src/people/contact.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { checksumOf } from '../../src/store/records/checksum.ts';
import type { Change } from '../../src/store/records/versioned-record.ts';
import { NO_CHANGE } from '../../src/store/records/versioned-record.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { timedTaskChange } from '../../src/volunteers/tasks/task-clock.ts';
import { sweepTasks } from '../../src/volunteers/tasks/task-retention.ts';
import { leavePlace, loadTask, takePlace, waitForPlace } from '../../src/volunteers/tasks/task-store.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { loadVolunteer, loadVolunteerOf } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { allRecipients } from '../broadcasts/all-recipients.ts';
import { BotProcess } from '../faults/bot-process.ts';
import { expectInvariants, openStoreAt } from '../faults/invariants.ts';
import { randomIntFrom, seedOf } from '../faults/seed.ts';
import { memoryFolder } from '../memory-folder.ts';
import { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { crowd, giveTask } from './crowd.ts';

let app: TestApp;
let processes: readonly Services[];
let urns: readonly Urn[];
let volunteers: readonly Volunteer[];
const PEOPLE = 240;
const random = randomIntFrom(seedOf('takers'));

beforeAll(async () => {
  app = await openTestApp();
  const { world } = app.simulator;
  urns = Array.from({ length: PEOPLE }, (_, i) => {
    const person = world.addPerson(`志愿者${i}`, 'zh-hans');
    world.changePerson({ ...person, started: true });
    return `telegram:${person.id}` as const;
  });
  volunteers = await crowd(app.running.store, urns, world.now());
  processes = [app.running.services, (await app.second()).services];
}, 30_000);
afterAll(() => app.close());

let taps = 0;
function tap(urn: Urn, { id }: Task, action: string): Promise<void> {
  taps += 1;
  const content = { type: 'choice', id: `go/my-tasks/${id}.${action}` } as const;
  const inbound: Inbound = { id: `takers:${taps}`, from: urn, at: 0, content };
  return answer(inbound, processes[taps % processes.length] ?? app.running.services);
}

const messagesTo = (urn: Urn) =>
  [...app.simulator.world.messages.values()].filter(({ chat }) => urn === `telegram:${chat}`);

test('of many concurrent taps in two processes, exactly as many succeed as places exist, and each gets a reply', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const task = await giveTask(store, 20, app.simulator.world.now());
  await Promise.all(urns.map((urn) => tap(urn, task, 'taken')));
  const kept = await loadTask(store, task.id);
  expect(kept?.takers).toHaveLength(20);
  expect(new Set(kept?.takers).size).toBe(20);
  const answered = (what: string) => urns.filter((urn) => messagesTo(urn).some(({ text }) => text?.includes(what)));
  await vi.waitFor(() => expect(answered('您接下了')).toHaveLength(20), { timeout: 15_000 });
  await vi.waitFor(() => expect(answered('有人先接了')).toHaveLength(PEOPLE - 20), { timeout: 15_000 });
  await expectInvariants(store);
});

test('of volunteers who tap on a full task at one moment, each reads the refusal in the own language', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [first, second, guest] = urns.slice(-3) as [Urn, Urn, Urn];
  const contact = JSON.stringify({ ...newContact('en', now), quiet: { from: 0, until: 0 } });
  await store.redis.hset(store.keys.person(guest), 'contact', contact, 'contact_sum', checksumOf(contact));
  const task = await giveTask(store, 1, now);
  const takes = (urn: Urn) => {
    taps += 1;
    const content = { type: 'choice', id: `go/my-tasks/${task.id}.taken` } as const;
    return answer({ id: `full:${taps}`, from: urn, at: 0, content }, app.running.services);
  };
  await takes(volunteers[0]?.urn ?? first);
  await Promise.all([first, guest, second].map(takes));
  const newest = (urn: Urn) => messagesTo(urn).at(-1)?.text ?? '';
  for (const urn of [first, second]) await vi.waitFor(() => expect(newest(urn)).toContain('有人先接了'));
  await vi.waitFor(() => expect(newest(guest)).toContain('Somebody was quicker'));
});

test('random concurrent actions never exceed the places or count a taker twice, and freed places are filled', {
  timeout: 90_000,
}, async () => {
  const { store } = app.running;
  const task = await giveTask(store, 4, app.simulator.world.now());
  const some = urns.slice(0, 16);
  const actions = ['taken', 'taken', 'handed_back', 'waited', 'not_waited'] as const;
  for (let round = 0; round < 40; round += 1) {
    const acts = Array.from({ length: 8 }, () => ({
      urn: some[random(some.length)] ?? some[0] ?? 'telegram:0',
      action: actions[random(actions.length)] ?? 'taken',
    }));
    // One action per person at a time.
    const each = acts.filter(({ urn }, i) => acts.findIndex((other) => other.urn === urn) === i);
    await Promise.all(each.map(({ urn, action }) => tap(urn, task, action)));
    const kept = await loadTask(store, task.id);
    expect(kept?.takers.length).toBeLessThanOrEqual(4);
    expect(new Set(kept?.takers).size).toBe(kept?.takers.length);
    expect(Object.keys(kept?.parts ?? {}).toSorted()).toEqual(kept?.takers.toSorted());
  }
  // Freed places go to the waiting list without further taps.
  await Promise.all(some.map((urn) => tap(urn, task, 'taken')));
  await Promise.all(some.map((urn) => tap(urn, task, 'waited')));
  const before = (await loadTask(store, task.id))?.takers ?? [];
  expect(before).toHaveLength(4);
  const leaving = volunteers.filter(({ id }) => before.includes(id)).map(({ urn }) => urn);
  await Promise.all(leaving.map((urn) => tap(urn, task, 'handed_back')));
  const filled = async () => {
    const { takers = [], waiting = [] } = (await loadTask(store, task.id)) ?? {};
    return {
      takers: takers.length,
      again: takers.filter((one) => before.includes(one)).length,
      waiting: waiting.length,
    };
  };
  await expect.poll(filled, { timeout: 15_000 }).toEqual({ takers: 4, again: 0, waiting: 8 });
  await expectInvariants(store);
});

test('a clock step is void once a place was handed back or the waiting list grew after it was computed', async () => {
  const { store, services: running } = app.running;
  const now = app.simulator.world.now();
  const [first, second] = volunteers as [Volunteer, Volunteer];
  const act = async (op: string, change: Change) =>
    (await commitAsSystem(store, { op: `stir:${op}`, what: 'test', ...change }, now)).type;
  for (const [what, change] of [
    ['leaves', (task: Task) => leavePlace(store, task.id, first.id)],
    ['waits', (task: Task) => waitForPlace(store, task.id, second.id, now)],
  ] as const) {
    const task = await giveTask(store, 1, now);
    const taken = await loadTask(store, task.id);
    if (!taken) throw new Error('There is no task.');
    expect(await act(`${what}:take`, takePlace(store, taken, first.id, now))).toBe('ok');
    const seen = await loadTask(store, task.id);
    const step = seen && (await timedTaskChange(store, seen, running.city.regions, now));
    expect(await act(what, change(task))).toBe('ok');
    expect(await act(`${what}:step`, step ?? NO_CHANGE)).toBe('conflict');
  }
});

test('a second tap on wait keeps the place in the waiting list', async () => {
  const { store } = app.running;
  const task = await giveTask(store, 1, app.simulator.world.now());
  const [taker, first, second] = urns.slice(30, 33) as [Urn, Urn, Urn];
  await tap(taker, task, 'taken');
  for (const urn of [first, second, first]) {
    await tap(urn, task, 'waited');
    await app.advance(1000);
  }
  const { waiting } = (await loadTask(store, task.id)) ?? {};
  expect(waiting).toEqual([first, second].map((urn) => volunteers[urns.indexOf(urn)]?.id));
});

test('a place that comes free goes to no one who left the waiting list meanwhile', async () => {
  const { store, services: running } = app.running;
  const now = app.simulator.world.now();
  const task = await giveTask(store, 1, now);
  const [waits] = volunteers as [Volunteer];
  await bulkWrite(store, waitForPlace(store, task.id, waits.id, now).writes);
  const seen = await loadTask(store, task.id);
  const step = seen && (await timedTaskChange(store, seen, running.city.regions, now));
  expect(step?.notices.map(({ to }) => to)).toEqual([waits.urn]);
  await tap(waits.urn, task, 'not_waited');
  const done = await commitAsSystem(store, { op: 'promote:late', what: 'test', ...(step ?? NO_CHANGE) }, now);
  expect(done.type).toBe('conflict');
  expect((await loadTask(store, task.id))?.takers).toEqual([]);
});

test('loads at one moment share a read, and a load after a commit sees it', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [first] = volunteers as [Volunteer];
  const task = await giveTask(store, 1, now);
  const [one, other] = await Promise.all([loadTask(store, task.id), loadTask(store, task.id)]);
  if (!one) throw new Error('There is no task.');
  expect(other).toBe(one);
  const change = takePlace(store, one, first.id, now);
  await commitAsSystem(store, { op: `share:${task.id}`, what: 'test', ...change }, now);
  expect((await loadTask(store, task.id))?.takers).toEqual([first.id]);
  // More records than one call reads.
  const many = [...volunteers, ...volunteers, ...volunteers].map(({ id }) => id);
  const loaded = await Promise.all(many.map((id) => loadVolunteer(store, id)));
  expect(loaded.map((kept) => kept?.record.id)).toEqual(many);
});

test('a volunteer is found by the id in the person’s record, and also if it is missing or another’s', async () => {
  const { store } = app.running;
  const [first, second] = volunteers as [Volunteer, Volunteer];
  expect(await store.redis.hget(store.keys.person(first.urn), 'volunteer')).toBe(first.id);
  for (const known of [first.id, second.id, 'volunteer_deleted0', undefined])
    expect((await loadVolunteerOf(store, first.urn, known))?.record.id).toBe(first.id);
});

test('proofs are deleted after a month, and the task after three years', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const task = await giveTask(store, 1, now);
  const [first] = volunteers as [Volunteer];
  const taken = await loadTask(store, task.id);
  if (!taken) throw new Error('There is no task.');
  const change = takePlace(store, taken, first.id, now);
  await commitAsSystem(store, { op: `retain:${task.id}`, what: 'test', ...change }, now);
  const proof = { words: { text: '走了一圈' } };
  await store.redis.hset(
    store.keys.taskParts(task.id),
    first.id,
    JSON.stringify({ state: 'confirmed', at: now, proof }),
  );
  const sweep = (days: number) => sweepTasks(store, task.until + days * 86_400_000, () => false);
  await sweep(29);
  expect((await loadTask(store, task.id))?.parts[first.id]).toMatchObject({ proof });
  await sweep(31);
  expect((await loadTask(store, task.id))?.parts[first.id]).toEqual({ state: 'confirmed', at: now });
  await sweep(3 * 366);
  expect(await loadTask(store, task.id)).toBeUndefined();
  expect(await store.redis.zscore(store.keys.volunteerTasks(first.id), task.id)).toBeNull();
  await expectInvariants(store);
});

test('an announcement to volunteers reaches exactly those of its region', async () => {
  const { store } = app.running;
  const { regions } = app.running.services.city;
  const stranger = await app.phone('路人');
  await stranger.say('你好');
  await stranger.sees(/安邻/);
  const to = (region: string): Broadcast => ({
    id: 'broadcast_volunteer',
    state: 'draft',
    kind: 'announcement',
    topic: 'notices',
    content: { title: '', words: {}, buttons: [] },
    audience: { type: 'people', region, who: 'volunteers' },
    schedule: { type: 'once', at: 'now' },
    staleAfterMs: 0,
    by: '',
    region: '',
    madeAt: 0,
    runs: [],
  });
  for (const urn of urns) await store.redis.zadd(store.keys.persons, 0, urn);
  const reached = (region: string) => allRecipients(store, to(region), regions, app.simulator.world.now());
  expect(await reached('990101001000')).toEqual(urns.toSorted());
  expect(await reached('990101002000')).toEqual([]);
});

const POINTS: readonly CrashPoint[] = ['commit_on_wire', 'after_commit', 'after_send', 'ack_on_wire'];

describe('kill -9 while a task is offered and taken', () => {
  const folder = memoryFolder('anlin-takers-');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.concurrent.each(POINTS)(
    'at %s: all volunteers get an offer and a reply, two get a place, the third is told it is full',
    {
      timeout: 90_000,
    },
    async (point) => {
      const city = `takers_${point}`;
      const simulator = await startSimulator({ port: 0, limits: false });
      const store = await openStoreAt(app.redis.url, city);
      await saveCityData(store, demoCityData(), 'test', 0);
      const phones = await Promise.all(['快手', '小陈', '慢性子'].map((name) => Phone.of(simulator.url, name)));
      for (const { id } of phones) {
        const person = simulator.world.people.get(id);
        if (person) simulator.world.changePerson({ ...person, started: true });
      }
      await crowd(
        store,
        phones.map(({ id }) => `telegram:${id}` as const),
        simulator.world.now(),
      );
      const bot = new BotProcess(join(folder, city), {
        TELEGRAM_TOKEN: simulator.token,
        TELEGRAM_API_ROOT: simulator.url,
        REDIS_URL: app.redis.url,
        CITY: city,
      });
      bot.start({ CRASH_AT: `${point}:${1 + random(3)}` });
      const task = await giveTask(store, 2, app.simulator.world.now(), app.simulator.world.now());
      for (const phone of phones) await phone.hasSeen(/有个任务想请您：巡逻/, 30_000);
      await Promise.all(phones.map((phone) => phone.tap('我来')));
      for (const phone of phones) await phone.hasSeen(/您接下了|有人先接了/, 30_000);
      const settled = async () => {
        expect(bot.deaths, bot.output).toBe(1);
        expect(await store.redis.hlen(store.keys.outbox)).toBe(0);
      };
      await vi.waitFor(settled, { timeout: 15_000, interval: 50 });
      const kept = await loadTask(store, task.id);
      expect(kept?.takers).toHaveLength(2);
      await expectInvariants(store);
      store.close();
      await bot.stop();
      await simulator.close();
    },
  );
});
