import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../../chromium.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import type { PushService } from './push-service.ts';
import { startPushService } from './push-service.ts';

/** Chromium here reaches no push service: it subscribes at the simulator. */
const SUBSCRIBES = `
  PushManager.prototype.getSubscription = async () => {
    const endpoint = localStorage.getItem('at');
    const unsubscribe = async () => (localStorage.removeItem('at'), true);
    return endpoint ? { endpoint, unsubscribe } : null;
  };
  PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
    localStorage.setItem('at', await subscribeAt(applicationServerKey));
    return this.getSubscription();
  };
`;
/** A browser that asks, and a person who answers. */
const asks = (answer: string) => `
  Object.defineProperty(Notification, 'permission', { get: () => localStorage.getItem('answer') ?? 'default' });
  Notification.requestPermission = async () => (localStorage.setItem('answer', '${answer}'), '${answer}');
`;

describe.skipIf(!CHROMIUM)('the bell on the page of the web chat', () => {
  let app: TestApp;
  let service: PushService;
  let browser: Browser;
  let context: BrowserContext;
  const faults: string[] = [];
  beforeAll(async () => {
    service = await startPushService();
    app = await openTestApp({ site: 'https://anlin.example', pushService: service.origin });
    browser = await launchChromium({ whole: true });
  }, 60_000);
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await service?.close();
    expect(faults).toEqual([]);
  });

  const address = (path: string) => `http://127.0.0.1:${app.running.web.port}${path}`;
  async function open(script: string, options: object = {}): Promise<Page> {
    context = await browser.newContext({
      viewport: { width: 390, height: 780 },
      locale: 'zh-CN',
      permissions: ['notifications'],
      ...options,
    });
    await context.exposeFunction('subscribeAt', (key: string) => service.subscribe(key));
    await context.addInitScript(script);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => faults.push(message));
    await page.goto(address('/w/'));
    await page.getByRole('button', { name: '开始' }).click();
    await page.getByRole('navigation').waitFor({ timeout: PATIENCE_MS });
    return page;
  }
  const urn = async () => {
    const [{ value = '' } = {}] = (await context.cookies()).filter(({ name }) => name === '__Host-anlin-chat');
    return addressOf(value) ?? 'web:none';
  };
  const bell = async () => app.running.store.redis.hgetall(app.running.store.keys.webBell(await urn()));
  const isDue = async () =>
    (await app.running.store.redis.zscore(app.running.store.keys.webBellsDue, await urn())) !== null;
  const sendNews = async (key: string) => {
    const [web] = app.running.services.channels.filter(({ scheme }) => scheme === 'web');
    await web?.send(await urn(), { text: '井盖修好了', isNews: true }, key);
  };

  test('rings only after a tap, once the page is hidden, and stops in the same place', async () => {
    const page = await open(SUBSCRIBES);
    expect(await bell()).toEqual({});
    expect(await page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.length)')).toBe(0);
    await shoot(page, 'web-chat-bell-off');
    await page.getByRole('button', { name: '好，提醒我' }).click();
    await page.getByText('有新消息会提醒您').waitFor();
    for (const width of [1280, 390, 320])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 780 });
        await page.emulateMedia({ colorScheme });
        await shoot(page, `web-chat-bell-${width}-${colorScheme}`);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      }
    expect(await violationsOn(page)).toEqual([]);
    expect(await bell()).toHaveProperty('endpoint');
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { get: () => window.away ?? true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
    await expect.poll(() => page.evaluate('window.away')).toBe(undefined);
    await sendNews('bell page hidden');
    await app.advance(60_000);
    await app.tick('web-bells');
    expect(service.calls.filter((call) => call.endsWith('201'))).toHaveLength(1);
    await page.evaluate(`window.away = false; document.dispatchEvent(new Event('visibilitychange'));`);
    await page.getByText('井盖修好了').waitFor();
    await expect.poll(bell).not.toHaveProperty('after');
    await sendNews('bell page shown');
    await expect.poll(isDue).toBe(false);

    await page.reload();
    await page.getByRole('button', { name: '菜单' }).click();
    await page.getByRole('button', { name: '不用提醒了' }).click();
    await page.getByRole('button', { name: '好，提醒我' }).waitFor();
    await expect.poll(bell).toEqual({});
  });

  test('shows one notification in fixed words while no page is visible, and a tap opens the chat', async () => {
    const page = await open(SUBSCRIBES);
    await page.getByRole('button', { name: '好，提醒我' }).click();
    await page.getByText('有新消息会提醒您').waitFor();
    const other = await context.newPage();
    await other.goto(address('/health'));
    const cdp = await context.newCDPSession(other);
    const registered = new Promise<string>((done) => {
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [one] }) => one && done(one.registrationId));
    });
    await cdp.send('ServiceWorker.enable');
    const registrationId = await registered;
    const push = () => cdp.send('ServiceWorker.deliverPushMessage', { origin: address(''), registrationId, data: '' });
    const shown = () =>
      other.evaluate(`navigator.serviceWorker.getRegistration('/w/').then((one) => one.getNotifications())
        .then((all) => all.map(({ title, body }) => title + ': ' + body))`);
    const [worker] = context.serviceWorkers();
    await worker?.evaluate(`
      self.taken = 0;
      self.addEventListener('push', () => { self.taken += 1; });
      self.clients.openWindow = async (url) => { self.opened = url; };
    `);
    await push();
    await expect.poll(() => worker?.evaluate('self.taken')).toBe(1);
    expect(await shown()).toEqual([]);
    await page.close();
    await push();
    await push();
    await expect.poll(() => worker?.evaluate('self.taken')).toBe(3);
    await expect.poll(shown).toEqual(['安邻: 安邻有新消息，点开看看']);
    await worker?.evaluate(`self.registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
    await expect.poll(() => worker?.evaluate('self.opened')).toBe('/w/');
    await expect.poll(shown).toEqual([]);
    expect(await other.evaluate('caches.keys()')).toEqual([]);
  });

  test('remembers a refusal, and is not offered where it cannot ring', async () => {
    const page = await open(SUBSCRIBES + asks('denied'));
    await page.getByRole('button', { name: '好，提醒我' }).click();
    await page.getByText('好的，不提醒').waitFor();
    expect(await page.locator('.bell').count()).toBe(0);
    // The browser would ask again: the page does not.
    await page.evaluate(`localStorage.removeItem('answer')`);
    await page.reload();
    await page.getByRole('navigation').waitFor();
    expect(await page.locator('.bell').count()).toBe(0);
    await context.close();

    for (const userAgent of [undefined, 'Mozilla/5.0 MicroMessenger/8.0']) {
      const unable = await open(userAgent ? SUBSCRIBES : 'delete window.PushManager;', userAgent ? { userAgent } : {});
      expect(await unable.locator('.bell').count()).toBe(0);
      await context.close();
    }
  });
});
