import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Sentences that name a kind and a place, as residents open a report, each with the kind. */
const OPENINGS: readonly (readonly [code: string, words: string])[] = [
  ['manhole_cover', '锦绣花园3号楼2单元门口的井盖没了'],
  ['street_light', '桃园新村5幢前面路灯不亮'],
  ['lift_fault', '织里花园8幢电梯坏了，停在半空'],
  ['stairwell_clutter', '绣衣新村12-3-501门口楼道堆满纸箱'],
  ['fire_lane_blocked', '柳湾花园大门口消防通道停满了车'],
  ['e_bike_wire_charging', '渡口新村2栋有人从窗户拉线给电瓶车充电'],
  ['e_bike_indoors', '苇塘花园7号楼电动车推进电梯了'],
  ['gas_leak', '帆影里小区4幢楼道里有煤气味'],
  ['water_pipe', '石桥路自来水管爆了，水直往外喷'],
  ['flooding', '梅岭路一下雨就积水，走不过去'],
  ['sewage', '磨坊新村9幢下水道堵了，污水冒出来'],
  ['falling_facade', '石榴花园1幢外墙瓷砖往下掉'],
  ['loose_sign', '望塔路有块广告牌松了，风一吹就晃'],
  ['fallen_tree', '南岸花园3幢旁边大树倒了'],
  ['dead_branch', '钟声新村6栋门口枯树枝要掉下来'],
  ['pothole', '晨曦路人行道地砖碎了一片'],
  ['road_collapse', '听松路路面塌了一个大坑'],
  ['traffic_light', '云栖路路口红绿灯不亮'],
  ['guardrail_sign', '鹭洲路护栏被撞倒了'],
  ['footpath_blocked', '青萍路盲道上停满共享单车'],
  ['wire_exposed', '桐坞花园2幢电线掉下来拖在地上'],
  ['pole_leaning', '霁月新村门口电线杆歪了'],
  ['power_box', '芦汀花园10幢旁边配电箱门开着'],
  ['fire_equipment_broken', '杏林花园5幢灭火器都过期了'],
  ['exit_locked', '竹溪新村3栋安全出口锁着'],
  ['unsafe_house', '枫泾新村11幢墙裂了很大一条缝'],
  ['illegal_structure', '榆荫花园1幢楼顶有人搭违建'],
  ['waterside_guard', '海棠路河边栏杆断了一截'],
  ['site_fence', '锦绣路工地围挡倒了'],
  ['excavation', '桃园路挖开的沟没填'],
  ['spilled_soil', '织里路渣土车撒了一路泥'],
  ['camera_gate', '绣衣花园6幢单元门坏了关不上'],
  ['wall_gap', '柳湾新村围墙倒了一段'],
  ['playground', '渡口花园健身器材断了'],
  ['water_quality', '苇塘新村3幢自来水发黄'],
  ['power_cut', '帆影花园2幢又停电了'],
  ['basement', '石桥花园地下车库漏水'],
  ['gas_bottles', '梅岭新村门口小店堆着煤气罐'],
  ['expired_food', '磨坊路那边超市卖过期牛奶'],
  ['chemicals', '石榴路那家厂有刺鼻的味道'],
];

/** Ends a report as a resident would, and counts the messages and taps that it took. */
async function finish(phone: Phone, code: string, place: string): Promise<number> {
  const label = app.running.services.city.categories.nameOf(code)['zh-CN'] ?? '';
  const group = app.running.services.city.categories.get(app.running.services.city.categories.get(code)?.group ?? '');
  const groupName = (group?.names['zh-CN'] ?? '').replace(/^[^\p{L}]+/u, '');
  const answers: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
    [/先跟您说明白/, () => phone.tap('同意基本处理')],
    [/是哪一类/, () => phone.tap(groupName)],
    [/一种/, () => phone.tap(label)],
    [/吗？[^：]*$/, () => phone.tap('暂时没有')],
    [/您说的是哪一个/, () => phone.tap('社区')],
    [/隐患在哪里/, () => phone.say(place)],
    [/位置收到了/, () => phone.tap('单独同意')],
    [/是不是同一件/, () => phone.tap('接着报')],
    [/都对就提交/, () => phone.tap('✅ 提交')],
  ];
  const QUESTION = new RegExp(answers.map(([question]) => question.source).join('|'));
  for (let acts = 0; acts < 20; acts += 1) {
    await phone.hasNew(new RegExp(`${QUESTION.source}|编号：`));
    const { text = '' } = await phone.sees(new RegExp(`${QUESTION.source}|编号：`));
    if (/编号：/.test(text)) return acts;
    await answers.find(([question]) => question.test(text))?.[1]();
  }
  throw new Error(`The report of ${code} does not end.`);
}

const newestOf = async (phone: Phone) => (await loadOwnCases(app.running.store, `telegram:${phone.id}`))[0]?.record;

test('a returning resident who types kind and place sends with three taps at most', { timeout: 90_000 }, async () => {
  expect(OPENINGS.length).toBe(40);
  const phone = await app.phone('周阿姨');
  await phone.say('锦绣新村路灯坏了');
  await finish(phone, 'street_light', '');
  const acts: number[] = [];
  for (const [code, words] of OPENINGS) {
    await phone.say(words);
    acts.push(await finish(phone, code, ''));
    expect(await newestOf(phone)).toMatchObject({
      category: code,
      description: { text: words },
      place: { region: expect.any(String) },
    });
  }
  console.log(
    `40 openings: ${acts.reduce((all, one) => all + one, 0) / acts.length} taps on average, ${Math.max(...acts)} at most`,
  );
  expect(Math.max(...acts)).toBeLessThanOrEqual(3);
});

test('a first report takes five acts at most by one sentence, and seven by the menu, consents included', async () => {
  const [sentence, menu, pin] = [await app.phone(), await app.phone(), await app.phone()];
  await sentence.say('锦绣花园3号楼井盖没了');
  expect(1 + (await finish(sentence, 'manhole_cover', ''))).toBeLessThanOrEqual(5);
  await menu.say('📢 上报隐患');
  expect(1 + (await finish(menu, 'stairwell_clutter', '锦绣花园3号楼2单元'))).toBeLessThanOrEqual(7);
  expect(await newestOf(menu)).toMatchObject({ description: { text: '楼道、疏散通道堆物' } });
  await pin.say('📢 上报隐患');
  expect(1 + (await finish(pin, 'stairwell_clutter', '📍 发送现在的位置'))).toBeLessThanOrEqual(7);
});
