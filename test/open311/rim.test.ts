import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKey } from '../../src/cases/api-key.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { changeCase, loadCase } from '../../src/cases/case-store.ts';
import { openPublicAddress } from '../../src/open311/public-address.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
let base: string;
let key: string;
beforeAll(async () => {
  app = await openTestApp();
  base = `http://127.0.0.1:${app.running.web.port}`;
  key = await makeApiKey(app.running.store, 'rim', 0);
});
afterAll(() => app.close());

const at = (path: string, init: RequestInit = {}) => fetch(`${base}/open311${path}`, init);
const PLACE = 'service_code=flooding&lat=31.4552&long=119.4434';
/** Posts a form as these bytes; its answer's status and errors. */
async function post(body: string, type = 'application/x-www-form-urlencoded', path = '/v2/requests.json') {
  const reply = await at(path, { method: 'POST', body, headers: { 'content-type': type } });
  return { status: reply.status, text: await reply.text() };
}
const file = (fields: string) => post(`api_key=${key}&${PLACE}&${fields}`);

describe('an error is the specification’s list in the asked format', () => {
  const JSON_TYPE = 'application/json; charset=utf-8';
  const XML_TYPE = 'text/xml; charset=utf-8';
  test.each([
    ['GET', '/v2/nothing.json', {}, 404, JSON_TYPE],
    ['GET', '/v2/nothing.xml', {}, 404, XML_TYPE],
    ['GET', '/v2/nothing', {}, 404, XML_TYPE],
    ['GET', '/v2/nothing', { accept: 'application/json' }, 404, JSON_TYPE],
    ['GET', '/v2/nothing', { accept: 'text/html, application/json;q=0.3, text/xml;q=0.9' }, 404, XML_TYPE],
    ['GET', '', {}, 404, XML_TYPE],
    ['GET', '/v3/services.json', {}, 404, JSON_TYPE],
    ['GET', '/v2/requests.html', {}, 404, XML_TYPE],
    ['GET', '/v2/requests', { accept: 'application/json' }, 404, JSON_TYPE],
    ['GET', '/v2/requests/%BE%AE.json', {}, 404, JSON_TYPE],
    ['PUT', '/v2/requests.json', {}, 405, JSON_TYPE],
    ['DELETE', '/v2/services.xml', {}, 405, XML_TYPE],
    ['POST', '/v2/discovery.json', {}, 405, JSON_TYPE],
    ['GET', '/v2/photos/0123456789abcdef0123456789abcdef.jpg', {}, 403, XML_TYPE],
    ['POST', '/v2/requests.json', { 'content-type': 'application/json' }, 415, JSON_TYPE],
    ['POST', '/v2/requests.xml', {}, 415, XML_TYPE],
  ] as const)('%s %s %j → %i as %s', async (method, path, headers, status, type) => {
    const reply = await at(path, { method, headers });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, type]);
    const text = await reply.text();
    if (type === JSON_TYPE) expect(JSON.parse(text)).toEqual([{ code: status, description: expect.any(String) }]);
    else
      expect(text).toMatch(new RegExp(`^<\\?xml .*\\n<errors><error><code>${status}</code><description>.+</errors>`));
  });

  test('a refused method names the allowed ones', async () => {
    expect((await at('/v2/requests.json', { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await at('/v2/services/x.xml', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    const feed = await fetch(`${base}/announcements/feed.atom`, { method: 'POST' });
    expect([feed.status, feed.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('a body that is too long is 413', async () => {
    expect(await post('x'.repeat(70_000))).toMatchObject({ status: 413, text: expect.stringContaining('"code":413') });
    const long = new Blob([new Uint8Array(21 * 1024 * 1024)]);
    const form = new FormData();
    form.append('photo1', long, 'a.jpg');
    const reply = await at('/v2/requests.xml', { method: 'POST', body: form });
    expect([reply.status, await reply.text()]).toEqual([413, expect.stringContaining('<errors>')]);
  });
});

describe('every route knows one jurisdiction', () => {
  test.each([
    'discovery',
    'services',
    'services/flooding',
    'requests',
    'requests/A1',
    'tokens/A1',
    'servicerequestupdates',
  ])('%s of another is 404', async (resource) => {
    const reply = await at(`/v2/${resource}.json?jurisdiction_id=zz`);
    expect([reply.status, await reply.text()]).toEqual([404, expect.stringContaining('no jurisdiction zz')]);
  });

  test('a posted form too, whichever of its values names another', async () => {
    const own = app.running.store.city;
    expect((await file(`description=a&jurisdiction_id=${own}&jurisdiction_id=zz`)).status).toBe(404);
    expect((await at(`/v2/services.json?jurisdiction_id=&jurisdiction_id=${own}`)).status).toBe(200);
  });
});

describe('a form is carried whole or refused', () => {
  const described = async ({ status, text }: { status: number; text: string }) => {
    expect(status, text).toBe(200);
    const [{ service_request_id: number }] = JSON.parse(text);
    const { store } = app.running;
    const kept = await loadCase(store, (await store.redis.get(store.keys.caseNumber(number))) ?? '');
    return kept?.record.description;
  };

  test('bytes that are no text in the declared encoding are 400', async () => {
    for (const bytes of ['%BE%AE%B8%C7', '%FF', '%E7%A7', '%ED%A0%80', '\xBE\xAE'])
      expect(await file(`description=${bytes}`), bytes).toMatchObject({ status: bytes === '\xBE\xAE' ? 200 : 400 });
    expect(
      (await post(`${PLACE}&description=%BE%AE`, 'application/x-www-form-urlencoded; charset=nonsense')).status,
    ).toBe(400);
    expect((await at('/v2/requests.json?service_code=%BE%AE')).status).toBe(400);
    const form = new FormData();
    form.append('description', '\uFFFD');
    const reply = await at('/v2/requests.json', { method: 'POST', body: form });
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('description is no UTF-8')]);
    const part = (type: string) =>
      `--b\r\nContent-Disposition: form-data; name="description"\r\n${type}\r\na\r\n--b--\r\n`;
    const multipart = 'multipart/form-data; boundary=b';
    expect((await post(part('Content-Type: text/plain; charset=GB18030\r\n'), multipart)).status).toBe(400);
    expect((await post(part('Content-Type: text/plain; charset="utf-8"\r\n'), multipart)).status).toBe(403);
    expect((await post(part(''), multipart)).status).toBe(403);
  });

  test('text in a declared encoding arrives as it was written', async () => {
    const body = `api_key=${key}&${PLACE}&description=%BE%AE%B8%C7%BB%B5%C1%CB`;
    for (const charset of ['gb18030', '"GB2312"', 'gbk'])
      expect(await described(await post(body, `application/x-www-form-urlencoded; charset=${charset}`))).toEqual({
        text: '井盖坏了',
      });
    expect(await described(await file('description=100%25+%E6%BB%A1+%F0%9F%98%80%3D%26'))).toEqual({
      text: '100% 满 😀=&',
    });
    expect(await described(await file('description=50%+%E6%BB%A1'))).toEqual({ text: '50% 满' });
  });

  test.each([
    'lat=%20&long=119.4',
    'lat=31&long=',
    'lat=0x1f&long=119.4',
    'lat=3e1&long=119.4',
    'lat=91&long=1',
    'lat=Infinity&long=1',
    'lat=31&long=%EF%BC%91',
  ])('%s is 400', async (point) =>
    expect((await post(`api_key=${key}&service_code=flooding&description=a&${point}`)).status).toBe(400),
  );

  test.each(['page=0x2', 'page=1e1', 'page_size=%201', 'page=-1', 'page=1.5', 'page_size=0'])(
    '%s is 400',
    async (query) => expect((await at(`/v2/requests.json?${query}`)).status).toBe(400),
  );

  test.each([
    '2026-01-01T00:00:00',
    '2026-01-01',
    '2026-01-01T00:00:00+0800',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-99T00:00:00Z',
    'x',
  ])('the date %s is 400 in every parameter', async (time) => {
    const date = encodeURIComponent(time);
    for (const query of [`start_date=${date}`, `end_date=${date}`])
      for (const resource of ['requests', 'servicerequestupdates'])
        expect((await at(`/v2/${resource}.json?${query}`)).status, query).toBe(400);
    const body = `api_key=${key}&service_request_id=A1&updated_datetime=${date}&description=a`;
    expect((await post(body, undefined, '/v2/servicerequestupdates.json')).status).toBe(400);
  });

  test('a date with any zone is taken', async () => {
    for (const time of ['2026-11-01T00:00:00Z', '2026-11-01T08:00+08:00', '2026-11-01T00:00:00.5-05:30'])
      expect((await at(`/v2/requests.json?start_date=${encodeURIComponent(time)}`)).status).toBe(200);
  });
});

describe('photos in a multipart form', () => {
  const jpeg = async (colour: string) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: colour } })
      .jpeg()
      .toBuffer();
  const upload = async (
    photos: readonly Buffer[],
    more: Readonly<Record<string, string>>,
    path = '/v2/requests.json',
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ api_key: key, ...more })) form.append(name, value);
    for (const [i, bytes] of photos.entries())
      form.append(`photo${i + 1}`, new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), `${i}.jpeg`);
    const reply = await at(path, { method: 'POST', body: form });
    return { status: reply.status, text: await reply.text() };
  };
  const REPORT = { service_code: 'flooding', lat: '31.4552', long: '119.4434', description: '积水（附照片）' };

  test('are kept with the case as photos of a chat are, and staff see them there', async () => {
    const { store } = app.running;
    const photos = [await jpeg('red'), await jpeg('blue')];
    const first = await upload(photos, { ...REPORT, media_url: 'http://192.0.2.1/x.jpg' });
    expect(first.status, first.text).toBe(200);
    expect(await upload(photos, REPORT)).toEqual(first);
    const [{ service_request_id: number, service_notice }] = JSON.parse(first.text);
    expect(service_notice).toBe('');
    const id = (await store.redis.get(store.keys.caseNumber(number))) ?? '';
    const kept = await loadCase(store, id);
    if (!kept) throw new Error('There is no case.');
    expect(kept.record.photos).toHaveLength(2);
    // An update adds a third, once.
    const update = { service_request_id: number, update_id: 'u1', description: '更深了' };
    for (let i = 0; i < 2; i += 1)
      expect((await upload([await jpeg('green')], update, '/v2/servicerequestupdates.json')).status).toBe(200);
    expect((await loadCase(store, id))?.record.photos).toHaveLength(3);
    // Without an id of its own, the same words with another photo are another update; a repeat is none.
    const { update_id: _none, ...unnamed } = update;
    for (const colour of ['yellow', 'white', 'white'])
      expect((await upload([await jpeg(colour)], unnamed, '/v2/servicerequestupdates.json')).status).toBe(200);
    expect((await loadCase(store, id))?.record.photos).toHaveLength(5);
    await expectInvariants(store);
    // Its address opens with the key only, once a dispatcher has looked.
    const now = await loadCase(store, id);
    const accepted: CaseEvent = {
      type: 'accepted',
      to: 'filed',
      at: app.simulator.world.now(),
      as: 'dispatcher',
      by: 'x',
      clock: { cure: '1wd' },
    };
    if (now)
      await commitAsSystem(
        store,
        { op: `a${id}`, what: 'test', ...changeCase(store, now, accepted) },
        app.simulator.world.now(),
      );
    const [{ media_url: url }] = await (await at(`/v2/requests/${number}.json`)).json();
    expect((await fetch(url)).status).toBe(403);
    const photo = Buffer.from(await (await fetch(`${url}?api_key=${key}`)).arrayBuffer());
    expect(await sharp(photo).metadata()).toMatchObject({ format: 'jpeg', width: 40, height: 30 });
    // In the chat.
    const phone = await app.phone();
    await phone.say('/start');
    const [channel] = app.running.services.channels;
    const [shown] = (await loadCase(store, id))?.record.photos ?? [];
    const sent = await channel?.send(`telegram:${phone.id}`, { text: '照片', photo: shown?.file ?? '' }, '1');
    expect(sent?.type).toBe('sent');
    expect((await phone.messages()).find(({ caption }) => caption === '照片')?.photo).toMatch(/^photo/);
  });

  test('that are no photos, too many, or too large are refused by their field', async () => {
    const before = await app.running.store.redis.zcard(app.running.store.keys.casesFiled);
    expect(await upload([Buffer.from('hello')], REPORT)).toMatchObject({
      status: 400,
      text: expect.stringContaining('photo1 is no photo'),
    });
    expect(
      await upload(
        Array.from({ length: 9 }, () => Buffer.from('x')),
        REPORT,
      ),
    ).toMatchObject({ status: 400 });
    expect(await upload([Buffer.alloc(10 * 1024 * 1024 + 1, 1)], REPORT)).toMatchObject({ status: 413 });
    expect((await post('no boundary', 'multipart/form-data')).status).toBe(400);
    expect(await app.running.store.redis.zcard(app.running.store.keys.casesFiled)).toBe(before);
  });

  test('behind an address are not fetched, and the answer says so', async () => {
    const { text } = await file('description=address&media_url=http%3A%2F%2F192.0.2.1%2Fx.jpg');
    expect(JSON.parse(text)[0].service_notice).toMatch(/media_url was not fetched.*multipart/);
  });
});

test('a case that closes in silence is CLOSED; only one that its reporter calls solved is FIXED', async () => {
  const { store } = app.running;
  const close = async (mark: string, event: Pick<CaseEvent, 'type' | 'as' | 'rating'>) => {
    const [{ service_request_id: number }] = JSON.parse((await file(`description=${mark}`)).text);
    const id = (await store.redis.get(store.keys.caseNumber(number))) ?? '';
    const accepted = { type: 'accepted', to: 'filed', as: 'dispatcher', clock: { cure: '1wd' } } as const;
    for (const one of [accepted, { ...event, to: 'closed' } as const]) {
      const kept = await loadCase(store, id);
      if (!kept) throw new Error('There is no case.');
      const now = app.simulator.world.now();
      const change = changeCase(store, kept, { ...one, by: 'x', at: now });
      await commitAsSystem(store, { op: `${one.type}${id}`, what: 'test', ...change }, now);
    }
    const updates: { service_request_id: string; status: string }[] = await (
      await at('/v2/servicerequestupdates.json')
    ).json();
    const statuses = updates.filter((one) => one.service_request_id === number).map(({ status }) => status);
    const [request] = await (await at(`/v2/requests/${number}.json`)).json();
    return [statuses.at(-1), request.status, request.status_notes];
  };
  expect(await close('silence', { type: 'left_unrated', as: 'house' })).toEqual([
    'CLOSED',
    'closed',
    '已结案，还没有人确认解决',
  ]);
  expect(await close('solved', { type: 'rated', as: 'reporter', rating: 'solved' })).toEqual([
    'FIXED',
    'closed',
    '已结案',
  ]);
});

test('pages of other origins may read what is public, and nothing else', async () => {
  const origin = { origin: 'https://elsewhere.example' };
  const shared = async (path: string, init: RequestInit = {}) =>
    (await fetch(base + path, { ...init, headers: { ...origin, ...init.headers } })).headers.get(
      'access-control-allow-origin',
    );
  for (const path of [
    'discovery',
    'services',
    'services/flooding',
    'services/none',
    'requests',
    'servicerequestupdates',
  ])
    expect(await shared(`/open311/v2/${path}.json`), path).toBe('*');
  expect(await shared('/announcements/feed.atom')).toBe('*');
  for (const path of ['/', '/health', '/shifts/x.ics', '/open311/v2/photos/x.jpg', '/telegram'])
    expect(await shared(path), path).toBeNull();
  expect(await shared('/open311/v2/requests.json', { method: 'POST' })).toBeNull();
  const ask = (method: string, path = '/open311/v2/requests.json') =>
    fetch(base + path, { method: 'OPTIONS', headers: { ...origin, 'access-control-request-method': method } });
  const [read, write, health] = [await ask('GET'), await ask('POST'), await ask('GET', '/health')];
  expect([
    read.status,
    read.headers.get('access-control-allow-origin'),
    read.headers.get('access-control-allow-methods'),
  ]).toEqual([204, '*', 'GET,HEAD']);
  expect([write.status, write.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  expect(health.headers.get('access-control-allow-origin')).toBeNull();
});

test('the address in discovery and feed comes from the settings, then from a trusted proxy, and never from a Host', async () => {
  const told = async (
    site: string | undefined,
    proxies: readonly string[],
    headers: Readonly<Record<string, string>>,
  ) => {
    const address = openPublicAddress(site, proxies);
    const server = serve({
      fetch: (incoming, env) => new Hono().all('*', (c) => c.text(address.origin(c))).fetch(incoming, env),
      port: 0,
      hostname: '127.0.0.1',
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const said = await textOf(`http://127.0.0.1:${port}/`, headers);
    server.close();
    return said.replace(String(port), 'PORT');
  };
  const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  const LOOPBACK = 'http://127.0.0.1:PORT';
  expect(await told('https://city.example', ['127.0.0.1'], forged)).toBe('https://city.example');
  expect(await told(undefined, [], forged)).toBe(LOOPBACK);
  expect(await told(undefined, ['10.0.0.0/8'], forged)).toBe(LOOPBACK);
  const named = { ...forged, 'x-forwarded-host': 'evil.example, city.example:8443' };
  expect(await told(undefined, ['10.0.0.0/8', '127.0.0.0/8'], named)).toBe('https://city.example:8443');
  for (const host of ['a b', 'city.example/x', 'user@city.example', ''])
    expect(await told(undefined, ['127.0.0.1'], { ...forged, 'x-forwarded-host': host }), host).toBe(LOOPBACK);
  expect(await told(undefined, ['127.0.0.1'], { ...forged, 'x-forwarded-proto': 'javascript' })).toBe(LOOPBACK);
  for (const path of ['/open311/v2/discovery.xml', '/open311/v2/discovery.json', '/announcements/feed.atom']) {
    const said = await textOf(base + path, forged);
    expect(said).not.toContain('evil');
    expect(said).toContain(base);
  }
  expect(await textOf(`${base}/announcements/feed.atom`, forged)).toContain(
    `<id>tag:anlin,2026-11-26:${app.running.store.city}:announcements</id>`,
  );
});

test('every answer carries security headers', async () => {
  const { simulator } = app;
  const all = [
    `${base}/`,
    `${base}/health`,
    `${base}/none`,
    `${base}/open311/v2/services.json`,
    `${base}/open311/none`,
    `${base}/announcements/feed.atom`,
    `${base}/announcements/none.cap`,
    `${base}/shifts/x.ics`,
    `${simulator.url}/`,
    `${simulator.url}/sim/people`,
    `${simulator.url}/botx/getMe`,
  ];
  for (const url of all) {
    const { headers } = await fetch(url);
    expect(headers.get('x-content-type-options'), url).toBe('nosniff');
    expect(headers.get('x-frame-options'), url).toBe('DENY');
    expect(headers.get('referrer-policy'), url).toBe('no-referrer');
    expect(headers.get('content-security-policy'), url).toMatch(/default-src 'none'|default-src 'self'/);
    expect(headers.get('cross-origin-resource-policy'), url).toMatch(/^(same|cross)-origin$/);
    expect([headers.get('server'), headers.get('x-powered-by')], url).toEqual([null, null]);
  }
  // The adapter refuses such a host before any route runs.
  const bad = await callAs(`${base}/health`, { host: 'a b' });
  bad.resume();
  expect([bad.statusCode, bad.headers['x-content-type-options']]).toEqual([400, 'nosniff']);
});

/** Calls with headers that fetch does not set, such as Host. */
function callAs(url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  return new Promise((done, fail) => request(url, { headers }, done).on('error', fail).end());
}

async function textOf(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return text(await callAs(url, headers));
}
