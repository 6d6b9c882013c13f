import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { CHROMIUM, launchChromium, shoot } from '../../chromium.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';

const PHOTO = new URL('../../../src/demo/simulator/samples/manhole.jpg', import.meta.url).pathname;

describe.skipIf(!CHROMIUM)('the page of the web chat, where the browser or the network lacks something', () => {
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
    context = await browser.newContext({ viewport: { width: 320, height: 720 }, locale: 'zh-CN', colorScheme: 'dark' });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => faults.push(message));
  });
  const open = () => page.goto(`http://127.0.0.1:${app.running.web.port}/w/`);
  const bot = (what: RegExp) => page.locator('.bot').filter({ hasText: what }).last().waitFor({ timeout: PATIENCE_MS });
  const say = async (text: string) => {
    await page.getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
  };

  test.each([
    [
      'no database',
      'Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("no", "SecurityError"); } })',
    ],
    ['a database that never opens', 'IDBFactory.prototype.open = () => ({})'],
    ['a full phone', 'IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }'],
    [
      'a full phone that says so late',
      'const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (act) { const asked = put.call(this, act); asked.addEventListener("success", () => this.transaction.abort()); return asked; }',
    ],
    ['no storage of settings', 'delete window.localStorage'],
    ['no locks', 'Object.defineProperty(navigator, "locks", { value: undefined })'],
  ])('with %s, the page begins, and words and photos are sent', async (_, script) => {
    await context.addInitScript(script);
    await open();
    await page.getByRole('button', { name: '开始' }).click();
    await bot(/您好，我是安邻/);
    await say('帮助');
    await bot(/我能帮您/);
    await page.locator('input[type=file]').setInputFiles(PHOTO);
    await expect.poll(() => page.locator('.me .sent').count(), { timeout: PATIENCE_MS }).toBe(2);
    expect(await page.locator('.hint').allTextContents()).toEqual([]);
  });

  test('a database that the phone loses in the background is opened again, and keeps what waits', async () => {
    await open();
    await page.getByRole('button', { name: '开始' }).click();
    await bot(/您好，我是安邻/);
    await context.setOffline(true);
    await page.evaluate(`{
      const { transaction } = IDBDatabase.prototype;
      const lost = new Set();
      IDBDatabase.prototype.transaction = function (...all) {
        if (lost.size === 0) lost.add(this);
        if (lost.has(this)) throw new DOMException('lost', 'InvalidStateError');
        return transaction.apply(this, all);
      };
    }`);
    await say('帮助');
    await page.getByText('网断了').waitFor();
    await context.setOffline(false);
    await page.reload();
    await bot(/我能帮您/);
  });

  test.each([
    ['the whole answer', false],
    ['what comes after the headers', true],
  ])('behind a proxy that holds back %s of the stream, the page asks by itself', async (_, hasHeaders) => {
    const proxy = createServer((_request, response) => {
      if (hasHeaders) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const { port } = proxy.address() as AddressInfo;
    await page.route('**/w/out*', (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
    await page.clock.install();
    await open();
    await page.getByRole('button', { name: '开始' }).click();
    // The page waits eight seconds for the stream, and then asks every four.
    const secondsUntil = (text: string) =>
      expect.poll(async () => {
        await page.clock.fastForward(1000);
        return page.locator('.bot').filter({ hasText: text }).count();
      });
    await secondsUntil('您好，我是安邻').toBe(1);
    const [{ value = '' } = {}] = (await context.cookies()).filter(({ name }) => name === '__Host-anlin-chat');
    const [web] = app.running.services.channels.filter(({ scheme }) => scheme === 'web');
    await web?.send(addressOf(value) ?? 'web:none', { text: '井盖修好了' }, `news-${hasHeaders}`);
    await secondsUntil('井盖修好了').toBe(1);
    await page.close();
    proxy.closeAllConnections();
    proxy.close();
  });

  test('words that are typed before a slow server knows the browser carry the scanned place', async () => {
    const acts = new Map<string, object>();
    page.on('request', (request) => {
      if (request.url().endsWith('/w/in')) acts.set(request.postDataJSON().id, request.postDataJSON());
    });
    const answered = Promise.withResolvers<void>();
    await page.route('**/w/log*', async (route) => {
      await answered.promise;
      await route.continue();
    });
    await page.goto(`http://127.0.0.1:${app.running.web.port}/w/q/city`);
    await say('帮助');
    await bot(/我能帮您/);
    answered.resolve();
    expect([...acts.values()]).toMatchObject([
      { kind: 'start', payload: 'city' },
      { kind: 'text', text: '帮助' },
    ]);
    await expect.poll(() => page.locator('.bot').count()).toBe(2);
    expect(await page.getByText('您又来了').count()).toBe(0);
  });

  test('a double tap on the microphone records once, until the next tap', async () => {
    await context.addInitScript(`
      window.asked = 0;
      navigator.mediaDevices.getUserMedia = async () => {
        window.asked += 1;
        await new Promise((done) => setTimeout(done, 50));
        const audio = new AudioContext();
        const [tone, end] = [audio.createOscillator(), audio.createMediaStreamDestination()];
        tone.connect(end);
        tone.start();
        return end.stream;
      };
    `);
    const now = Date.now();
    await page.clock.setFixedTime(now);
    await open();
    await page.getByRole('button', { name: '开始' }).click();
    await bot(/您好，我是安邻/);
    await page.getByRole('button', { name: '按一下说话' }).dblclick();
    const stop = page.getByRole('button', { name: '说完了' });
    await stop.click();
    await page.getByText('正在录').waitFor();
    expect(await page.evaluate('window.asked')).toBe(1);
    await page.clock.setFixedTime(now + 2000);
    await stop.click();
    await page.locator('.me .sent').waitFor();
    expect(await page.locator('.me audio').count()).toBe(1);
  });

  test('without cookies, the words say why they are not sent', async () => {
    await page.route('**/w/**', async (route) => {
      const asked = route.request();
      const { cookie: _kept, ...headers } = await asked.allHeaders();
      const body = asked.postData();
      const answer = await fetch(asked.url(), { method: asked.method(), headers, ...(body ? { body } : {}) });
      const type = answer.headers.get('content-type') ?? '';
      await route.fulfill({ status: answer.status, contentType: type, body: Buffer.from(await answer.arrayBuffer()) });
    });
    await open();
    await say('帮助');
    await page.getByText('这个浏览器关了 Cookie').waitFor();
    expect(await page.locator('.me .failed').count()).toBe(1);
    await shoot(page, 'web-chat-no-cookies');
  });
});
