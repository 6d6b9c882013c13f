import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERIES } from '../../src/city/series.ts';
import { HOME_CHECKS, homeCheck } from '../../src/creation/family/home-check-flow.ts';
import { chooseAction, composeDraft, newestBroadcast } from '../broadcasts/by-phone.ts';
import { staff } from '../cases/desk.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
}, 90_000);
afterAll(() => app.close());

test('a resident walks through the home, one thing a message; the store keeps no trace of it', {
  timeout: 60_000,
}, async () => {
  const { redis, keys } = app.running.store;
  const phone = await app.phone('周阿姨');
  await phone.say('/start');
  await phone.sees(/./);
  await phone.say('平安家庭');
  for (const [i] of HOME_CHECKS.entries()) {
    const thing = await phone.sees(new RegExp(`${i + 1}/${HOME_CHECKS.length} `));
    // Nothing to answer: one button goes on, the others leave.
    expect(thing.buttons.flat().map(({ text }) => text)).toContain('👀 看过了');
    await phone.tap('看过了', thing.message_id);
  }
  const end = await phone.sees(/我没问，也没有记/);
  expect(end.text).not.toMatch(/分|达标|排名/);
  await phone.say('帮助');
  await phone.sees(/我能/);
  // The record holds the last tap until the next one, so that a double tap counts once.
  expect(JSON.stringify(await redis.hgetall(keys.person(`telegram:${phone.id}`)))).not.toContain('home-check');
});

test('an organiser puts the walk under an announcement, and one tap of a resident begins it', {
  timeout: 60_000,
}, async () => {
  const office = await staff(app, '平安办', 'office', '*');
  const phone = await app.phone('李大爷');
  await phone.say('/start');
  await phone.sees(/./);
  await composeDraft(office, '睡前看一圈', '电动车不进楼，关好煤气。', { buttons: ['居家自查'] });
  await chooseAction(office, '提交');
  await office.sees(/60 秒以后发给/);
  await app.advance(61_000);
  await phone.tap('居家自查', /睡前看一圈/);
  await phone.sees(new RegExp(`1/${HOME_CHECKS.length} `));
  // Who began it is not counted: nothing of the announcement knows it.
  const { redis, keys } = app.running.store;
  expect(await redis.zcard(keys.broadcastHeard((await newestBroadcast(app.running.store)).id))).toBe(0);
});

test('help tells residents of the walk', async () => {
  const phone = await app.phone('王阿姨');
  await phone.say('/start');
  await phone.say('帮助');
  await phone.hears(/打『居家自查』/);
});

test('a home is no series of premises, and no step of the walk asks for more than to go on', () => {
  expect(SERIES).not.toContain('family');
  for (const step of homeCheck.steps) {
    const { options = [] } = step.ask({ answers: {}, facts: {}, now: 0 }, undefined);
    expect(options.map(({ id }) => id)).toEqual(['next']);
  }
});
