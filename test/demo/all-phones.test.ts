import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { buildPage } from '../../src/demo/build-page.ts';
import { giveDemoRoles } from '../../src/demo/people.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { DEMO_ACCOUNT } from '../../src/demo/wechat/account.ts';
import type { Running } from '../../src/open.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { chooseAction, composeDraft, newestBroadcast } from '../broadcasts/by-phone.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';
import { copyDemoData, openDemo } from '../demo-app.ts';
import { Phone } from '../phone.ts';
import { crowd } from '../volunteers/crowd.ts';

const PHOTO = new URL('../../src/demo/simulator/samples/e-bike-wire.jpg', import.meta.url).pathname;

describe.skipIf(!CHROMIUM)('phones of four channels on one page', { timeout: 120_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let running: Running;
  let simulator: Simulator;
  let folder: string;
  let page: Page;
  let redis: EmbeddedRedis;
  const troubles: string[] = [];
  /** The number of the case that the tests follow. */
  let number = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anlin-phones-'));
    const launched = launchChromium();
    const [built] = await Promise.all([buildPage(), copyDemoData(folder)]);
    redis = await startEmbeddedRedis(join(folder, 'redis'));
    const env = { REDIS_URL: redis.url, SEND_RATE_BULK: '4' };
    ({ running, simulator } = await openDemo({ folder, at: '13:40', env, page: built }));
    const { world, url } = simulator;
    await giveDemoRoles(running.store, world, world.now());
    const volunteer = [...world.people.values()].find(({ first_name }) => first_name === '小陈');
    if (!volunteer) throw new Error('小陈 is no person of the demo.');
    world.changePerson({ ...volunteer, started: true });
    await crowd(running.store, [`telegram:${volunteer.id}`], world.now(), { names: ['小陈'] });
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
      // A browser that the server does not know yet is refused once, and gets its cookie. Without Redis, calls are repeated.
      if (message.type() === 'error' && !/status of (401|503)/.test(message.text())) troubles.push(message.text());
    });
    await page.goto(url);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(troubles).toEqual([]);
  });

  const tab = (name: string) => page.getByRole('tab', { name });
  const web = () => page.frameLocator('.phone.web iframe');
  const wechat = () => page.getByRole('region', { name: '周阿姨的微信聊天' });
  const wecom = () => page.getByRole('region', { name: '受理员老吴的企业微信聊天' });
  const chen = () => page.getByRole('region', { name: '小陈的聊天' });
  /** Waits until the newest message of the bot on a phone matches. */
  const sees = (phone: Locator, what: RegExp) =>
    phone.locator('.turn.bot').last().filter({ hasText: what }).waitFor({ timeout: 15_000 });
  const tap = (phone: Locator, name: string | RegExp) =>
    phone.locator('.turn.bot').last().getByRole('button', { name }).click();
  const say = async (phone: Locator, text: string) => {
    await phone.getByPlaceholder('发消息…').fill(text);
    await phone.getByPlaceholder('发消息…').press('Enter');
  };
  /** Chooses in WeCom: a button of a card, or the number of a line. */
  const choose = async (label: string) => {
    const last = wecom().locator('.turn.bot').last();
    await last.filter({ hasText: label }).waitFor({ timeout: 15_000 });
    const button = last.getByRole('button', { name: label });
    if ((await button.count()) > 0) return button.click();
    const line = new RegExp(`^(\\d+)\\. .*${label}`, 'm').exec(await last.innerText())?.[1];
    if (!line) throw new Error(`The last message offers no ${label}: ${await last.innerText()}`);
    await say(wecom(), line);
  };
  afterEach(() => shoot(page, 'phones-after'));
  const webSees = (what: RegExp) => web().locator('.bot').last().filter({ hasText: what }).waitFor({ timeout: 15_000 });
  const webTap = (name: string | RegExp) => web().locator('.bot').last().getByRole('button', { name }).click();
  const webSay = async (text: string) => {
    await web().getByRole('textbox').fill(text);
    await web().getByRole('textbox').press('Enter');
  };
  const killRedis = () => process.kill(redis.pid, 'SIGKILL');
  const startRedis = async () => {
    redis = await startEmbeddedRedis(join(folder, 'redis'), { port: redis.port, password: redis.password });
  };

  test('周阿姨 scans the stairwell’s code and reports there; Redis is killed at her last tap, and nothing is lost', async () => {
    await tab('周阿姨 网页').click();
    await page.getByRole('button', { name: '扫楼道的码' }).click();
    await web().getByRole('button', { name: '开始' }).click();
    await webSees(/先跟您说明白/);
    await webTap('同意基本处理');
    await webSees(/哪一类/);
    await webTap(/消防/);
    await webSees(/哪一种/);
    await webTap('电动车飞线充电');
    // The code names the place, so that she is not asked for it.
    await webSees(/地点：.*3号楼2单元/);
    await web().locator('input[type=file]').setInputFiles(PHOTO);
    await webSees(/照片：1/);
    killRedis();
    await webTap(/^✅ 提交/);
    await startRedis();
    await webSees(/凭一个返回码/);
    const filed = web().locator('.bot').filter({ hasText: '编号：' }).last();
    number = /编号：(\w{4}-\w{4})/.exec(await filed.innerText())?.[1] ?? '';
    expect(number).not.toBe('');
    await shoot(page, 'phones-web');
  });

  test('a code from the web phone joins the WeChat phone, which then shows the same case', async () => {
    await tab('周阿姨 微信').click();
    await wechat().getByRole('button', { name: '关注', exact: true }).click();
    await sees(wechat(), /安邻/);
    await webSay('在别处继续');
    await webSees(/连 \w{4}-\w{4}/);
    const code = /连 (\w{4}-\w{4})/.exec(await web().locator('.bot').last().innerText())?.[1];
    await say(wechat(), `连 ${code}`);
    await sees(wechat(), /在另一边问您了/);
    await webSees(/是您本人吗/);
    await webTap('看一下');
    await webSees(/您本人在微信上打了连接码/);
    await webTap(/^是我/);
    await webSees(/连上了/);
    await sees(wechat(), /连上了/);
    await say(wechat(), '我的上报');
    await sees(wechat(), new RegExp(number));
    await shoot(page, 'phones-linked');
    // A tap on a link of the text counts as its button.
    await tap(wechat(), new RegExp(number));
    await sees(wechat(), /电动车飞线充电/);
  });

  test('老吴 asks volunteers from WeCom, 小陈 takes the task in Telegram, and 老吴 dispatches', async () => {
    await tab('受理员老吴 企业微信').click();
    await wecom().getByRole('button', { name: '打个招呼' }).click();
    // He is known: the phone is an address of the same person as his Telegram.
    await sees(wecom(), /又见面了/);
    await say(wecom(), number);
    await sees(wecom(), new RegExp(`编号 ${number}`));
    await choose('请志愿者去看');
    await sees(wecom(), /请附近的志愿者去看一眼/);
    await tab('小陈 Telegram').click();
    await sees(chen(), /有个任务想请您：看一眼/);
    await tap(chen(), '我来');
    await sees(chen(), /您接下了：看一眼/);
    await shoot(page, 'phones-task');
    await tap(chen(), '我的任务');
    await tap(chen(), /✅/);
    await tap(chen(), '我到了');
    await sees(chen(), /只比一比远近/);
    await chen().getByRole('button', { name: '发位置' }).click();
    await chen()
      .getByRole('button', { name: /城市地图/ })
      .press('Enter');
    await sees(chen(), /签到好了/);
    await tap(chen(), '做完了');
    await sees(chen(), /真是报的那样吗/);
    await tap(chen(), '是的');
    await sees(chen(), /拍一两张照片/);
    await chen().getByRole('button', { name: '发照片' }).click();
    await chen().getByRole('button', { name: '飞线充电', exact: true }).click();
    await sees(chen(), /照片都收着/);
    await tap(chen(), '发好了');
    await sees(chen(), /还有什么要说的吗/);
    await say(chen(), '楼道口有两辆车在充电。');
    await sees(chen(), /收到了，谢谢您/);
    await sees(wecom(), /属实/);
    await choose('去办');
    await sees(wecom(), new RegExp(`编号 ${number}`));
    await choose('立案');
    await sees(wecom(), /高风险/);
    killRedis();
    // WeCom posts the tap within 5 seconds three times; the journal keeps it meanwhile.
    await choose('一般');
    await startRedis();
    await sees(wecom(), /立案了/);
    await say(wecom(), number);
    await sees(wecom(), new RegExp(`编号 ${number}`));
    await choose('派遣');
    await sees(wecom(), /派给谁/);
    const unit = /按规矩是『(.+?)』/.exec(await wecom().locator('.turn.bot').last().innerText())?.[1] ?? '';
    await choose(unit);
    await sees(wecom(), /就这样办吗/);
    await choose('确定');
    await sees(wecom(), /派出去了/);
    // 周阿姨 reported on the page and has written in WeChat since: she hears of it there.
    await sees(wechat(), /派给了/);
    await shoot(page, 'phones-dispatch');
  });

  test('one announcement reaches all phones once, although Redis is killed while it is sent', async () => {
    const { store } = running;
    const { world, url } = simulator;
    const idOf = (name: string) => [...world.people.values()].find((one) => one.first_name === name)?.id ?? 0;
    // Her five messages of the window are used up by the news; a word opens the next one.
    const before = await wechat().locator('.turn.bot').count();
    await say(wechat(), '谢谢');
    await expect.poll(() => wechat().locator('.turn.bot').count(), { timeout: 10_000 }).toBe(before + 1);
    const office = Phone.at(url, idOf('负责人陈主任'));
    await composeDraft(office, '别信“安全账户”', '公安不会让您转账。');
    await chooseAction(office, '提交');
    const asked = await office.sees(/60 秒以后发给 (\d+) 个人/);
    const people = Number(/发给 (\d+) 个人/.exec(asked.text ?? '')?.[1]);
    world.advanceClock(61);
    await running.jobs.run('broadcast-schedule');
    const { id, runs } = await newestBroadcast(store);
    const run = runIdOf(id, runs[0]?.slot ?? 0);
    await expect.poll(async () => (await loadProgress(store, run))?.counts.delivered ?? 0).toBeGreaterThan(0);
    killRedis();
    await startRedis();
    await expect
      .poll(async () => (await loadProgress(store, run).catch(() => undefined))?.state, { timeout: 20_000 })
      .toBe('ended');
    const { total, left, counts, ways } = (await loadProgress(store, run)) ?? {};
    expect(total).toBe(people);
    expect(left).toBe(0);
    // A send at the moment of the kill has arrived, but its answer found no store: it is not repeated.
    const { delivered = 0, unknown = 0, ...others } = counts ?? {};
    expect(others).toEqual({});
    expect(delivered + unknown).toBe(people);
    const seen = async (phone: Locator) =>
      (await phone.locator('.turn.bot').allInnerTexts()).filter((text) => text.includes('公安不会让您转账')).length;
    await expect.poll(() => seen(wechat()), { timeout: 10_000 }).toBe(1);
    expect([await seen(wecom()), await seen(chen())]).toEqual([1, 1]);
    expect(await seen(page.getByRole('region', { name: '受理员老吴的聊天' }))).toBe(0);
    expect((await web().locator('.bot').allInnerTexts()).filter((text) => text.includes('公安'))).toEqual([]);
    await expect.poll(() => store.redis.hlen(store.keys.outbox)).toBe(0);
    expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
    await shoot(page, 'phones-announcement');

    // The console shows the same ledger, by way. A way whose only send was cut off by the kill has no line.
    const desk = await context.newPage();
    const address = `http://127.0.0.1:${running.web.port}/console`;
    await desk.goto(address);
    await desk.getByRole('button', { name: /负责人陈主任/ }).click();
    await desk.getByRole('heading', { name: '工作台' }).waitFor();
    await desk.goto(`${address}/broadcasts`);
    const ledger = desk.locator('.line').filter({ hasText: '安全账户' }).locator('.ledger');
    const names: Readonly<Record<string, string>> = { telegram: 'Telegram', wechat: '微信', wecom: '企业微信' };
    const lines = Object.entries(ways ?? {}).map(([way, n]) => `${names[way]} 送到 ${n.delivered}`);
    await ledger.getByText(delivered > 0 ? `${people} 人 · 送到 ${delivered}` : `${people} 人`).waitFor();
    if (lines.length > 1) await ledger.getByText(lines.join('；')).waitFor();
    await shoot(desk, 'console-ledger');
    await desk.close();
  });

  test('the WeChat phone has the menu of the account, photos, places and cards', async () => {
    const menu = wechat().getByRole('navigation', { name: '公众号菜单' });
    const group = menu.getByRole('button', { expanded: false }).first();
    await group.click();
    await menu.getByRole('button', { name: '我的上报' }).waitFor();
    await shoot(page, 'phones-menu');
    await menu.getByRole('button', { name: '上报隐患' }).click();
    await sees(wechat(), /同意|哪一类/);
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
    // A map app shares a place as a link.
    await wechat().getByRole('button', { name: '发位置' }).click();
    await wechat().getByLabel('从地图 App 分享').check();
    await wechat()
      .getByRole('button', { name: /城市地图/ })
      .press('Enter');
    await wechat().getByRole('heading', { name: '锦绣社区' }).waitFor();
    await sees(wechat(), /位置收到了/);
    await sendNotice();
    await wechat().getByRole('heading', { name: '社区事项进度通知' }).waitFor();
    await expect(wechat().locator('.card').last().innerText()).resolves.toMatch(/事项\s+电动车飞线充电/);
    await shoot(page, 'phones-card');
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
    await page.getByRole('region', { name: '受理员老吴的聊天' }).waitFor();
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
    await page.getByText('已经重置').waitFor({ timeout: 60_000 });
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
    await sees(wechat(), /安邻/);
    await say(wechat(), '我的上报');
    await sees(wechat(), /还没有/);
    await wechat().getByRole('button', { name: '取消关注' }).click();
    await wechat().getByRole('button', { name: '关注', exact: true }).waitFor();
  });

  test('a page that is opened as localhost shows the web chat under the same name', async () => {
    const other = await context.newPage();
    await other.goto(`${simulator.url.replace('127.0.0.1', 'localhost')}`);
    await other.getByRole('tab', { name: '周阿姨 网页' }).click();
    const frame = other.frameLocator('.phone.web iframe');
    await frame.getByRole('button', { name: '开始' }).click();
    await frame.locator('.bot').first().filter({ hasText: /安邻/ }).waitFor({ timeout: 15_000 });
    await other.close();
  });

  test('the page reaches people and pictures of the WeChat simulator, and nothing else', async () => {
    const { url } = simulator;
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
    const answer = await fetch(`${simulator.url}/wechat/sim/${path}`, init);
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  };
  const personId = async () => (await call<readonly { id: string }[]>('people'))[0]?.id ?? '';
  const wechatMessages = async () => call<readonly Seen[]>(`people/${await personId()}/messages`);

  /** Sends a template message, as the account may at any time. */
  async function sendNotice(): Promise<void> {
    const { neighbours } = await (await fetch(`${simulator.url}/sim/changes?since=-1`)).json();
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
