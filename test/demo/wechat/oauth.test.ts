import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

function page(change: Readonly<Record<string, string>> = {}): string {
  const fields = {
    appid: stage.simulator.account.appid,
    redirect_uri: 'http://127.0.0.1:8080/w/oauth?x=1',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 's1',
    ...change,
  };
  return `${stage.simulator.url}/connect/oauth2/authorize?${new URLSearchParams(fields)}#wechat_redirect`;
}

async function codeOf(): Promise<string> {
  const { url } = await stage.phone.act<{ url: string }>('open', { url: page() });
  return new URL(url).searchParams.get('code') ?? '';
}

async function exchange(code: string, change: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const { appid, secret } = stage.simulator.account;
  const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code', ...change });
  const response = await fetch(`${stage.simulator.url}/sns/oauth2/access_token?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

test('a page that is opened in WeChat gets a code silently, which names the person once', async () => {
  const { url } = await stage.phone.act<{ url: string }>('open', { url: page() });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/w\/oauth\?x=1&code=[0-9a-f]{32}&state=s1$/);
  const code = new URL(url).searchParams.get('code') ?? '';
  expect(await exchange(code)).toMatchObject({ openid: stage.phone.id, scope: 'snsapi_base', expires_in: 7200 });
  expect(await exchange(code)).toMatchObject({ errcode: 40163 });
});

test('a browser is led back if the phones page names the person, and not without', async () => {
  const plain = page().replace('#wechat_redirect', '');
  const led = await fetch(`${plain}&sim_person=${stage.phone.id}`, { redirect: 'manual' });
  expect([led.status, new URL(led.headers.get('location') ?? '').pathname]).toEqual([302, '/w/oauth']);
  const outside = await fetch(plain, { redirect: 'manual' });
  expect(await outside.text()).toBe('请在微信客户端打开链接');
});

test('a code ends after five minutes', async () => {
  const code = await codeOf();
  await stage.passes(299);
  expect(await exchange(code)).toHaveProperty('openid');
  const late = await codeOf();
  await stage.passes(300);
  expect(await exchange(late)).toMatchObject({ errcode: 40029 });
});

test.each([
  ['another appid', { appid: 'wx1' }, 40013],
  ['another secret', { secret: 'x' }, 40125],
  ['another grant', { grant_type: 'x' }, 40002],
  ['no code', { code: '' }, 41008],
  ['an unknown code', { code: 'x' }, 40029],
])('a code is not exchanged with %s', async (_, change, errcode) => {
  expect(await exchange(await codeOf(), change)).toMatchObject({ errcode });
});

test.each([
  ['another appid', { appid: 'wx1' }, 'appid 参数错误'],
  ['a foreign host', { redirect_uri: 'https://evil.example/' }, 'redirect_uri域名与后台配置不一致'],
  ['a host that begins alike', { redirect_uri: 'http://127.0.0.1.evil.example/' }, '域名与后台配置不一致'],
  ['no host', { redirect_uri: '/w' }, 'redirect_uri 参数错误'],
  ['another type', { response_type: 'token' }, 'response_type 参数错误'],
  ['another scope', { scope: 'snsapi_login' }, 'Scope 参数错误'],
])('a page with %s shows an error', async (_, change, words) => {
  await expect(stage.phone.act('open', { url: page(change) })).rejects.toThrow(words);
});
