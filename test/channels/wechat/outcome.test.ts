import { expect, test } from 'vitest';
import { AnswerLost, NotSent } from '../../../src/channels/http.ts';
import { outcomeOf, troubleOf, WechatRefusal } from '../../../src/channels/wechat/outcome.ts';
import { outcomeOf as wecomOutcomeOf, troubleOf as wecomTroubleOf } from '../../../src/channels/wecom/outcome.ts';

const HALF_HOUR_MS = 30 * 60_000;
const account = (afterMs: number, why: string) => ({ type: 'later', afterMs, scope: 'account', why });
const closed = (why: string) => ({ type: 'closed', why, reopens: 'inbound' });

/** The codes of WeChat's pages, and what each does to a message. */
test.each<readonly [codes: readonly number[], outcome: object]>([
  [[-1], account(1000, 'rate')],
  [[45011], account(60_000, 'rate')],
  [[40001, 40014, 41001, 42001], account(60_000, 'credentials')],
  [[40013, 40125, 40164, 48001, 48004, 50002], account(HALF_HOUR_MS, 'credentials')],
  [[45009], account(HALF_HOUR_MS, 'quota')],
  [[45015], closed('window')],
  [[45047], closed('count')],
  [[48002, 43101], closed('refused')],
  [[43004, 50005, 40003], { type: 'gone' }],
  [[45002, 44004, 40007, 40008, 47001, 47003, 40037, 40249, 99999], { type: 'rejected' }],
])('WeChat’s %j have the outcome %j', (codes, outcome) => {
  for (const code of codes) expect(outcomeOf(new WechatRefusal(code, 'no')), String(code)).toMatchObject(outcome);
});

test.each<readonly [codes: readonly number[], outcome: object]>([
  [[60020, 40001, 40013, 40056, 301002], account(HALF_HOUR_MS, 'credentials')],
  [[40014, 41001, 42001], account(60_000, 'credentials')],
  [[-1, 45009, 45033], account(60_000, 'rate')],
  [[81013, 60111, 60011], { type: 'gone' }],
  [[40008, 44004, 40058, 42014, 99999], { type: 'rejected' }],
])('WeCom’s %j have the outcome %j', (codes, outcome) => {
  for (const code of codes) expect(wecomOutcomeOf(new WechatRefusal(code, 'no')), String(code)).toMatchObject(outcome);
});

test.each([outcomeOf, wecomOutcomeOf])('an answer that is lost leaves the outcome open; an unsent call waits', (of) => {
  expect(of(new AnswerLost('cut'))).toMatchObject({ type: 'unknown' });
  expect(of(new NotSent('no route'))).toMatchObject(account(1000, 'network'));
  expect(of(new TypeError('a fault of this program'))).toMatchObject({ type: 'rejected' });
});

test('a refusal that only the operator cures names its cure, a passing one none', () => {
  const trouble = (code: number) => troubleOf(outcomeOf(new WechatRefusal(code, 'no')));
  expect(trouble(40164)).toMatch(/IP white list/);
  for (const code of [40013, 48004, 50002]) expect(trouble(code)).toMatch(/WECHAT_APPID/);
  for (const code of [-1, 45009, 45015]) expect(trouble(code)).toBeUndefined();
  expect(wecomTroubleOf(wecomOutcomeOf(new WechatRefusal(60020, 'no')))).toMatch(/trusted IP/);
});
