import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId, runIdOf } from '../../src/broadcasts/broadcast.ts';
import { sweepBroadcasts } from '../../src/broadcasts/broadcast-retention.ts';
import { keepBroadcast, loadBroadcast, loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import { startFired } from '../../src/broadcasts/schedule-job.ts';
import { loadChunk } from '../../src/broadcasts/sending/audience.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { TIMINGS } from '../../src/timings.ts';
import { staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp, TEST_TIMINGS } from '../test-app.ts';
import { chooseAction, composeDraft, newestBroadcast } from './by-phone.ts';

let app: TestApp;
let maker: Phone;
let other: Phone;
const residents: Phone[] = [];
const RESIDENTS = 210;

beforeAll(async () => {
  // Calls take long while 210 phones poll in the same process; a short time-out would count them as unknown.
  app = await openTestApp({ timings: { ...TEST_TIMINGS, telegram: TIMINGS.telegram } });
  maker = await staff(app, '老张', 'office', '*');
  other = await staff(app, '李主任', 'office', '*');
  // These phones do not run the jobs: 210 of them at once would delay every reply. The jobs' own timers do.
  for (let i = 0; i < RESIDENTS; i += 1) residents.push(await Phone.of(app.simulator.url, `居民${i}`));
  await Promise.all(residents.map((phone) => phone.say('你好')));
  // One after the other: a change in the simulator wakes every phone that waits.
  for (const phone of residents) await phone.sees(/安邻/, 20_000);
}, 60_000);
afterAll(() => app.close());

const newest = () => newestBroadcast(app.running.store);

test('an announcement is written, approved by a second person and sent; the counts add up', {
  timeout: 90_000,
}, async () => {
  await composeDraft(maker, '接到这种电话，请挂掉', '自称公安要您转账的，都是骗子。拿不准打 96110。');
  await chooseAction(maker, '先发给我看');
  await maker.sees(/就是这个样子/);
  // The preview shows the buttons that the recipients will see; a tap before the sending counts nothing.
  const preview = await maker.hasSeen(/^接到这种电话，请挂掉\n\n自称公安/);
  expect(preview.buttons.flat().map(({ text }) => text)).toEqual(['👌 知道了', '🔕 不再收这类']);
  await maker.tap('知道了', preview.message_id);
  await maker.sees(/还没有发出去，点了不算数/);
  await chooseAction(maker, '提交');
  await maker.sees(/提交了，等另一个人同意/);
  expect((await newest()).state).toBe('proposed');

  await other.hasSeen(/有一条公告等您看.*212 个人/);
  await other.tap('看一看');
  const card = await other.sees(/人数：212 人/);
  expect(card.text).toContain('要第二个人同意：超过 200 人');
  expect(card.text).toContain('自称公安要您转账的');
  await other.tap('同意发出');
  await other.sees(/请把人数打一遍/);
  await other.say('210');
  await other.sees(/确定吗/);
  await other.tap('确定');
  await other.sees(/人数对不上/);
  expect((await newest()).state).toBe('proposed');
  await chooseAction(other, '同意发出');
  await other.sees(/请把人数打一遍/);
  await other.say('212');
  await other.sees(/都是骗子.*212 人.*接下来：60 秒以后发给 212 个人，这之前还可以撤掉/s);
  await other.tap('确定');
  await other.sees(/^同意了，60 秒以后发给 212 个人，这之前还可以撤掉。$/);
  await maker.hasSeen(/有人同意了/);

  // Within the undo window nothing is sent.
  await app.settle();
  expect(await residents[0]?.fromBot()).toHaveLength(1);
  await app.advance(61 * 1000);
  await maker.hasSeen(/发完了/, 20_000);
  for (const phone of residents) await phone.hasSeen(/都是骗子/, 10_000);

  const { id, runs } = await newest();
  const run = runIdOf(id, runs[0]?.slot ?? 0);
  const progress = await loadProgress(app.running.store, run);
  expect(progress).toMatchObject({ state: 'ended', why: 'done', total: 212, left: 0, counts: { delivered: 212 } });
  const calls = await app.calls();
  const sent = (phone: Phone) =>
    calls.filter((call) => call.method === 'sendMessage' && call.ok && call.chat_id === phone.id);
  expect(residents.map((phone) => sent(phone).length)).toEqual(residents.map(() => 2));
  await expectInvariants(app.running.store);
});

test('a tap on 知道了 counts once per person, and the store does not reveal who tapped', {
  timeout: 30_000,
}, async () => {
  const [first, second] = residents as [Phone, Phone];
  for (const phone of [first, second, first]) {
    await phone.tap('知道了', (await phone.withButton('知道了')).message_id);
    await phone.hasNew(/谢谢您/);
  }
  await maker.tap('看这条', undefined);
  await maker.sees(/知道了：2 人/);
  const marks = await app.running.store.redis.zrange(
    app.running.store.keys.broadcastHeard((await newest()).id),
    0,
    '-1',
  );
  expect(marks.join()).not.toContain(String(first.id));
  expect(marks.join()).not.toContain(app.running.store.pseudonym(`telegram:${first.id}`));
});

test('muting a topic and /stop end announcements; urgent ones still arrive after /stop', {
  timeout: 60_000,
}, async () => {
  const [muted, stopped, usual] = residents.slice(2, 5) as [Phone, Phone, Phone];
  await muted.tap('不再收这类');
  await muted.sees(/不再给您发『防骗提醒』/);
  await stopped.say('/stop');
  await stopped.hasSeen(/不再给您发通知公告/);
  await composeDraft(maker, '新骗局', '刷单返利是骗局。');
  await chooseAction(maker, '提交');
  await maker.sees(/提交了/);
  expect((await newest()).count).toBe(210);
  await chooseAction(maker, '撤掉');
  await maker.sees(/撤掉了/);
  expect(await newest()).toMatchObject({ state: 'cancelled' });

  await composeDraft(maker, '煤气泄漏，马上离开', '3 号楼的人请马上下楼。', { kind: '紧急' });
  await chooseAction(maker, '提交');
  await maker.sees(/提交了/);
  expect((await newest()).count).toBe(212);
  await chooseAction(maker, '没人能审');
  await maker.sees(/接下来：正在发给 212 个人/);
  await maker.tap('确定');
  await maker.hasSeen(/好，正在发给 212 个人。\n\n其他负责人已经知道/);
  for (const phone of [muted, stopped, usual])
    await phone.hasSeen(/^🚨 煤气泄漏，马上离开\n发布：.+ · 平安办\n\n3 号楼的人请马上下楼。$/, 15_000);
  await other.hasSeen(/一个人直接发了/);
  await maker.hasSeen(/公告『煤气泄漏，马上离开』：/, 15_000);
});

test('a forbidden link, a phone number or an unfilled gap is refused before approval', {
  timeout: 30_000,
}, async () => {
  await composeDraft(maker, '领奖', '点 bit.ly/abc 领奖，〔日期〕以前有效。');
  await chooseAction(maker, '提交');
  await maker.sees(/这里还没有填：〔日期〕/);
  expect((await newest()).state).toBe('draft');
});

test('a person without a role cannot announce, and a forged button changes nothing', { timeout: 30_000 }, async () => {
  const zhou = await app.phone('周阿姨');
  await zhou.say('写公告');
  await zhou.sees(/受理员、负责人或者平安办/);
  const { id } = await newest();
  await zhou.forge((await zhou.sees(/./)).message_id, `go/my-broadcasts/${id}`);
  await zhou.hasNew(/受理员、负责人或者平安办/);
  const person = await vi.waitFor(() => loadPerson(app.running.store, `telegram:${zhou.id}`));
  expect(person.talks.active).toBeUndefined();
});

test('a correction and a recall reach exactly the recipients of the announcement', { timeout: 60_000 }, async () => {
  await composeDraft(maker, '明早例会', '九点开会。', { who: '工作人员' });
  await chooseAction(maker, '提交');
  await maker.sees(/好，60 秒以后发给 2 个人/);
  await app.advance(61 * 1000);
  for (const phone of [maker, other]) await phone.hasSeen(/九点开会/, 15_000);
  await maker.hasSeen(/公告『明早例会』：.*送到 2 人/s, 15_000);

  await chooseAction(maker, '发更正');
  await maker.sees(/标题要改吗？现在是『明早例会』/);
  await maker.say('早会改时间');
  await maker.sees(/更正写什么/);
  await maker.say('改到十点开会。');
  // Before anything is submitted, the author sees the correction as its recipients will.
  await maker.sees(/收件人 2 个。\n\n接下来：60 秒以后发给 2 个人，这之前还可以撤掉。\n\n提交吗/);
  const preview = await maker.hasSeen(/^更正：早会改时间\n\n改到十点开会。$/);
  expect(preview.buttons.flat().map(({ text }) => text)).toEqual(['🔕 不再收这类']);
  expect((await newest()).content.title).toBe('明早例会');
  await maker.tap('提交');
  await maker.sees(/好，60 秒以后发给 2 个人/);
  await app.advance(61 * 1000);
  for (const phone of [maker, other]) await phone.hasSeen(/^更正：早会改时间\n\n改到十点开会。$/, 15_000);

  // Waits for both end notices before the recall.
  const ends = async () => {
    await app.tick();
    return (await maker.fromBot()).filter(({ text }) => /^公告『(明早例会|早会改时间)』：/.test(text ?? '')).length;
  };
  await expect.poll(ends, { timeout: 15_000 }).toBe(2);
  const wrong = (await loadBroadcasts(app.running.store)).find(
    ({ record }) => record.content.words['zh-CN'] === '九点开会。',
  );
  await maker.forge((await maker.sees(/./)).message_id, `go/my-broadcasts/${wrong?.record.id}`);
  await maker.sees(/^『明早例会』/);
  await maker.tap('撤回已发的');
  await maker.sees(/接下来：60 秒以后从 2 个人那里撤回，这之前还可以反悔。\n\n确定吗/);
  await maker.tap('确定');
  await maker.sees(/好，60 秒以后从 2 个人那里撤回/);
  await app.advance(61 * 1000);
  const shows = async (phone: Phone) => {
    await app.tick();
    return (await phone.fromBot()).some(({ text }) => text?.startsWith('明早例会\n\n九点'));
  };
  for (const phone of [maker, other]) await expect.poll(() => shows(phone), { timeout: 15_000 }).toBe(false);
  await expectInvariants(app.running.store);
});

test('a forgotten person is removed from the audiences, and retention deletes the rest', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const zhou = residents[9] as Phone;
  const [first] = (await loadBroadcasts(store)).flatMap(({ record }) =>
    record.content.title === '接到这种电话，请挂掉' ? record.runs.map(({ slot }) => runIdOf(record.id, slot)) : [],
  );
  const run = first ?? runIdOf('broadcast_', 0);
  const audience = async () => (await Promise.all([loadChunk(store, run, 0)])).flat();
  expect(await audience()).toContain(`telegram:${zhou.id}`);
  await zhou.say('/forget');
  await zhou.tap('删掉');
  await zhou.sees(/真的都删掉吗/);
  await zhou.tap('确定删掉');
  await zhou.sees(/都删掉了/);
  await expect.poll(() => store.redis.exists(store.keys.person(`telegram:${zhou.id}`)), { timeout: 10_000 }).toBe(0);
  await expect.poll(audience, { timeout: 10_000 }).not.toContain(`telegram:${zhou.id}`);
  expect(await audience()).toHaveLength(212);

  const later = (days: number) => sweepBroadcasts(store, app.simulator.world.now() + days * 86_400_000, () => false);
  const kept = () =>
    Promise.all(
      [store.keys.broadcastMessages(run), store.keys.broadcastAudience(run), store.keys.broadcastOutcomes(run)].map(
        (key) => store.redis.exists(key),
      ),
    );
  expect(await kept()).toEqual([1, 1, 1]);
  await later(3);
  expect(await kept()).toEqual([0, 1, 1]);
  await later(8);
  expect(await kept()).toEqual([0, 0, 1]);
  await later(31);
  expect(await kept()).toEqual([0, 0, 0]);
  expect(await loadProgress(store, run)).toMatchObject({ total: 212, counts: { delivered: 212 } });
  await expectInvariants(store);
});

test('an approval covers the shown content: a button under an older text is void, and so is a typed yes', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  const record: Broadcast = {
    ...(await newest()),
    id: newBroadcastId(),
    state: 'proposed',
    kind: 'urgent',
    content: { title: '停水通知', words: { 'zh-CN': '今晚停水。' }, buttons: [] },
    audience: { type: 'people', region: '990100000000', who: 'everybody' },
    by: 'somebody',
    count: 2,
    runs: [],
  };
  const keep = async (changed: Broadcast) => {
    const change = { op: `test:${JSON.stringify(changed.content)}`, what: 'test' };
    const kept = keepBroadcast(store, changed, await loadBroadcast(store, changed.id));
    expect((await commitAsSystem(store, { ...change, ...kept }, app.simulator.world.now())).type).toBe('ok');
  };
  await keep(record);
  await other.forge((await other.sees(/./)).message_id, `go/my-broadcasts/${record.id}`);
  const card = await other.sees(/^『🚨 停水通知』\n今晚停水。/);
  await keep({ ...record, content: { ...record.content, words: { 'zh-CN': '今晚全市停水三天。' } } });
  await other.tap('同意发出', card.message_id);
  await other.sees(/这里刚刚有变动.*今晚全市停水三天/s);
  await other.say('同意发出');
  await other.sees(/请把人数打一遍/);
  await other.say('2');
  await other.sees(/今晚全市停水三天/);
  await keep({ ...record, content: { ...record.content, words: { 'zh-CN': '今晚全省停水。' } } });
  await other.say('是的');
  await other.sees(/这里刚刚有变动.*今晚全省停水/s);
  await keep({ ...record, content: { ...record.content, words: { 'zh-CN': '今晚又来水了。' } } });
  await other.say('1');
  await other.sees(/这里刚刚有变动.*今晚又来水了/s);
  expect((await loadBroadcast(store, record.id))?.record.state).toBe('proposed');
  await other.say('是的');
  await other.sees(/^同意了/);
  expect((await loadBroadcast(store, record.id))?.record.approval).toBeDefined();
});

test('a started run keeps its audience when its start is repeated, also for an old broadcast', {
  timeout: 30_000,
}, async () => {
  const { store, services: running } = app.running;
  const now = app.simulator.world.now();
  const at = now - 1000;
  const old: Broadcast = {
    ...(await newest()),
    id: newBroadcastId(),
    state: 'started',
    kind: 'urgent',
    topic: 'urgent',
    audience: { type: 'people', region: '990100000000', who: 'organisers' },
    // Created long ago, like a weekly one: more than a hundred broadcasts are newer.
    madeAt: 1,
    runs: [{ slot: at, fate: 'fired' }],
  };
  const run = runIdOf(old.id, at);
  const { checks, writes } = keepBroadcast(store, old);
  const newer = Array.from(
    { length: 120 },
    (_, i) => ['ZADD', store.keys.broadcasts, now + i, `broadcast_${i}`] as const,
  );
  const kept = ['ZADD', store.keys.broadcastsKept, at, run] as const;
  const change = { op: 'test:old', what: 'test', checks, writes: [...writes, ...newer, kept] };
  expect((await commitAsSystem(store, change, now)).type).toBe('ok');
  const begin = async () => {
    await commitAsSystem(
      store,
      {
        op: `test:${Math.random()}`,
        what: 'test',
        checks: [],
        writes: [['ZADD', store.keys.broadcastsStarting, at, run]],
      },
      now,
    );
    await startFired(store, running.city.regions, now);
  };
  await begin();
  const before = await loadChunk(store, run, 0);
  expect(before).toContain(`telegram:${maker.id}`);
  await staff(app, '新来的', 'office', '*');
  await begin();
  expect(await loadChunk(store, run, 0)).toEqual(before);

  await other.say('/forget');
  await other.tap('删掉');
  await other.tap('确定删掉');
  await expect.poll(() => loadChunk(store, run, 0), { timeout: 10_000 }).not.toContain(`telegram:${other.id}`);
  await sweepBroadcasts(store, now + 31 * 86_400_000, () => false);
  expect(await store.redis.exists(store.keys.broadcastAudience(run), store.keys.broadcastOutcomes(run))).toBe(0);
  expect(await store.redis.zscore(store.keys.broadcastsKept, run)).toBeNull();
});
