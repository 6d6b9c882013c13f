import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/calendar.ts';
import type { Outgoing, Urn } from '../../../src/channels/channel.ts';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { openWebPush } from '../../../src/channels/web/push/web-push.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import type { PushService } from './push-service.ts';
import { startPushService } from './push-service.ts';
import { WebClient } from './web-client.ts';

const SITE = 'https://anlin.example';
const NEWS: Outgoing = { text: '井盖修好了', isNews: true };

let app: TestApp;
let service: PushService;
beforeAll(async () => {
  service = await startPushService();
  app = await openTestApp({ site: SITE, pushService: service.origin });
});
afterAll(async () => {
  await app.close();
  await service.close();
});

const urnOf = ({ cookie }: WebClient): Urn => addressOf(cookie?.split('=')[1]) ?? 'web:none';
let sends = 0;
/** Sends as the relay and the sender of announcements do. */
async function send(page: WebClient, message: Outgoing = NEWS): Promise<void> {
  const [web] = app.running.services.channels.filter(({ scheme }) => scheme === 'web');
  sends += 1;
  await web?.send(urnOf(page), message, `bell test ${sends}`);
}
/** Runs the job after the pause in which an open page would get a message. */
async function later(ms: number): Promise<void> {
  await app.advance(ms);
  await app.tick('web-bells');
}
const bellOf = (page: WebClient) => app.running.store.redis.hgetall(app.running.store.keys.webBell(urnOf(page)));
const isDue = async (page: WebClient) =>
  (await app.running.store.redis.zscore(app.running.store.keys.webBellsDue, urnOf(page))) !== null;

/** A person whose browser has a bell, and whose page is closed. */
async function ringable(): Promise<{ readonly page: WebClient; readonly endpoint: string }> {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  const { key } = (await (await page.get('/w/push')).json()) as { key: string };
  const endpoint = service.subscribe(key);
  expect((await page.post('/w/push', { endpoint })).status).toBe(204);
  return { page, endpoint };
}

describe('a bell of the web chat', () => {
  test('rings once for news that lies in the chat of a closed page, without its words, and counts nothing', async () => {
    const { page, endpoint } = await ringable();
    await send(page);
    await app.tick('web-bells');
    expect(service.rings(endpoint)).toBe(0);
    await later(MINUTE_MS);
    expect(service.rings(endpoint)).toBe(1);
    await later(2 * HOUR_MS);
    expect(service.rings(endpoint)).toBe(1);
    expect(await bellOf(page)).not.toHaveProperty('failed');
  });

  test('does not ring for answers, edits, or a message that an open page got', async () => {
    const { page, endpoint } = await ringable();
    const { n } = (await page.bubbles()).at(-1) ?? { n: 0 };
    await send(page, { text: '我能帮您' });
    expect(await isDue(page)).toBe(false);
    await send(page, { ...NEWS, edits: String(n) });
    expect(await isDue(page)).toBe(false);
    const stop = new AbortController();
    const stream = await fetch(new Request(page.request('GET', '/w/out'), { signal: stop.signal }));
    expect(stream.status).toBe(200);
    await send(page);
    await vi.waitFor(async () => expect(await isDue(page)).toBe(false), { timeout: PATIENCE_MS });
    stop.abort();
    await later(MINUTE_MS);
    expect(service.rings(endpoint)).toBe(0);
  });

  test('rings at most once an hour until the page is opened', async () => {
    const { page, endpoint } = await ringable();
    await send(page);
    await later(MINUTE_MS);
    await send(page);
    await later(30 * MINUTE_MS);
    expect(service.rings(endpoint)).toBe(1);
    await later(31 * MINUTE_MS);
    expect(service.rings(endpoint)).toBe(2);
    await page.log();
    await vi.waitFor(async () => expect(await bellOf(page)).not.toHaveProperty('after'), { timeout: PATIENCE_MS });
    await send(page);
    await later(MINUTE_MS);
    expect(service.rings(endpoint)).toBe(3);
  });

  test('news waits for the end of the quiet hours, an announcement does not: its sender has obeyed them', async () => {
    const [news, announced] = [await ringable(), await ringable()];
    // From any hour of this file to 23:00 in China.
    const hour = (app.simulator.world.now() / HOUR_MS + 8) % 24;
    await later(((23 - hour + 24) % 24) * HOUR_MS);
    await send(news.page);
    await send(announced.page, { text: '台风红色预警', ledger: ['run 0'] });
    await later(MINUTE_MS);
    expect(service.rings(news.endpoint)).toBe(0);
    expect(service.rings(announced.endpoint)).toBe(1);
    await later(8 * HOUR_MS);
    expect(service.rings(news.endpoint)).toBe(1);
  });

  test.each([404, 410])('ends a subscription that has ended at its service (%i)', async (status) => {
    const { page, endpoint } = await ringable();
    service.fail(endpoint, { status });
    await send(page);
    await later(MINUTE_MS);
    expect(await bellOf(page)).toEqual({});
    await send(page);
    expect(await isDue(page)).toBe(false);
  });

  test.each([
    { fault: { status: 429, retryAfter: 1200 }, pause: 20 * MINUTE_MS },
    { fault: { status: 500 }, pause: 5 * MINUTE_MS },
  ])('rings again after the pause of a service that answers $fault.status', async ({ fault, pause }) => {
    const { page, endpoint } = await ringable();
    service.fail(endpoint, fault);
    await send(page);
    await later(MINUTE_MS);
    service.fail(endpoint, undefined);
    await later(pause - MINUTE_MS);
    expect(service.rings(endpoint)).toBe(0);
    await later(2 * MINUTE_MS);
    expect(service.rings(endpoint)).toBe(1);
  });

  test('gives up after four failures, and rings for the next message', async () => {
    const { page, endpoint } = await ringable();
    service.fail(endpoint, { status: 503 });
    await send(page);
    const before = service.calls.length;
    for (let i = 0; i < 8; i += 1) await later(HOUR_MS / 2);
    expect(service.calls.length - before).toBe(4);
    service.fail(endpoint, undefined);
    await later(HOUR_MS);
    await send(page);
    await later(MINUTE_MS);
    const hour = (app.simulator.world.now() / HOUR_MS + 8) % 24;
    await later(hour >= 22 || hour < 7 ? 9 * HOUR_MS : 0);
    expect(service.rings(endpoint)).toBe(1);
  });

  test('ends with a tap, and with /forget; the person sees the subscription in their data', async () => {
    const { page } = await ringable();
    const [sealed, endpoint] = [(await bellOf(page)).endpoint, service.origin];
    expect(sealed).not.toContain(endpoint);
    await page.say('/mydata');
    await page.sees(/关于您/);
    await page.tap('导出');
    await vi.waitFor(
      async () => {
        const file = (await page.bubbles()).findLast(({ attached }) => attached?.kind === 'file');
        expect(await (await page.get(`/w/attached/${file?.from}`)).text()).toContain(endpoint);
      },
      { timeout: PATIENCE_MS },
    );
    expect((await page.post('/w/push/off', {})).status).toBe(204);
    expect(await bellOf(page)).toEqual({});

    const other = await ringable();
    await other.page.say('/forget');
    await other.page.sees(/把您忘掉吗/);
    await other.page.tap('删掉');
    const { n, choices = [] } = await other.page.sees(/真的都删掉吗/);
    await send(other.page);
    expect(await isDue(other.page)).toBe(true);
    await other.page.act('choice', { choice: choices.flat()[0]?.id, ref: String(n) });
    await vi.waitFor(async () => expect(await bellOf(other.page)).toEqual({}), { timeout: PATIENCE_MS });
    expect(await isDue(other.page)).toBe(false);
    expect((await other.page.post('/w/push', { endpoint: other.endpoint })).status).toBe(401);
  });

  test.each([
    'http://fcm.googleapis.com/fcm/send/1',
    'https://127.0.0.1/push',
    'https://localhost/push',
    'https://[::1]/push',
    'https://10.0.0.1/push',
    'https://fcm.googleapis.com.example.org/push',
    'https://example.org/fcm.googleapis.com',
    'https://examplefcm.googleapis.com/push',
    'https://fcm.googleapis.com:8443/push',
    'https://a:b@fcm.googleapis.com/push',
    'file:///etc/passwd',
    'no address',
    '',
    7,
    undefined,
  ])('is never stored for the address %s', async (endpoint) => {
    const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
    await page.start();
    await page.sees(/安邻/);
    expect((await page.post('/w/push', { endpoint })).status).toBe(400);
    expect(await bellOf(page)).toEqual({});
  });

  test('is never stored for an endless address', async () => {
    const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
    await page.start();
    await page.sees(/安邻/);
    const endpoint = (length: number) => 'https://fcm.googleapis.com/'.padEnd(length, 'x');
    expect((await page.post('/w/push', { endpoint: endpoint(1025) })).status).toBe(400);
    expect((await page.post('/w/push', { endpoint: endpoint(1024) })).status).toBe(204);
  });

  test('is taken for the services of the browsers, under one key over restarts', async () => {
    const push = openWebPush({ secret: app.running.store.dataKey, site: SITE });
    for (const endpoint of [
      'https://fcm.googleapis.com/fcm/send/e1',
      'https://updates.push.services.mozilla.com/wpush/v2/gA',
      'https://web.push.apple.com/QL',
      'https://wns2-par02p.notify.windows.com/w/?token=B',
    ])
      expect(push.takes(endpoint)).toBe(true);
    const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
    expect(await (await page.get('/w/push')).json()).toEqual({ key: push.publicKey });
    expect(openWebPush({ secret: 'another city', site: SITE }).publicKey).not.toBe(push.publicKey);
    await push.close();
  });
});
