import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeCase, loadCase, loadEvents, loadFollowedCases } from '../../src/cases/case-store.ts';
import { clocksOf } from '../../src/cases/deadlines.ts';
import type { CaseId } from '../../src/cases/hazard-case.ts';
import { loadMovedFollowers, loadMovingFollowers, mergeCase, unmergeCase } from '../../src/cases/merge-cases.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { orStoreAway } from '../../src/store/store.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { caseOf, confirm, enlist, handle, openCase, STREET, sendPhoto, shown, staff, tapAtOnce } from './desk.ts';

let app: TestApp;
let desk: Phone;
beforeAll(async () => {
  app = await openTestApp();
  desk = await staff(app, '老吴', 'dispatcher', STREET);
});
afterAll(() => app.close());

/** Applies events to a case directly, up to the state that a test starts from. */
async function applyEvents(
  id: string,
  ...events: readonly (readonly [type: string, to: string, more?: object])[]
): Promise<void> {
  const { store } = app.running;
  for (let i = 0; i < events.length; ) {
    const [type, to, more] = events[i] ?? ['', ''];
    const kept = await loadCase(store, id);
    if (!kept) throw new Error('There is no case.');
    const at = app.simulator.world.now();
    const event = { type, to, at, as: 'house', by: 'x', clock: { cure: '3wd' }, ...more } as Parameters<
      typeof changeCase
    >[2];
    const change = { op: `${id}:${type}:${kept.version}`, what: 'test', ...changeCase(store, kept, event) };
    // A conflict means that a background job changed the case: try again.
    if ((await commitAsSystem(store, change, at)).type === 'ok') i += 1;
  }
}

const TO_CHECK = [
  ['accepted', 'filed'],
  ['dispatched', 'dispatched', { unit: 'fire_rescue' }],
  ['signed', 'in_progress'],
  ['handled', 'checking'],
] as const;

test('a merge joins two reports with photos and followers, and can be undone within a day', async () => {
  const { store } = app.running;
  const zhou = await app.phone('周阿姨');
  const first = await report(zhou);
  const chen = await app.phone('小陈');
  const second = await report(chen);
  await openCase(desk, second);
  await desk.tap('并案');
  await desk.hasNew(/并到哪一件/);
  await desk.tap(shown(first));
  await confirm(desk, /就这样办吗/);
  await desk.hasNew(/并好了/);
  await chen.hasSeen(/说的是同一回事/);
  const target = await caseOf(app, zhou);
  expect(await caseOf(app, chen)).toMatchObject({ state: 'merged', mergedInto: target.id });
  // The merged report's text is not copied.
  expect(target.additions).toBeUndefined();
  const follows = async () => (await loadFollowedCases(store, `telegram:${chen.id}`)).map(({ record }) => record.id);
  expect(await follows()).toEqual([target.id]);
  await expectInvariants(store);
  // The main card shows what the merged report said; once the merge is undone it does not.
  await desk.say(shown(first));
  await desk.hasNew(new RegExp(`编号 ${shown(first)}.*${shown(second)} 并进来的：楼道口飞线充电`, 's'));
  await desk.say(shown(second));
  await desk.hasNew(/现在：已并案/);
  await desk.tap('拆案');
  await desk.hasNew(/拆开了/);
  await desk.say(shown(first));
  await desk.hasNew(new RegExp(`编号 ${shown(first)}.*后来补充：没填`, 's'));
  expect((await caseOf(app, chen)).state).toBe('submitted');
  expect(await follows()).toEqual([]);
  await expectInvariants(store);
});

test('after the undo of one merge each follower ends with the reports that they followed, however merges are nested', async () => {
  const { store } = app.running;
  const names = ['周一', '周二', '周三', '周四'];
  const phones = await Promise.all(names.map((name) => app.phone(name)));
  for (const phone of phones) await report(phone);
  const ids = await Promise.all(phones.map(async (phone) => (await caseOf(app, phone)).id));
  const [main = '', second = '', third = '', over = ''] = ids;
  const both = 'telegram:900001';
  const alsoMain = 'telegram:900002';
  const at = app.simulator.world.now();
  await bulkWrite(
    store,
    [[both, second] as const, [both, third] as const, [alsoMain, second] as const, [alsoMain, main] as const].flatMap(
      ([urn, id], i) => [
        ['ZADD', store.keys.caseFollowers(id), at + i, urn] as const,
        ['ZADD', store.keys.personFollows(urn), at + i, id] as const,
      ],
    ),
  );
  let steps = 0;
  const step = async (type: 'merged' | 'unmerged', id: string, into?: string) => {
    steps += 1;
    const [kept, target] = [await loadCase(store, id), await loadCase(store, into ?? '')];
    if (!kept) throw new Error('There is no case.');
    const to = type === 'merged' ? 'merged' : (kept.record.before ?? 'submitted');
    const event = { type, to, at: at + 1000 * steps, as: 'dispatcher', by: 'x', target: into as CaseId } as const;
    const change =
      type === 'merged' && target
        ? mergeCase(store, kept, target, event, await loadMovingFollowers(store, id, target.record.id))
        : unmergeCase(store, kept, event, await loadMovedFollowers(store, kept.record));
    const done = await commitAsSystem(store, { op: `merge:${steps}`, what: 'test', ...change }, at);
    expect(done.type).toBe('ok');
  };
  const follows = async (urn: string) =>
    (await store.redis.zrange(store.keys.personFollows(urn as Urn), 0, '-1')).map(
      (id) => names[ids.indexOf(id as CaseId)],
    );
  await step('merged', second, main);
  await step('merged', third, main);
  await step('merged', main, over);
  expect((await follows(both)).toSorted()).toEqual(['周一', '周二', '周三', '周四'].toSorted());

  await step('unmerged', second);
  // The third report is still part of the first, and of the fourth.
  expect((await follows(both)).toSorted()).toEqual(['周一', '周二', '周三', '周四'].toSorted());
  expect((await follows(alsoMain)).toSorted()).toEqual(['周一', '周二', '周四'].toSorted());
  const [, reporter] = phones;
  expect(await follows(`telegram:${reporter?.id}`)).toEqual([]);
  expect(await store.redis.zscore(store.keys.caseFollowers(over), `telegram:${reporter?.id}`)).toBeNull();

  await step('unmerged', third);
  expect((await follows(both)).toSorted()).toEqual(['周二', '周三'].toSorted());
  await step('unmerged', main);
  expect((await follows(alsoMain)).toSorted()).toEqual(['周一', '周二'].toSorted());
  await expectInvariants(store);
});

test('a high-risk case closes only after the lead confirms all three conditions, even if the reporter rates it solved', async () => {
  const lead = await staff(app, '陈主任', 'lead', STREET);
  const grid = await staff(app, '小林', 'grid_worker', STREET);
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(desk, number);
  await desk.tap('立案');
  await desk.hasNew(/高风险/);
  await desk.tap('⚠️ 高风险');
  await desk.hasNew(/立案了/);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ...TO_CHECK.slice(1));
  await handle(grid, number, '核查通过');
  await sendPhoto(grid, /请发照片/);
  await grid.hasNew(/还要说明什么/);
  await grid.tap('跳过');
  await zhou.hasSeen(/解决了吗/);
  await zhou.tap('✅ 解决了');
  await zhou.hasSeen(/等最后核对完就结案/);
  expect(await caseOf(app, zhou)).toMatchObject({ state: 'confirming', outcome: 'solved' });
  await handle(lead, number, '三不放过');
  await lead.hasNew(/一条一条核对/);
  for (const box of ['措施落实了', '问题解决了', '长效机制']) {
    await lead.tap(box);
    await lead.hasNew(/一条一条核对/);
  }
  await lead.tap('选好了');
  await lead.hasNew(/核对完了/);
  expect(await caseOf(app, zhou)).toMatchObject({ state: 'closed', outcome: 'solved' });
  await expectInvariants(app.running.store);
}, 40_000);

test('a listing needs all five fields, and ends only after an independent check', async () => {
  const office = await staff(app, '平安办', 'office', '*');
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ['accepted', 'filed'], ['supervised', 'filed', { level: 3 }]);
  await handle(office, number, '挂牌督办');
  for (const [asked, said] of [
    [/之一/, '街道安全科，科长岗'],
    [/之二/, '街道自筹两万'],
    [/之三/, '本月底前'],
    [/之四/, '拆线，装充电桩'],
    [/之五/, '断电，消防到场'],
  ] as const) {
    await office.hasNew(asked);
    await office.say(said);
  }
  await confirm(office, /就这样办吗.*挂牌督办：.*责任：街道安全科.*资金：街道自筹两万.*预案：断电/s);
  await office.hasNew(/挂牌了/);
  await zhou.hasSeen(/挂牌督办了/);
  expect(await caseOf(app, zhou)).toMatchObject({ supervision: 3, highRisk: true, five: { funds: '街道自筹两万' } });
  await office.tap('看看这一件');
  const card = await office.sees(/现在：已立案.*资金：街道自筹两万/s);
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('🧹 摘牌');
  await applyEvents(id, ...TO_CHECK.slice(1), ['check_passed', 'confirming']);
  await office.say('/work');
  await office.hasNew(/最急的在最上面/);
  await office.tap(shown(number));
  await office.hasNew(/现在：核查过了/);
  await office.tap('摘牌');
  await confirm(office, /就这样办吗.*摘牌：/s);
  await office.hasNew(/摘牌了/);
  expect((await caseOf(app, zhou)).listedAt).toBeUndefined();
}, 40_000);

test('text that a dispatcher redacts is gone from the record, the event log and the rest of the store', async () => {
  const { store, app: inside } = { store: app.running.store, app: app.running };
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ['added', 'submitted', { words: { text: '这句要隐去的悄悄话' } }]);
  await expect.poll(() => store.redis.zcard(store.keys.casesNews), { timeout: PATIENCE_MS }).toBe(0);
  await openCase(desk, number);
  await desk.tap('隐去文字');
  await confirm(desk, /就这样办吗/);
  await desk.hasNew(/都隐去了/);
  const record = await caseOf(app, zhou);
  expect(record).toMatchObject({ description: { text: '▮▮▮' }, photos: [], additions: [{ text: '▮▮▮' }] });
  expect(JSON.stringify(await loadEvents(store, id))).not.toContain('悄悄话');
  await expectInvariants(inside.store);
});

test('unit staff see only cases of their unit, even with the number of another case', async () => {
  const fire = await staff(app, '消防小周', 'unit_staff', 'fire_rescue');
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const said = await fire.sees(/您现在是/);
  await fire.forge(said.message_id, `go/my-work/${number}`);
  await fire.sees(/不归您办/);
  await fire.forge(said.message_id, `go/my-work/${number}.photos_shown`);
  await fire.hasNew(/不归您办/);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ...TO_CHECK.slice(0, 2));
  await fire.hasSeen(/派给您单位一件，请签收。.*时限：/s);
  await fire.tap('去办');
  await fire.sees(/现在：已派遣/);
});

test('of two dispatchers who accept a case at the same moment, the slower one sees that it is accepted', async () => {
  const { store } = app.running;
  const other = await staff(app, '老郑', 'dispatcher', STREET);
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  for (const phone of [desk, other]) {
    await openCase(phone, number);
    await phone.tap('立案');
    await phone.hasNew(/高风险/);
  }
  await tapAtOnce(app, [
    [desk, '一般'],
    [other, '一般'],
  ]);
  // The slower dispatcher sees the current state of the case.
  await desk.hasNew(/立案了|现在：已立案/);
  await other.hasNew(/立案了|现在：已立案/);
  const { id } = await caseOf(app, zhou);
  const accepted = (await loadEvents(store, id)).filter(({ type }) => type === 'accepted');
  expect(accepted).toHaveLength(1);
  await expectInvariants(store);
});

test('a place outside the range of geo indexes does not stop a report', async () => {
  const zhou = await app.phone('周阿姨');
  await report(zhou, { stopAt: 'place' });
  await zhou.say('https://maps.apple.com/?ll=89,118');
  await zhou.tap('对，就是这里');
  await zhou.tap('单独同意');
  await zhou.sees(/都对就提交/);
});

test('of several processes, exactly one sends the overdue reminders of a case', async () => {
  const { store } = app.running;
  const zhou = await app.phone('周阿姨');
  await report(zhou);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ...TO_CHECK.slice(0, 3));
  const others = await Promise.all([app.second(), app.second()]);
  expect(others).toHaveLength(2);
  app.simulator.world.advanceClock(30 * 24 * 3600);
  const told = async () =>
    (await loadEvents(store, id)).flatMap(({ type, mark }) => (type === 'reminded' ? [mark] : []));
  // Amber, red and both supervision steps are overdue: one reminder covers them all.
  await expect.poll(told, { timeout: 10_000 }).toEqual([expect.stringMatching(/:list$/)]);
  expect((await caseOf(app, zhou)).supervision).toBe(2);
  await expect.poll(() => orStoreAway(store.redis.zcard(store.keys.casesNews)), { timeout: 10_000 }).toBe(0);
  await expectInvariants(store);
}, 40_000);

test('a dispatch that leaves the rule asks why, and the unit that takes over reads it', {
  timeout: 30_000,
}, async () => {
  const fire = await staff(app, '消防小周', 'unit_staff', 'fire_rescue');
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ['accepted', 'filed']);
  await desk.say(shown(number));
  await desk.hears(new RegExp(`编号 ${shown(number)}.*现在：已立案`, 's'));
  await desk.tap('派遣');
  await desk.hasNew(/按规矩是/);
  await desk.tap('消防救援站');
  await desk.hasNew(/为什么派给别家/);
  await desk.say('街道没有拆线的电工');
  await confirm(desk, /就这样办吗.*派遣.*单位：消防救援站\n说明：街道没有拆线的电工/s);
  await desk.hasNew(/派出去了/);
  await fire.hasSeen(/请签收.*说明：街道没有拆线的电工/s);
});

test('a question of the desk stops its clock until the reporter answers', { timeout: 30_000 }, async () => {
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(desk, number);
  await desk.tap('问上报的人');
  await desk.hasNew(/想问上报的人什么/);
  await desk.say('是几单元的楼道？');
  await desk.hasNew(/等回话的时候，时限停着/);
  await zhou.hasSeen(/想请您补充一下：\s+是几单元的楼道/);
  expect(clocksOf(await caseOf(app, zhou)).map((clock) => clock.for)).toEqual(['answer']);
  await desk.tap('看看这一件');
  const card = await desk.sees(/等居民回话：.*前.*问上报的人：是几单元的楼道/s);
  // One question at a time.
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('💬 问上报的人');
  await zhou.tap('💬 回答');
  await zhou.hasNew(/他们想问您：是几单元的楼道.*有照片就发来/s);
  await zhou.say('二单元，一进门右手边');
  await zhou.hasNew(/您的回答记在/);
  await desk.hasSeen(/上报的人回话了：.*说明：二单元，一进门右手边/s);
  const after = await caseOf(app, zhou);
  expect(after).toMatchObject({ state: 'submitted', additions: [{ text: '二单元，一进门右手边' }] });
  expect(after.asked).toBeUndefined();
  expect(clocksOf(after).map((clock) => clock.for)).toEqual(['accept']);
  await expectInvariants(app.running.store);
});

test('one tap brings a refusal before the lead, once; the card tells what happened', { timeout: 40_000 }, async () => {
  const lead = await staff(app, '陈主任', 'lead', STREET);
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const refuse = async (who: Phone, words: string) => {
    await handle(who, number, '不予受理');
    await who.hasNew(/什么理由/);
    await who.tap('现场没有看到');
    await who.hasNew(/请写一两句说明/);
    await who.say(words);
    await confirm(who);
    await who.hasNew(/不予受理，已经告诉上报的人/);
  };
  await refuse(desk, '去看过，没有看到');
  await zhou.hasSeen(/没有受理。.*原因：现场没有看到\n去看过，没有看到/s);
  await zhou.tap('我觉得不对');
  await zhou.hasNew(/请负责人再看一次，有结果/);
  // The tap is the appeal; words may follow.
  expect(await caseOf(app, zhou)).toMatchObject({ state: 'submitted', appealed: true });
  await zhou.hasNew(/有照片就发来/);
  await zhou.say('晚上九点以后才有');
  await zhou.hasNew(/补充好了/);
  await lead.hasSeen(/上报的人不服，请您定.*上报的人觉得不该不受理/s);
  await desk.say(shown(number));
  const card = await desk.sees(new RegExp(`编号 ${shown(number)}.*现在：待受理`, 's'));
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('🚫 不予受理');
  await refuse(lead, '晚上也去过两次');
  await zhou.hasSeen(/负责人看过了，还是没有受理.*晚上也去过两次/s);
  await zhou.say(shown(number));
  const own = await zhou.sees(/报上来了.*没有受理：.*去看过，没有看到.*请负责人再看一次.*没有受理：.*晚上也去过两次/s);
  expect(own.buttons.flat().map(({ text }) => text)).not.toContain('✋ 我觉得不对，请再看看');
  expect((await loadCase(app.running.store, (await caseOf(app, zhou)).id))?.record.state).toBe('rejected');
  await expectInvariants(app.running.store);
});

test('desk and unit leave notes to each other that no resident reads', { timeout: 30_000 }, async () => {
  const unit = await staff(app, '王工', 'unit_staff', 'fire_rescue');
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const { id } = await caseOf(app, zhou);
  await applyEvents(id, ...TO_CHECK.slice(0, 3));
  await unit.say(shown(number));
  await unit.hears(new RegExp(`编号 ${shown(number)}.*现在：处置中`, 's'));
  await unit.tap('给同事留言');
  await unit.hasNew(/居民看不到/);
  await unit.say('钥匙在物业，请帮忙联系');
  await unit.hasNew(/留言带到了/);
  await desk.hasSeen(/有同事留言.*说明：钥匙在物业，请帮忙联系/s);
  await desk.tap('去办');
  await desk.hasNew(/留言：钥匙在物业，请帮忙联系/);
  await zhou.say(shown(number));
  const own = await zhou.sees(/报上来了.*接手了，在办/s);
  expect(own.text).not.toContain('钥匙');
  expect((await zhou.fromBot()).some(({ text }) => text?.includes('钥匙'))).toBe(false);
});

test('a half-done deed survives /start, and another case may be opened meanwhile', { timeout: 30_000 }, async () => {
  const first = await report(await app.phone('周阿姨'));
  const second = await report(await app.phone('小陈'));
  await openCase(desk, first);
  await desk.tap('不予受理');
  await desk.hasNew(/什么理由/);
  await desk.tap('现场没有看到');
  await desk.hasNew(/请写一两句说明/);
  await desk.say('/start');
  await desk.hasNew(/没填完的『我的待办』/);
  await desk.say(shown(second));
  await desk.hasNew(new RegExp(`编号 ${shown(second)}`));
  await desk.tap('看好了');
  await desk.say('我的待办');
  await desk.hasNew(/没填完的『我的待办』/);
  await desk.tap('接着填');
  await desk.hasNew(/请写一两句说明/);
  await desk.say('去了两次都没有看到');
  await confirm(desk, new RegExp(`不予受理：${shown(first)}.*理由：现场没有看到`, 's'));
  await desk.hasNew(/不予受理，已经告诉上报的人/);
});

test('one link hands all cases in hand to a colleague; both are told, once', { timeout: 40_000 }, async () => {
  const wang = await staff(app, '王工', 'unit_staff', 'water');
  const li = await staff(app, '李工', 'unit_staff', 'water');
  const stranger = await staff(app, '赵工', 'unit_staff', 'fire_rescue');
  const numbers: string[] = [];
  for (const name of ['周阿姨', '小陈']) {
    const phone = await app.phone(name);
    numbers.push(await report(phone));
    const { id } = await caseOf(app, phone);
    await applyEvents(id, ['accepted', 'filed'], ['dispatched', 'dispatched', { unit: 'water' }]);
  }
  // A notice that arrives later would stand below the opened case.
  for (const number of numbers) await wang.hasSeen(new RegExp(`请签收。\\s+${shown(number)}`));
  for (const number of numbers) {
    await openCase(wang, number);
    await wang.tap('签收');
    await wang.hasNew(new RegExp(`${shown(number)} 签收了`));
  }
  await wang.say('我的待办');
  await wang.hasNew(/这些等您办，一共 2 件/);
  await wang.tap('我手上的');
  await wang.hasNew(/一共 2 件/);
  await wang.tap('🤝 交给同事');
  await wang.hasNew(/您手上有 2 件/);
  await wang.tap('🤝 交给同事');
  const { text = '' } = await wang.hasSeen(/转给您的同事/);
  const payload = /start=(take_[\w-]+)/.exec(text)?.[1];
  // The link gives nothing to who may not handle the cases.
  await stranger.say(`/start ${payload}`);
  await stranger.sees(/不归您管/);
  await li.say(`/start ${payload}`);
  await li.sees(/手上的 2 件交给您/);
  await li.tap('接过来');
  await li.hasNew(/2 件接过来了/);
  await wang.hasSeen(/您手上的 2 件，同事接过去了/);
  expect((await wang.fromBot()).filter(({ text: said }) => /同事接过去了/.test(said ?? ''))).toHaveLength(1);
  // The link is used up.
  await stranger.say(`/start ${payload}`);
  await stranger.sees(/用过了/);
  await wang.say('交案件');
  await wang.sees(/您手上现在没有案件/);
  await expectInvariants(app.running.store);
});

test('a hand-over leaves what the colleague may not handle, and tells how many it moved', {
  timeout: 40_000,
}, async () => {
  const wang = await staff(app, '王工', 'unit_staff', '*');
  const li = await staff(app, '李工', 'unit_staff', 'water');
  await enlist(app, li, 'grid_worker', STREET);
  for (const unit of ['fire_rescue', 'water']) {
    const phone = await app.phone('周阿姨');
    const number = await report(phone);
    const { id } = await caseOf(app, phone);
    await applyEvents(id, ['accepted', 'filed'], ['dispatched', 'dispatched', { unit }]);
    await openCase(wang, number);
    await wang.tap('签收');
    await wang.hasNew(new RegExp(`${shown(number)} 签收了`));
  }
  await wang.say('交案件');
  await wang.hasNew(/您手上有 2 件/);
  await wang.tap('🤝 交给同事');
  const { text = '' } = await wang.hasSeen(/转给您的同事/);
  await li.say(`/start ${/start=(take_[\w-]+)/.exec(text)?.[1]}`);
  await li.sees(/交给您/);
  await li.tap('接过来');
  await li.hasNew(/1 件接过来了/);
  await wang.hasSeen(/您手上的 1 件，同事接过去了/);
});

test('a lead gives the cases of an ill colleague to one with the same right; both are told, once', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const idOf = ({ id }: Phone) => store.pseudonym(`telegram:${id}`);
  const nameOf = (phone: Phone) => idOf(phone).slice(0, 4);
  const zhao = await staff(app, '老赵', 'dispatcher', STREET);
  const qian = await staff(app, '小钱', 'dispatcher', STREET);
  const worker = await staff(app, '王工', 'unit_staff', 'water');
  const lead = await staff(app, '李书记', 'lead', STREET);
  const ids: string[] = [];
  for (const name of ['周阿姨', '小陈']) {
    const phone = await app.phone(name);
    await report(phone);
    const { id } = await caseOf(app, phone);
    await applyEvents(id, ['accepted', 'filed', { by: idOf(zhao) }]);
    ids.push(id);
  }
  // What a unit works on goes to staff of that unit only.
  const third = await app.phone('小陈');
  await report(third);
  const { id: atWork } = await caseOf(app, third);
  const signed = ['signed', 'in_progress', { by: idOf(zhao) }] as const;
  await applyEvents(atWork, ['accepted', 'filed'], ['dispatched', 'dispatched', { unit: 'water' }], signed);
  await app.settle();

  await lead.say('交案件');
  await lead.hasNew(/交谁手上的案件/);
  await lead.tap(`代号 ${nameOf(zhao)} · 手上 3 件`);
  await lead.hasNew(/交给谁/);
  const { buttons } = await lead.sees(/交给谁/);
  const offered = buttons.flat().map(({ text }) => text);
  expect(offered.find((text) => text.includes(nameOf(qian)))).toMatch(/受理员.*能接 2 件/);
  expect(offered.find((text) => text.includes(nameOf(worker)))).toMatch(/经办.*能接 1 件/);
  expect(offered.some((text) => text.includes(nameOf(zhao)))).toBe(false);
  await lead.tap(nameOf(qian));
  await lead.hasNew(/手上的 2 件交给/);
  await lead.tap('交过去');
  await lead.hasNew(/2 件交给 .+ 了，.+ 手上还有 1 件/);
  await qian.hasSeen(/2 件案件现在请您接着办/);
  await zhao.hasSeen(/您手上的 2 件，已经请同事接着办了/);
  const holders = async () =>
    Promise.all([...ids, atWork].map(async (id) => (await loadCase(store, id))?.record.holder));
  expect(await holders()).toEqual([idOf(qian), idOf(qian), idOf(zhao)]);
  await lead.tap('接着交');
  await lead.hasNew(/交给谁/);
  await lead.tap(nameOf(worker));
  await lead.hasNew(/手上的 1 件交给/);
  await lead.tap('交过去');
  await lead.hasNew(/1 件交给/);
  await app.settle();
  expect(await holders()).toEqual([idOf(qian), idOf(qian), idOf(worker)]);
  const count = async (phone: Phone, what: RegExp) =>
    (await phone.fromBot()).filter(({ text = '' }) => what.test(text)).length;
  expect([await count(qian, /接着办/), await count(worker, /接着办/), await count(zhao, /接着办了/)]).toEqual([
    1, 1, 2,
  ]);
  // A dispatcher moves no one else's work.
  await qian.say('交案件');
  await qian.sees(/您手上有 2 件。都交给一位同事吗/);
  await expectInvariants(store);
});
