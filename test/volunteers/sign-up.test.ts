import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { myDataTalk } from '../../src/cases/follow/my-data-flow.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { keepPlan, loadPlan } from '../../src/volunteers/tasks/task-plan.ts';
import {
  keepTask,
  loadTask,
  loadTasks,
  setPart,
  takePlace,
  waitForPlace,
} from '../../src/volunteers/tasks/task-store.ts';
import type { TeamId } from '../../src/volunteers/teams/team.ts';
import { dissolveTeam, joinTeam, keepTeam } from '../../src/volunteers/teams/team-store.ts';
import { removeVolunteerEverywhere } from '../../src/volunteers/volunteer/remove-volunteer.ts';
import { loadVolunteerOf } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { approve, HERE, offer, signUp, volunteers } from './by-phone.ts';
import { COMMUNITY, giveTask } from './crowd.ts';

let app: TestApp;
let organiser: Phone;

beforeAll(async () => {
  app = await openTestApp();
  organiser = await staff(app, '网格员小林', 'grid_worker', '990101001001');
}, 30_000);
afterAll(() => app.close());

const kept = (phone: Phone) => loadVolunteerOf(app.running.store, `telegram:${phone.id}`);

test('a child is declined kindly, a youth needs consent and gets daytime tasks only, and no age is stored', {
  timeout: 30_000,
}, async () => {
  const phone = await app.phone('小明');
  await phone.say('报名');
  await phone.sees(/多大年纪/);
  await phone.tap('不到 14 岁');
  await phone.sees(/满 14 岁再来/);
  await phone.say('报名');
  await phone.sees(/多大年纪/);
  await phone.tap('14 到 17 岁');
  await phone.sees(/家长同意了吗/);
  await phone.tap('还没有');
  await phone.sees(/家长同意了再来/);
  await phone.say('报名');
  await phone.sees(/多大年纪/);
  await phone.tap('14 到 17 岁');
  await phone.sees(/家长同意了吗/);
  await phone.tap('同意了');
  await phone.sees(/哪里帮忙/);
  for (const part of HERE) {
    await phone.tap(part);
    await phone.hasNew(/哪个|您会什么/);
  }
  const asked = await phone.sees(/您会什么/);
  expect(asked.buttons.flat().map(({ text }) => text)).not.toContain('🚶 巡逻');
  await phone.tick(/您会什么/, ['宣传']);
  await phone.tick(/星期几/, ['星期六']);
  const parts = await phone.sees(/什么时候方便/);
  expect(parts.buttons.flat().map(({ text }) => text)).not.toContain('晚上');
  expect(await kept(phone)).toBeUndefined();
});

test('typed words tick the options that they name: 周末, 巡逻和消防, 都行; what is left out ticks nothing', {
  timeout: 30_000,
}, async () => {
  const phone = await app.phone('小陈');
  await phone.say('我想当志愿者');
  await phone.sees(/多大年纪/);
  await phone.tap('满 18 岁');
  await phone.sees(/哪里帮忙/);
  for (const part of HERE) {
    await phone.tap(part);
    await phone.hasNew(/哪个|您会什么/);
  }
  await phone.say('巡逻和消防我都可以');
  await phone.sees(/星期几/);
  await phone.say('除了周末');
  await phone.sees(/请点按钮打勾/);
  await phone.say('周末下午有空');
  await phone.sees(/什么时候方便/);
  await phone.say('都行');
  await phone.sees(/怎么称呼/);
  await phone.say('小陈');
  await phone.hasNew(/留个电话/);
  await phone.say('跳过');
  await phone.hasNew(/答应三件事/);
  await phone.tap('我答应');
  await phone.hasNew(/本领：.*巡逻、.*消防[\s\S]*星期六、星期天[\s\S]*上午、下午、晚上/);
});

test('a typed name finds the region at any level, and the button for a whole region names its level', {
  timeout: 30_000,
}, async () => {
  const phone = await app.phone('小吴');
  const labels = async () => ((await phone.messages()).at(-1)?.buttons ?? []).flat().map(({ text }) => text);
  await phone.say('报名');
  await phone.sees(/多大年纪/);
  await phone.tap('满 18 岁');
  await phone.sees(/哪里帮忙/);
  await phone.say('火星上');
  await phone.sees(/没有找到这个地方.*哪里帮忙/s);
  await phone.say('锦绣');
  await phone.sees(/找到几个，请点一个.*哪里帮忙/s);
  expect(await labels()).toEqual(expect.arrayContaining(['锦绣街道（西渚区）', '锦绣社区（锦绣街道）']));
  await phone.tap('锦绣街道（西渚区）');
  await phone.sees(/哪个社区/);
  expect(await labels()).toContain('整个街道');
  await phone.tap('上一步');
  await phone.sees(/哪个街道/);
  expect(await labels()).toContain('整个区');
  // One hit is taken: a sentence, and a name with another character of the same sound.
  for (const words of ['我住在锦绣社区', '锦秀社区']) {
    await phone.say(words);
    await phone.sees(/^好，锦绣社区。.*您会什么/s);
    for (const question of [/哪个社区/, /哪个街道/, /哪里帮忙/]) {
      await phone.tap('上一步');
      await phone.sees(question);
    }
  }
  await phone.say('西渚');
  await phone.sees(/哪个街道/);
});

test('an applicant corrects the sign-up after a question, a refusal gives its reason, and other organisers cannot decide', {
  timeout: 60_000,
}, async () => {
  const wang = await app.phone('小王');
  await signUp(wang, '小王');
  await organiser.hasSeen(/小王 想当志愿者/, 10_000);
  await organiser.tap('看报名');
  await organiser.sees(/小王，满 18 岁/);
  await organiser.tap('再问问');
  await organiser.sees(/跟这个人说一声/);
  await organiser.say('您会急救吗？');
  await organiser.sees(/问了 小王/);
  await wang.hasSeen(/社区想问问您：\n\n您会急救吗？/, 10_000);
  await wang.tap('改报名');
  await wang.sees(/都对就交/);
  await wang.tap('改本领');
  await wang.sees(/您会什么/);
  await wang.tap('急救');
  await wang.withButton('✅ ⛑️ 急救');
  await wang.tap('选好了');
  await wang.sees(/都对就交.*急救/s);
  await wang.tap('改电话');
  await wang.sees(/留个电话/);
  await wang.say('13800138000');
  await wang.sees(/都对就交/);
  await wang.tap('交报名');
  await wang.sees(/报名收到了/);
  expect((await kept(wang))?.record).toMatchObject({ state: 'applied', skills: ['patrol', 'first_aid'] });
  // Sealed: the stored data alone reveals no number.
  const { phone = '', id = '' } = (await kept(wang))?.record ?? {};
  expect(phone).not.toContain('13800138000');
  expect(app.running.store.unseal(phone, id)).toBe('13800138000');
  expect(app.running.store.unseal(phone, 'volunteer_another1')).toBeUndefined();

  await wang.say('/mydata');
  await wang.sees(/志愿者：是\n电话：报名时留的/);

  const outsider = await staff(app, '别处的网格员', 'grid_worker', '990101002004');
  await outsider.say('看报名');
  await outsider.sees(/没有人等着/);
  await outsider.forge((await outsider.sees(/./)).message_id, `go/review-volunteers/${id}`);
  await outsider.hasNew(/没有人等着/);
  const neighbour = await app.phone('邻居');
  await neighbour.say('看报名');
  await neighbour.sees(/要由网格员/);

  const asked = async () => (await organiser.fromBot()).filter(({ text }) => text?.includes('小王 想当志愿者')).length;
  await expect.poll(asked, { timeout: 10_000 }).toBe(2);
  await organiser.say('看报名');
  await organiser.sees(/点一个看/);
  await organiser.tap('小王');
  await organiser.sees(/小王，满 18 岁/);
  await organiser.tap('这次不行');
  await organiser.sees(/跟这个人说一声/);
  await organiser.say('这一期人数够了');
  await organiser.sees(/告诉 小王 了/);
  await wang.hasSeen(/这次没能通过：\n\n这一期人数够了/, 10_000);
  // A second decision under the first message is refused.
  await organiser.forge((await organiser.sees(/告诉 小王 了/)).message_id, `go/review-volunteers/${id}`);
  await organiser.sees(/刚刚有人看过/);
  await expectInvariants(app.running.store);
});

test('a team’s link adds members up to its capacity', { timeout: 60_000 }, async () => {
  await organiser.say('队伍');
  await organiser.sees(/您这里的队伍/);
  await organiser.tap('新队伍');
  await organiser.sees(/队伍叫什么/);
  await organiser.say('平安车站队');
  await organiser.sees(/是哪一类/);
  await organiser.tap('平安车站');
  await organiser.sees(/最多收多少人|队伍在哪里/);
  await organiser.sees(/最多收多少人/);
  await organiser.say('2');
  await organiser.sees(/建好了/);
  await organiser.tap('再看这支队伍');
  await organiser.sees(/人数：0 \/ 2/);
  await organiser.tap('招人的链接');
  const [, link = ''] = /start=(team_\w+)/.exec((await organiser.sees(/招人的链接.*start=/s)).text ?? '') ?? [];
  expect(link).toMatch(/^team_\w{8}$/);
  expect((await organiser.messages()).some(({ document }) => document === 'qr.png')).toBe(true);

  const [li, late] = (await volunteers(app, ['小李', '小钱'])) as [Phone, Phone];
  await li.say(`/start ${link}`);
  await li.sees(/加入『平安车站队』/);
  await li.tap('加入');
  await li.sees(/您加入了/);
  await li.say(`/start ${link}`);
  await li.sees(/已经在『平安车站队』里了/);

  // A new person signs up for the team and becomes a member on acceptance.
  const zhao = await app.phone('小赵');
  await zhao.say(`/start ${link}`);
  await zhao.sees(/先报个名/);
  await zhao.tap('我要报名');
  await zhao.sees(/多大年纪/);
  await zhao.tap('满 18 岁');
  await offer(zhao, '小赵', { skills: ['宣传'], days: ['星期六'], parts: ['上午'] });
  // Two applicants compete for the last place.
  const [sun] = (await volunteers(app, ['小孙'], { state: 'applied', team: link as TeamId })) as [Phone];
  await approve(organiser, '小赵');
  await zhao.hasSeen(/您现在是志愿者了/, 10_000);
  await late.say(`/start ${link}`);
  await late.sees(/人满了/);
  await organiser.say('看报名');
  await organiser.sees(/点一个看/);
  await organiser.tap('小孙');
  await organiser.sees(/小孙，满 18 岁/);
  await organiser.tap('同意');
  await organiser.sees(/小孙 现在是志愿者了。『平安车站队』满了/);
  await sun.hasSeen(/您现在是志愿者了，欢迎！\n\n『平安车站队』的人满了/, 10_000);
  await organiser.say('队伍');
  await organiser.sees(/您这里的队伍/);
  await organiser.tap('平安车站队');
  await organiser.sees(/人数：2 \/ 2/);
  await organiser.tap('定队长');
  await organiser.sees(/谁当队长/);
  await organiser.tap('小李');
  await organiser.sees(/小李 现在是『平安车站队』的队长/);
});

test('a dissolved team leaves no task behind: what has not begun is cancelled, its takers hear it, and plans stop', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [member] = (await volunteers(app, ['小何'])) as [Phone];
  const me = (await kept(member))?.record.id;
  if (!me) throw new Error('There is no volunteer.');
  const team = {
    id: 'team_evenings',
    name: '傍晚队',
    series: 'community',
    region: COMMUNITY,
    capacity: 5,
    by: 'test',
    madeAt: now,
  } as const;
  const given = async (more: Partial<Task>) => {
    const task = { ...(await giveTask(store, 2, now)), team: team.id, ...more };
    await bulkWrite(store, keepTask(store, task).writes);
    const taken = await loadTask(store, task.id);
    if (taken) await bulkWrite(store, takePlace(store, taken, me, now).writes);
    return task;
  };
  await bulkWrite(store, [...keepTeam(store, team).writes, ...joinTeam(store, team, me, now).writes]);
  const coming = await given({});
  const begun = await given({ from: now - HOUR_MS, until: now + HOUR_MS });
  const {
    id: _id,
    state: _state,
    code: _code,
    madeAt: _at,
    waves: _waves,
    nextWave: _next,
    from,
    until,
    ...task
  } = coming;
  const schedule = { type: 'cron', cron: '0 10 * * *', zone: 'Asia/Shanghai', misfire: 'skip' } as const;
  const head = { schedule, notOnHolidays: false, lastsMs: until - from, next: from + 20 * DAY_MS };
  const plan = { ...head, id: 'plan_eventime', task: { ...task, plan: 'plan_eventime' } } as const;
  await bulkWrite(store, keepPlan(store, plan).writes);

  await organiser.say('队伍');
  await organiser.sees(/您这里的队伍/);
  await organiser.tap('傍晚队');
  await organiser.sees(/人数：1 \/ 5/);
  await organiser.tap('解散');
  await organiser.sees(/解散『傍晚队』，1 个人。它还没开始的任务会取消，有 1 个，接了的人会知道/);
  await organiser.tap('确定');
  await organiser.sees(/『傍晚队』解散了/);
  await member.hasSeen(/这个任务取消了：巡逻/, 10_000);
  expect((await loadTask(store, coming.id))?.record.state).toBe('cancelled');
  // Those who are on the spot finish their work.
  expect((await loadTask(store, begun.id))?.record.state).toBe('open');
  expect((await loadPlan(store, plan.id))?.record.next).toBeUndefined();

  // A plan that was given at the same moment stops by itself.
  const late = { ...plan, id: 'plan_latetime', next: now + DAY_MS } as const;
  await bulkWrite(store, keepPlan(store, late).writes);
  await expect.poll(async () => (await loadPlan(store, late.id))?.record.next).toBeUndefined();
  const all = await loadTasks(store, await store.redis.zrange(store.keys.tasks, 0, '-1'));
  expect(all.filter(({ record }) => record.plan === late.id)).toEqual([]);
  await expectInvariants(store);
});

test('the export of the own data holds the tasks, waiting places and teams of a volunteer', async () => {
  const { store, city } = app.running.services;
  const now = app.simulator.world.now();
  const [member] = (await volunteers(app, ['小许'])) as [Phone];
  const me = (await kept(member))?.record.id;
  if (!me) throw new Error('There is no volunteer.');
  const [taken, waited] = [await giveTask(store, 2, now), await giveTask(store, 2, now)];
  const task = await loadTask(store, taken.id);
  const team = {
    id: 'team_mornings',
    name: '早晨队',
    series: 'community',
    region: COMMUNITY,
    capacity: 5,
    by: 'organiser',
    madeAt: now,
  } as const;
  await bulkWrite(store, [
    ...(task ? takePlace(store, task, me, now).writes : []),
    ...setPart(store, taken.id, me, { state: 'proven', at: now, proof: { words: { text: '走了一圈' } } }),
    ...waitForPlace(store, waited.id, me, now).writes,
    ...keepTeam(store, team).writes,
    ...joinTeam(store, team, me, now).writes,
  ]);
  const person = await loadPerson(store, `telegram:${member.id}`);
  const loaded = await myDataTalk.load?.({ store, city, person, position: { answers: {} }, now });
  const facts = myDataTalk.facts(city, person, loaded);
  const [said] = myDataTalk.finish({ next: 'export' }, { facts } as never).says;
  const { volunteering } = JSON.parse(said?.file?.text ?? '{}');
  const { id, kind, words, from, until } = taken;
  expect(volunteering.tasks).toEqual([
    expect.objectContaining({ id, kind, words, from, until, part: expect.objectContaining({ state: 'proven' }) }),
  ]);
  expect(volunteering.tasks[0].part.proof.words.text).toBe('走了一圈');
  expect(volunteering.waiting).toEqual([expect.objectContaining({ id: waited.id, since: now })]);
  expect(volunteering.teams).toEqual([{ name: '早晨队', since: now }]);
  // The code of a task and who gave it are not the volunteer's data.
  expect(said?.file?.text).not.toMatch(/"code"|organiser/);
});

test('a team that is dissolved at the same moment takes no member and does not come back', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [leader, other] = (await volunteers(app, ['小施', '小张'])) as [Phone, Phone];
  const [me, joins] = [(await kept(leader))?.record.id, (await kept(other))?.record.id];
  if (!me || !joins) throw new Error('There is no volunteer.');
  const team = {
    id: 'team_vanishes',
    name: '散了的队',
    series: 'community',
    region: COMMUNITY,
    capacity: 5,
    by: 'test',
    leader: me,
    madeAt: now,
  } as const;
  await bulkWrite(store, [...keepTeam(store, team).writes, ...joinTeam(store, team, me, now).writes]);
  const joining = joinTeam(store, team, joins, now);
  const leaving = await removeVolunteerEverywhere(store, `telegram:${leader.id}`, now);
  await bulkWrite(store, dissolveTeam(store, team));
  for (const [op, change] of [['join', joining] as const, ['leave', leaving] as const])
    expect(await commitAsSystem(store, { op: `late:${op}`, what: 'test', ...change }, now)).toEqual({
      type: 'conflict',
    });
  expect(await store.redis.exists(store.keys.team(team.id), store.keys.teamMembers(team.id))).toBe(0);
});
