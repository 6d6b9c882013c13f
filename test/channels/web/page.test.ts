import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadOwnCases } from '../../../src/cases/case-store.ts';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../../chromium.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WebClient } from './web-client.ts';

const sample = (name: string) => new URL(`../../../src/demo/simulator/samples/${name}.jpg`, import.meta.url).pathname;
const PHOTO = sample('manhole');

describe.skipIf(!CHROMIUM)('the page of the web chat', () => {
  let app: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    app = await openTestApp();
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    expect(faults).toEqual([]);
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext({
      viewport: { width: 390, height: 780 },
      locale: 'zh-CN',
      geolocation: { latitude: 32.04, longitude: 118.78 },
      permissions: ['geolocation'],
    });
    page = await open();
  });

  async function open(path = '/w/'): Promise<Page> {
    const opened = await context.newPage();
    opened.on('pageerror', ({ message }) => faults.push(message));
    await opened.goto(`http://127.0.0.1:${app.running.web.port}${path}`);
    return opened;
  }
  const last = () => page.locator('.bot').last();
  const sees = (what: RegExp) => last().filter({ hasText: what }).waitFor({ timeout: PATIENCE_MS });
  const tap = (name: string | RegExp) => last().getByRole('button', { name }).click();
  const say = async (text: string) => {
    await page.getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
  };
  const start = async () => {
    await page.getByRole('button', { name: '开始' }).click();
    await sees(/安邻/);
  };
  /** From the start to the card, with a photo. */
  const toCard = async () => {
    await start();
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /上报隐患/ })
      .click();
    await sees(/不经过别的平台/);
    await tap('同意基本处理');
    await sees(/哪|什么/);
    await tap(/消防/);
    await tap(/电动车飞线充电/);
    await sees(/隐患在哪里/);
  };

  test('carries a report by thumb: start, menu, buttons, words, photo, number', async () => {
    // Before the first tap, a tap on a number of help calls it.
    await page.locator('.hello a[href="tel:119"]').waitFor();
    expect(await page.locator('.hello a').allInnerTexts()).toEqual(['119', '120']);
    await toCard();
    await shoot(page, 'web-chat-place');
    await say('湖边亭子旁');
    await sees(/哪一片/);
    await tap(/不清楚/);
    await sees(/都对就提交/);
    await page.locator('input[type=file]').setInputFiles(PHOTO);
    await page.locator('.me img').waitFor();
    await sees(/照片：1/);
    await shoot(page, 'web-chat-card');
    expect(await violationsOn(page)).toEqual([]);
    await tap(/^✅ 提交/);
    await sees(/凭一个返回码/);
    await tap(/要个返回码/);
    await sees(/请抄下来收好/);
    await shoot(page, 'web-chat-return-code');
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.locator('.me .sent').count()).toBeGreaterThan(0);
    await page.locator('.me .photo').click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // A second tap on the button must not leave the chat.
    await page.locator('.me .photo').click();
    await page.getByRole('button', { name: '关上照片' }).dblclick();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await say('帮助');
    await sees(/我能帮您/);
  });

  test('a QR code names the place, and a returning person is offered it', async () => {
    await start();
    await page.close();
    page = await open('/w/q/city');
    await page.getByText('您又来了').waitFor();
    expect(await page.locator('.bot').count()).toBe(1);
    await page.getByRole('button', { name: '开始' }).click();
    await page.locator('.bot').nth(1).waitFor();
    expect(new URL(page.url()).pathname).toBe('/w/');
  });

  test('what was written offline is kept over a reload and sent once, in order', async () => {
    await start();
    await context.setOffline(true);
    for (const text of ['帮助', '我的上报', '上报']) await say(text);
    await page.getByText('网断了').waitFor();
    await expect.poll(() => page.locator('.me .waiting').count()).toBe(3);
    await context.setOffline(false);
    await page.reload();
    await sees(/不经过别的平台/);
    await expect.poll(() => page.locator('.me .sent').count()).toBe(3);
    expect(await page.locator('.me p').allTextContents()).toEqual(['帮助', '我的上报', '上报']);
    const texts = await page.locator('.bot > p').allTextContents();
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('an announcement is told as seen once it is on the screen, other messages are not', async () => {
    await start();
    const [{ value = '' } = {}] = (await context.cookies()).filter(({ name }) => name === '__Host-anlin-chat');
    const [web] = app.running.services.channels.filter(({ scheme }) => scheme === 'web');
    const told: (string | null)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/w/seen')) told.push(request.postData());
    });
    const to = addressOf(value) ?? 'web:none';
    await web?.send(to, { text: '井盖修好了' }, 'news');
    await sees(/井盖修好了/);
    await web?.send(to, { text: '明早停水', ledger: ['run 0'] }, 'announcement');
    await sees(/明早停水/);
    await expect.poll(() => told).toEqual(['{"n":3}']);
    // Told once: a further message of another kind changes nothing.
    await web?.send(to, { text: '谢谢您' }, 'more');
    await sees(/谢谢您/);
    expect(told).toHaveLength(1);
  });

  test('a new browser during a surge solves a puzzle, and one that cannot is told so and keeps its words', async () => {
    for (let i = 0; i < 200; i += 1)
      await new WebClient(`http://127.0.0.1:${app.running.web.port}`, (request) => {
        request.headers.set('x-forwarded-for', `203.0.${i}.1`);
        return fetch(request);
      }).hello();
    const answers: number[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/w/hello')) answers.push(response.status());
    });
    await start();
    expect(answers).toEqual([428, 200]);
    await context.clearCookies();
    await context.addInitScript('delete window.Worker');
    page = await open();
    await say('楼道灯坏了');
    await page.getByText('这个浏览器要等一会儿').waitFor();
    expect(await page.locator('.me .waiting').count()).toBe(1);
    await shoot(page, 'web-chat-surge');
    expect(await violationsOn(page)).toEqual([]);
    // The surge ends, and the words are sent by themselves.
    await app.advance(600_000);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.locator('.me .sent').waitFor();
  });

  test('photos that are chosen together are one group on the page, and get one answer', async () => {
    await start();
    await page.locator('input[type=file]').setInputFiles(['manhole', 'manhole-near', 'stairwell'].map(sample));
    await expect.poll(() => page.locator('.me .album img').count()).toBe(3);
    await page.locator('.me .sent').waitFor();
    await sees(/不经过别的平台/);
    await app.settle();
    expect(await page.locator('.me').count()).toBe(1);
    expect(await page.locator('.bot').count()).toBe(2);
    await page.getByText('安邻正在写').waitFor({ state: 'detached' });
    // Of a group that was refused, one tap sends all again.
    await page.route('**/w/file', (route) => route.fulfill({ status: 415, json: {} }));
    await page.locator('input[type=file]').setInputFiles(['flooding', 'gas-pipe'].map(sample));
    await expect.poll(() => page.locator('.me .failed').count()).toBe(1);
    await page.getByText('这不像是照片').waitFor();
    await page.unroute('**/w/file');
    await page.getByRole('button', { name: '再发一次' }).click();
    await expect.poll(() => page.locator('.me .sent').count()).toBe(2);
  });

  test('a trembling hand taps a button twice: one act is sent, and the page does not wait for a second answer', async () => {
    await start();
    await say('上报');
    await sees(/不经过别的平台/);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/w/in')) sent.push(request.postData() ?? '');
    });
    await last().getByRole('button', { name: '同意基本处理' }).dblclick();
    await sees(/哪一类/);
    await page.getByText('安邻正在写').waitFor({ state: 'detached' });
    expect(sent.filter((body) => body.includes('"choice"'))).toHaveLength(1);
  });

  test('of more than four photos at once, the rest is named as not sent', async () => {
    await start();
    await page.locator('input[type=file]').setInputFiles(Array<string>(5).fill(PHOTO));
    await page.getByText('后面的没有发').waitFor();
    expect(await page.locator('.me img').count()).toBe(4);
  });

  test('taps made twice while the net is away count once', async () => {
    await start();
    await context.setOffline(true);
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /上报隐患/ })
      .dblclick();
    await page.getByText('网断了').waitFor();
    await context.setOffline(false);
    await sees(/不经过别的平台/);
    await context.setOffline(true);
    await last().getByRole('button', { name: '同意基本处理' }).dblclick();
    await page.getByText('网断了').waitFor();
    await context.setOffline(false);
    await sees(/哪一类/);
    await app.settle();
    expect(
      await page
        .locator('.bot')
        .filter({ hasText: /前面的按钮|没填完/ })
        .count(),
    ).toBe(0);
  });

  test('a second tap on the beginning begins nothing more', async () => {
    await page.getByRole('button', { name: '开始' }).dblclick();
    await sees(/安邻/);
    await app.settle();
    expect(await page.locator('.bot').count()).toBe(1);
  });

  test('a stop of the bot does not wait for open pages, and the page goes on when the bot is back', async () => {
    await start();
    const { port } = app.running.web;
    const began = performance.now();
    await app.running.close();
    // The web server cuts calls under way after five seconds.
    expect(performance.now() - began).toBeLessThan(4000);
    await say('帮助');
    await page.getByText('网断了').waitFor();
    Object.assign(app.config, { port });
    await app.restart();
    await sees(/我能帮您/);
    Object.assign(app.config, { port: 0 });
  });

  test('an act from further up leads the view to its answer', async () => {
    await start();
    for (const text of ['上报', '帮助', '我的上报', '帮助']) await say(text);
    await expect.poll(() => page.locator('.bot').count()).toBeGreaterThan(4);
    await app.settle();
    const log = page.locator('main.log');
    const toEnd = () => log.evaluate((view) => view.scrollHeight - view.scrollTop - view.clientHeight);
    // An answer that the page shows late leads the view down again.
    const scrollUp = async () => {
      const before = await toEnd();
      await log.evaluate((view) => view.scrollTo(0, 0));
      return before;
    };
    await expect.poll(scrollUp).toBeGreaterThan(300);
    const before = await page.locator('.bot').count();
    await say('帮助');
    await expect.poll(() => page.locator('.bot').count()).toBeGreaterThan(before);
    await expect.poll(toEnd).toBeLessThan(5);
  });

  test('a long chat scrolls in its own frame: no scrolling takes the input field off the screen', async () => {
    await start();
    for (const text of ['上报', '帮助', '我的上报', '帮助']) await say(text);
    await expect.poll(() => page.locator('.bot').count()).toBeGreaterThan(4);
    const { top, below } = await page.evaluate(() => {
      scrollTo(0, 99_999);
      return { top: scrollY, below: document.documentElement.scrollHeight - innerHeight };
    });
    expect({ top, below }).toEqual({ top: 0, below: 0 });
  });

  test('two tabs show one chat, and each act takes effect once', async () => {
    await start();
    const other = await open();
    await other.locator('.bot').first().waitFor();
    await say('帮助');
    await expect.poll(() => other.locator('.bot').count()).toBe(2);
    await expect.poll(() => page.locator('.bot').count()).toBe(2);
  });

  test('asks before the browser asks for the place, and the place is taken', async () => {
    await toCard();
    await page.getByRole('navigation').getByRole('button', { name: /位置/ }).click();
    await page.getByText('接下来手机会问您').waitFor();
    await page.getByRole('button', { name: '好，发位置' }).click();
    await page.getByText('📍 我的位置').waitFor();
    await sees(/您发来的位置（32\.04000, 118\.78000）/);
  });

  test('a place that the phone does not give is asked for in the words of the question, whatever it asks', async () => {
    await context.clearPermissions();
    await toCard();
    await page.getByRole('navigation').getByRole('button', { name: /位置/ }).click();
    await page.getByRole('button', { name: '好，发位置' }).click();
    await page.getByText('没能取到位置。请看上面那条，打字回我就行。').waitFor();
  });

  test.each([
    ['light', 1280],
    ['light', 320],
    ['dark', 390],
  ] as const)('is readable in %s at %i px and in the largest size', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 720 });
    await toCard();
    await page.getByRole('button', { name: '字大一点' }).click();
    await page.getByRole('button', { name: '字大一点' }).click();
    await shoot(page, `web-chat-${colorScheme}-${width}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await violationsOn(page)).toEqual([]);
    // What is typed in large letters has room.
    expect((await page.getByRole('textbox').boundingBox())?.width).toBeGreaterThan(width / 2);
    const small = await page.getByRole('button').evaluateAll((all) =>
      all.flatMap((one) => {
        const { width: w, height: h } = one.getBoundingClientRect();
        return w > 0 && (w < 47.5 || h < 47.5) ? [one.textContent] : [];
      }),
    );
    expect(small).toEqual([]);
  });

  test('with letters of double size, the field has room for words and the chat stays in sight', async () => {
    await start();
    await page.evaluate(() => document.documentElement.style.setProperty('--text', '36px'));
    for (const [width, height] of [
      [390, 780],
      [320, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      const seen = await page.evaluate(() => ({
        field: document.querySelector('textarea')?.clientWidth ?? 0,
        log: document.querySelector('.log')?.clientHeight ?? 0,
        below: document.documentElement.scrollHeight - innerHeight,
        cut: [...document.querySelectorAll('.menu button')].filter((one) => one.scrollHeight > one.clientHeight).length,
      }));
      expect(seen.cut, `${width} px`).toBe(0);
      expect(seen.field, `${width} px`).toBeGreaterThan(5 * 36);
      expect(seen.log, `${width} px`).toBeGreaterThan(height / 5);
      expect(seen.below, `${width} px`).toBe(0);
    }
  });

  test('short words on a button stay on one line on a narrow phone', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await start();
    await say('上报');
    await sees(/不经过别的平台/);
    await tap('同意基本处理');
    await tap(/消防/);
    await sees(/哪一种/);
    const heights = await last()
      .getByRole('button', { name: /上一步|先到这里/ })
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(heights).toEqual([48, 48]);
    expect(await page.locator('main.log').evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
  });

  test('a chat that the server deleted is gone from the browser at the next visit', async () => {
    await start();
    await say('帮助');
    await page.locator('.me .sent').waitFor();
    await page.close();
    const { redis } = app.running.store;
    await redis.del(...(await redis.keys('*:web:*:chat')));
    page = await open();
    await page.getByRole('button', { name: '开始' }).waitFor();
    await expect.poll(() => page.locator('.me').count()).toBe(0);
  });

  test('a tap on a number of public help calls it', async () => {
    await start();
    await say('我家楼下着火了');
    await sees(/打 119/);
    const numbers = page.locator('.bot', { hasText: '有危险请马上打电话' }).locator('a');
    expect(await numbers.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual([
      'tel:119',
      'tel:120',
      'tel:110',
    ]);
  });

  test('words of people are shown as text, never as code', async () => {
    await start();
    await say('<img src=x onerror=alert(1)><a href="javascript:alert(1)">点</a>');
    await expect.poll(() => page.locator('.me p').last().textContent()).toContain('<img src=x');
    expect(await page.locator('.log img').count()).toBe(0);
    expect(await loadOwnCases(app.running.store, 'web:none')).toEqual([]);
  });
});
