import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeCase, loadOwnCases } from '../../src/cases/case-store.ts';
import { isWebhookUrl, makeWebhook } from '../../src/cases/webhook.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

type Call = { readonly body: string; readonly timestamp: string; readonly signature: string };

let app: TestApp;
const calls: Call[] = [];
let status = 200;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const [timestamp, signature] = [request.headers['x-anlin-timestamp'], request.headers['x-anlin-signature']];
    calls.push({ body, timestamp: String(timestamp), signature: String(signature) });
    response.writeHead(status).end();
  });
});
beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  app = await openTestApp();
});
afterAll(async () => {
  await app.close();
  receiver.close();
});

test('a webhook receives public events signed, gets a refused event again, and receives nothing before a dispatcher’s look', async () => {
  const { store } = app.running;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { secret } = await makeWebhook(store, url, app.simulator.world.now());
  const phone = await app.phone();
  const number = await report(phone);
  await expect.poll(() => store.redis.zcard(store.keys.casesNews), { timeout: PATIENCE_MS }).toBe(0);
  expect(calls).toEqual([]);
  status = 503;
  const [kept] = await loadOwnCases(store, `telegram:${phone.id}`);
  if (!kept) throw new Error('There is no case.');
  const at = app.simulator.world.now();
  const accepted = { type: 'accepted', to: 'filed', at, as: 'dispatcher', by: 'x', clock: { cure: '1wd' } } as const;
  await commitAsSystem(store, { op: 'a', what: 'test', ...changeCase(store, kept, accepted) }, at);
  await expect.poll(() => calls.length, { timeout: PATIENCE_MS }).toBe(1);
  // The clock may move only after the job has read the 503 and set the time of the next attempt.
  const nextAttemptAt = async () => Number((await store.redis.zrange(store.keys.hooksDue, '0', '0', 'WITHSCORES'))[1]);
  await expect.poll(nextAttemptAt, { timeout: PATIENCE_MS }).toBeGreaterThan(app.simulator.world.now());
  status = 200;
  app.simulator.world.advanceClock(61);
  await expect.poll(() => calls.length, { timeout: PATIENCE_MS }).toBe(2);
  await expect.poll(() => store.redis.zcard(store.keys.hooksDue), { timeout: PATIENCE_MS }).toBe(0);
  const [first, second] = calls;
  expect(second?.body).toBe(first?.body);
  const { body = '', timestamp, signature } = second ?? {};
  const sealed = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  expect(signature).toBe(`sha256=${sealed}`);
  expect(JSON.parse(body)).toMatchObject({
    delivery: `${number}-2`,
    event: 'accepted',
    service_request: { service_request_id: number, status: 'open', lat: 31.46 },
  });
  expect(body).not.toContain('31.4552');
  await expectInvariants(store);
});

test.each([
  ['https://example.org/hook', true],
  ['http://127.0.0.1:9/hook', true],
  ['http://example.org/hook', false],
  ['https://user:word@example.org/', false],
  ['ftp://example.org', false],
  ['hook', false],
])('%s is a webhook URL: %s', (url, valid) => {
  expect(isWebhookUrl(url)).toBe(valid);
});
