import { execFileSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import { makeApiKey } from '../../src/cases/api-key.ts';
import { isPublicEvent } from '../../src/cases/case-event.ts';
import { changeCase, loadCase } from '../../src/cases/case-store.ts';
import { toXml } from '../../src/open311/xml.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { report } from '../report.ts';
import { madeCase, storeCases, wishes } from '../review/made-cases.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import type { TestedServer } from './black-box.ts';
import { checkXml, RULES } from './black-box.ts';

let app: TestApp;
let ours: TestedServer;
beforeAll(async () => {
  app = await openTestApp();
  const { store, web } = app.running;
  const key = await makeApiKey(store, 'test', app.simulator.world.now());
  const url = `http://127.0.0.1:${web.port}/open311/v2`;
  ours = { url, key, service: 'flooding', lat: 31.4552, long: 119.4434 };
});
afterAll(() => app.close());

const HAS_XMLLINT = isInstalled('xmllint');

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!HAS_XMLLINT)('the server keeps each rule of GeoReport v2', () => {
  test.each(RULES)('$name', ({ check }) => check(ours));

  test('the store keeps its invariants', () => expectInvariants(app.running.store));
});

describe.skipIf(!HAS_XMLLINT)('each rule fails on a bad server', () => {
  /** Corruptions of good answers, each with the index of the rule that must fail. */
  const FAULTS: readonly (readonly [rule: number, fault: (text: string, path: string) => string])[] = [
    [0, (text) => text.replaceAll('text/xml', 'application/xml')],
    [1, (text) => text.replace('"type":"realtime"', '"type":"now"')],
    [2, (text) => text.replace(/"datatype_description":"[^"]*"/, '"datatype_description":""')],
    [4, (text) => text.replace(/"updated_datetime":"[^"]*"/, '"updated_datetime":"2026-11-26T08:00:00+08:00"')],
    [4, (text) => text.replace('<request>', '<request>&')],
    [5, (text) => text.replace(/("service_request_id":")\w{4}/, () => `$1${Math.random().toString(36).slice(2, 6)}`)],
    [8, (text) => text.replace('[{', '{"service_requests":[{')],
    [10, (text) => text.replaceAll('"update_id":"', '"update":"')],
  ];

  test.each(FAULTS)('rule %i fails on a corrupted answer', async (rule, fault) => {
    const bad = await badServer(fault);
    await expect(RULES[rule]?.check({ ...ours, url: bad.url })).rejects.toThrow();
    bad.close();
  });

  test('every rule fails on a server that answers 200 to every call', async () => {
    const bad = await badServer(() => '[]', 200);
    for (const { name, check } of RULES) await expect(check({ ...ours, url: bad.url }), name).rejects.toThrow();
    bad.close();
  });
});

test('a client sees a case without its description before a dispatcher’s look, and never its exact place', async () => {
  const { store } = app.running;
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const loadRequest = async () => (await (await fetch(`${ours.url}/requests/${number}.json`)).json())[0];
  const before = await loadRequest();
  expect(before).toMatchObject({ service_request_id: number, status: 'open', service_code: 'e_bike_wire_charging' });
  expect([before.description, before.lat]).toEqual([undefined, undefined]);
  const id = (await store.redis.get(store.keys.caseNumber(number))) ?? '';
  const kept = await loadCase(store, id);
  if (!kept) throw new Error('There is no case.');
  const accepted = {
    type: 'accepted',
    to: 'filed',
    at: app.simulator.world.now(),
    as: 'dispatcher',
    by: 'x',
    clock: { cure: '1wd' },
  } as const;
  await commitAsSystem(
    store,
    { op: `a${id}`, what: 'test', ...changeCase(store, kept, accepted) },
    app.simulator.world.now(),
  );
  const after = await loadRequest();
  expect(after).toMatchObject({ description: '楼道口飞线充电', lat: 31.46, long: 119.44, status: 'open' });
  expect(after.address).toContain('锦绣社区');
  expect(JSON.stringify(after)).not.toContain('31.4552');
  // What stays between staff and reporter is no update.
  const words = { text: '钥匙在物业' };
  for (const type of ['asked', 'answered', 'noted'] as const) {
    const now = await loadCase(store, id);
    const event = { type, at: app.simulator.world.now(), as: 'dispatcher', by: 'x', words } as const;
    if (now)
      await commitAsSystem(
        store,
        { op: `${type}${id}`, what: 'test', ...changeCase(store, now, event) },
        app.simulator.world.now(),
      );
  }
  const updates = await (await fetch(`${ours.url}/servicerequestupdates.json`)).json();
  expect(updates).toContainEqual(expect.objectContaining({ service_request_id: number, status: 'INVESTIGATING' }));
  expect(JSON.stringify(updates)).not.toMatch(/留言|回话|问上报的人|钥匙/);
});

test('the same report posted three times at once is one case with one number', async () => {
  const form = { api_key: ours.key, service_code: 'flooding', lat: '31.4552', long: '119.4434', description: '三次' };
  const post = () => fetch(`${ours.url}/requests.json`, { method: 'POST', body: new URLSearchParams(form) });
  const replies = await Promise.all([post(), post(), post()]);
  const ids = await Promise.all(replies.map(async (reply) => (await reply.json())[0].service_request_id));
  expect(new Set(ids).size).toBe(1);
  // A point outside the city must also leave a complete case.
  const pole = await fetch(`${ours.url}/requests.json`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, lat: '89', description: '北极' }),
  });
  expect(pole.status).toBe(200);
  await expectInvariants(app.running.store);
});

test('a description that begins with an earlier day gives the day on which the hazard was seen', async () => {
  const { store } = app.running;
  const form = { api_key: ours.key, service_code: 'flooding', lat: '31.4552', long: '119.4434' };
  const body = new URLSearchParams({ ...form, description: '昨天夜里地下车库进水' });
  const reply = await (await fetch(`${ours.url}/requests.json`, { method: 'POST', body })).json();
  const id = await store.redis.get(store.keys.caseNumber(reply[0].service_request_id.replace('-', '')));
  const yesterday = dayOf(app.simulator.world.now() - DAY_MS);
  expect((await loadCase(store, id ?? ''))?.record.seenOn).toBe(yesterday);
});

test('the person shield refuses a description from a program too', async () => {
  const body = new URLSearchParams({
    api_key: ours.key,
    service_code: 'flooding',
    lat: '31.4552',
    long: '119.4434',
    description: '张建国又把水泼在楼道，打他电话13800138000',
  });
  const reply = await fetch(`${ours.url}/requests.json`, { method: 'POST', body });
  expect(reply.status).toBe(400);
  expect((await reply.json())[0].description).toMatch(/points at a person/);
});

test.skipIf(!HAS_XMLLINT)('any text from a person yields well-formed XML', () => {
  const request = { description: '<b>&amp; "积水" ]]> \u0000\u0008\uFFFE\uD800 𠮷😀' };
  checkXml({ text: toXml('service_requests', [request]), type: 'text/xml; charset=utf-8' }, 'service_requests');
});

/** Starts a proxy in front of the server that corrupts its answers. */
async function badServer(fault: (text: string, path: string) => string, status?: number) {
  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers = { 'content-type': request.headers['content-type'] ?? 'text/plain' };
    const init = request.method === 'POST' ? { method: 'POST', body, headers } : {};
    const reply = await fetch(`${ours.url}${request.url}`, init);
    const text = fault(await reply.text(), request.url ?? '');
    response.writeHead(status ?? reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
    response.end(text);
  };
  const server = createServer((request, response) => void forward(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('a program that goes on at the last time it was told reads every update, however many cases changed', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const span = now - 30 * DAY_MS;
  const few = wishes(0, { rework: 0, passed: 320 }, span);
  await storeCases(store, few, now);
  // Early reports that changed last: their first updates are the oldest of all.
  for (const { n } of few.slice(0, 25)) {
    const kept = await loadCase(store, `case_made${n}`);
    const event = { type: 'noted', at: now, as: 'dispatcher', by: 'x', words: { text: '再看看' } } as const;
    if (kept) await bulkWrite(store, changeCase(store, kept, event).writes);
  }
  const made = few.flatMap((wish) => madeCase(wish, now).filter(isPublicEvent));
  const read = async (query: string) => {
    const reply = await fetch(`${ours.url}/servicerequestupdates.json?api_key=${ours.key}&${query}`);
    return (await reply.json()) as readonly { readonly update_id: string; readonly updated_datetime: string }[];
  };
  const told = new Set<string>();
  let start = new Date(span).toISOString();
  for (let before = -1; before !== told.size; ) {
    before = told.size;
    const updates = await read(`start_date=${start}`);
    expect(updates.length).toBeLessThanOrEqual(1000);
    for (const { update_id } of updates) told.add(update_id);
    start = encodeURIComponent(updates.at(-1)?.updated_datetime ?? start);
  }
  expect([...told].filter((id) => id.includes('MADE')).length).toBe(made.length);
  const [first, second] = await Promise.all(
    [1, 2].map((page) => read(`start_date=${new Date(span).toISOString()}&page_size=40&page=${page}`)),
  );
  expect([first?.length, second?.length]).toEqual([40, 40]);
  expect(first?.some(({ update_id }) => second?.some((one) => one.update_id === update_id))).toBe(false);
});
