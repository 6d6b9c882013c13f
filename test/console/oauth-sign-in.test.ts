import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { linkWrites } from '../../src/people/link/addresses.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { STREET, staff } from '../cases/desk.ts';
import { report } from '../report.ts';
import { Tab } from '../tab.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { WecomPhone } from '../wecom-phone.ts';

/** The configured origin; its pages are fetched at the port of the test. */
const SITE = 'http://127.0.0.1:9';
let app: TestApp;
let wu: WecomPhone;
beforeAll(async () => {
  app = await openTestApp({ wecom: true, site: SITE });
  // 老吴 has a role by his Telegram; WeCom is his second address.
  const telegram = await staff(app, '老吴', 'dispatcher', STREET);
  wu = await WecomPhone.of(app.wecom?.url ?? '', { name: '老吴', userid: 'laowu' });
  const { store } = app.running;
  const person = await loadPerson(store, 'wecom:laowu');
  await bulkWrite(store, [...linkWrites(store, person, `telegram:${telegram.id}`)]);
}, 30_000);
afterAll(() => app.close());

const newTab = () => new Tab(app.running.web.port);
const isIn = async (tab: Tab) => (await tab.get('/console/api/sessions')).status === 200;

/** Opens a page of the console in WeCom, up to the address that leads back. */
async function leave(tab: Tab, member: WecomPhone, to = '/console'): Promise<string> {
  const { to: page } = await tab.get(`/console/oauth/wecom?to=${encodeURIComponent(to)}`);
  const query = /appid=ww\w+&redirect_uri=.*&response_type=code&scope=snsapi_base&state=/;
  expect(page).toMatch(query);
  return (await member.act<{ readonly url: string }>('open', { url: page })).url;
}

test('a member opens a page of the console from WeCom and is signed in as the person of that address', async () => {
  const tab = newTab();
  const back = await leave(tab, wu, '/console/cases?stage=intake');
  expect(await tab.get(back)).toMatchObject({ status: 302, to: '/console/cases?stage=intake' });
  const sessions = await tab.get('/console/api/sessions');
  expect(JSON.parse(sessions.body)).toMatchObject([{ door: 'oauth', current: true }]);
  // The same code, in the same browser or another one, opens nothing more.
  for (const other of [tab, newTab()]) expect((await other.get(back)).to).toBe('/console#e=not_proven');
  expect((await tab.get('/console/api/sign-in/oauth')).body).toBe('["wecom"]');
});

test.each([
  ['another browser', async (tab: Tab) => leave(tab, wu).then((back) => [newTab(), back] as const), 'not_proven'],
  ['a forged state', async (tab: Tab) => [tab, `${await leave(tab, wu)}x`] as const, 'not_proven'],
  [
    'a forged code',
    async (tab: Tab) => [tab, (await leave(tab, wu)).replace('code=', 'code=f')] as const,
    'not_proven',
  ],
  [
    'a code of more than five minutes ago',
    async (tab: Tab) => {
      const back = await leave(tab, wu);
      await app.advance(301_000);
      return [tab, back] as const;
    },
    'not_proven',
  ],
  [
    'a member without a role',
    async (tab: Tab) => {
      const stranger = await WecomPhone.of(app.wecom?.url ?? '', { name: '路人' });
      return [tab, await leave(tab, stranger)] as const;
    },
    'no_role',
  ],
])('%s is not let in', async (_, way, reason) => {
  const [tab, back] = await way(newTab());
  expect(await tab.get(back)).toMatchObject({ status: 302, to: `/console#e=${reason}` });
  expect(await isIn(tab)).toBe(false);
});

test.each(['https://elsewhere.example/console', '//elsewhere.example/console', '/consolex', '/w/', ''])(
  'the sign-in leads to no other page than the console: %s',
  async (to) => {
    const tab = newTab();
    expect((await tab.get(await leave(tab, wu, to))).to).toBe('/console');
  },
);

test('a code counts only with the browser that went for it, and other channels have no such door', async () => {
  const back = new URL(await leave(newTab(), wu));
  const url = `http://127.0.0.1:${app.running.web.port}/console/api/sign-in/mini-app`;
  const body = JSON.stringify({ channel: 'wecom', init_data: back.searchParams.get('code') });
  const headers = { 'content-type': 'application/json', 'x-anlin-page': '1' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  expect(answer.status).toBe(401);
  for (const scheme of ['telegram', 'web', 'wechat'])
    expect((await newTab().get(`/console/oauth/${scheme}`)).status).toBe(404);
});

test('the work list is a card that opens the console, and a typed number still opens its case', async () => {
  await report(await app.phone('周阿姨'));
  await app.settle();
  await wu.say('我的待办');
  await vi.waitFor(async () => {
    await app.settle();
    expect((await wu.newest())?.card).toMatchObject({
      title: '这些等您办，一共 1 件，最急的在最上面。',
      rows: [{ value: expect.stringMatching(/^要找哪一件[\s\S]*\n1\. .*电动车飞线充电/) }],
      url: `${SITE}/console/oauth/wecom?to=%2Fconsole%2Fcases`,
    });
  });
  await wu.say('1');
  await vi.waitFor(async () => {
    await app.settle();
    const seen = (await wu.messages()).slice(-2);
    expect(JSON.stringify(seen)).toMatch(/湖边|飞线充电[\s\S]*立案/);
  });
});

test('the menu of the app and the daily list lead into the console through OAuth', async () => {
  const { store } = app.running;
  await vi.waitFor(() => expect(app.wecom?.world.menu.get('menu')).toBeDefined());
  const { url = '' } = await wu.act<{ readonly url?: string }>('menu', { name: '进后台' });
  const tab = newTab();
  const { to } = await tab.get(url);
  const { url: back } = await wu.act<{ readonly url: string }>('open', { url: to });
  expect((await tab.get(back)).to).toBe('/console');
  const channel = app.running.services.channels.find(({ scheme }) => scheme === 'wecom');
  const choices = [[{ id: '', label: '💻 在后台看', url: `${SITE}/console/cases` }]];
  await channel?.send('wecom:laowu', { text: '今天到期 2 件，超期 1 件\n编号 AB12', choices }, 'digest');
  const { card } = (await wu.newest()) ?? {};
  expect(card).toMatchObject({ title: '今天到期 2 件，超期 1 件', rows: [{ value: '编号 AB12' }] });
  const cases = `${SITE}/console/oauth/wecom?to=%2Fconsole%2Fcases`;
  expect(card?.url).toBe(cases);

  // A long list: its first lines on the card, then the other buttons.
  const lines = Array.from({ length: 10 }, (_, i) => `🔴 电动车飞线充电（LZ-26-00${i}），『处置』11月30日 18:00 前`);
  const work = { id: 'go/my-work/all', label: '🧰 我的待办' };
  const text = `⏰ 今天要赶的：超期 3 件，今天到期 7 件。\n\n${lines.join('\n')}`;
  await channel?.send('wecom:laowu', { text, choices: [...choices, [work]], page: `${SITE}/console/cases` }, 'long');
  const [list, buttons] = (await wu.messages()).slice(-2);
  expect(list?.card).toMatchObject({ title: '⏰ 今天要赶的：超期 3 件，今天到期 7 件。', url: cases });
  const shown = list?.card?.rows[0]?.value.split('\n') ?? [];
  expect(shown).toEqual([...lines.slice(0, shown.length - 1), '…… 还有，点开看全部']);
  expect(shown.length).toBeGreaterThan(5);
  expect(buttons?.card?.buttons?.map((button) => button.text)).toEqual(['🧰 我的待办']);

  // The question of the work list: a typed number still means its line.
  const question = Array.from({ length: 9 }, (_, i) => [{ id: `x/my-work/case/${i}`, label: `第 ${i + 1} 件` }]);
  const asked = '这些等您办，一共 9 件，最急的在最上面。要找哪一件，打编号：';
  await channel?.send('wecom:laowu', { text: asked, choices: question, page: `${SITE}/console/cases` }, 'question');
  const newest = (await wu.newest())?.card;
  expect(newest).toMatchObject({ title: '这些等您办，一共 9 件，最急的在最上面。', url: cases });
  expect(newest?.rows[0]?.value).toMatch(/^要找哪一件，打编号：\n1\. 第 1 件\n[\s\S]*9\. 第 9 件$/);
  const offer = await store.redis.get(store.keys.offer('wecom:laowu'));
  expect(JSON.parse(offer ?? '{}').choices).toHaveLength(9);
  expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
});
