import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { caseOf, openCase, STREET, shown, staff } from './desk.ts';

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
