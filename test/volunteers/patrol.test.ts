import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { loadHoursSummary, SHIFTS_PATH, shiftsFileName } from '../../src/volunteers/hours/volunteer-hours.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { newTaskId } from '../../src/volunteers/tasks/task.ts';
import { keepTask, loadTasksBetween } from '../../src/volunteers/tasks/task-store.ts';
import { loadVolunteerOf } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { volunteers } from './by-phone.ts';
import { giveTask } from './crowd.ts';

let app: TestApp;
let organiser: Phone;
const people: Phone[] = [];
const COMMUNITY = '990101001001';

beforeAll(async () => {
  app = await openTestApp();
  organiser = await staff(app, '网格员小林', 'grid_worker', COMMUNITY);
  people.push(...(await volunteers(app, ['大刘', '小周', '老郑', '阿芳'])));
}, 90_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
const tasks = (from = now() - 30 * DAY_MS) =>
  loadTasksBetween(app.running.store, [COMMUNITY], from, now() + 30 * DAY_MS);

type Giving = {
  readonly needed?: string;
  readonly repeat?: string;
  readonly checkIn?: string;
  readonly proof?: string;
  readonly until?: string;
};

/** Answers the questions about a patrol up to the number of places. */
async function begin(at: string, words: () => Promise<unknown>) {
  await organiser.say('派任务');
  await organiser.sees(/要做什么/);
  await organiser.tap('巡逻');
  await organiser.sees(/具体做什么/);
  await words();
  await organiser.sees(/在哪里集合/);
  await organiser.say('📍 发送现在的位置');
  await organiser.sees(/对吗/);
  await organiser.tap('对');
  await organiser.sees(/哪天几点开始/);
  await organiser.say(at);
  await organiser.sees(/要多久/);
  await organiser.tap('2 小时');
  await organiser.sees(/要几个人/);
}

async function give(
  at: string,
  { needed = '2', repeat = '就一次', checkIn = '到了发位置', proof = '不用', until = '12月31日' }: Giving = {},
) {
  await begin(at, () => organiser.say('沿小区主路走一圈，看消防通道。'));
  await organiser.say(needed);
  await organiser.sees(/要什么本领/);
  await organiser.tap('选好了');
  await organiser.sees(/怎么签到/);
  await organiser.tap(checkIn);
  await organiser.sees(/做完要什么/);
  await organiser.tap(proof);
  await organiser.sees(/做一次，还是常做/);
  await organiser.tap(repeat);
  if (repeat !== '就一次') {
    await organiser.sees(/做到哪天为止/);
    await organiser.say(until);
    await organiser.sees(/放假的日子也做吗/);
    await organiser.tap('也做');
  }
  await organiser.sees(/都对就派/);
  await organiser.tap('派出去');
}

test('a task at night needs at least two places', { timeout: 30_000 }, async () => {
  await begin('明天晚上九点', () => organiser.tap('就这样说'));
  await organiser.say('1');
  await organiser.sees(/最小是 2|至少 2|不能少于 2|2/);
  expect(await tasks()).toEqual([]);
  // The suggested text is accepted with one tap.
  await organiser.say('2');
  await organiser.sees(/要什么本领/);
  await organiser.tap('选好了');
  await organiser.tap('到了发位置');
  await organiser.tap('不用');
  await organiser.tap('就一次');
  await organiser.sees(/都对就派.*内容：两人一组，沿小区主路走一圈，看消防通道、井盖、路灯。/s);
  await organiser.say('取消');
  await organiser.tap('不要了');
});

test('a plan can be stopped before its first task, and a plan without a slot is corrected on the card', {
  timeout: 60_000,
}, async () => {
  await give('12月30日上午九点', { repeat: '每天' });
  await organiser.sees(/定好了，下一次是/);
  const planned = await organiser.sees(/定好了/);
  await organiser.tap('以后不再重复');
  await organiser.sees(/巡逻，.*下一次是.*以后都不再重复吗/s);
  await organiser.tap('照旧');
  await organiser.sees(/好，照旧/);
  await organiser.tap('以后不再重复', planned.message_id);
  const sure = await organiser.sees(/以后都不再重复吗/);
  await organiser.tap('不再重复', sure.message_id);
  await organiser.sees(/好，以后不再重复/);
  const { redis, keys } = app.running.store;
  expect(await redis.zcard(keys.taskPlansDue)).toBe(0);
  await organiser.tap('以后不再重复', planned.message_id);
  await organiser.sees(/已经不再重复了/);

  // The last day is before the first one: the other answers are kept.
  await give('12月31日晚上七点', { repeat: '星期一到五', until: '12月30日' });
  await organiser.sees(/一次都轮不到/);
  await organiser.tap('改截止');
  await organiser.sees(/做到哪天为止/);
  await organiser.say('12月31日');
  await organiser.sees(/都对就派/);
  await organiser.say('取消');
  await organiser.tap('不要了');
  expect(await redis.zcard(keys.taskPlansDue)).toBe(0);
});

test('a task of the next quarter is on the board at once; one that is over or cancelled is not', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  const from = now() + 85 * DAY_MS;
  const base = await giveTask(store, 2, now());
  const far: Task = { ...base, id: newTaskId(), from, until: from + HOUR_MS, words: '下个季度的演练' };
  const over: readonly Task[] = [
    { ...base, id: newTaskId(), from: now() - 26 * HOUR_MS, until: now() - 24 * HOUR_MS, state: 'ended' },
    { ...base, id: newTaskId(), from: now() - 2 * HOUR_MS, until: now() - HOUR_MS },
    { ...base, id: newTaskId(), state: 'cancelled' },
  ];
  for (const task of [far, ...over]) await bulkWrite(store, keepTask(store, task).writes);
  const colleague = await staff(app, '网格员小郑', 'grid_worker', COMMUNITY);
  await colleague.say('任务板');
  const { buttons } = await colleague.sees(/现在的任务/);
  const listed = JSON.stringify(buttons);
  expect(listed).toContain(far.id);
  for (const { id } of over) expect(listed).not.toContain(id);
  for (const { id, region } of [base, far, ...over])
    await bulkWrite(store, [
      ['DEL', store.keys.task(id)],
      ...[store.keys.tasks, store.keys.tasksIn(region), store.keys.tasksClock, store.keys.tasksKept].map(
        (key) => ['ZREM', key, id] as const,
      ),
    ]);
});

test('a daily patrol fills its places by itself for two weeks', {
  timeout: 240_000,
}, async () => {
  await give('明天上午九点', { repeat: '每天' });
  await organiser.sees(/定好了，下一次是/);
  const began = now();
  // Advance to seven in the morning: no offer is sent in quiet hours.
  const intoDay = (began + 8 * HOUR_MS) % DAY_MS;
  await app.advance((DAY_MS - intoDay + 7 * HOUR_MS + 60_000) % DAY_MS);
  for (let day = 0; day < 14; day += 1) {
    // The task is created three days ahead.
    await app.settle();
    expect((await tasks()).some(({ record }) => record.from > now() + 2 * DAY_MS)).toBe(true);
    await fillPlaces();
    await app.advance(DAY_MS);
  }
  await fillPlaces();
  // Each volunteer got offers.
  const asked = await Promise.all(people.map(async (phone) => (await offersOn(phone)).length));
  expect(Math.min(...asked)).toBeGreaterThan(0);
  const all = (await tasks()).filter(({ record }) => record.from > began && record.from < began + 14 * DAY_MS);
  expect(all.length).toBeGreaterThanOrEqual(13);
  expect(new Set(all.map(({ record }) => record.from)).size).toBe(all.length);
  for (const { record, takers } of all) expect([record.id, takers.length]).toEqual([record.id, 2]);
  await expectInvariants(app.running.store);
});

/** All offers are taken until no coming task has a free place. */
async function fillPlaces(): Promise<void> {
  const hasPlaces = async () =>
    (await tasks(now())).some(
      ({ record, takers }) => record.state === 'open' && record.from > now() && takers.length < record.needed,
    );
  for (let rounds = 0; rounds === 0 || (await hasPlaces()); rounds += 1) {
    expect(rounds).toBeLessThan(10);
    await app.settle();
    await Promise.all(people.map(takeOffers));
  }
}

test('organisers see the state of a task, remind once, confirm proofs, and cancel with a notice to all takers', {
  timeout: 120_000,
}, async () => {
  const [first, second] = people as [Phone, Phone];
  await give('今天晚上七点', { checkIn: '带队的人说签到码', proof: '说两句' });
  await organiser.sees(/派出去了/);
  for (const phone of people) await expect.poll(() => freshOffers(phone, /19:00/), { timeout: 10_000 }).toBe(1);
  for (const phone of people) await takeOffers(phone);
  await organiser.tap('看这个任务');
  const card = await organiser.sees(/人手：2 \/ 2/);
  expect(card.text).toMatch(/接了的：大刘、小周/);
  await organiser.tap('提醒一次');
  await organiser.sees(/提醒了还没到的人/);
  await first.hasSeen(/组织者提醒一声/, 10_000);
  await organiser.tap('再看这个任务');
  const again = await organiser.sees(/人手：2/);
  expect(again.buttons.flat().map(({ text }) => text)).not.toContain('🔔 提醒一次');
  await organiser.tap('看签到码');
  const [, code = ''] = /签到码是 (\d{4})/.exec((await organiser.sees(/签到码是/)).text ?? '') ?? [];

  await app.advance(11.5 * HOUR_MS);
  // The next task of the daily plan is due meanwhile; its offers must not arrive in the middle of a talk.
  await fillPlaces();
  for (const phone of [first, second]) await phone.hasSeen(/快到时间了：巡逻/, 10_000);
  await first.tap('我到了');
  await first.sees(/四个数字/);
  await first.say(code === '1234' ? '4321' : '1234');
  await first.hasSeen(/签到码不对/);
  // The right code may follow at once.
  await first.hasNew(/四个数字/);
  await first.say(code);
  await first.hasSeen(/签到好了/);
  await first.tap('做完了');
  await first.hasSeen(/还没到开始的时间/);
  await app.advance(HOUR_MS);
  await first.tap('做完了');
  await first.sees(/说一两句/);
  await first.say('走了一圈，都好。');
  await first.sees(/收到了，谢谢您/);
  // The card counts hours that nobody has confirmed yet.
  await first.say('我做过的');
  await first.sees(/1 次正在统计时长/);
  await organiser.hasSeen(/大刘 做完了：巡逻/, 10_000);
  await organiser.tap('看任务');
  await organiser.sees(/到了 1 人，做完 1 人/);
  await organiser.tap('看照片和话');
  await organiser.hasSeen(/大刘：走了一圈，都好。/);
  await organiser.tap('再看这个任务');
  await organiser.sees(/做完 1 人/);
  await organiser.tap('都记下');
  await organiser.sees(/记下了 1 人/);
  await first.hasSeen(/已经记下了，谢谢您/, 10_000);
  // A confirmed task is not listed as coming, even before its end.
  const who = (await loadVolunteerOf(app.running.store, `telegram:${first.id}`))?.record.id ?? 'volunteer_';
  const { coming } = await loadHoursSummary(app.running.store, who, now());
  const confirmedIds = (await tasks())
    .filter(({ parts }) => parts[who]?.state === 'confirmed')
    .map(({ record }) => record.id);
  expect(confirmedIds.length).toBeGreaterThan(0);
  expect(coming.filter(({ id }) => confirmedIds.includes(id))).toEqual([]);

  // Until the task is settled it stays in the list, and its card says that it is over.
  await app.advance(2 * HOUR_MS);
  await second.say('我的任务');
  const [mine = ''] = (await second.sees(/点一个看/)).buttons.flat().map(({ text }) => text);
  expect(mine).toMatch(/^✅.* 19:00/);
  await second.tap(mine);
  await second.sees(/巡逻，结束了，您接了/);
  // Only the volunteer's own page shows a missed task.
  await app.advance(3 * HOUR_MS);
  const over = async () =>
    (await tasks()).filter(
      ({ record }) => record.words && record.state === 'open' && record.until < now() - 2 * HOUR_MS,
    ).length;
  await expect.poll(over, { timeout: 10_000 }).toBe(0);
  await second.say('我做过的');
  await second.sees(/没去成的 [1-9]\d* 次，只有您自己看得到/);
  await first.say('我做过的');
  await first.sees(/一共做了 1 次/);
  await first.tap('放进日历');
  const calendar = async () => (await first.messages()).some(({ document }) => document === 'anlin.ics');
  await expect.poll(calendar, { timeout: PATIENCE_MS }).toBe(true);
  // The calendar can be subscribed to under an unguessable name.
  const { store, web } = app.running;
  const { id } = (await loadVolunteerOf(store, `telegram:${first.id}`))?.record ?? { id: 'volunteer_' };
  const page = (name: string) => fetch(`http://127.0.0.1:${web.port}${SHIFTS_PATH}/${name}.ics`);
  const name = shiftsFileName(store, id);
  const shown = await page(name);
  expect(shown.headers.get('content-type')).toMatch(/text\/calendar/);
  expect(await shown.text()).toMatch(/BEGIN:VEVENT.*SUMMARY:沿小区主路走一圈/s);
  expect((await page(name.slice(0, -1) + (name.endsWith('_') ? 'A' : '_'))).status).toBe(404);
  await organiser.say('任务板');
  await organiser.tap('做了多少');
  const sums = await organiser.sees(/人次/);
  expect(sums.text).toMatch(/1 个任务，1 人次，2 小时/);

  await app.advance(9 * HOUR_MS);
  await give('后天下午两点');
  await organiser.sees(/派出去了/);
  for (const phone of people) await expect.poll(() => freshOffers(phone, /14:00/), { timeout: 10_000 }).toBe(1);
  for (const phone of people) await takeOffers(phone);
  await organiser.tap('看这个任务');
  await organiser.sees(/人手：2 \/ 2，排队 0/);
  await organiser.tap('取消任务');
  await organiser.sees(/不能反悔/);
  await organiser.tap('确定');
  await organiser.sees(/取消了/);
  await first.hasSeen(/这个任务取消了：巡逻/, 10_000);
  await expectInvariants(app.running.store);
});

async function freshOffers(phone: Phone, what: RegExp): Promise<number> {
  return (await offersOn(phone)).filter(({ message_id, text = '' }) => !tapped.has(message_id) && what.test(text))
    .length;
}

const tapped = new Set<number>();

async function offersOn(phone: Phone) {
  return (await phone.messages()).filter(({ text }) => text?.startsWith('有个任务想请您'));
}

async function takeOffers(phone: Phone): Promise<void> {
  for (const { message_id } of await offersOn(phone)) {
    if (tapped.has(message_id)) continue;
    tapped.add(message_id);
    await phone.tap('我来', message_id);
    await phone.hasNew(/您接下了|有人先接了|已经接了别的|已经过时/);
  }
}
