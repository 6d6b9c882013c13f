import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS } from '../../src/calendar.ts';
import type { HonourSheet } from '../../src/console/pages/honours.ts';
import { verifyDraw } from '../../src/console/web/verify-draw.ts';
import { newContact } from '../../src/people/contact.ts';
import { contactFields } from '../../src/people/person-store.ts';
import { keepReportCounts, newReportCounts } from '../../src/review/few-reports/report-counts.ts';
import { BASIS_REDRAW } from '../../src/review/honours/basis-draw.ts';
import { doorOf } from '../../src/review/honours/evidence.ts';
import type { Honour } from '../../src/review/honours/honour.ts';
import { objectorMark, proposerMark } from '../../src/review/honours/honour.ts';
import { loadHonourBases } from '../../src/review/honours/honour-basis-store.ts';
import { sweepHonours } from '../../src/review/honours/honour-retention.ts';
import { keepHonour, loadHonour, loadHonours, newHonourId } from '../../src/review/honours/honour-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Team } from '../../src/volunteers/teams/team.ts';
import { keepTeam } from '../../src/volunteers/teams/team-store.ts';
import { STREET, staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import { neighbours } from '../deliberation/neighbours.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { faultsOf } from './broken-data.ts';
import { storeCases, wishes } from './made-cases.ts';

let app: TestApp;
let office: Phone;
let second: Phone;
let third: Phone;
let worker: Phone;
let resident: Phone;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const now = app.simulator.world.now();
  const made = wishes(0, { rework: 0, passed: 60 }, now - 20 * DAY_MS);
  await storeCases(
    app.running.store,
    made.map((wish, i) => ({ ...wish, confirmed: i >= 3 })),
    now,
  );
  // Three of the sixty residents who can be asked have not confirmed.
  const reporter = newContact('zh-CN', now);
  await bulkWrite(app.running.store, [
    [
      'HSET',
      app.running.store.keys.person('demo:1'),
      'version',
      '1',
      ...Object.entries(contactFields(reporter)).flat(),
    ],
    ['ZADD', app.running.store.keys.persons, 0, 'demo:1'],
  ]);
  office = await staff(app, '平安办小张', 'office', STREET);
  second = await staff(app, '平安办老李', 'office', STREET);
  third = await staff(app, '负责人', 'lead', STREET);
  worker = await staff(app, '网格员小高', 'grid_worker', '990101001001001');
  [resident] = (await neighbours(app, ['周阿姨'])) as [Phone];
}, 60_000);
afterAll(() => app.close());

const newest = async () => (await loadHonours(app.running.store))[0]?.record as Honour;

async function nominate(kind: string, subject?: RegExp): Promise<void> {
  await office.say('提名表扬');
  await office.hasNew(/提名哪一类/);
  await office.tap(kind);
  await office.hasNew(/提名哪一个/);
  const asked = await office.sees(/提名哪一个/);
  const labels = asked.buttons.flat().map(({ text }) => text);
  await office.tap(labels.find((label) => (subject ?? /./).test(label)) ?? labels[0] ?? '');
  await office.hasNew(/为什么提名/);
}

test('a grid is nominated, screened by the machine, objected to, decided by two, thanked, and the thanks is taken back', {
  timeout: 90_000,
}, async () => {
  await nominate('网格', /第一网格|第1网格|一号网格|1/);
  await office.say('张建国 13812345678 修得好');
  await office.hasNew(/写了某个人的名字/);
  await office.say('返修快，回访也勤。');
  await office.hasNew(/都对就提名/);
  await office.tap('提名');
  await office.hasSeen(/通过了核对，开始公示/, 10_000);

  // The evidence is frozen as row ids with the figure: 57 of 60.
  const { id, evidence, noticeUntil = 0 } = await newest();
  expect([evidence?.newer.closed.length, evidence?.newer.solved.length]).toEqual([60, 57]);
  expect(evidence && doorOf(evidence)).toBe('bar');
  expect(JSON.stringify(await newest())).not.toContain('telegram:');

  // A resident of the street reads the notice and objects once; no one reads who did.
  await resident.say('表扬');
  await resident.hasNew(/看哪一个/);
  await resident.tap('公示中');
  const card = await resident.sees(/办结 60 件，居民确认解决 57 件：比例不低于 86.2%（要 85%）/);
  expect(card.buttons.flat().map(({ text }) => text)).toEqual(['✋ 有异议', '👌 知道了', '⬅️ 上一步', '✖️ 关上']);
  await resident.tap('有异议');
  await resident.hasNew(/哪里不对/);
  await resident.say('北门的灯还是不亮。');
  await resident.sees(/收到了，谢谢您/);
  await second.hasSeen(/有人提了异议：“北门的灯还是不亮。”/, 10_000);
  expect((await office.fromBot()).some(({ text }) => text?.includes('北门的灯'))).toBe(false);
  await resident.forge((await resident.sees(/./)).message_id, `go/honours/${id}.object`);
  await expect.poll(async () => (await newest()).objections.length).toBe(1);

  // The notice ends, and the decision waits for the answer; a late answer is told.
  await app.advance(Math.max(0, noticeUntil - app.simulator.world.now()) + HOUR_MS);
  await third.hasSeen(/公示到期了，请看看要不要表扬/, 10_000);
  await third.hasSeen(/异议到期没有答复/, 10_000);
  expect((await newest()).state).toBe('deciding');
  await third.forge((await third.sees(/./)).message_id, `go/honours/${id}.agree`);
  await third.hasNew(/异议 1 条/);
  expect((await newest()).agreed).toBeUndefined();
  await third.tap('答复异议');
  await third.hasNew(/这条异议成立吗/);
  await third.tap('不成立');
  await third.hasNew(/怎么答复/);
  await third.say('昨天换了灯，已经亮了。');
  await third.sees(/答复记下了/);

  // The nominator cannot decide, one person cannot decide twice, and two others thank.
  await office.forge((await office.sees(/./)).message_id, `go/honours/${id}.agree`);
  await office.hasNew(/👏 .* · 等两个人决定/);
  for (const one of [third, third]) {
    await one.forge((await one.sees(/./)).message_id, `go/honours/${id}.agree`);
    await one.hasNew(/还要另一个人同意|等两个人决定/);
  }
  expect(await newest()).toMatchObject({ state: 'deciding', agreed: { by: expect.any(String) } });
  await second.forge((await second.sees(/./)).message_id, `go/honours/${id}.agree`);
  await second.sees(/两个人都同意了/);
  await worker.hasSeen(/谢谢各位/, 10_000);
  expect(await newest()).toMatchObject({ state: 'thanked', objections: [{ mark: '' }] });

  await second.tap('看这个表扬');
  await second.sees(/已表扬/);
  await second.tap('收回表扬');
  await second.hasNew(/为什么收回/);
  await second.say('三件又返工了。');
  await second.sees(/收回了/);
  await worker.hasSeen(/表扬收回了。原因：三件又返工了/, 10_000);
});

test('premises without a passed drawn visit do not pass, and the nominator reads the reason', {
  timeout: 30_000,
}, async () => {
  await nominate('创建单位');
  const { store, services } = app.running;
  const few = [...services.city.premises.keys()].map(
    (id) => ({ premises: id, quarter: '2026-07', observed: 0, expected: 9 }) as const,
  );
  const counts = { ...newReportCounts(app.simulator.world.now()), judged: '2026-07', few } as const;
  await bulkWrite(store, keepReportCounts(store, counts).writes);
  await office.say('楼道一直很干净。');
  await office.hasNew(/都对就提名/);
  await office.tap('提名');
  await office.hasSeen(/这次没通过核对：.*上报明显偏少.*抽查还没通过/, 10_000);
  await store.redis.del(store.keys.reportCounts);
  expect((await newest()).state).toBe('not_passed');
  await resident.say('表扬');
  await resident.sees(/没有表扬，也没有公示/);
});

test('a resident proposes a grid, staff read the words first, and no record names the resident', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const [neighbour] = (await neighbours(app, ['李大爷'])) as [Phone];
  const stranger = await app.phone('新邻居');
  await stranger.say('/start');
  await stranger.say('提名表扬');
  await stranger.sees(/先告诉我您住哪一片/);
  await stranger.tap('选我住的地方');
  await stranger.sees(/您住在哪个区/);
  const propose = async (who: Phone, grid: string, reason: string) => {
    await who.say('表扬');
    await who.hasNew(/也可以提名一个/);
    await who.tap('提名一个');
    await who.hasNew(/提名哪一类/);
    await who.tap('网格');
    await who.hasNew(/提名哪一个/);
    await who.tap(grid);
    await who.hasNew(/为什么提名/);
    await who.say(reason);
    await who.hasNew(/都对就提名/);
    await who.tap('✅ 提名');
  };
  const proposals = async () =>
    (await loadHonours(store)).flatMap(({ record }) => (record.reason.startsWith('居民') ? [record] : []));
  const grids = ['第二网格', '第三网格'] as const;
  await propose(neighbour, grids[0], '居民说：积水当天就抽干了。');
  await neighbour.sees(/谢谢您提名.*没有人知道是谁提的/s);
  await third.hasSeen(/有居民提名.*“居民说：积水当天就抽干了。”/, 10_000);
  const [first] = (await proposals()) as [Honour];
  expect(first).toMatchObject({ state: 'proposed', by: '' });
  expect(JSON.stringify(first)).not.toMatch(/telegram:|李大爷/);

  // One proposal of a person waits at a time; what waits is no public notice, and no resident takes it up.
  await propose(neighbour, grids[1], '居民说：路灯很快就亮了。');
  await neighbour.sees(/上次的提名还在等/);
  await neighbour.forge((await neighbour.sees(/./)).message_id, `go/honours/${first.id}.take_up`);
  await neighbour.hasSeen(/没有找到这个表扬/);
  expect(await proposals()).toHaveLength(1);

  await third.forge((await third.sees(/./)).message_id, `go/honours/${first.id}.take_up`);
  await third.hasSeen(/系统马上核对/, 10_000);
  await expect.poll(async () => (await proposals())[0]?.evidence, { timeout: 20_000 }).toBeDefined();
  expect((await proposals())[0]).not.toHaveProperty('proposer');

  // The second one has waited in the talk, and goes out now.
  await neighbour.tap('接着填');
  await neighbour.hasNew(/都对就提名/);
  await neighbour.tap('✅ 提名');
  await neighbour.hasNew(/谢谢您提名锦绣社区第三网格/);
  const next = (await proposals()).find(({ state }) => state === 'proposed') as Honour;
  await third.forge((await third.sees(/./)).message_id, `go/honours/${next.id}.send_back`);
  await third.hasNew(/为什么退回/);
  await third.say('这是路灯所修的，不是网格。');
  await third.sees(/退回了/);
  const sentBack = (await proposals()).find(({ id }) => id === next.id);
  expect(sentBack).toMatchObject({ state: 'returned' });
  expect(sentBack).not.toHaveProperty('proposer');
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});

test('a subject has one open honour, also where two are stored at once', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const base = { ...(await newest()), state: 'nominated', subject: 'unit.other', nominatedAt: now } as Honour;
  const put = async () => {
    const { checks, writes } = keepHonour(store, { ...base, id: newHonourId() });
    return (await commitAsSystem(store, { op: newHonourId(), what: 'honour_test', checks, writes }, now)).type;
  };
  expect((await Promise.all([put(), put()])).toSorted()).toEqual(['conflict', 'ok']);
});

test('the console lists the nominees of the ground by name; another street reads none of them', {
  timeout: 30_000,
}, async () => {
  const sheet = async (phone: Phone) =>
    (await (await signIn(app, phone)).get('/honours')).body as unknown as HonourSheet; // the route's answer
  const { honours, mayNominate } = await sheet(third);
  expect(mayNominate).toBe(true);
  const names = honours.map(({ name }) => name);
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'zh-CN')));
  expect(honours.find(({ state }) => state === 'taken_back')?.evidence).toMatchObject({ solved: 57, closed: 60 });
  expect(JSON.stringify(honours)).not.toMatch(/北门的灯|"by"|"mark"/);
  const elsewhere = await staff(app, '别街负责人', 'lead', '990102001000');
  expect((await sheet(elsewhere)).honours).toEqual([]);
});

test('a team of five is nominated by name, and its tasks are the evidence', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const team: Team = {
    id: 'team_patrol12',
    name: '锦绣平安队',
    series: 'community',
    region: '990101001001',
    capacity: 20,
    by: 'p',
    madeAt: now,
  };
  const members = Array.from(
    { length: 5 },
    (_, i) => ['ZADD', store.keys.teamMembers(team.id), now, `volunteer_${i}`] as const,
  );
  await bulkWrite(store, [...keepTeam(store, team).writes, ...members]);
  const small: Team = { ...team, id: 'team_small123', name: '小队' };
  await bulkWrite(store, [...keepTeam(store, small).writes]);
  await office.say('提名表扬');
  await office.hasNew(/提名哪一类/);
  await office.tap('平安队');
  await office.hasNew(/提名哪一个/);
  const asked = await office.sees(/提名哪一个/);
  expect(asked.buttons.flat().map(({ text }) => text)).not.toContain('小队');
  await office.tap('锦绣平安队');
  await office.hasNew(/为什么提名/);
  await office.say('夜巡每次都到齐。');
  await office.hasNew(/都对就提名/);
  await office.tap('提名');
  await office.hasSeen(/提名了锦绣平安队/);
  const honour = async () =>
    (await loadHonours(store)).find(({ record }) => record.subject === 'team.team_patrol12')?.record;
  const screened = async () => {
    await app.tick('honours');
    return (await honour())?.state;
  };
  await expect.poll(screened, { timeout: 20_000 }).toBe('not_passed');
  // Without a task in the quarter there is no share to thank for.
  expect(await honour()).toMatchObject({
    state: 'not_passed',
    team: '锦绣平安队',
    evidence: { newer: { closed: [] } },
  });
});

test('an approval with one place names one of two that were thanked, by a draw that the page repeats', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const city = await staff(app, '全市平安办', 'office', '*');
  await office.say('表彰文号');
  await office.hasNew(/由全市的平安办登记/);
  await city.say('表彰文号');
  await city.hasNew(/批的是哪一类/);
  await city.tap('网格');
  await city.hasNew(/批准文号/);
  await city.say('皖评组〔2026〕7号');
  await city.hasNew(/哪个机关/);
  await city.say('市评比达标表彰工作组');
  await city.hasNew(/几个名额/);
  await city.say('1');
  await city.hasNew(/哪天截止/);
  await city.say(dayOf(now + 20 * DAY_MS));
  await city.hasNew(/不是称号/);
  await city.tap('登记');
  await city.hasSeen(/登记好了：皖评组〔2026〕7号，1 个名额/);
  const evidence = (await loadHonours(store)).find(({ record }) => record.state === 'taken_back')?.record.evidence;
  const thanked = ['1', '2'].map(
    (n): Honour => ({
      id: newHonourId(),
      state: 'thanked',
      subject: `grid.99010100100100${n}`,
      region: `99010100100100${n}`,
      reason: '返修快',
      by: 'a',
      nominatedAt: now,
      objections: [],
      ...(evidence ? { evidence } : {}),
      agreed: { by: 'b', at: now },
      decided: { by: 'c', at: now + DAY_MS },
    }),
  );
  await bulkWrite(
    store,
    thanked.flatMap((one) => keepHonour(store, one).writes.filter(([command]) => command !== 'SET')),
  );
  // Until the draw anybody reads the hash of the server's half, and nothing of the approval.
  const [entered] = await loadHonourBases(store);
  const published = async () => {
    const answer = await fetch(`http://127.0.0.1:${app.running.web.port}/draws/${entered?.id}.txt`);
    return { status: answer.status, text: await answer.text() };
  };
  const before = await published();
  expect(
    [before.status, ...before.text.matchAll(/^([0-9a-f]{64}|-) {2}the/gm)].map((one) =>
      typeof one === 'number' ? one : one[1],
    ),
  ).toEqual([200, '-', entered?.halfHash, '-', '-']);
  expect(before.text).not.toMatch(/皖评组|honour_/);
  await app.advance(21 * DAY_MS);
  await app.tick('honour-bases');
  await app.tick('honour-bases');
  const named = (await loadHonours(store)).filter(({ record }) => record.basis);
  expect(named.map(({ record }) => record.basis?.document)).toEqual(['皖评组〔2026〕7号']);
  const sheet = (await (await signIn(app, city)).get('/honours')).body as unknown as HonourSheet; // the route's answer
  const [basis] = sheet.bases;
  expect(basis?.drawn).toMatchObject({ all: 2, names: [expect.stringContaining('网格')] });
  const all = { frame: true, first: true, second: true, list: true };
  expect(await verifyDraw(basis ?? { hashes: {} }, BASIS_REDRAW)).toEqual(all);
  expect(basis?.address).toBe(`/draws/${entered?.id}.txt`);
  expect((await published()).text).toBe(basis?.open?.text);
  // The other one stays thanked, without a title.
  expect(sheet.honours.filter(({ state, document }) => state === 'thanked' && !document)).toHaveLength(1);
  // A check of the data finds a list that another seed would give.
  const broken = async () => (await faultsOf(store)).filter((fault) => fault.startsWith('basis_'));
  expect(await broken()).toEqual([]);
  const [kept] = await loadHonourBases(store);
  const swapped = thanked.map(({ id }) => id).filter((id) => id !== named[0]?.record.id);
  const put = (value: object | undefined) =>
    store.redis.hset(store.keys.honourBases, kept?.id ?? '', JSON.stringify(value));
  await put({ ...kept, drawn: { ...kept?.drawn, list: swapped } });
  expect(await broken()).toEqual([
    `${kept?.id}: its list does not follow from frame and halves`,
    `${kept?.id}: names other honours than its list`,
  ]);
  await put(kept);
  const ids = thanked.map(({ id }) => id);
  expect((await faultsOf(store)).filter((fault) => ids.some((id) => fault.includes(id)))).toEqual([]);
});

test('a nomination that came to nothing is deleted after two years; an open one stays', async () => {
  const { store } = app.running;
  await sweepHonours(store, app.simulator.world.now() + 731 * DAY_MS, () => false);
  expect((await loadHonours(store)).map(({ record }) => record.state).toSorted()).toEqual([
    'nominated',
    'thanked',
    'thanked',
  ]);
});

test('a forgotten resident leaves no mark in objections and proposals; the words stay', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const gone = await app.phone('要走的人');
  await gone.say('你好');
  await gone.sees(/安邻/);
  const urn = `telegram:${gone.id}` as const;
  const [id, proposal] = [newHonourId(), newHonourId()];
  const honour: Honour = {
    id,
    state: 'public_notice',
    subject: 'grid.990101001001009',
    region: STREET,
    reason: '常来看',
    by: 'x',
    nominatedAt: now,
    noticeUntil: now + 9 * DAY_MS,
    objections: [
      { mark: objectorMark(store, id, urn), words: '没见过人', at: now, due: now + 9 * DAY_MS },
      { mark: objectorMark(store, id, 'telegram:1'), words: '我也没有', at: now, due: now + 9 * DAY_MS },
    ],
  };
  const waiting: Honour = {
    ...honour,
    id: proposal,
    state: 'proposed',
    subject: 'grid.990101001001008',
    objections: [],
    proposer: proposerMark(store, urn),
  };
  await bulkWrite(store, [...keepHonour(store, honour).writes, ...keepHonour(store, waiting).writes]);
  await gone.say('/forget');
  await gone.tap('删掉');
  await gone.sees(/真的都删掉吗/);
  await gone.tap('确定删掉');
  await expect
    .poll(async () => (await loadHonour(store, id))?.record.objections.map(({ mark, words }) => [mark, words]))
    .toEqual([
      ['', '没见过人'],
      [objectorMark(store, id, 'telegram:1'), '我也没有'],
    ]);
  expect((await loadHonour(store, proposal))?.record).toMatchObject({ state: 'proposed', reason: '常来看' });
  expect((await loadHonour(store, proposal))?.record).not.toHaveProperty('proposer');
  expect(await store.redis.zcard(store.keys.honoursLeaving)).toBe(0);
});
