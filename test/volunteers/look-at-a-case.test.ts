import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { loadEvents } from '../../src/cases/case-store.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { caseOf, handle, shown, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { times, volunteer, volunteers } from './by-phone.ts';

let app: TestApp;
let dispatcher: Phone;
let organiser: Phone;
let zhou: Phone;
let faster: Phone;
let chen: Phone;
let slower: Phone;
let number: string;

beforeAll(async () => {
  app = await openTestApp();
  dispatcher = await staff(app, '受理员老吴', 'dispatcher', '*');
  organiser = await staff(app, '网格员小林', 'grid_worker', '*');
  zhou = await app.phone('周阿姨');
  [faster, slower] = (await volunteers(app, ['快手', '慢性子'])) as [Phone, Phone];
  chen = await volunteer(app, organiser, '小陈');
}, 60_000);
afterAll(() => app.close());

test('小陈 gets the visit to 周阿姨’s case from the waiting list, checks in, proves it, and the case moves on', {
  timeout: 60_000,
}, async () => {
  number = await report(zhou);
  await handle(dispatcher, number, '请志愿者去看');
  await dispatcher.sees(/请附近的志愿者去看一眼/);
  for (const phone of [faster, chen, slower]) await phone.hasSeen(/有个任务想请您：看一眼/, 10_000);
  const offer = await chen.sees(/有个任务想请您：看一眼/);
  expect(offer.text).toContain('不碰电线和燃气');
  expect(offer.text).toContain('要 1 人');
  expect(offer.text).not.toContain(shown(number));

  await faster.tap('我来');
  const taken = await faster.sees(/您接下了：看一眼.*到了请点『我到了』/s);
  expect(JSON.stringify(taken.buttons)).toContain('我到了');
  await chen.tap('我来');
  await chen.sees(/有人先接了，人够了/);
  await chen.tap('排队等');
  await chen.sees(/给您排上了/);
  await faster.tap('来不了');
  await faster.sees(/退掉了/);
  await chen.hasSeen(/有人退出，轮到您了：看一眼/, 10_000);
  await slower.tap('我来');
  await slower.sees(/有人先接了，人够了/);

  await chen.say('我的任务');
  await chen.sees(/点一个看/);
  await chen.tap('✅');
  await chen.sees(/您接了/);
  await chen.tap('我到了');
  await chen.sees(/只比一比远近/);
  await chen.send({ location: { latitude: 31.5552, longitude: 119.4434 } });
  await chen.hasSeen(/离那里还有点远/);
  // The question promised to keep no place: no answer may say that it was noted.
  expect((await chen.fromBot()).filter(({ text = '' }) => /^好，记下了/.test(text))).toEqual([]);
  // The question stays open for another location.
  await times(chen, /只比一比远近/, 2);
  await chen.say('📍 发送现在的位置');
  await chen.sees(/签到好了/);
  await chen.tap('做完了');
  await chen.sees(/真是报的那样吗/);
  await chen.tap('是的');
  await chen.sees(/拍一两张照片/);
  await chen.send({ photo: 'stairwell' });
  await chen.hasNew(/照片都收着/);
  await chen.tap('发好了');
  await chen.sees(/还有什么要说的吗/);
  await chen.say('楼道口有两辆车在充电。');
  await chen.sees(/收到了，谢谢您/);

  const record = await caseOf(app, zhou);
  expect(record).toMatchObject({ state: 'verifying', found: true });
  const event = (await loadEvents(app.running.store, record.id)).at(-1);
  expect(event).toMatchObject({
    type: 'looked',
    as: 'volunteer',
    found: true,
    words: { text: '楼道口有两辆车在充电。' },
  });
  expect(event?.photos).toHaveLength(1);
  expect(event?.by).not.toContain(String(chen.id));
  // The dispatcher continues from there.
  const told = async () =>
    (await dispatcher.fromBot()).filter(({ text }) => /请受理|现场属实.*时限/s.test(text ?? '')).length;
  await expect.poll(told, { timeout: 10_000 }).toBe(2);
  await handle(dispatcher, number, '立案');
  await dispatcher.sees(/是不是高风险/);
  await expectInvariants(app.running.store);
});

test('the visit counts on a certificate for 小陈, and its code can be checked by other people', {
  timeout: 30_000,
}, async () => {
  await chen.say('我做过的');
  await chen.sees(/一共做了 1 次，0.5 小时/);
  await chen.tap('开证明');
  await expect
    .poll(async () => (await chen.messages()).some(({ document }) => document?.endsWith('.pdf')), {
      timeout: PATIENCE_MS,
    })
    .toBe(true);
  const paper = (await chen.messages()).findLast(({ document }) => document?.endsWith('.pdf'));
  const [, code = ''] = /编号 (\S{10})/.exec(paper?.caption ?? '') ?? [];
  // The second request shows the same certificate again.
  await app.advance(DAY_MS);
  await chen.say('我做过的');
  await chen.sees(/一共做了 1 次，0.5 小时/);
  await chen.tap('开证明');
  const papers = async () =>
    (await chen.messages()).flatMap(({ document, caption }) => (document?.endsWith('.pdf') ? [caption] : []));
  await expect.poll(papers).toEqual([paper?.caption, paper?.caption]);
  const { store } = app.running;
  expect(await scanKeys(store, store.keys.certificate('*'))).toHaveLength(1);
  await zhou.say(`/start cert_${code}`);
  const checked = await zhou.sees(/证明是真的/);
  expect(checked.text).toMatch(/1 次，0.5 小时/);
  expect(checked.text).not.toContain('小陈');
  // A code has a letter and a digit at least; so has the forged one.
  const others = /\d$/.test(code) ? ['2', '3'] : ['A', 'B'];
  await zhou.say(code.slice(0, -1) + others.find((sign) => !code.endsWith(sign)));
  await zhou.sees(/没有这个编号/);
});

test('a dangerous hazard is not offered to volunteers', { timeout: 30_000 }, async () => {
  const emma = await app.phone('王先生');
  const second = await report(emma);
  await dispatcher.hasSeen(new RegExp(shown(second)));
  await dispatcher.tap('去办');
  const before = await dispatcher.sees(new RegExp(`编号 ${shown(second)}`));
  await dispatcher.tap('改类别');
  await dispatcher.hasNew(/类/);
  await dispatcher.tap('照明供电');
  await dispatcher.hasNew(/哪一种/);
  await dispatcher.tap('电线裸露');
  await dispatcher.hasNew(/改好了|类别/);
  await dispatcher.tap('看看这一件');
  const card = await dispatcher.sees(/编号.*电线裸露/s);
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('🙋 请志愿者去看');
  // The button of the earlier card is refused too.
  const old = before.buttons.flat().find(({ text }) => text.includes('请志愿者'));
  await dispatcher.forge(before.message_id, old?.callback_data ?? '');
  await dispatcher.sees(/不请志愿者去/);
});

test('a visit ends when staff were there first, and its taker is notified', {
  timeout: 60_000,
}, async () => {
  const emma = await app.phone('李女士');
  const third = await report(emma);
  await handle(dispatcher, third, '请志愿者去看');
  await dispatcher.sees(/请附近的志愿者去看一眼/);
  const offers = async () => (await slower.fromBot()).filter(({ text }) => text?.startsWith('有个任务想请您')).length;
  await expect.poll(offers, { timeout: 10_000 }).toBe(2);
  await slower.tap('我来');
  await slower.sees(/您接下了/);
  await handle(organiser, third, '我看过了');
  await organiser.hasNew(/现场是不是这样/);
  await organiser.tap('属实');
  await organiser.hasNew(/照片/);
  await organiser.send({ photo: 'stairwell' });
  await organiser.hasNew(/照片都收着/);
  await organiser.tap('发好了');
  await organiser.tap('跳过');
  await slower.hasSeen(/不用再去看了/, 10_000);
  await slower.say('我的任务');
  await slower.sees(/没有您能接的任务|点一个看/);
  await expectInvariants(app.running.store);
});

test('a volunteer who leaves frees all places, and no record of them remains', { timeout: 30_000 }, async () => {
  const { store } = app.running;
  await slower.say('/forget');
  await slower.tap('删掉');
  await slower.sees(/真的都删掉吗/);
  await slower.tap('确定删掉');
  await slower.sees(/都删掉了/);
  await expect
    .poll(() => store.redis.exists(store.keys.volunteerOf(`telegram:${slower.id}`)), { timeout: 10_000 })
    .toBe(0);
  await faster.say('我做过的');
  await faster.tap('不做志愿者了');
  await faster.sees(/都会删掉/);
  await faster.tap('确定');
  await faster.sees(/都删掉了/);
  expect(await store.redis.hlen(store.keys.volunteers)).toBe(1);
  await expectInvariants(store);
});
