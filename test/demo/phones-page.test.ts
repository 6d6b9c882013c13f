import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { buildPage } from '../../src/demo/build-page.ts';
import { addDemoPeople } from '../../src/demo/people.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';

const CHROMIUM = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
type Axe = { violations: { id: string; nodes: { html: string }[] }[] };
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Folder for screenshots; unset, the tests take none. Example: SHOTS=folder npm test. */
const SHOTS = process.env.SHOTS;

if (!CHROMIUM) console.log('No Chromium on this machine: the tests of the phones page are skipped.');

describe.skipIf(!CHROMIUM)('the phones page', { timeout: 90_000 }, () => {
  let browser: Browser;
  let running: Running;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anlin-page-'));
    const config = readConfig({
      DATA_DIR: folder,
      PORT: '0',
      SIM_PORT: '0',
      SEND_RATE_CHAT: '1000',
      LOG_LEVEL: 'error',
    });
    running = await open(config, { page: await buildPage(), limits: false });
    if (running.simulator) addDemoPeople(running.simulator.world);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: QUIET });
  }, 60_000);
  // An open page goes on asking for changes.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs axe-core on the page's current state. */
  async function violationsOf(page: Page): Promise<readonly string[]> {
    await page.addScriptTag({ path: AXE });
    return page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: { run(): Promise<Axe> } }).axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    });
  }

  async function visit(width: number, height: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    // The page's content security policy would block the injected axe script.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => expect.soft(error.message).toBe(''));
    await page.goto(running.simulator?.url ?? '');
    return page;
  }
  const shoot = async (page: Page, name: string) => {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  };

  test('a new person files a first report by clicks and finds it under 我的上报', async () => {
    const page = await visit(1280, 900);
    const phone = page.getByRole('region', { name: '周阿姨的聊天' });
    const click = async (name: string | RegExp) => phone.getByRole('button', { name }).last().click();
    const reads = (text: string | RegExp) =>
      expect.poll(() => phone.getByRole('log').innerText(), { timeout: 8000 }).toMatch(text);
    await reads(/点『开始』/);
    await shoot(page, 'empty');
    await click('开始');
    await reads(/您好，我是安邻/);
    await click('📢 上报隐患');
    await reads(/先跟您说明白/);
    await click('同意基本处理');
    await reads(/哪一类/);
    await click(/消防/);
    await reads(/哪一种/);
    await click('电动车飞线充电');
    await reads(/隐患在哪里/);
    await click('发位置');
    const map = phone.getByRole('button', { name: /城市地图/ });
    await shoot(page, 'map');
    await map.press('ArrowRight');
    await map.press('ArrowLeft');
    await map.press('Enter');
    await reads(/位置收到了/);
    await click('单独同意');
    await reads(/地点：锦绣社区/);
    await phone.getByPlaceholder('发消息…').fill('3幢2单元楼道口有人拉线给电瓶车充电');
    await click('发送');
    await reads(/情况：3幢2单元/);
    await click('发照片');
    await click('飞线充电');
    await reads(/照片：1 张/);
    await shoot(page, 'review');
    await click('✅ 提交');
    await reads(/编号：\w{4}-\w{4}/);
    await click('📋 我的上报');
    await reads(/想看哪一件/);
    await click(/电动车飞线充电/);
    await reads(/现在：待受理/);
    const chen = page.getByRole('region', { name: '小陈的聊天' });
    await chen.getByRole('button', { name: '开始' }).click();
    await chen.getByRole('button', { name: '📢 上报隐患' }).click();
    await expect.poll(() => chen.getByRole('log').innerText()).toMatch(/先跟您说明白/);
    const emma = page.getByRole('region', { name: 'Emma的聊天' });
    await emma.getByRole('button', { name: '开始' }).click();
    await expect.poll(() => emma.getByRole('log').innerText()).toMatch(/Hello, I am Anlin/);
    await page.evaluate(() => window.scrollTo(0, 0));
    await shoot(page, 'done');
    await page.context().close();
  });

  test.each([
    [1280, 'light'],
    [390, 'light'],
    [320, 'dark'],
    [320, 'light'],
  ] as const)('at %i px (%s) nothing is cut off and every target is large enough', async (width, scheme) => {
    const page = await visit(width, 800, scheme);
    await page.getByRole('region', { name: 'Emma的聊天' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button')]
        .filter((b) => b.checkVisibility() && b.getBoundingClientRect().height < 24)
        .map((b) => b.textContent),
    );
    expect(small).toEqual([]);
    await shoot(page, `phones-${width}-${scheme}`);
    await page.context().close();
  });

  test.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)('axe finds no violation at %i px (%s), with every panel open', async (width, scheme) => {
    const page = await visit(width, 900, scheme);
    const phone = page.getByRole('region', { name: '周阿姨的聊天' });
    await phone.waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByText('时钟、故障、重置').click();
    await page.getByText('接口记录').click();
    await phone.getByRole('button', { name: '发位置' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, `open-${width}-${scheme}`);
    await phone.getByRole('button', { name: '发照片' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: '🔄 重置数据' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: '关上' }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.context().close();
  });

  test('a click on the map sends its place', async () => {
    const page = await visit(1280, 900);
    const phone = page.getByRole('region', { name: 'Emma的聊天' });
    await phone.getByRole('button', { name: '发位置' }).click();
    const map = phone.locator('.map svg');
    const box = await map.boundingBox();
    await map.click({ position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 } });
    await expect.poll(() => phone.getByRole('log').innerText()).toMatch(/位置 31\.\d+, 119\.\d+/);
    await page.context().close();
  });

  test('the tools advance the clock, inject a fault and reset the demo', async () => {
    const page = await visit(1280, 900);
    await page.getByText('时钟、故障、重置').click();
    const clock = async () =>
      Date.parse(
        (await page.locator('.clock').innerText())
          .replace(/^\D+/, '')
          .replace(/[年月]/g, '-')
          .replace('日', ''),
      );
    const before = await clock();
    await page.getByRole('button', { name: '过一天' }).click();
    await expect.poll(async () => (await clock()) - before).toBeGreaterThanOrEqual(86_400_000 - 60_000);
    await page.getByRole('button', { name: '限流一次' }).click();
    await page.getByText(/接下来：限流一次/).waitFor();
    const phone = page.getByRole('region', { name: '小陈的聊天' });
    await phone.getByPlaceholder('发消息…').fill('帮助');
    await phone.getByRole('button', { name: '发送', exact: true }).click();
    await expect.poll(() => phone.getByRole('log').innerText(), { timeout: 15_000 }).toMatch(/我能帮您做这些/);
    await page.getByText('接口记录').click();
    await page.getByLabel('只看：').selectOption({ label: '小陈' });
    await expect.poll(() => page.locator('.calls ol').innerText()).toMatch(/✗ 429/);
    await page.getByRole('button', { name: '🔄 重置数据' }).click();
    await page.getByRole('button', { name: '确定重置' }).click();
    await page.getByText('已经重置').waitFor();
    await expect.poll(() => phone.getByRole('log').innerText()).toMatch(/点『开始』/);
    await phone.getByRole('button', { name: '开始' }).click();
    await expect.poll(() => phone.getByRole('log').innerText(), { timeout: 8000 }).toMatch(/您好，我是安邻/);
    await page.context().close();
  });

  test('a person can be added by keyboard alone, and Escape cancels it', async () => {
    const page = await visit(1280, 900);
    await page.getByRole('button', { name: /添加一位/ }).press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /添加一位/ }).press('Enter');
    await page.keyboard.type('王叔');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: '王叔的聊天' }).waitFor();
    await page.context().close();
  });
});
