import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addHistory, loadCase, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import type { TopicBoard, TopicPage } from '../../src/console/pages/topics.ts';
import { keepTopicResults } from '../../src/deliberation/ballot/results.ts';
import { keepTopic, loadTopic, loadTopics } from '../../src/deliberation/topic/topic-store.ts';
import { lifeOf } from '../../src/demo/history/life.ts';
import { contactFields, loadPerson } from '../../src/people/person-store.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../src/volunteers/tasks/task-store.ts';
import { STREET, shown, staff } from '../cases/desk.ts';
import type { Browser } from '../console/browser.ts';
import { signIn } from '../console/browser.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { COMMUNITY, neighbours, OTHER_COMMUNITY } from './neighbours.ts';
import { topicIn } from './topic-scenarios.ts';

let app: TestApp;
let lead: Phone;
let street: Phone;
let zhou: Phone;
let others: readonly Phone[];
let stranger: Phone;

beforeAll(async () => {
  app = await openTestApp({ cluster: false, site: 'https://anlin.example.org' });
  lead = await staff(app, '社区负责人', 'lead', COMMUNITY);
  street = await staff(app, '街道负责人', 'lead', STREET);
  [zhou, ...others] = (await neighbours(app, ['周阿姨', '甲', '乙', '丙', '丁', '戊'])) as [Phone, ...Phone[]];
  [stranger] = (await neighbours(app, ['外人'], { home: OTHER_COMMUNITY })) as [Phone];
}, 60_000);
afterAll(() => app.close());

/** Writes the whole history of a case of the community that was solved; returns its number. */
async function solvedCase({ running, simulator }: TestApp): Promise<string> {
  const { store, services } = running;
  const { city } = services;
  const now = simulator.world.now();
  const random = randomFrom(1);
  const below = (end: number) => Math.floor(random() * end);
  for (;;) {
    const filed: Report = {
      id: newCaseId(below),
      number: newCaseNumber(below),
      category: 'e_bike_wire_charging',
      place: { region: COMMUNITY },
      description: { text: '楼道口飞线充电' },
      photos: [],
      urgent: false,
      filedAt: now - 60 * DAY_MS,
      ...responsibleRegions(COMMUNITY, city.regions),
    };
    await bulkWrite(store, addHistory(store, lifeOf(filed, false, now, { city, random }), 'demo:1', now));
    if ((await loadCase(store, filed.id))?.record.state === 'closed') return filed.number;
  }
}

const newest = async () => {
  const [kept] = await loadTopics(app.running.store);
  if (!kept) throw new Error('There is no topic.');
  return kept.record;
};

async function propose(phone: Phone, words: string, whom = '物业'): Promise<void> {
  await phone.say('提一件事');
  await phone.sees(/在哪里做一件什么事/);
  await phone.say(words);
  await phone.sees(/请谁来做/);
  await phone.tap(whom);
  await phone.sees(/都对就交/);
  await phone.tap('交上去');
  await phone.sees(/收到了，谢谢您/);
}

/** Opens the newest topic from the list. */
async function open(phone: Phone, words: string): Promise<void> {
  await phone.say('议事');
  await phone.sees(/街坊在商量/);
  await phone.tap(words.slice(0, 8));
  await phone.sees(new RegExp(words.slice(0, 8)));
}

/** The seal of the newest question about a topic. */
async function sealOf(browser: Browser, id: string): Promise<string> {
  const form = await browser.form('steer-topics', { argument: id, inputs: [], op: 'look-at-the-topic-001' });
  return form.type === 'asks' ? form.question.seal : '';
}

const PILES = '在 3 号楼下装两个充电桩';

test('a topic goes from a proposal to a kept promise', { timeout: 120_000 }, async () => {
  const { store } = app.running;
  // A person is not written about.
  await zhou.say('提一件事');
  await zhou.sees(/在哪里做一件什么事/);
  await zhou.say('请把 3 号楼的张建国赶走');
  await zhou.sees(/这里说事和地方，不说人/);
  await zhou.say(PILES);
  await zhou.sees(/请谁来做/);
  await zhou.tap('物业');
  await zhou.sees(/都对就交/);
  await zhou.tap('交上去');
  await zhou.sees(/收到了，谢谢您/);
  await zhou.say('提一件事');
  await zhou.sees(/您已经提了一件/);
  const { id } = await newest();
  // Nobody but the proposer and moderators reads it before it is accepted, and nobody reads who proposed it.
  await others[0]?.say('议事');
  await others[0]?.sees(/商量 0 件事/);
  expect(JSON.stringify(await store.redis.hgetall(store.keys.topic(id)))).not.toContain(String(zhou.id));

  await lead.hasSeen(/有街坊提了一件，请一个工作日内看看/);
  await lead.tap('看一看');
  await lead.sees(/充电桩/);
  await lead.tap('可以商量');
  await lead.sees(/商量几天/);
  await lead.tap('14 天');
  await lead.sees(/请街坊附议/);
  await zhou.hasSeen(/您提的这件可以开始了.*要 5 位街坊/s);

  for (const phone of [zhou, ...others.slice(0, 4)]) {
    await open(phone, PILES);
    await phone.tap('我也想');
    await phone.sees(/您也想做这件事吗/);
    await phone.tap('我也想');
    await phone.sees(/不记您的名字/);
  }
  await stranger.say('你好');
  await stranger.forge((await stranger.sees(/./)).message_id, `go/second-topic/${id}`);
  await stranger.hasNew(/在别的社区/);
  await zhou.hasSeen(/附议够了，开始商量/);
  expect(await newest()).toMatchObject({ state: 'discussing', seconds: 5, needed: 5 });

  const [first, second] = others as [Phone, Phone];
  await open(first, PILES);
  await first.tap('我说一句');
  await first.sees(/您怎么想/);
  await first.say('装在车棚里，雨天也能充。');
  await first.sees(/不写谁说的/);
  // Five statements a person; the store holds their number in the sealed votes only.
  for (const words of ['晚上也要能用。', '收费要写清楚。', '别挡住消防通道。', '坏了有人修。']) {
    await first.forge((await first.sees(/./)).message_id, `go/say-statement/${id}`);
    await first.hasNew(/您怎么想/);
    await first.say(words);
    await first.sees(/不写谁说的/);
  }
  await first.forge((await first.sees(/./)).message_id, `go/say-statement/${id}`);
  await first.hasNew(/您说了 5 句了/);
  // News of the other statements may come between.
  await app.settle();
  await lead.hasSeen(/有人说了一句/);
  await lead.tap('看一看');
  await lead.hasSeen(/商量.*充电桩|充电桩.*商量/s);
  await lead.tap('看新说的');
  await lead.hasSeen(/点一句看/);
  await lead.tap('装在车棚里');
  await lead.hasSeen(/放出来吗/);
  await lead.tap('放出来');
  await lead.hasSeen(/记下了/);
  await open(second, PILES);
  await second.tap('听听大家说的');
  await second.sees(/自家的还是租的|房子是您家的/);
  await second.tap('自家的');
  await second.sees(/多大年纪/);
  await second.say('跳过');
  await second.sees(/几号楼/);
  await second.say('3号楼');
  await second.sees(/装在车棚里/);
  await second.tap('认可');
  await second.sees(/都听完了/);

  await app.advance(14 * DAY_MS - HOUR_MS);
  expect(await newest()).toMatchObject({ state: 'discussing' });
  await app.advance(2 * HOUR_MS);
  await app.settle();
  await zhou.hasSeen(/开始征求意见/);
  for (const [i, phone] of [zhou, ...others].entries()) {
    await open(phone, PILES);
    await phone.tap('我来选');
    await phone.sees(/您想不想做/);
    await phone.tap(i === 0 ? '不想做' : '想做');
    await phone.sees(/记下了/);
  }
  // A vote may be changed until the close.
  await open(zhou, PILES);
  await zhou.tap('我改一改');
  await zhou.sees(/您想不想做/);
  await zhou.tap('👍 想做');
  await zhou.sees(/记下了/);
  expect(await store.redis.hlen(store.keys.topicBallots(id))).toBe(6);

  await app.advance(7 * DAY_MS + HOUR_MS);
  await app.settle();
  await lead.hasSeen(/意见收齐了，请给个回话/);
  expect(await newest()).toMatchObject({ state: 'decided' });
  for (const key of [store.keys.topicBallots(id), store.keys.topicCodes(id)])
    expect(await store.redis.exists(key)).toBe(0);
  await open(zhou, PILES);
  await zhou.sees(/不到 10 位，不公布人数/);

  await lead.tap('看一看');
  await lead.sees(/充电桩/);
  await lead.tap('答应去做');
  await lead.sees(/哪个单位/);
  await lead.say('1');
  await lead.sees(/做什么/);
  await lead.say('车棚里装好两个充电桩，能用。');
  await lead.sees(/哪天以前/);
  await lead.say('三个月后');
  await lead.sees(/居民看得到/);
  await zhou.hasSeen(/有人答应了/);

  const number = await solvedCase(app);
  await lead.tap('看一看');
  await lead.sees(/充电桩/);
  await lead.tap('连上要做的活');
  await lead.sees(/案件编号/);
  await lead.say('AAAA-AAAA');
  await lead.sees(/没有这个编号的案件/);
  await lead.tap('📎 连上');
  await lead.sees(/请核对后再写/);
  await lead.tap('看一看');
  await lead.sees(/充电桩/);
  await lead.tap('连上要做的活');
  await lead.sees(/案件编号/);
  await lead.say(shown(number));
  await lead.hears(/连上这个案件吗/);
  await lead.tap('📎 连上');
  await lead.sees(/连上了/);
  await app.advance(2 * HOUR_MS);
  await app.settle();
  await zhou.hasSeen(/按时做到了/);
  expect(await newest()).toMatchObject({ state: 'promised', promise: { verdict: 'kept' } });

  // Who took part may object, once; others may not.
  await open(first, PILES);
  await first.tap('没做到');
  await first.sees(/您看到没做到吗/);
  await first.tap('没做到');
  await first.sees(/记下了/);
  await open(first, PILES);
  expect((await first.sees(/充电桩/)).buttons.flat().some(({ text }) => text.includes('没做到'))).toBe(false);

  await app.advance(15 * DAY_MS);
  await app.settle();
  await app.advance(2 * HOUR_MS);
  await app.settle();
  expect(await newest()).toMatchObject({ state: 'reviewed' });
  // Nothing about people is left: neither the proposer nor who took part.
  expect(await store.redis.keys(`*${id}:*`)).toEqual([store.keys.topicResults(id)]);
  expect(await store.redis.exists(store.keys.topicOf(`telegram:${zhou.id}`))).toBe(0);
  await expectInvariants(store);
});

test('a refusal has a reason that is counted, and the street looks again', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  await propose(zhou, '把 5 号楼前的花坛改成停车位');
  await lead.hasSeen(/花坛/);
  await lead.tap('看一看');
  await lead.sees(/花坛/);
  await lead.tap('不列进来');
  await lead.sees(/为什么/);
  await lead.tap('不清楚');
  await lead.sees(/已告诉提的人/);
  await zhou.hasSeen(/没有列进来：没看明白/);
  expect(await store.redis.hgetall(store.keys.topicRefusals)).toEqual({ [`${COMMUNITY} unclear`]: '1' });
  await zhou.tap('看一看');
  await zhou.sees(/花坛/);
  await zhou.tap('请街道再看看');
  await zhou.sees(/请街道另一位再看看/);
  await street.hasSeen(/提的人请街道再看/);
  await lead.say('办议事');
  await lead.sees(/点一件看/);
  await lead.tap('花坛');
  const card = await lead.sees(/花坛/);
  expect(card.buttons.flat().some(({ text }) => text.includes('可以商量'))).toBe(false);
  // The street answers on the console; the board has the clock, and no person.
  const browser = await signIn(app, street);
  const board = (await browser.get('/topics')).body as unknown as TopicBoard;
  const { id, until } = await newest();
  expect(board.topics.find((one) => one.id === id)).toMatchObject({ state: 'proposed', due: until, late: false });
  expect(board.ledger).toMatchObject({ kept: 1, due: 1, broken: 0 });
  expect(board.refusals).toContainEqual({ reason: 'unclear', n: 1 });
  expect(JSON.stringify(board)).not.toMatch(new RegExp(`${zhou.id}|${lead.id}|pseudonym|"by"`));
  await browser.form('steer-topics', {
    argument: id,
    inputs: [
      { step: 'next', option: 'accept', seal: await sealOf(browser, id) },
      { step: 'days', option: '7' },
    ],
    op: 'accept-the-topic-0001',
  });
  await zhou.hasSeen(/您提的这件可以开始了.*花坛/s);
});

test('a promise follows its task, and is kept once another person than the promiser has seen it', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const by = store.pseudonym(`telegram:${lead.id}`);
  const promise = {
    unit: 'office_990101001000',
    measure: '楼道灯修好',
    due: now + 30 * DAY_MS,
    by,
    at: now,
    cases: [],
  };
  const { record } = topicIn('promised', {
    id: 'topic_proof123',
    words: '把楼道灯修好',
    since: now,
    needed: 5,
    seconds: 5,
    promise,
  });
  const task: Task = {
    id: 'task_lights12',
    kind: 'help',
    state: 'open',
    words: '换楼道灯',
    place: { region: COMMUNITY },
    region: COMMUNITY,
    from: now + DAY_MS,
    until: now + DAY_MS + HOUR_MS,
    needed: 1,
    skills: [],
    checkIn: 'code',
    code: '1234',
    proof: 'words',
    by,
    madeAt: now,
    waves: 0,
  };
  const results = keepTopicResults(store, record.id, { discussion: { statements: [], notes: [] } });
  await bulkWrite(store, [...keepTopic(store, record).writes, results, ...keepTask(store, task).writes]);
  await lead.forge((await lead.sees(/./)).message_id, `go/steer-topics/${record.id}`);
  await lead.hasNew(/楼道灯修好/);
  await lead.tap('连上要做的活');
  await lead.sees(/连上哪一种/);
  await lead.tap('志愿者任务');
  await lead.sees(/哪一个任务/);
  await lead.say('1');
  await lead.sees(/连上了/);
  const came = [
    ['ZADD', store.keys.taskTakers(task.id), now, 'volunteer_lights12'] as const,
    ['ZADD', store.keys.volunteerTasks('volunteer_lights12'), now, task.id] as const,
    ...setPart(store, task.id, 'volunteer_lights12', { state: 'confirmed', at: now + DAY_MS }),
  ];
  await bulkWrite(store, [...keepTask(store, { ...task, state: 'ended' }, { version: 1 }).writes, ...came]);
  await app.advance(DAY_MS);
  await app.settle();
  const loaded = async () => (await loadTopic(store, record.id))?.record.promise;
  expect(await loaded()).toMatchObject({ tasks: [task.id], awaitsProof: true });
  // The board shows the rows of the promise: the task is done, and no other person has seen it.
  const page = async () => (await (await signIn(app, street)).get(`/topics/${record.id}`)).body as unknown as TopicPage;
  expect((await page()).promise).toMatchObject({
    measure: '楼道灯修好',
    state: 'awaits_proof',
    work: [{ name: expect.stringContaining('🤝'), state: 'solved' }],
  });
  // The promiser is told, and cannot confirm the own promise.
  await lead.hasSeen(/说是做好了/);
  await lead.tap('看一看');
  const card = await lead.sees(/连着 1 件活，做好 1 件.*等另一位去看一看才算/s);
  expect(card.buttons.flat().some(({ text }) => text.includes('做好了'))).toBe(false);
  await street.hasSeen(/说是做好了/);
  await street.tap('看一看');
  await street.sees(/等另一位去看一看才算/);
  await street.tap('我去看了，做好了');
  await street.sees(/谢谢您去看/);
  await app.advance(HOUR_MS);
  await app.settle();
  expect(await loaded()).toMatchObject({ verdict: 'kept', settledAt: task.until });
  expect((await page()).promise?.state).toBe('kept');
  await expectInvariants(store);
});

test('a page of topics is for leads, the office and auditors, in their scope', { timeout: 60_000 }, async () => {
  const { id } = await newest();
  const [dispatcher, elsewhere] = await Promise.all([
    staff(app, '受理员', 'dispatcher', STREET),
    staff(app, '别处', 'lead', OTHER_COMMUNITY),
  ]);
  expect((await (await signIn(app, dispatcher)).get('/topics')).status).toBe(403);
  const away = await signIn(app, elsewhere);
  expect((await away.get('/topics')).body).toMatchObject({ topics: [], ledger: { kept: 0 } });
  expect((await away.get(`/topics/${id}`)).status).toBe(404);
});

test('a forgotten person leaves no proposal, no vote and no mark behind', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const [, second] = others as [Phone, Phone];
  const { id } = await newest();
  await open(second, '把 5 号楼前的花坛');
  await second.tap('我也想');
  await second.sees(/您也想做这件事吗/);
  await second.tap('我也想');
  await second.sees(/不记您的名字/);
  expect(await store.redis.hlen(store.keys.topicBallots(id))).toBe(1);
  expect(await store.redis.hlen(store.keys.topicTookPart(id))).toBe(1);
  await second.say('/forget');
  await second.tap('删掉');
  await second.sees(/真的都删掉吗/);
  await second.tap('确定删掉');
  await second.sees(/都删掉了/);
  await app.settle();
  expect(await store.redis.hlen(store.keys.topicBallots(id))).toBe(0);
  expect(await store.redis.hlen(store.keys.topicTookPart(id))).toBe(0);
  await expectInvariants(store);
});

test('a proposer who moved away still reads the own topic, and takes it back to propose another', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const [mover] = (await neighbours(app, ['搬家的人'], { home: OTHER_COMMUNITY })) as [Phone];
  const words = '在二号楼前的空地种几棵树';
  await propose(mover, words);
  const urn = `telegram:${mover.id}` as const;
  const { contact, version } = await loadPerson(store, urn);
  if (!contact) throw new Error('There is no contact.');
  const moved = Object.entries(contactFields({ ...contact, home: COMMUNITY })).flat();
  await bulkWrite(store, [['HSET', store.keys.person(urn), 'version', String(version + 1), ...moved]]);
  services.persons.drop(urn);
  await mover.say('提一件事');
  await mover.sees(/种几棵树/);
  await mover.tap('看一看');
  await mover.tap('不提了');
  await mover.sees(/好，不提了/);
  expect(await newest()).toMatchObject({ state: 'withdrawn', words });
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});
