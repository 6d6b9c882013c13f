import { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findApiKey, makeApiKey } from '../../src/cases/api-key.ts';
import { BudgetSpent, openReadBudget } from '../../src/open311/read-budget.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
let base: string;
beforeAll(async () => {
  app = await openTestApp();
  base = `http://127.0.0.1:${app.running.web.port}`;
});
afterAll(() => app.close());

test('a caller may read a burst, then a rate; all callers together have a budget too', () => {
  let now = 0;
  const budget = openReadBudget(() => now, {
    perAddress: { perSecond: 10, burst: 100 },
    inAll: { perSecond: 20, burst: 150 },
  });
  const waitOf = (address: string, records: number) => {
    try {
      budget(address)(records);
      return 0;
    } catch (error) {
      return (error as BudgetSpent).seconds;
    }
  };
  expect(waitOf('a', 100)).toBe(0);
  expect(waitOf('a', 10)).toBe(1);
  expect(waitOf('b', 50)).toBe(0);
  // A refused call costs nothing, and others have spent what is left for all.
  expect(waitOf('c', 20)).toBe(1);
  now += 1000;
  expect([waitOf('a', 10), waitOf('c', 10), waitOf('c', 10)]).toEqual([0, 0, 1]);
  expect(() => budget('a')(101)).toThrow(BudgetSpent);
});

test('a flood of anonymous reads gets 429 with the wait; a caller with a key and another address are served', async () => {
  const ids = Array.from({ length: 800 }, (_, i) => `A${i}`).join(',');
  const read = (query: string, address: string) =>
    fetch(`${base}/open311/v2/requests.json?${query}`, { headers: { 'x-forwarded-for': address } });
  const flood = await Promise.all(Array.from({ length: 8 }, () => read(`service_request_id=${ids}`, '198.51.100.1')));
  const statuses = flood.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  const refused = flood.find(({ status }) => status === 429);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(JSON.stringify(await refused?.json())).toMatch(/api_key/);
  const key = await makeApiKey(app.running.store, 'partner', 0);
  expect((await read(`service_request_id=${ids}&api_key=${key}`, '198.51.100.1')).status).toBe(200);
  expect((await read('service_request_id=A1', '198.51.100.2')).status).toBe(200);
});

test('a body without an end is cut off at its limit', async () => {
  const socket = new Socket();
  const { port } = app.running.web;
  let answer = '';
  let sent = 0;
  await new Promise<void>((done) => {
    socket.connect(port, '127.0.0.1', () => {
      socket.write('POST /open311/v2/requests.json HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      const write = () => {
        if (socket.destroyed || sent > 50_000_000) return;
        sent += 0x4000;
        socket.write(chunk, () => setImmediate(write));
      };
      write();
    });
    socket.on('data', (bytes) => {
      answer += bytes;
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => done());
  });
  expect(answer).toMatch(/^HTTP\/1.1 (400|413) /);
  expect(sent).toBeLessThan(20_000_000);
});

test('keys that are made while others change the city are all known', async () => {
  const { store } = app.running;
  const keys = await Promise.all(Array.from({ length: 25 }, (_, i) => makeApiKey(store, `program ${i}`, 0)));
  const known = await Promise.all(keys.map((key) => findApiKey(store, key)));
  expect(known.map((one) => one?.name)).toEqual(keys.map((_, i) => `program ${i}`));
});

test('guesses of API keys are slowed; a right key is not found among them, and other addresses are served', async () => {
  const key = await makeApiKey(app.running.store, 'guessed', 0);
  const post = (given: string, address: string) =>
    fetch(`${base}/open311/v2/requests.json?api_key=${given}`, {
      method: 'POST',
      headers: { 'x-forwarded-for': address, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'service_code=none',
    });
  const guesses = await Promise.all(Array.from({ length: 20 }, (_, i) => post(`anlin_${i}`, '198.51.100.7')));
  expect(guesses.filter(({ status }) => status === 403)).toHaveLength(10);
  expect((await post(key, '198.51.100.7')).status).toBe(429);
  expect((await post(key, '198.51.100.8')).status).toBe(404);
});
