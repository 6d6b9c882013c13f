import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const PATH = '/cgi-bin/stable_token';
const MINUTE = 60;

describe('stable_token', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());
  const order = (change: object = {}) => {
    const { appid, secret } = stage.simulator.account;
    return { grant_type: 'client_credential', appid, secret, ...change };
  };
  const fetchToken = (change: object = {}) => stage.call(PATH, order(change), { token: null });
  const codeWith = async (token: unknown) => {
    const body = { touser: 'oX', msgtype: 'text', text: { content: 'x' } };
    return (await stage.call('/cgi-bin/message/custom/send', body, { token: String(token) })).errcode;
  };
  /** The code after a token has passed: the person is unknown. */
  const PASSED = 40003;

  test.each([
    ['another grant', { grant_type: 'x' }, 40002],
    ['no appid', { appid: '' }, 41002],
    ['another appid', { appid: 'wx1' }, 40013],
    ['no secret', { secret: '' }, 41004],
    ['another secret', { secret: 'x' }, 40125],
  ])('refuses %s', async (_, change, errcode) => {
    expect((await fetchToken(change)).errcode).toBe(errcode);
  });

  test('is called by POST with JSON only, and the older call of a token does not exist', async () => {
    expect((await stage.call(PATH, '', { token: null, method: 'GET' })).errcode).toBe(43002);
    expect((await stage.call(PATH, 'grant_type=client_credential', { token: null })).errcode).toBe(47001);
    const old = await fetch(`${stage.simulator.url}/cgi-bin/token?grant_type=client_credential`);
    expect(old.status).toBe(404);
  });

  test('gives the same token until five minutes before its end', async () => {
    const first = await fetchToken();
    expect(first).toEqual({ access_token: expect.stringMatching(/^\w/), expires_in: 7200 });
    await stage.passes(115 * MINUTE - 1);
    expect((await fetchToken()).access_token).toBe(first.access_token);
    await stage.passes(1);
    const second = await fetchToken();
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.expires_in).toBe(7200);
  });

  test('both tokens work for five minutes after a renewal', async () => {
    const { access_token: first } = await fetchToken();
    await stage.passes(116 * MINUTE);
    const { access_token: second } = await fetchToken();
    expect([await codeWith(first), await codeWith(second)]).toEqual([PASSED, PASSED]);
    await stage.passes(4 * MINUTE - 1);
    expect(await codeWith(first)).toBe(PASSED);
    await stage.passes(1);
    expect([await codeWith(first), await codeWith(second)]).toEqual([42001, PASSED]);
    await stage.passes(MINUTE);
    expect(await codeWith(first)).toBe(40001);
  });

  test('a token ends after two hours', async () => {
    const { access_token } = await fetchToken();
    await stage.passes(120 * MINUTE - 1);
    expect(await codeWith(access_token)).toBe(PASSED);
    await stage.passes(1);
    expect(await codeWith(access_token)).toBe(42001);
  });

  test('a forced renewal ends the old token at once, at most every 30 seconds and 20 times a day', async () => {
    const { access_token: first } = await fetchToken();
    const forced = await fetchToken({ force_refresh: true });
    expect(await codeWith(first)).toBe(40001);
    expect(await codeWith(forced.access_token)).toBe(PASSED);
    expect((await fetchToken({ force_refresh: true })).errcode).toBe(45011);
    for (let i = 1; i < 20; i += 1) {
      await stage.passes(30);
      expect((await fetchToken({ force_refresh: true })).access_token).toBeDefined();
    }
    await stage.passes(30);
    expect((await fetchToken({ force_refresh: true })).errcode).toBe(45009);
  });

  test('the log of calls holds no secret', async () => {
    await fetchToken();
    const calls = await (await fetch(`${stage.simulator.url}/sim/calls`)).text();
    expect(calls).toContain(PATH);
    expect(calls).not.toContain(stage.simulator.account.secret);
  });
});
