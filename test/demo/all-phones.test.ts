import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, dayOf, momentOf } from '../../src/calendar.ts';
import { readConfig } from '../../src/config.ts';
import { buildPage } from '../../src/demo/build-page.ts';
import { addDemoPeople, giveDemoRoles } from '../../src/demo/people.ts';
import { DEMO_ACCOUNT } from '../../src/demo/wechat/account.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';

const PHOTO = new URL('../../src/demo/simulator/samples/e-bike-wire.jpg', import.meta.url).pathname;

describe.skipIf(!CHROMIUM)('phones of four channels on one page', { timeout: 60_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let running: Running;
  let folder: string;
  let page: Page;
  const troubles: string[] = [];
  /** The number of the case that the tests follow. */
  let number = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anlin-phones-'));
    const config = readConfig({ DATA_DIR: folder, PORT: '0', SIM_PORT: '0', LOG_LEVEL: 'error' });
    const launched = launchChromium();
    running = await open(config, { page: await buildPage(), limits: false });
    const { world, url } = simulator();
    addDemoPeople(world);
    const noon = momentOf(`${dayOf(world.now())}T13:40`);
    world.advanceClock(((noon > world.now() ? noon : noon + DAY_MS) - world.now()) / 1000);
    await giveDemoRoles(running.store, world, world.now());
    browser = await launched;
    // This context keeps the policies of both pages.
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => {
      // A browser that the server does not know yet is refused once, and gets its cookie.
      if (message.type() === 'error' && !message.text().includes('401')) troubles.push(message.text());
    });
    await page.goto(url);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(troubles).toEqual([]);
  });

  function simulator() {
    if (!running.simulator) throw new Error('The demo has no simulator.');
    return running.simulator;
  }

  const tab = (name: string) => page.getByRole('tab', { name });
  const web = () => page.frameLocator('.phone.web iframe');
  const wechat = () => page.getByRole('region', { name: '周阿姨的微信聊天' });
  const wu = () => page.getByRole('region', { name: '受理员老吴的聊天' });
  /** Waits until the newest message of the bot on the web phone matches. */
  const webSees = (what: RegExp) => web().locator('.bot').last().filter({ hasText: what }).waitFor({ timeout: 15_000 });
  const webTap = (name: string | RegExp) => web().locator('.bot').last().getByRole('button', { name }).click();
  const webSay = async (text: string) => {
    await web().getByRole('textbox').fill(text);
    await web().getByRole('textbox').press('Enter');
  };
  const wechatSees = (what: RegExp) =>
    wechat().locator('.turn.bot').last().filter({ hasText: what }).waitFor({ timeout: 15_000 });
  const wechatSay = async (text: string) => {
    await wechat().getByPlaceholder('发消息…').fill(text);
    await wechat().getByPlaceholder('发消息…').press('Enter');
  };
  const wuSees = (what: RegExp) =>
    wu().locator('.turn.bot').last().filter({ hasText: what }).waitFor({ timeout: 15_000 });
  const wuTap = (name: string | RegExp) => wu().locator('.turn.bot').last().getByRole('button', { name }).click();

  test('a report on the web phone is accepted on a Telegram phone, and the web phone hears of it', async () => {
    await tab('周阿姨 网页').click();
    await web().getByRole('button', { name: '开始' }).click();
    await webSees(/安邻/);
    await web()
      .getByRole('navigation')
      .getByRole('button', { name: /上报隐患/ })
      .click();
    await webSees(/先跟您说明白/);
    await webTap('同意基本处理');
    await webSees(/哪一类/);
    await webTap(/消防/);
    await webSees(/哪一种/);
    await webTap('电动车飞线充电');
    await webSees(/隐患在哪里/);
    await webSay('锦绣花园3号楼门口');
    await webSees(/都对就提交/);
    await web().locator('input[type=file]').setInputFiles(PHOTO);
    await webSees(/照片：1/);
    await webTap(/^✅ 提交/);
    await webSees(/编号/);
    number = /编号：(\w{4}-\w{4})/.exec(await web().locator('.bot').last().innerText())?.[1] ?? '';
    expect(number).not.toBe('');

    await tab('受理员老吴 Telegram').click();
    await wuSees(new RegExp(number));
    await wuTap('去办');
    await wuSees(new RegExp(`编号 ${number}`));
    await wuTap('立案');
    await wuSees(/高风险/);
    await wuTap('一般');
    await wuSees(/立案了/);
    await webSees(/好消息/);
    await shoot(page, 'phones-web');
  });

  test('a code from the web phone joins the WeChat phone, which then shows the same case', async () => {
    await tab('周阿姨 微信').click();
    await wechat().getByRole('button', { name: '关注', exact: true }).click();
    await wechatSees(/安邻/);
    await webSay('在别处继续');
    await webSees(/连 \w{4}-\w{4}/);
    const code = /连 (\w{4}-\w{4})/.exec(await web().locator('.bot').last().innerText())?.[1];
    await wechatSay(`连 ${code}`);
    await wechatSees(/在另一边问您了/);
    await webSees(/是您本人吗/);
    await webTap('看一下');
    await webSees(/您本人在微信上打了连接码/);
    await webTap(/^是我/);
    await webSees(/连上了/);
    await wechatSees(/连上了/);
    await wechatSay('我的上报');
    await wechatSees(new RegExp(number));
    await shoot(page, 'phones-linked');
    // A tap on a link of the text counts as its button.
    await wechat()
      .locator('.turn.bot')
      .last()
      .getByRole('button', { name: new RegExp(number) })
      .click();
    await wechatSees(/立案了/);
  });

  test('the WeChat phone has the menu of the account, photos, places and cards', async () => {
    const menu = wechat().getByRole('navigation', { name: '公众号菜单' });
    const group = menu.getByRole('button', { expanded: false }).first();
    await group.click();
    await menu.getByRole('button', { name: '我的上报' }).waitFor();
    await shoot(page, 'phones-menu');
    await menu.getByRole('button', { name: '上报隐患' }).click();
    await wechatSees(/同意|哪一类/);
    expect(await menu.getByRole('button').count()).toBe(3);
    await wechat().getByRole('button', { name: '发照片' }).click();
    await wechat().getByRole('button', { name: '飞线充电', exact: true }).click();
    await wechat().locator('.turn.person img').waitFor();
    await expect
      .poll(() =>
        wechat()
          .locator('.turn.person img')
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBeGreaterThan(0);
    await wechat().getByRole('button', { name: '发位置' }).click();
    await wechat()
      .getByRole('button', { name: /城市地图/ })
      .press('Enter');
    await wechat()
      .getByText(/位置 31\.\d+/)
      .waitFor();
    await sendNotice();
    await wechat().getByRole('heading', { name: '社区事项进度通知' }).waitFor();
    await expect(wechat().locator('.card').innerText()).resolves.toMatch(/事项\s+电动车飞线充电/);
    await shoot(page, 'phones-card');
  });

  test('the WeCom phone of the same dispatcher answers with his own work', async () => {
    const wecom = page.getByRole('region', { name: '受理员老吴的企业微信聊天' });
    await tab('受理员老吴 企业微信').click();
    await wecom.getByRole('button', { name: '打个招呼' }).click();
    // He is known: the phone is an address of the same person as his Telegram.
    await wecom.locator('.turn.bot').filter({ hasText: '又见面了' }).waitFor({ timeout: 15_000 });
    await wecom.getByPlaceholder('发消息…').fill('待办');
    await wecom.getByPlaceholder('发消息…').press('Enter');
    await wecom.locator('.turn.bot').filter({ hasText: '等您办' }).waitFor({ timeout: 15_000 });
    await shoot(page, 'phones-wecom');
  });

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
    [320, 'light'],
    [320, 'dark'],
  ] as const)('axe finds no violation, and nothing is cut off, at %i px (%s)', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    for (const name of ['周阿姨 网页', '周阿姨 微信', '受理员老吴 企业微信']) {
      await tab(name).click();
      await page.getByRole('tab', { name, selected: true }).waitFor();
      expect(await violationsOn(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const small = await page
        .locator('button:visible')
        .evaluateAll((all) => all.flatMap((one) => (one.getBoundingClientRect().height < 24 ? [one.textContent] : [])));
      expect(small).toEqual([]);
      await shoot(page, `phones-${width}-${colorScheme}-${name.split(' ')[1]}`);
    }
  });

  test('a hidden WeChat phone counts its news, and the clock of the demo is that of all phones', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await tab('受理员老吴 Telegram').click();
    await wu().waitFor();
    const before = running.services.now();
    await page.getByText('时钟、故障、重置').click();
    await page.getByRole('button', { name: '过一小时' }).click();
    await page.getByText('时钟拨过去了').waitFor();
    await sendNotice();
    await page.getByRole('tab', { name: /周阿姨 微信\s*，1 条新消息/ }).waitFor();
    const [{ date } = { date: 0 }] = (await wechatMessages()).slice(-1);
    expect(date * 1000 - before).toBeGreaterThanOrEqual(3_599_000);
  });

  test('a reset begins all phones anew', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: '🔄 重置数据' }).click();
    await page.getByRole('button', { name: '确定重置' }).click();
    await page.getByText('已经重置').waitFor();
    await tab('周阿姨 网页').click();
    await web().getByRole('button', { name: '开始' }).waitFor();
    expect(await web().locator('.bot, .me').count()).toBe(0);
    await tab('周阿姨 微信').click();
    await wechat().getByRole('button', { name: '关注', exact: true }).waitFor();
    expect(await wechat().locator('.turn').count()).toBe(0);
    await shoot(page, 'phones-reset');
    await web().getByRole('button', { name: '开始' }).click();
    await webSees(/安邻/);
    await wechat().getByRole('button', { name: '关注', exact: true }).click();
    await wechatSees(/安邻/);
    await wechatSay('我的上报');
    await wechatSees(/还没有/);
    await wechat().getByRole('button', { name: '取消关注' }).click();
    await wechat().getByRole('button', { name: '关注', exact: true }).waitFor();
  });

  test('a page that is opened as localhost shows the web chat under the same name', async () => {
    const other = await context.newPage();
    await other.goto(`${simulator().url.replace('127.0.0.1', 'localhost')}`);
    await other.getByRole('tab', { name: '周阿姨 网页' }).click();
    const frame = other.frameLocator('.phone.web iframe');
    await frame.getByRole('button', { name: '开始' }).click();
    await frame.locator('.bot').first().filter({ hasText: /安邻/ }).waitFor({ timeout: 15_000 });
    await other.close();
  });

  test('the page reaches people and pictures of the WeChat simulator, and nothing else', async () => {
    const { url } = simulator();
    const status = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
      (await fetch(`${url}/wechat/${path}`, { method: 'POST', headers, body: '{}' })).status;
    expect(await status('cgi-bin/stable_token')).toBe(404);
    expect(
      await status('sim/people', { 'content-type': 'application/json', origin: 'https://elsewhere.example' }),
    ).toBe(403);
    expect(await status('sim/people', { 'content-type': 'text/plain' })).toBe(415);
    expect((await call<readonly object[]>('people')).length).toBe(1);
  });

  type Seen = { readonly message_id: number; readonly date: number };
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const init = body
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {};
    const answer = await fetch(`${simulator().url}/wechat/sim/${path}`, init);
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  };
  const personId = async () => (await call<readonly { id: string }[]>('people'))[0]?.id ?? '';
  const wechatMessages = async () => call<readonly Seen[]>(`people/${await personId()}/messages`);

  /** Sends a template message, as the account may at any time. */
  async function sendNotice(): Promise<void> {
    const { neighbours } = await (await fetch(`${simulator().url}/sim/changes?since=-1`)).json();
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${neighbours.wechat}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return (await answer.json()) as Readonly<Record<string, unknown>>;
    };
    const { appid, secret, longTermTemplates } = DEMO_ACCOUNT;
    const grant = { grant_type: 'client_credential', appid, secret };
    const { access_token } = await post('/cgi-bin/stable_token', grant);
    const data = {
      thing1: { value: '电动车飞线充电' },
      thing2: { value: '锦绣社区' },
      time3: { value: '2026年5月1日 10:00' },
      character_string4: { value: 'AB12-CD34' },
    };
    const notice = { touser: await personId(), template_id: longTermTemplates[0], url: `${neighbours.webChat}`, data };
    expect(await post(`/cgi-bin/message/template/send?access_token=${access_token}`, notice)).toMatchObject({
      errcode: 0,
    });
  }
});
