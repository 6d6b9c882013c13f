import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeCase, loadOwnCases } from '../../src/cases/case-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { caseOf, openCase, STREET, sendPhoto, shown, staff } from './desk.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('words that a resident types at the card of a case add to it, once photos were offered', async () => {
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(zhou, number);
  await zhou.say('旁边还有个小孩差点绊倒');
  await zhou.sees(new RegExp(`『旁边还有个小孩差点绊倒』，我补到 ${shown(number)} 里[\\s\\S]*有照片就发来`));
  await zhou.tap('跳过');
  await zhou.sees(/补充好了/);
  expect((await caseOf(app, zhou)).additions).toEqual([{ text: '旁边还有个小孩差点绊倒' }]);
});

test('words at the card add to the case after an action that was taken back, or an old button that came too late', async () => {
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(zhou, number);
  await zhou.tap('撤回这一件');
  await zhou.hasNew(/撤回/);
  await zhou.tap('上一步');
  await zhou.hasNew(/编号/);
  const said = ['旁边还有个小孩差点绊倒', '晚上更看不见了'];
  for (const words of said) {
    await zhou.say(words);
    await zhou.sees(new RegExp(`『${words}』，我补到 ${shown(number)} 里`));
    await zhou.tap('跳过');
    const { message_id } = await zhou.sees(/补充好了/);
    await zhou.forge(message_id, `go/my-cases/${number}.solved`);
    await zhou.sees(/这一件刚刚有了变化/);
  }
  expect((await caseOf(app, zhou)).additions).toEqual(said.map((text) => ({ text })));
});

test('short words and anger at the card add nothing', async () => {
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(zhou, number);
  await zhou.say('哦哦');
  await zhou.sees(/请点下面的按钮/);
  await zhou.say('你们到底管不管');
  await zhou.hasSeen(/让您着急了/);
  expect((await caseOf(app, zhou)).additions ?? []).toEqual([]);
});

test('words at the card answer the question that the staff asked', async () => {
  const zhou = await app.phone('周阿姨');
  const wu = await staff(app, '老吴', 'dispatcher', STREET);
  const number = await report(zhou);
  await openCase(wu, number);
  await wu.tap('问上报的人');
  await wu.hasNew(/想问上报的人什么/);
  await wu.say('是几单元？');
  await wu.hasNew(/等回话的时候/);
  await zhou.hasNew(/是几单元/);
  await openCase(zhou, number);
  await zhou.say('是二单元门口');
  await zhou.sees(/『是二单元门口』/);
  await zhou.tap('跳过');
  await zhou.sees(/您的回答记在/);
});

test('words at the card of a withdrawn case add nothing to it', async () => {
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  await openCase(zhou, number);
  await zhou.tap('撤回这一件');
  await zhou.hasNew(/撤回/);
  await zhou.say('是');
  await zhou.hasNew(/撤回了|已撤回/);
  const { state } = await caseOf(app, zhou);
  await openCase(zhou, number);
  await zhou.say('旁边还有个小孩差点绊倒');
  await zhou.sees(/请点下面的按钮/);
  expect([state, (await caseOf(app, zhou)).additions ?? []]).toEqual(['withdrawn', []]);
});

test('a photo that a case has no more room for is not called late: the resident hears why, and words still count', async () => {
  const { store } = app.running;
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const [kept] = await loadOwnCases(store, `telegram:${zhou.id}`);
  if (!kept) throw new Error('There is no case.');
  const photos = Array.from({ length: 8 }, (_, i) => ({ file: `web:${i}`, same: `same${i}` }));
  const at = app.simulator.world.now();
  await bulkWrite(store, changeCase(store, kept, { type: 'added', at, as: 'reporter', by: '', photos }).writes);
  const add = async () => {
    await openCase(zhou, number);
    await zhou.tap('补充照片、说明');
    await sendPhoto(zhou, /有照片就发来/);
    await zhou.hasNew(/还想说点什么/);
  };
  await add();
  await zhou.tap('跳过');
  await zhou.hasNew(/最多放 8 张照片，多的没有放进去/);
  await add();
  await zhou.say('今天又积水了');
  await zhou.hasNew(/补充好了/);
  await zhou.hasSeen(/最多放 8 张照片/);
  const { additions, photos: kept8 } = await caseOf(app, zhou);
  expect([additions, kept8.length]).toEqual([[{ text: '今天又积水了' }], 8]);
});
