import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inbound, Urn } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { keepTask, loadTask, setPart, takePlace } from '../../src/volunteers/tasks/task-store.ts';
import { joinTeam, keepTeam } from '../../src/volunteers/teams/team-store.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { caseOf, handle, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { times, volunteers } from './by-phone.ts';
import { COMMUNITY, crowd, giveTask } from './crowd.ts';

let app: TestApp;
let dispatcher: Phone;
let chen: Phone;
let people: readonly Volunteer[];

beforeAll(async () => {
  app = await openTestApp();
  const { world } = app.simulator;
  const urns = Array.from({ length: 6 }, (_, i): Urn => {
    const person = world.addPerson(`志愿者${i}`, 'zh-hans');
    world.changePerson({ ...person, started: true });
    return `telegram:${person.id}`;
  });
  people = await crowd(app.running.store, urns, world.now());
  dispatcher = await staff(app, '受理员老吴', 'dispatcher', '*');
  [chen] = (await volunteers(app, ['小陈'])) as [Phone];
}, 60_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
let taps = 0;

async function tap({ urn }: Volunteer, argument: string, flow = 'my-tasks'): Promise<string> {
  taps += 1;
  const content = { type: 'choice', id: `go/${flow}/${argument}` } as const;
  const inbound: Inbound = { id: `fair:${taps}`, from: urn, at: 0, content };
  const before = said(urn).length;
  await answer(inbound, app.running.services);
  await expect.poll(() => said(urn).length, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
  return said(urn).at(-1) ?? '';
}

const said = (urn: Urn) =>
  [...app.simulator.world.messages.values()].flatMap(({ chat, text }) =>
    urn === `telegram:${chat}` && text ? [text] : [],
  );

async function change(task: Task, more: Partial<Task>): Promise<Task> {
  const kept = await loadTask(app.running.store, task.id);
  const after = { ...(kept?.record ?? task), ...more };
  const { checks, writes } = keepTask(app.running.store, after, kept);
  taps += 1;
  await commitAsSystem(app.running.store, { op: `fair:change:${taps}`, what: 'test', checks, writes }, now());
  return after;
}

test('a task with no step due causes no commits', { timeout: 30_000 }, async () => {
  const { store } = app.running;
  const [first] = people as [Volunteer];
  const task = await giveTask(store, 1, now());
  expect(await tap(first, `${task.id}.taken`)).toMatch(/您接下了/);
  await change(task, { nextWave: now() - 1000 });
  await expect
    .poll(async () => (await loadTask(store, task.id))?.record.nextWave, { timeout: PATIENCE_MS })
    .toBeUndefined();
  const before = await store.redis.xlen(store.keys.audit);
  await app.settle();
  expect(await store.redis.xlen(store.keys.audit)).toBe(before);
});

test('a cancelled task accepts no check-in or proof, and a volunteer who leaves takes their proof along', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  const [, second] = people as [Volunteer, Volunteer];
  const task = await giveTask(store, 1, now());
  expect(await tap(second, `${task.id}.taken`)).toMatch(/您接下了/);
  const part = { state: 'checked_in', at: now(), proof: { words: { text: '我的话' } } } as const;
  taps += 1;
  const writes = setPart(store, task.id, second.id, part);
  await commitAsSystem(store, { op: `fair:part:${taps}`, what: 'test', checks: [], writes }, now());
  await change(task, { state: 'cancelled', from: now(), until: now() + 3_600_000 });
  expect(await tap(second, `${task.id}.proven`)).toMatch(/不用做了/);
  expect(await tap(second, `${task.id}.checked_in`)).toMatch(/不用做了/);
  await expectInvariants(store);
  await tap(second, 'all', 'my-hours');
  await store.redis.zadd(store.keys.volunteersLeaving, 0, second.urn);
  await expect.poll(() => store.redis.exists(store.keys.volunteerOf(second.urn)), { timeout: PATIENCE_MS }).toBe(0);
  expect(await store.redis.hget(store.keys.person(second.urn), 'volunteer')).toBeNull();
  expect(await store.redis.hgetall(store.keys.taskParts(task.id))).toEqual({});
});

test('a single taker cannot check in after dark', async () => {
  const { store } = app.running;
  const [, , third, fourth] = people as readonly [Volunteer, Volunteer, Volunteer, Volunteer];
  const task = await giveTask(store, 2, now());
  const night = Date.parse('2026-12-01T21:00:00+08:00');
  expect(await tap(third, `${task.id}.taken`)).toMatch(/您接下了/);
  const { checkIn } = await import('../../src/volunteers/tasks/task-rules.ts');
  const at = { from: night, until: night + 3_600_000 };
  const alone = await loadTask(store, task.id);
  if (!alone) throw new Error('There is no task.');
  expect(checkIn({ ...alone, record: { ...alone.record, ...at } }, third.id, { metres: 0 }, night)).toBe('alone');
  expect(await tap(fourth, `${task.id}.taken`)).toMatch(/您接下了/);
  const two = await loadTask(store, task.id);
  if (!two) throw new Error('There is no task.');
  const there = checkIn({ ...two, record: { ...two.record, ...at } }, third.id, { metres: 0 }, night);
  expect(there).toMatchObject({ state: 'checked_in' });
});

test('only members of a team can take its tasks', async () => {
  const { store } = app.running;
  const [, , , , fifth, sixth] = people as readonly [Volunteer, Volunteer, Volunteer, Volunteer, Volunteer, Volunteer];
  const team = {
    id: 'team_ourselves',
    name: '车站队',
    series: 'station',
    region: COMMUNITY,
    capacity: 5,
    by: 'test',
    madeAt: now(),
  } as const;
  const joining = joinTeam(store, team, fifth.id, now());
  const writes = [...keepTeam(store, team).writes, ...joining.writes];
  await commitAsSystem(store, { op: 'fair:team', what: 'test', checks: [], writes }, now());
  const task = await change(await giveTask(store, 2, now()), { team: team.id });
  expect(await tap(sixth, `${task.id}.taken`)).not.toMatch(/您接下了/);
  expect((await loadTask(store, task.id))?.takers).toEqual([]);
  expect(await tap(fifth, `${task.id}.taken`)).toMatch(/您接下了/);
});

test('a volunteer cannot visit their own report, and a visit ends when the hazard proves dangerous', {
  timeout: 60_000,
}, async () => {
  const number = await report(chen);
  await handle(dispatcher, number, '请志愿者去看');
  await dispatcher.sees(/请附近的志愿者去看一眼/);
  const asked = () => people.find(({ urn }) => said(urn).some((text) => text.startsWith('有个任务想请您：看一眼')));
  await expect.poll(asked, { timeout: 10_000 }).toBeDefined();
  const first = asked() as Volunteer;
  const { store } = app.running;
  const id = (await store.redis.get(store.keys.taskOfCase((await caseOf(app, chen)).id))) ?? '';
  expect((await chen.fromBot()).some(({ text }) => text?.startsWith('有个任务想请您：看一眼'))).toBe(false);
  await chen.forge((await chen.sees(/./)).message_id, `go/my-tasks/${id}.taken`);
  await chen.sees(/请别人去看更公道/);

  expect(await tap(first, `${id}.taken`)).toMatch(/您接下了/);
  await handle(dispatcher, number, '改类别');
  await dispatcher.hasNew(/是哪一类隐患/);
  await dispatcher.tap('照明供电');
  await dispatcher.hasNew(/哪一种/);
  await dispatcher.tap('电线裸露');
  await expect.poll(() => said(first.urn).at(-1), { timeout: 10_000 }).toMatch(/不用再去看了/);
  expect((await loadTask(store, id))?.record.state).toBe('ended');
});

test('a change to the youth group requires consent again, and no session holds a plain phone number', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  await chen.say('报名');
  await chen.sees(/都对就交/);
  await chen.tap('改电话');
  await chen.sees(/留个电话/);
  await chen.say('13800138000');
  await chen.sees(/都对就交/);
  expect(JSON.stringify(await loadPerson(store, `telegram:${chen.id}`))).not.toContain('13800138000');
  for (const key of await scanKeys(store, store.keys.meta.replace(/meta$/, '*')))
    expect(String(await store.redis.dump(key).catch(() => '')), key).not.toContain('13800138000');
  await chen.tap('改年纪');
  await chen.sees(/多大年纪/);
  await chen.tap('14 到 17 岁');
  await times(chen, /家长同意了吗/, 1);
  await chen.tap('同意了');
  await chen.sees(/您会什么/);
});

test('for a place without a point, check-in works anywhere in its region', async () => {
  const { store } = app.running;
  const [, , , , , sixth] = people as readonly [Volunteer, Volunteer, Volunteer, Volunteer, Volunteer, Volunteer];
  const task = await change(await giveTask(store, 1, now()), {
    place: { region: COMMUNITY, text: '老银杏树下' },
    from: now() - 60_000,
    until: now() + 3_600_000,
  });
  const kept = await loadTask(store, task.id);
  if (!kept) throw new Error('There is no task.');
  const taking = takePlace(store, kept, sixth.id, now());
  await commitAsSystem(store, { op: 'fair:place', what: 'test', ...taking }, now());
  expect(await tap(sixth, `${task.id}.checked_in`)).toMatch(/到了吗/);
  taps += 1;
  const content = { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } } as const;
  await answer({ id: `fair:${taps}`, from: sixth.urn, at: 0, content }, app.running.services);
  await expect.poll(() => said(sixth.urn).at(-1), { timeout: PATIENCE_MS }).toMatch(/签到好了/);
});
