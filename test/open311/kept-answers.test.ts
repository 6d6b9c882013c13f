import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKey } from '../../src/cases/api-key.ts';
import { keptAnswers } from '../../src/open311/kept-answers.ts';
import { OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp, TEST_TIMINGS } from '../test-app.ts';

describe('an answer to a read without a key', () => {
  let now: number;
  let readings: string[];
  let hold: Promise<void> | undefined;
  function open(keptMs = 5000) {
    now = 0;
    readings = [];
    hold = undefined;
    const app = new Hono();
    app.use(keptAnswers({ keptMs, origin: (c) => c.req.header('x-origin') ?? 'o', clock: () => now }));
    app.get('/refused', (c) => {
      readings.push(c.req.url);
      return c.text('no', 429);
    });
    app.get('/large', (c) => {
      readings.push(c.req.url);
      return c.text('x'.repeat(1_900_000));
    });
    app.get('/too-large', (c) => {
      readings.push(c.req.url);
      return c.text('x'.repeat(2_100_000));
    });
    app.get('*', async (c) => {
      readings.push(c.req.url);
      await hold;
      return c.text(`reading ${readings.length}`);
    });
    return {
      get: async (path: string, headers: Record<string, string> = {}) => {
        const response = await app.request(path, { headers });
        return { text: await response.text(), cache: response.headers.get('cache-control') };
      },
    };
  }

  test('serves equal reads for its time, whatever the order of their parameters', async () => {
    const { get } = open();
    expect(await get('/a?status=open&page=2')).toEqual({ text: 'reading 1', cache: 'public, max-age=5' });
    now = 3400;
    expect(await get('/a?page=2&status=open')).toEqual({ text: 'reading 1', cache: 'public, max-age=2' });
    for (const other of ['/a?page=3&status=open', '/b?status=open&page=2', '/a']) await get(other);
    expect((await get('/a?status=open&page=2', { 'x-origin': 'p' })).text).toBe('reading 5');
    now = 5000;
    expect((await get('/a?status=open&page=2')).text).toBe('reading 6');
  });

  test('is read once for callers who come together; one that is refused is refused alone', async () => {
    const { get } = open();
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    const calls = Array.from({ length: 40 }, () => get('/a'));
    held.resolve();
    expect(new Set((await Promise.all(calls)).map(({ text }) => text))).toEqual(new Set(['reading 1']));
    const refused = await Promise.all([get('/refused'), get('/refused')]);
    expect(readings.filter((url) => url.endsWith('/refused'))).toHaveLength(2);
    expect(refused[0]?.cache).toBe('no-store');
  });

  test('is kept neither here nor elsewhere if the caller has a key, or if keeping is off', async () => {
    const { get } = open();
    expect(await get('/a?api_key=k')).toEqual({ text: 'reading 1', cache: 'no-store' });
    expect((await get('/a?api_key=k')).text).toBe('reading 2');
    expect((await get('/a')).text).toBe('reading 3');
    const off = open(0);
    await off.get('/a');
    expect((await off.get('/a')).text).toBe('reading 2');
  });

  test('takes bounded memory: by number, by size, and all together', async () => {
    const { get } = open();
    await get('/first');
    for (let i = 0; i < 200; i += 1) await get(`/many?i=${i}`);
    expect((await get('/many?i=199')).text).toBe('reading 201');
    expect((await get('/first')).text).toBe('reading 202');
    await get('/too-large');
    await get('/too-large');
    expect(readings.filter((url) => url.endsWith('/too-large'))).toHaveLength(2);
    for (let i = 0; i < 9; i += 1) await get(`/large?i=${i}`);
    readings = [];
    await get('/large?i=8');
    expect(readings).toEqual([]);
    await get('/large?i=0');
    expect(readings).toHaveLength(1);
  });
});

describe('on the web server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ timings: { ...TEST_TIMINGS, open311: { keptMs: 600_000 } } });
  });
  afterAll(() => app.close());
  const read = async (path: string, address = '198.51.100.1') => {
    const response = await fetch(`http://127.0.0.1:${app.running.web.port}${path}`, {
      headers: { 'x-forwarded-for': address },
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  test('equal reads cost the budget once, and a caller with a key sees what is new', async () => {
    const phone = await app.phone();
    const number = await report(phone);
    const list = '/open311/v2/requests.json?status=open';
    const first = await read(list);
    expect(first.text).toContain(number);
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('vary')).toBeNull();
    const later = await report(await app.phone('李叔'), OTHER_HAZARD);
    expect(await read(list)).toMatchObject({ text: first.text });
    const key = await makeApiKey(app.running.store, 'partner', 0);
    const own = await read(`${list}&api_key=${key}`);
    expect(own.text).toContain(later);
    expect(own.headers.get('cache-control')).toBe('no-store');
    // Five of these would spend the budget of an address; see read-budget.test.ts.
    const many = `service_request_id=${Array.from({ length: 800 }, (_, i) => `A${i}`).join(',')}`;
    const all = await Promise.all(Array.from({ length: 30 }, () => read(`/open311/v2/requests.json?${many}`)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(30);
  });

  test('an unknown number is asked for again, and the feed keeps its own time', async () => {
    expect(await read('/open311/v2/requests/K7Q4M2X2.json')).toMatchObject({ status: 404 });
    const feed = await read('/announcements/feed.atom');
    expect(feed.headers.get('cache-control')).toBe('max-age=60');
    expect((await read('/announcements/feed.atom')).headers.get('content-type')).toMatch(/atom/);
  });
});
