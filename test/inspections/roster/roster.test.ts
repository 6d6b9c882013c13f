import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/calendar.ts';
import { weekOf } from '../../../src/inspections/roster/roster-job.ts';
import { loadShifts } from '../../../src/inspections/roster/shift-store.ts';
import { keepCall, loadCalls, loadResults } from '../../../src/inspections/roster/test-call.ts';
import { bulkWrite } from '../../../src/store/bulk-write.ts';
import { STREET, staff } from '../../cases/desk.ts';
import type { Phone } from '../../phone.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';

let app: TestApp;
let lead: Phone;
let wu: Phone;
let lin: Phone;
const now = () => app.simulator.world.now();
const shifts = async () =>
  (await loadShifts(app.running.store, 0, Number.MAX_SAFE_INTEGER)).map(({ record }) => record);

beforeAll(async () => {
  app = await openTestApp();
  lead = await staff(app, '陈主任', 'lead', STREET);
  wu = await staff(app, '老吴', 'dispatcher', STREET);
  lin = await staff(app, '小林', 'grid_worker', STREET);
}, 60_000);
afterAll(() => app.close());

test('a lead plans shifts; a colleague takes one, asks for a swap, and another takes it over with one tap', {
  timeout: 60_000,
}, async () => {
  await lead.say('值班');
  await lead.tap('排新的班');
  await lead.sees(/哪里值班/);
  await lead.tap('锦绣街道');
  await lead.sees(/从哪天起/);
  await lead.say('明天');
  await lead.sees(/连着几天/);
  await lead.say('2');
  await lead.sees(/什么时候/);
  await lead.tap('白天');
  await lead.sees(/几个人/);
  await lead.tap('一个');
  await lead.sees(/排好了：锦绣街道 2 班/);
  await wu.say('值班');
  await wu.tap('⬜');
  await wu.sees(/还没有人值/);
  await wu.tap('我来值');
  await wu.sees(/您接下了：锦绣街道/);
  await wu.tap('看这一班');
  await wu.tap('请人换');
  await wu.sees(/没有人替以前，还是您的班/);
  await lin.hasSeen(/有同事想请人换班：锦绣街道/);
  await lin.tap('我来替');
  await lin.sees(/换好了，您替这一班/);
  await wu.hasSeen(/有同事替了您的班/);
  // A second colleague is late.
  await lead.tap('我来替');
  await lead.sees(/刚刚有了变化|现在是这样|还是|同事/);
  expect(
    (await shifts()).filter(({ taken }) => taken === app.running.store.pseudonym(`telegram:${lin.id}`)),
  ).toHaveLength(1);
});

test('the start shows the note of the shift before and what is open; a note names no person', {
  timeout: 60_000,
}, async () => {
  const [first, second] = await shifts();
  if (!first || !second) throw new Error('Two shifts were planned.');
  await app.advance(first.from - now() - 10 * MINUTE_MS);
  await lin.hasSeen(/快到您的班了：锦绣街道[\s\S]*上一班没有留话/);
  await wu.say('值班');
  await wu.tap('⬜');
  await wu.tap('我来值');
  await wu.sees(/您接下了/);
  await app.advance(first.until - now() + MINUTE_MS);
  await lin.hasSeen(/到点了，辛苦了/);
  await lin.tap('交班留一句');
  await lin.sees(/不写人名/);
  await lin.say('身份证号 110101199003077571 的人再来要登记');
  await lin.hasSeen(/不留|去掉|身份证|号码/);
  await lin.say('北门的栏杆松了，明早九点来修');
  await lin.sees(/记下了，下一班会看到/);
  await app.advance(second.from - now() - 10 * MINUTE_MS);
  await wu.hasSeen(/上一班说：北门的栏杆松了/);
});

test('a test call is answered by place: in time yes, after a minute no; who answered is stored nowhere', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const [, second] = await shifts();
  if (!second) throw new Error('Two shifts were planned.');
  await app.advance(second.from - now() + HOUR_MS);
  await app.tick('roster');
  const week = weekOf(now());
  const call = (await loadCalls(store)).get(STREET);
  expect(call?.week).toBe(week);
  // The drawn moment is moved to now, so that the test need not wait for it.
  const ring = async (of: string) => {
    await bulkWrite(store, [keepCall(store, STREET, { week: of, shift: second.id, at: now() })]);
    await app.tick('roster');
  };
  await ring(week);
  await wu.hasSeen(/值班抽查：锦绣街道/);
  await wu.tap('我在');
  await wu.sees(/收到，谢谢/);
  expect(await loadResults(store, STREET)).toEqual([{ week, answered: true }]);
  // One call a week: none is drawn again.
  await app.tick('roster');
  expect((await loadCalls(store)).get(STREET)).toMatchObject({ week, done: true });
  await ring('2026-11-23');
  await app.advance(2 * MINUTE_MS);
  await app.tick('roster');
  expect(await loadResults(store, STREET)).toContainEqual({ week: '2026-11-23', answered: false });
  await wu.tap('我在');
  await wu.sees(/过了 60 秒，不要紧/);
  expect(await loadResults(store, STREET)).toContainEqual({ week: '2026-11-23', answered: false });
  const stored = [
    await store.redis.hgetall(store.keys.rosterCalls),
    await store.redis.hgetall(store.keys.rosterResults(STREET)),
  ];
  expect(JSON.stringify(stored)).not.toContain(store.pseudonym(`telegram:${wu.id}`));
});

test('a shift that comes back on its last day is told as a gap again, and one that is cancelled to its holder', {
  timeout: 60_000,
}, async () => {
  await lead.say('值班');
  await lead.tap('排新的班');
  await lead.tap('锦绣街道');
  await lead.say('明天');
  await lead.say('1');
  await lead.tap('白天');
  await lead.tap('一个');
  await lead.sees(/排好了：锦绣街道 1 班/);
  const ahead = (await shifts()).find(({ from }) => from > now());
  if (!ahead) throw new Error('A shift was planned.');
  await wu.say('值班');
  await wu.tap('⬜');
  await wu.tap('我来值');
  await wu.sees(/您接下了/);
  await app.advance(ahead.from - now() - 5 * HOUR_MS);
  await app.tick('roster');
  await wu.say('值班');
  await wu.tap('🙋');
  await wu.tap('退回');
  await wu.sees(/退回了/);
  await app.tick('roster');
  await lead.hasNew(/还没有人值：锦绣街道/);
  await lead.tap('我来值');
  await lead.sees(/您接下了/);
  // The office of the city takes the shift away.
  const office = await staff(app, '平安办老许', 'office', '*');
  await office.say('值班');
  await office.tap('👤');
  await office.tap('取消这一班');
  await office.sees(/这一班取消了/);
  await lead.hasSeen(/您的这一班取消了：锦绣街道/);
});

test('the shift of a colleague whose role is over is free again, and those who plan are told', {
  timeout: 60_000,
}, async () => {
  await lead.say('值班');
  await lead.tap('排新的班');
  await lead.tap('锦绣街道');
  await lead.say('五天后');
  await lead.say('1');
  await lead.tap('白天');
  await lead.tap('一个');
  await lead.sees(/排好了：锦绣街道 1 班/);
  const ahead = (await shifts()).find(({ from }) => from > now() + 24 * HOUR_MS);
  if (!ahead) throw new Error('A shift was planned.');
  const leaving = await staff(app, '小赵', 'grid_worker', STREET);
  await leaving.say('值班');
  await leaving.tap('⬜');
  await leaving.tap('我来值');
  await leaving.sees(/您接下了/);
  await leaving.say('/leave');
  await leaving.tap('不做了');
  await leaving.sees(/不再是/);
  await app.advance(ahead.from - now() - 20 * HOUR_MS);
  await app.tick('roster');
  await lead.hasNew(/还没有人值：锦绣街道/);
  await lead.tap('我来值');
  await lead.sees(/您接下了/);
});
