import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { loadPerson } from '../../../src/people/person-store.ts';
import { Tab } from '../../tab.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import { WebClient } from './web-client.ts';

/** The configured origin; its pages are fetched at the port of the test. */
const SITE = 'http://127.0.0.1:9';
const COOKIE = '__Host-anlin-chat';
let app: TestApp;
let zhou: WechatPhone;
beforeAll(async () => {
  app = await openTestApp({ wechat: true, wecom: true, site: SITE });
  zhou = await WechatPhone.of(app.wechat?.url ?? '');
  await zhou.sees(/安邻/);
}, 30_000);
afterAll(() => app.close());

const newTab = () => new Tab(app.running.web.port);

/** Opens the page of a QR code inside WeChat, up to the address that leads back. */
async function leave(tab: Tab, to = '/w/q/at_990101001001'): Promise<string> {
  const { to: page } = await tab.get(`/w/oauth/wechat?to=${encodeURIComponent(to)}`);
  expect(page).toMatch(
    /appid=wx\w+&redirect_uri=.*%2Fw%2Foauth%2Fwechat%2Fback&response_type=code&scope=snsapi_base&state=/,
  );
  return (await zhou.act<{ readonly url: string }>('open', { url: page })).url;
}

const personOf = (tab: Tab) => loadPerson(app.running.store, addressOf(tab.cookie(COOKIE)) ?? 'web:none');

test('a page that is opened inside WeChat belongs to the person there, and asks for consent in its own words', async () => {
  expect(JSON.parse((await newTab().get('/w/log')).body)).toMatchObject({ known: false, oauth: ['wecom', 'wechat'] });
  const tab = newTab();
  expect(await tab.get(await leave(tab))).toMatchObject({ status: 302, to: '/w/q/at_990101001001#tried' });
  expect(await personOf(tab)).toMatchObject({ urn: `wechat:${zhou.id}`, contact: { consents: {} } });
  expect(JSON.parse((await tab.get('/w/log')).body)).toMatchObject({ known: true });
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  page.cookie = `${COOKIE}=${tab.cookie(COOKIE)}`;
  await page.say('我的地址');
  await page.sees(/这几个地方都能用/);
});

test.each([
  ['in another browser', async (tab: Tab) => [newTab(), await leave(tab)] as const],
  ['with a forged state', async (tab: Tab) => [tab, `${await leave(tab)}x`] as const],
  [
    'with a used code',
    async (tab: Tab) => {
      const back = await leave(tab);
      const other = newTab();
      // The platform gives a code once, whatever the state.
      await other.get(await leave(other).then((url) => url.replace(/code=\w+/, `code=${codeIn(back)}`)));
      return [tab, back] as const;
    },
  ],
])('a way back %s makes no person', async (_, way) => {
  const [tab, back] = await way(newTab());
  expect((await tab.get(back)).to).toMatch(/^\/w\/(q\/\w+)?#tried$/);
  expect(tab.cookie(COOKIE)).toBeUndefined();
});

function codeIn(url: string): string {
  return new URL(url).searchParams.get('code') ?? '';
}

test('a browser with a chat of its own stays the person that it is', async () => {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  const tab = newTab();
  const back = new URL(await leave(tab));
  const cookie = `${page.cookie}; __Host-anlin-oauth=${tab.cookie('__Host-anlin-oauth')}`;
  const url = `http://127.0.0.1:${app.running.web.port}${back.pathname}${back.search}`;
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('/w/q/at_990101001001#tried');
  const given = answer.headers.getSetCookie().filter((line) => line.startsWith(COOKIE));
  expect(given.filter((line) => !line.startsWith(`${page.cookie};`))).toEqual([]);
  const address = addressOf(page.cookie?.split('=')[1]) ?? 'web:none';
  expect((await loadPerson(app.running.store, address)).urn).toBe(address);
});
