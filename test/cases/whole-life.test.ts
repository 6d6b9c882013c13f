import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import { changeCase, loadCase, loadOwnCases } from '../../src/cases/case-store.ts';
import { loadFigures } from '../../src/cases/figures/load-figures.ts';
import type { Role } from '../../src/people/role.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { caseOf as caseFiledBy, confirm, staff as enlist, handle, openCase, STREET, sendPhoto } from './desk.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const staff = (name: string, role: Role, scope: string) => enlist(app, name, role, scope);
const caseOf = (phone: Phone) => caseFiledBy(app, phone);

/** Reports a hazard whose work is finished and checked, so that the phone is asked for its rating. */
async function finishWork(phone: Phone) {
  const { store } = app.running;
  await report(phone);
  const record = await caseOf(phone);
  let kept = await loadCase(store, record.id);
  const by = { as: 'house', by: 'x', at: app.simulator.world.now() } as const;
  const clock = { cure: '3wd' } as const;
  for (const event of [
    { type: 'accepted', to: 'filed', clock, ...by },
    { type: 'dispatched', to: 'dispatched', unit: 'fire_rescue', ...by },
    { type: 'signed', to: 'in_progress', ...by },
    { type: 'handled', to: 'checking', ...by },
    { type: 'check_passed', to: 'confirming', ...by },
  ] as const) {
    if (!kept) throw new Error('There is no case.');
    await commitAsSystem(
      store,
      { op: `${record.id}${event.type}`, what: 'test', ...changeCase(store, kept, event) },
      by.at,
    );
    kept = await loadCase(store, record.id);
  }
}

describe('a case', () => {
  test('passes through dispatcher, unit and checker, and closes with 周阿姨’s rating', async () => {
    const desk = await staff('老吴', 'dispatcher', STREET);
    const grid = await staff('小林', 'grid_worker', STREET);
    const unit = await staff('王工', 'unit_staff', `office_${STREET}`);
    const zhou = await app.phone('周阿姨');
    const number = await report(zhou);

    await handle(desk, number, '立案');
    await desk.sees(/高风险/);
    await desk.tap('一般');
    await desk.sees(/立案了/);
    await zhou.hasSeen(/好消息/);
    await desk.tap('看看这一件');
    await desk.tap('派遣');
    const asked = await desk.sees(/按规矩是/);
    expect(asked.text).toContain('属地街道先上');
    await desk.tap('街道');
    await confirm(desk, /就这样办吗.*派遣.*单位：.*街道/s);
    await desk.hasNew(/派出去了/);
    await zhou.hasSeen(/派给了/);

    await handle(unit, number, '签收');
    await unit.hasSeen(/签收了。先把危险围住/);
    // The handler gets the pin, with links to the maps of a phone.
    const pin = await unit.withButton('高德地图');
    expect(pin.location).toEqual({ latitude: 31.4552, longitude: 119.4434 });
    expect(pin.buttons.flat().map(({ url }) => url?.split('?')[0])).toEqual([
      'https://uri.amap.com/marker',
      'https://api.map.baidu.com/marker',
      'https://apis.map.qq.com/uri/v1/marker',
    ]);
    await unit.tap('看看这一件');
    await unit.tap('先围护好了');
    await sendPhoto(unit, /请发照片/);
    await unit.sees(/先期管控记下了/);
    await zhou.hasSeen(/先围住了/);
    await unit.tap('看看这一件');
    await unit.tap('办好了');
    await sendPhoto(unit, /请发照片/);
    await unit.sees(/请写一两句说明/);
    await unit.say('插座拆了，装了充电桩');
    await confirm(unit);
    await unit.hasNew(/交去核查了/);

    await handle(grid, number, '核查通过');
    await sendPhoto(grid, /请发照片/);
    await grid.sees(/还要说明什么/);
    await grid.tap('跳过');
    await grid.sees(/去问上报的人了/);

    await zhou.hasSeen(/解决了吗/);
    // She may look at the photos of the work before she answers.
    await zhou.tap('看办好的照片');
    await zhou.hasNew(/的照片都在上面了/);
    const shownPhotos = (await zhou.fromBot()).filter(({ photo }) => photo).map(({ caption }) => caption ?? '');
    // The photo of the containment shows no repair.
    expect(shownPhotos.map((caption) => caption.replace(/^.* /, ''))).toEqual(['办好，报请核查', '核查通过']);
    await zhou.tap('✅ 解决了');
    await zhou.sees(/结案了。谢谢您/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'closed', outcome: 'solved', unit: `office_${STREET}` });
    // The person who rated got a reply and no extra notification.
    const { store } = app.running;
    await expect.poll(() => store.redis.zcard(store.keys.casesNews), { timeout: PATIENCE_MS }).toBe(0);
    expect((await zhou.fromBot()).filter(({ text }) => /谢谢大家/.test(text ?? ''))).toEqual([]);
    await expectInvariants(app.running.store);
  }, 60_000);

  test('survives a return, an extension, a rework and a reopening before it is solved', async () => {
    const desk = await staff('老吴', 'dispatcher', STREET);
    const grid = await staff('小林', 'grid_worker', '990101001001');
    const street = await staff('王工', 'unit_staff', `office_${STREET}`);
    const fire = await staff('消防小周', 'unit_staff', 'fire_rescue');
    const zhou = await app.phone('周阿姨');
    const number = await report(zhou);

    await handle(desk, number, '立案');
    await desk.hasNew(/高风险/);
    await desk.tap('一般');
    await desk.hasNew(/立案了/);
    await desk.tap('看看这一件');
    await desk.hasNew(/现在：已立案/);
    await desk.tap('派遣');
    await desk.hasNew(/按规矩是/);
    await desk.tap('街道');
    await confirm(desk);
    await desk.hasNew(/派出去了/);

    await handle(street, number, '退回');
    await street.hasNew(/什么理由/);
    await street.tap('不归我们管');
    await street.hasNew(/派给谁/);
    await street.tap('消防救援站');
    await street.hasNew(/还要说明什么/);
    await street.tap('跳过');
    await confirm(street, /就这样办吗.*退回.*理由：不归我们管.*单位：消防救援站/s);
    await street.hasNew(/退回了/);

    await desk.hasNew(/请重新派。.*退回：.*建议派给消防救援站/s);
    await desk.tap('去办');
    await desk.hasNew(/现在：已立案/);
    await desk.tap('派遣');
    await desk.hasNew(/按规矩是/);
    // The nominated unit comes first.
    expect((await desk.withButton('消防救援站')).buttons[0]?.[0]?.text).toBe('消防救援站');
    await desk.tap('消防救援站');
    await confirm(desk);
    await desk.hasNew(/派出去了/);

    const work = async (card: RegExp, button: string) => {
      await fire.tap('看看这一件');
      await fire.hasNew(card);
      await fire.tap(button);
    };
    const handled = async (words: string) => {
      await work(/现在：处置中/, '办好了');
      await sendPhoto(fire, /请发照片/);
      await fire.hasNew(/请写一两句说明/);
      await fire.say(words);
      await confirm(fire);
      await fire.hasNew(/交去核查了/);
    };
    await handle(fire, number, '签收');
    await fire.hasNew(/签收了/);
    // Containment comes before the work.
    await expectDoneNotOffered(fire);
    await fire.tap('先围护好了');
    await sendPhoto(fire, /请发照片/);
    await fire.hasNew(/先期管控记下了/);
    await work(/现在：处置中/, '申请延期');
    await fire.hasNew(/到哪一天/);
    const [year, month, day] = dayOf(app.simulator.world.now() + 15 * DAY_MS)
      .split('-')
      .map(Number);
    await fire.say(`${month}月${day}日`);
    await fire.hasNew(/请写一两句说明/);
    await fire.say('充电桩下周才到货');
    await fire.hasNew(/交上去了/);
    await desk.hasNew(new RegExp(`请审延期。.*想延到 ${year}年${month}月${day}日.*充电桩下周才到货`, 's'));
    await desk.tap('去办');
    await desk.hasNew(/现在：处置中/);
    await desk.tap('👌 同意延期');
    await desk.hasNew(new RegExp(`延到 ${year}年${month}月${day}日`));
    await zhou.hasSeen(new RegExp(`延到 ${year}年${month}月${day}日`));
    await handled('拆了');

    await handle(grid, number, '核查不通过');
    await grid.hasNew(/有照片就发来/);
    await grid.tap('跳过');
    await grid.hasNew(/请写一两句说明/);
    await grid.say('线还在窗户外面');
    await grid.hasNew(/返工/);
    await zhou.hasSeen(/核查没有通过：线还在窗户外面/);
    await fire.hasNew(/请重新去办。.*核查没有通过。\n说明：线还在窗户外面/s);
    await fire.tap('去办');
    await fire.hasNew(/现在：处置中/);
    await fire.tap('办好了');
    await sendPhoto(fire, /请发照片/);
    await fire.hasNew(/请写一两句说明/);
    await fire.say('这回真拆了');
    await confirm(fire);
    await fire.hasNew(/交去核查了/);

    const passes = async () => {
      await grid.hasNew(/请去现场核查/);
      await grid.tap('去办');
      await grid.hasNew(/现在：办好了，等核查/);
      await grid.tap('核查通过');
      await sendPhoto(grid, /请发照片/);
      await grid.hasNew(/还要说明什么/);
      await grid.tap('跳过');
      await grid.hasNew(/去问上报的人了/);
    };
    await passes();
    await zhou.hasNew(/解决了吗/);
    await openCase(zhou, number);
    // Other words add nothing: a finished work wants its rating.
    await zhou.say('今天去看过一眼');
    await zhou.hasNew(/请点下面的按钮/);
    // Typed words rate as a tap does, and count at once; words and photos may follow.
    await zhou.say('还是没修好');
    await zhou.hasNew(/请他们重新办/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'in_progress', reworks: 1, returns: 1, reopenings: 1 });
    await zhou.hasNew(/有照片就发来/);
    await zhou.say('昨天晚上又在充');
    await zhou.hasNew(/补充好了/);
    expect((await caseOf(zhou)).additions).toEqual([{ text: '昨天晚上又在充' }]);
    expect(await loadOwnCases(app.running.store, `telegram:${zhou.id}`)).toHaveLength(1);
    await fire.hasNew(/请重新去办。.*有人说没有解决/s);
    await fire.tap('去办');
    await fire.hasNew(/现在：处置中/);
    await fire.tap('先围护好了');
    await sendPhoto(fire, /请发照片/);
    await fire.hasNew(/先期管控记下了/);
    await handled('换了带锁的插座');
    await passes();
    await zhou.hasNew(/解决了吗/);
    await zhou.tap('✅ 解决了');
    await zhou.hasNew(/结案了。谢谢您/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'closed', outcome: 'solved', unit: 'fire_rescue' });
    await expectInvariants(app.running.store);
  }, 90_000);

  test.each([
    ['修好了，谢谢您', { state: 'closed', outcome: 'solved' }],
    ['非常满意！', { state: 'closed', outcome: 'solved' }],
    ['五星', { state: 'confirming' }],
    ['谢谢，修好了一半', { state: 'in_progress' }],
    ['差评', { state: 'in_progress' }],
  ])('is rated by “%s” at its card', async (words, rated) => {
    const zhou = await app.phone('周阿姨');
    await finishWork(zhou);
    await zhou.hasSeen(/解决了吗/);
    const { number } = await caseOf(zhou);
    await openCase(zhou, number);
    await zhou.say(words);
    await zhou.hears(rated.state === 'confirming' ? /请点下面的按钮/ : new RegExp(number.slice(4)));
    expect(await caseOf(zhou)).toMatchObject(rated);
  });

  test('closes as unrated after three days without a rating, and can be reopened with one tap and a text', async () => {
    const zhou = await app.phone('周阿姨');
    await finishWork(zhou);
    await zhou.hasSeen(/解决了吗/);
    await post(`${app.simulator.url}/sim/clock`, { advance_seconds: 73 * 3600 });
    await zhou.hasSeen(/没有人评价/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'closed', outcome: 'unrated' });
    await zhou.tap('没有解决，重新办');
    await zhou.hasNew(/重新办了/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'in_progress', reopenings: 1 });
    await zhou.hasNew(/有照片就发来/);
    await zhou.tap('跳过');
    await zhou.hasNew(/还想说点什么/);
    await zhou.tap('跳过');
    await expectInvariants(app.running.store);
  });

  test('at the same spot as a closed one is marked as a recurrence; an area subscriber is notified', async () => {
    const { store } = app.running;
    const chen = await app.phone('小陈');
    await chen.say('关注');
    await chen.hasNew(/哪一片有什么隐患/);
    await chen.tap('关注一片');
    await chen.hasNew(/哪一片？/);
    await chen.tap('全市');
    await chen.hasNew(/哪一类/);
    await chen.tap('都要');
    await chen.hasNew(/我就告诉您/);

    const zhou = await app.phone('周阿姨');
    await report(zhou);
    const first = await caseOf(zhou);
    const at = app.simulator.world.now();
    for (const type of ['accepted', 'left_unrated'] as const) {
      const kept = await loadCase(store, first.id);
      if (!kept) throw new Error('There is no case.');
      const to = type === 'accepted' ? 'filed' : 'closed';
      const change = changeCase(store, kept, { type, to, at, as: 'house', by: 'x', clock: { cure: '1wd' } });
      await commitAsSystem(store, { op: `${first.id}${type}`, what: 'test', ...change }, at);
    }
    await chen.hasSeen(/锦绣社区，新立案一件：电动车飞线充电/);
    // Her silence stays in both wholes of confirmed_solved, until she blocks the bot.
    const wholes = async () => {
      const all = await loadFigures(store, 0, at + 1, at);
      return (['confirmed_solved', 'confirmed_of_asked'] as const).map((name) =>
        all.find((figure) => figure.name === name)?.denominator.includes(first.number),
      );
    };
    expect(await wholes()).toEqual([true, true]);
    await zhou.block();
    await expect.poll(wholes, { timeout: PATIENCE_MS }).toEqual([true, false]);
    await zhou.unblock();
    const again = await app.phone('王奶奶');
    await report(again);
    await expect.poll(async () => (await caseOf(again)).recurs, { timeout: PATIENCE_MS }).toBeDefined();
    await chen.say('关注');
    await chen.tap('🔕');
    await chen.sees(/不再告诉您/);
    await expectInvariants(store);
  });

  test('is visible only within a role’s scope; forged buttons change nothing', async () => {
    const zhou = await app.phone('周阿姨');
    const number = await report(zhou);
    const elsewhere = await staff('外街道', 'dispatcher', '990102001000');
    const said = await elsewhere.sees(/您现在是/);
    await elsewhere.forge(said.message_id, `go/my-work/${number}.accepted`);
    await elsewhere.sees(/不归您办/);
    const stranger = await app.phone('路人');
    await stranger.say('/start');
    const welcome = await stranger.sees(/您好/);
    await stranger.forge(welcome.message_id, `go/my-work/${number}.rejected`);
    await stranger.sees(/这里是工作人员办件的地方/);
    await stranger.forge(welcome.message_id, `go/my-cases/${number}.withdraw`);
    await stranger.sees(/还没有上报过/);
    expect((await caseOf(zhou)).state).toBe('submitted');
    expect((await caseOf(zhou)).looked).toBeUndefined();
    const { store } = app.running;
    const audit = await store.redis.xrange(store.keys.audit, '-', '+');
    const refused = audit.filter(([, fields]) => fields.some((text) => text.startsWith('refused:my-work')));
    expect(refused).toHaveLength(2);
  });
});

async function expectDoneNotOffered(fire: Phone): Promise<void> {
  await fire.tap('看看这一件');
  await fire.hasNew(/现在：处置中/);
  const card = await fire.sees(/现在：处置中/);
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('🛠️ 办好了');
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}
