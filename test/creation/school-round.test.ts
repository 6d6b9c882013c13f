import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { DAY_MS, dayOf, HOUR_MS, momentOf } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { UnitPage } from '../../src/console/pages/unit-page.ts';
import type { UnitPlan } from '../../src/console/pages/units.ts';
import { claimsHash } from '../../src/creation/checks/draw-round.ts';
import { suspend } from '../../src/creation/level/level-rules.ts';
import { loadRecheckPlan } from '../../src/creation/rechecks/recheck-plan-store.ts';
import type { Round } from '../../src/creation/rounds/round.ts';
import { keepRound, loadRoundsOf } from '../../src/creation/rounds/round-store.ts';
import { timedDrills } from '../../src/demo/history/rounds.ts';
import { keepDocument } from '../../src/inspections/documents/document-store.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { loadHalf } from '../../src/inspections/draw/draw-store.ts';
import { keepVisit, loadVisitsOf } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { hashOf, lotOf, seedOf } from '../../src/surveys/wave/draw.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../src/volunteers/tasks/task-store.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { repeatRechecks } from './repeat-rechecks.ts';
import { HAND, SCHOOL, STANDARD, schoolTask } from './school.ts';

let app: TestApp;
let contact: Phone;
let department: Phone;
let office: Phone;
const checkers: Phone[] = [];
const now = () => app.simulator.world.now();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const { store } = app.running;
  const point = { longitude: 119.5, latitude: 31.5 };
  await saveCityData(store, { premises: [{ ...SCHOOL, point }] }, 'premises', 1);
  await app.tick('city-reload');
  await bulkWrite(store, [...yearOfTasks(point), ...yearOfDrills(), ...announced(), ...papers()]);
  contact = await staff(app, '实验小学', 'unit_staff', 'premises:shiyan_school');
  department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  office = await staff(app, '平安办', 'office', '*');
  for (const name of ['甲', '乙', '丙', '丁', '戊'])
    checkers.push(await staff(app, `网格员${name}`, 'grid_worker', SCHOOL.region));
}, 120_000);
afterAll(() => app.close());

/** A drill and a patrol at the school in each of the last twelve months; all places were filled. */
function yearOfTasks(point: Task['place']['point'] & object) {
  const { store } = app.running;
  return Array.from({ length: 24 }, (_, i) => {
    const from = now() - Math.floor(i / 2) * 30 * DAY_MS - DAY_MS;
    const id = `task_year${String(i).padStart(4, '0')}` as const;
    const record = schoolTask({ id, kind: i % 2 === 0 ? 'drill' : 'patrol', state: 'ended', point, from, by: 'test' });
    return [
      ...keepTask(store, record).writes,
      ...setPart(store, record.id, 'volunteer_x', { state: 'confirmed', at: from }),
    ];
  }).flat();
}

/** The drills of the year took three minutes each. */
function yearOfDrills() {
  const drills = Array.from({ length: 12 }, (_, i) => {
    const from = now() - i * 30 * DAY_MS - DAY_MS;
    const task = `task_year${String(2 * i).padStart(4, '0')}` as const;
    return { task, premises: SCHOOL.id, from, until: from + HOUR_MS, minutes: 3 };
  });
  return timedDrills(app.running.store, drills, now());
}

/** The documents that the standard asks for; their issuers confirmed them. */
function papers() {
  const wanted = STANDARD.items.filter(({ no, verify }) => verify.includes('v3') && no !== 14);
  return wanted.flatMap(({ no, words }) => {
    const [id, item] = [`document_paper${String(no).padStart(3, '0')}`, words['zh-CN'] ?? ''] as const;
    const about = {
      id,
      premises: SCHOOL.id,
      item,
      number: `文 ${no}`,
      issuer: '区里',
      until: now() + 400 * DAY_MS,
    } as const;
    const confirmed = { by: 'two', at: now() };
    return keepDocument(app.running.store, { ...about, by: 'one', at: now(), confirmed }).writes;
  });
}

/** An announcement to the community of the school that twelve people received, eight of whom tapped 知道了. */
function announced() {
  const { store } = app.running;
  const slot = now() - 3 * DAY_MS;
  const record: Broadcast = {
    id: 'broadcast_train123',
    state: 'started',
    kind: 'announcement',
    topic: 'fire',
    content: { title: '教职工消防培训', words: { 'zh-CN': '周五下午三点。' }, buttons: ['heard'] },
    audience: { type: 'people', region: SCHOOL.region, who: 'everybody' },
    schedule: { type: 'once', at: slot },
    staleAfterMs: HOUR_MS,
    by: 'test',
    region: SCHOOL.region,
    madeAt: slot,
    count: 12,
    runs: [{ slot, fate: 'fired' }],
  };
  const run = runIdOf(record.id, slot);
  const heard = Array.from(
    { length: 8 },
    (_, i) => ['ZADD', store.keys.broadcastHeard(record.id), slot, `p${i} ${SCHOOL.region}`] as const,
  );
  return [
    ...keepBroadcast(store, record).writes,
    ['HSET', store.keys.broadcastRun(run), 'state', 'ended', 'why', 'done', 'total', '12', 'outcome:d', '12'] as const,
    ...heard,
  ];
}

const round = async (): Promise<Round> => {
  const [kept] = await loadRoundsOf(app.running.store, SCHOOL.id);
  if (!kept) throw new Error('There is no round.');
  return kept.record;
};
const visitOf = async (of?: string) => {
  const visits = await loadVisitsOf(app.running.store, of ?? (await round()).id);
  const open = visits.map(({ record }) => record).find(({ state }) => state !== 'left');
  if (!open) throw new Error('There is no open visit.');
  return open;
};

/** Claims what the talk still asks for, one item a message; stops at the card with “送出自评”. */
async function claimRest(mark: (no: number) => string): Promise<void> {
  await open(contact, '接着自评');
  for (let left = 1; left > 0; ) {
    const asked = await contact.sees(/做到了吗/);
    const no = Number(/^(\d+)\. /m.exec(asked.text ?? '')?.[1]);
    left = Number(/还有 (\d+) 条/.exec(asked.text ?? '')?.[1]) - 1;
    await contact.tap(mark(no), asked.message_id);
    if (mark(no) === '不适用') {
      await contact.sees(/为什么不适用/);
      await contact.say('我们学校没有');
    }
    await contact.sees(left > 0 ? new RegExp(`还有 ${left} 条`) : /差 0 条|0 条要重新自评/);
  }
}

/** Opens the card of the school and taps a button of it. */
async function open(phone: Phone, button: string): Promise<void> {
  await phone.say('创建');
  await phone.sees(/实验小学 · 平安校园/);
  await phone.tap(button);
}

/** Both drawn checkers fill the same marks; `failed` are items without any point. */
async function check(failed: readonly number[], of?: string): Promise<void> {
  await app.settle();
  const visit = await visitOf(of);
  const marks = visit.items.map(
    (no, i) => `${i + 1}${failed.includes(no) ? '错门口没有' : [14, 19, 20].includes(no) ? '无' : '对'}`,
  );
  for (const code of visit.checkers) {
    const phone = checkers.find(
      ({ id }) => checkerCode(visit.of, app.running.store.pseudonym(`telegram:${id}`)) === code,
    );
    if (!phone) throw new Error('A checker has no phone.');
    await phone.hasSeen(/您抽到：实验小学/, 20_000);
    await phone.say(marks.join(' '));
    await phone.hasSeen(/还可以拍|送出/);
    await phone.tap('送出');
    await phone.hasSeen(/送出了|立案/);
  }
  await app.settle();
}

test('实验小学 claims its items, is drawn, checked, sent back, cured and reaches 区级 without a title', {
  timeout: 180_000,
}, async () => {
  await open(department, '排进计划');
  await department.sees(/哪个季度/);
  await department.tap('Q');
  await department.sees(/排好了/);
  const { halfHash } = await round();
  await contact.hasSeen(/自评还剩 \d+ 天/, 20_000);
  await app.tick('creation-clock');

  // The system has filled its items, with the rows behind each.
  await open(contact, '看依据');
  await contact.hasSeen(/要记了用时的演练 10 次，有 12 次，用时 3、3、/);
  await contact.hasSeen(/要 1 份核实过、在期内的文件，有 1 份/);
  const before = await round();
  expect(before.evidence[18]).toMatchObject({ y: 12, n: 10, starMet: true });
  expect(before.evidence[18]?.rows).toContain('task_year0000');
  // Beside its document, the announcement of the yearly training counts, by the id of its run.
  expect(before.evidence[3]?.rows).toEqual(['document_paper003', expect.stringMatching(/^broadcast_train123\.\d+$/)]);

  await claimRest((no) => ([14, 19, 20].includes(no) ? '不适用' : '满'));
  await contact.tap('送出自评');
  await contact.sees(/就这样|送出自评？/);
  await contact.tap('就这样');
  await contact.sees(/锁定了/);
  await department.hasSeen(/送出了自评/, 20_000);

  // The draw follows from the half that was fixed before, and from the claim.
  await app.tick('creation-clock');
  const drawn = await round();
  const half = (await loadHalf(app.running.store, drawn.id)) ?? '';
  expect(drawn.halfHash).toBe(halfHash);
  expect(drawn.seed).toBe(seedOf(drawn.frameHash ?? '', [half, claimsHash(drawn)]));
  const stars = HAND.filter(({ critical }) => critical).map(({ no }) => no);
  const always = [...stars, 14, 19, 20];
  const lots = HAND.filter(({ no }) => !always.includes(no))
    .map(({ no }) => ({ no, lot: lotOf(drawn.seed ?? '', `${SCHOOL.id} ${String(no).padStart(2, '0')}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, 8);
  expect(new Set(drawn.drawn)).toEqual(new Set([...always, ...lots.map(({ no }) => no)]));
  // The page seals the seed while the checkers are on their way: with it, the drawn items could be computed.
  const early = (await (await signIn(app, contact)).get('/units/shiyan_school')).body as unknown as UnitPage;
  expect(early.proof).toEqual({ halfHash });
  // The school is not told when the checkers come.
  expect((await contact.fromBot()).some(({ text }) => text?.includes('口令'))).toBe(false);

  await check([10]);
  await app.tick('creation-clock');
  await department.hasSeen(/核验完了：.*算出来 未达标/, 20_000);
  // An upheld objection of the school to the visit: its marks do not count, and two others look at all items.
  const [first] = (await round()).visits;
  await objectToVisit();
  await answerVisit((await round()).id, true);
  await app.tick('level-rechecks');
  await contact.hasSeen(/那次核验不算数，会抽另外两位再来看/, 20_000);
  expect(await round()).toMatchObject({ state: 'claimed', checks: {}, visits: [] });
  await app.tick('creation-clock');
  expect((await round()).drawn).toHaveLength(HAND.length);
  await check([10]);
  await app.tick('creation-clock');
  await expect.poll(async () => (await round()).state).toBe('judged');
  const again = await round();
  expect(again.visits).not.toContain(first);
  expect(again.checks[10]).toBe('none');
  await open(department, '退回整改');
  await department.tap('就这样');
  await department.sees(/退回去了/);
  await contact.hasSeen(/要改/, 20_000);
  await open(contact, '报整改完成');
  await contact.sees(/哪一条/);
  await contact.tap('10 ');
  await contact.tick(/三不放过/, ['原因查清了', '措施到位了', '身边人都知道了']);
  await contact.sees(/怎么改的/);
  await contact.say('换了新的报警按钮，当场试通');
  await contact.sees(/这一条整改记下了/);
  await claimRest(() => '满');
  await contact.tap('送出自评');
  await contact.tap('就这样');
  await contact.sees(/锁定了/);
  await app.tick('creation-clock');
  expect((await round()).drawn).toContain(10);
  await check([]);
  await app.tick('creation-clock');
  await department.hasSeen(/核验完了：.*算出来 区级/, 20_000);
  expect(await round()).toMatchObject({ state: 'judged', level: 'district' });

  // Two persons begin the notice; one alone does not.
  await open(department, '提请公示');
  await department.tap('就这样');
  await department.sees(/还要另一个人同意/);
  expect((await round()).state).toBe('judged');
  await open(office, '提请公示');
  await office.tap('就这样');
  await office.sees(/公示开始/);

  // A resident of the street objects; the store keeps no person.
  const resident = await app.phone('周阿姨');
  await resident.say('/start');
  await resident.say('公示');
  await resident.sees(/先告诉我您住哪一片/);
  await resident.tap('选我住的地方');
  await resident.sees(/哪个区/);
  await resident.tap('西渚区');
  await resident.sees(/哪个街道/);
  await resident.tap('锦绣街道');
  await resident.sees(/哪个社区/);
  await resident.tap('锦绣社区');
  await resident.sees(/记下了，您住在/);
  await resident.say('公示');
  const notice = await resident.sees(/实验小学.*区级.*这不是称号/s);
  await resident.tap('有异议', notice.message_id);
  await resident.sees(/哪里不对/);
  await resident.say('保安张三老是睡觉，电话13812345678');
  await resident.sees(/去掉|不写/);
  await resident.say('校门口的防撞柱少了两根');
  await resident.sees(/有照片就发来/);
  await resident.tap('跳过');
  await resident.sees(/公示先停下来/);
  const objected = await round();
  expect(JSON.stringify(objected.objections)).not.toContain(String(resident.id));
  expect(objected.objections[0]?.mark).not.toBe(app.running.store.pseudonym(`telegram:${resident.id}` as Urn));
  await office.hasSeen(/防撞柱少了两根/, 20_000);

  // The clock of the notice stands.
  await app.advance(10 * DAY_MS);
  await app.tick('creation-clock');
  expect((await round()).state).toBe('public_notice');
  await office.hasSeen(/有一条异议过了 5 个工作日还没答复.*“校门口的防撞柱少了两根”/, 20_000);
  await open(office, '答复异议');
  await office.sees(/异议成立吗/);
  await office.tap('不成立');
  await office.sees(/怎么答复/);
  await office.say('少的两根昨天已经补上');
  await office.sees(/答复记下了/);
  // The answer is public: residents read it on the notice. The standard tells what was claimed and found.
  await resident.say('公示');
  const answered = await resident.sees(/异议：“校门口的防撞柱少了两根”\n答复：少的两根昨天已经补上/);
  expect(answered.text).not.toMatch(/周阿姨/);
  await resident.tap('看标准', answered.message_id);
  const standard = await resident.sees(/10\. ★.*自评满，核验满/);
  expect(standard.text).toMatch(/18\. ★.*系统算 \d/);
  expect(standard.text).toMatch(/14\. ★.*自评不适用，核验不适用/);
  await resident.tap('有异议', standard.message_id);
  await resident.sees(/哪里不对/);
  await app.advance(8 * DAY_MS);
  await app.settle();
  await contact.hasSeen(/公示完了：区级（自查达标）/, 20_000);
  const met = await round();
  expect(met).toMatchObject({ state: 'met', level: 'district', objections: [{ mark: '', answer: { upheld: false } }] });

  // Without an entered approval number no title exists, and no button offers one.
  expect(met.naming).toBeUndefined();
  await office.say('创建');
  const card = await office.sees(/自查达标.*不是称号/s);
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('🏅 登记命名文号');

  // The console shows the same to the office, and nothing to a grid worker of the place.
  const browser = await signIn(app, office);
  const unit = (await browser.get('/units/shiyan_school')).body as unknown as UnitPage;
  expect(unit).toMatchObject({ state: 'met', failedStars: [], projects: [{ no: 10 }] });
  expect(unit.naming).toBeUndefined();
  const { proof = {} } = unit;
  expect(seedOf(proof.frameHash ?? '', [proof.half ?? '', proof.claims ?? ''])).toBe(proof.seed);
  expect(hashOf(proof.half ?? '')).toBe(proof.halfHash);
  expect(unit.notice?.objections).toMatchObject([{ words: '校门口的防撞柱少了两根', upheld: false }]);
  expect(JSON.stringify(unit)).not.toContain(String(resident.id));
  const parts = Object.values(unit.parts).reduce((sum, part) => sum + part, 0);
  expect(parts).toBeCloseTo(100, 6);
  expect((await browser.get('/units/plan')).body).toMatchObject({
    cells: [{ series: '平安校园', target: 1, met: 1 }],
    projects: { due: 1, done: 1 },
    levels: { city: 0, district: 1, none: 0 },
  });
  const other = await signIn(app, checkers[0] as Phone);
  expect((await other.get('/units/shiyan_school')).status).toBe(403);
});

test('the year’s plan draws a re-check, keeps place and day sealed, and two checkers visit on the day', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  const year = () => Number(dayOf(now()).slice(0, 4));
  const planned = () => loadRecheckPlan(store, year());
  await app.tick('level-rechecks');
  const begun = await planned();
  expect(begun).toMatchObject({ made: {} });
  expect(begun?.listHash).toBeUndefined();
  await app.advance(DAY_MS);
  await app.tick('level-rechecks');
  // A draw of the year before its end stands; one of the next year begins anew.
  while ((await planned())?.listHash === undefined) {
    await app.advance(DAY_MS);
    await app.tick('level-rechecks');
  }
  const drawn = await planned();
  expect(JSON.stringify({ ...drawn, frame: undefined })).not.toContain(SCHOOL.id);
  const [sealed] = await shownRechecks();
  expect(sealed?.quarters).toMatchObject([{ target: 1, done: 0 }]);
  expect(sealed?.hashes).toMatchObject({ list: drawn?.listHash });
  expect(sealed?.open).toBeUndefined();
  expect(JSON.stringify(sealed)).not.toContain(SCHOOL.id);
  // Anybody reads the four hashes, and no place or day.
  const { frame, first, second, list } = sealed?.hashes ?? {};
  const text = await textOf(sealed);
  expect([...text.matchAll(/^([0-9a-f]{64}) {2}the/gm)].map(([, hash]) => hash)).toEqual([frame, first, second, list]);
  expect(text).not.toContain(SCHOOL.id);
  for (let days = 0; days < 92 && (await planned())?.made[SCHOOL.id] === undefined; days += 1) {
    await app.advance(DAY_MS);
    await app.tick('level-rechecks');
  }
  const of = (await planned())?.made[SCHOOL.id] ?? '';
  const [visit] = (await loadVisitsOf(store, of)).map(({ record }) => record);
  expect(visit).toMatchObject({ premises: SCHOOL.id });
  expect(visit?.checkers).toHaveLength(2);
  expect(visit?.named).toBeUndefined();
  await failAndCure(of);
  // Once is enough.
  await app.tick('level-rechecks');
  expect(await loadVisitsOf(store, of)).toHaveLength(1);
});

/** The re-checks that the page of the plan shows to the office. */
async function shownRechecks(): Promise<UnitPlan['rechecks']> {
  const browser = await signIn(app, office);
  return ((await browser.get('/units/plan')).body as unknown as UnitPlan).rechecks;
}

/** The text at the public address of a plan, without signing in. */
async function textOf(plan: UnitPlan['rechecks'][number] | undefined): Promise<string> {
  return (await fetch(`http://127.0.0.1:${app.running.web.port}${plan?.address}`)).text();
}

/** The re-check finds an open ★ item: its contact objects, hears what follows, reports the cure, and the level stands again. */
async function failAndCure(of: string): Promise<void> {
  await check([10], of);
  await objectToVisit();
  // An objection without an answer keeps the level.
  await app.tick('level-rechecks');
  expect((await round()).state).toBe('met');
  await answerVisit(of, false);
  await app.tick('level-rechecks');
  await contact.hasSeen(/这次抽查有 1 条★没做到：\n\n10\. ★.*\n\n达标先停一停，\d{4}年\d+月\d+日 前改好就恢复/, 20_000);
  const { cureBy = 0 } = await round();
  expect(Math.round((cureBy - now()) / DAY_MS)).toBe(30);
  await open(contact, '报改好了');
  await contact.tap('就这样');
  await contact.sees(/牵头部门知道了/);
  await department.hasSeen(/实验小学说★都改好了/, 20_000);
  await open(department, '恢复');
  await department.tap('就这样');
  await contact.hasSeen(/实验小学恢复了/, 20_000);
  expect((await round()).state).toBe('met');
}

/** The contact objects to the result of the newest visit. */
async function objectToVisit(): Promise<void> {
  await contact.tap('有异议', /实验小学的抽查结果/);
  await contact.hasNew(/哪里不对/);
  await contact.say('按钮当场试过，是通的');
  await contact.hasNew(/收到了。会由没有参加/);
}

/** Answers the objection to the visit, as an organiser does. */
async function answerVisit(of: string, upheld: boolean): Promise<void> {
  const { store } = app.running;
  const [kept] = await loadVisitsOf(store, of);
  if (!kept?.record.objection) throw new Error('There is no objection.');
  const objection = { ...kept.record.objection, answer: { upheld, words: { text: '看过了' }, at: now() } };
  await bulkWrite(store, keepVisit(store, { ...kept.record, objection }, undefined, kept).writes);
}

test('an objection to a visit that is upheld restores the level, and the re-check is made again', async () => {
  const { store } = app.running;
  const plan = async () => (await loadRecheckPlan(store, Number(dayOf(now()).slice(0, 4))))?.made[SCHOOL.id] ?? '';
  const of = await plan();
  const [before] = await loadRoundsOf(store, SCHOOL.id);
  const [visit] = await loadVisitsOf(store, of);
  if (!before || !visit) throw new Error('There is no re-check.');
  const step = suspend({ ...before.record, failed: { visit: visit.record.id, items: [10] } }, now());
  if (step.type === 'refused') throw new Error(step.why);
  await bulkWrite(store, keepRound(store, step.round, app.simulator.world.now(), before).writes);
  await answerVisit(of, true);
  await app.tick('level-rechecks');
  await contact.hasSeen(/实验小学提的异议成立，这次抽查不算数，达标恢复了/, 20_000);
  expect((await round()).failed).toBeUndefined();
  await app.tick('level-rechecks');
  expect(await plan()).not.toBe(of);
  // Marks that do not count neither pass nor suspend.
  expect((await round()).state).toBe('met');
});

test('once its year is over, the plan is repeated from what its page publishes', async () => {
  const [sealed] = await shownRechecks();
  const met = await round();
  await app.advance(momentOf(`${(sealed?.year ?? 0) + 1}-01-01T08:00`) - now());
  const open = (await shownRechecks()).find(({ year }) => year === sealed?.year);
  expect(open?.hashes).toEqual(sealed?.hashes);
  expect(repeatRechecks(open ?? {})).toEqual(open?.hashes);
  expect(open?.open?.frame).toContain(SCHOOL.id);
  expect(await textOf(open)).toBe(open?.open?.text);
  // The half of the contacts is their claims, which no server chose.
  expect(open?.open?.halves[1]).toBe(hashOf(`${met.id} ${claimsHash(met)}`));
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});
