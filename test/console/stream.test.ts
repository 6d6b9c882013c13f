import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/calendar.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addHistory, newCaseId, submissionEvent } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import type { CaseChange } from '../../src/console/stream.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import type { Browser } from './browser.ts';
import { leaveStaff, signIn } from './browser.ts';

const HERE = '990101001001005';
const CASES = 4000;
/** More rounds than any kernel buffers. */
const ROUNDS_MAX = 40;
const SOON = { timeout: PATIENCE_MS, interval: 20 };

let app: TestApp;
let browser: Browser;
/** Changed all at once, again and again. */
let many: readonly Report[];
/** Version of the cases as this file wrote them. */
let version = 1;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example.org' });
  browser = await signIn(app, await staff(app, '老吴', 'dispatcher', EVERYWHERE));
  many = Array.from({ length: CASES }, () => reportAt(HOUR_MS));
  await file(many);
}, 60_000);
afterAll(() => app.close());

/** A report that was filed this long ago, ms. */
function reportAt(ago: number): Report {
  return {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category: 'flooding',
    place: { region: HERE },
    description: { text: '过不去人' },
    photos: [],
    urgent: false,
    filedAt: app.simulator.world.now() - ago,
    ...responsibleRegions(HERE, app.running.services.city.regions),
  };
}

/** Files cases past this process, as another one would. */
async function file(some: readonly Report[]): Promise<void> {
  const { store } = app.running;
  const writes = some.flatMap((report) => addHistory(store, [submissionEvent(report)], 'telegram:1', report.filedAt));
  await bulkWrite(store, writes);
}

/** Changes cases past this process: their record is a version further, and the index of changes knows when. */
async function change(some: readonly Report[], index: string = app.running.store.keys.casesChanged): Promise<void> {
  const { store } = app.running;
  version += 1;
  const at = app.simulator.world.now();
  await bulkWrite(
    store,
    some.map(({ id }) => ['HSET', store.keys.case(id), 'version', String(version)]),
  );
  await store.redis.zadd(index, ...some.flatMap(({ id }) => [at, id]));
}

function streamRequest(of: Browser): Socket {
  const cookie = [...of.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const socket = connect({ host: '127.0.0.1', port: app.running.web.port });
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET /console/api/stream HTTP/1.1\r\nhost: anlin\r\ncookie: ${cookie}\r\n\r\n`);
  return socket;
}

/** A page that reads its stream. */
function follow(of: Browser) {
  let text = '';
  let bytes = 0;
  let [isOpen, hasEnded] = [false, false];
  const heard: CaseChange[] = [];
  const socket = streamRequest(of);
  socket.setEncoding('utf8');
  socket.on('data', (some: string) => {
    bytes += some.length;
    const lines = (text + some).split('\n');
    text = lines.pop() ?? '';
    isOpen ||= lines.includes('event: open');
    heard.push(...lines.flatMap((line) => (line.startsWith('data: {"') ? [JSON.parse(line.slice(6))] : [])));
  });
  socket.on('close', () => {
    hasEnded = true;
  });
  socket.resume();
  return {
    opened: () => expect.poll(() => isOpen, SOON).toBe(true),
    ended: () => hasEnded,
    heard,
    /** Whether each telling of a case called it new. */
    told: ({ number }: Report) => heard.filter((one) => one.number === number).map(({ is_new }) => is_new),
    bytes: () => bytes,
    stop: () => socket.destroy(),
  };
}

test('a page that never reads is cut off and not queued for; the others hear every change', async () => {
  const [reading, stuck] = [follow(browser), streamRequest(browser)];
  await reading.opened();
  const isCut = () => app.log.some((line) => line.includes('a page that reads no changes is cut off'));
  let rounds = 0;
  for (; !isCut() && rounds < ROUNDS_MAX; rounds += 1) {
    await change(many);
    await expect.poll(() => reading.heard.length, SOON).toBe((rounds + 1) * CASES);
  }
  expect(isCut()).toBe(true);
  await change(many);
  await expect.poll(() => reading.heard.length, SOON).toBe((rounds + 1) * CASES);
  let received = 0;
  stuck.on('data', (some) => {
    received += some.length;
  });
  await new Promise((done) => stuck.once('close', done).resume());
  expect(received).toBeLessThan(reading.bytes());
  expect(reading.ended()).toBe(false);
  reading.stop();
}, 60_000);

test('no change is lost when the store fails, when the clock jumps, or in the same millisecond', async () => {
  const [first, second, third] = [reportAt(HOUR_MS), reportAt(HOUR_MS), reportAt(HOUR_MS)];
  await file([first, second, third]);
  const { redis, keys } = app.running.store;
  const page = follow(browser);
  await page.opened();
  await change([first]);
  await expect.poll(() => page.told(first), SOON).toEqual([false]);
  // The second event of one millisecond: the index stays as it is.
  version += 1;
  await redis.hset(keys.case(first.id), 'version', version);
  // The index cannot be read meanwhile.
  const aside = `${keys.casesChanged}:aside`;
  await redis.rename(keys.casesChanged, aside);
  await redis.set(keys.casesChanged, 'no sorted set');
  await expect.poll(() => app.log.some((line) => line.includes('could not be told')), SOON).toBe(true);
  await change([second], aside);
  await app.advance(20 * MINUTE_MS);
  await redis.rename(aside, keys.casesChanged);
  await change([third]);
  for (const one of [second, third]) await expect.poll(() => page.told(one), SOON).toEqual([false]);
  await expect.poll(() => page.told(first), SOON).toEqual([false, false]);
  page.stop();
});

test('what changed while a page was opening is told when its stream opens, new cases as new', async () => {
  const fresh = reportAt(0);
  const early = follow(browser);
  await early.opened();
  await file([fresh]);
  await expect.poll(() => early.told(fresh), SOON).toEqual([true]);
  const late = follow(browser);
  await expect.poll(() => late.told(fresh), SOON).toEqual([true]);
  await change([fresh]);
  for (const page of [early, late]) await expect.poll(() => page.told(fresh), SOON).toEqual([true, false]);
  for (const page of [early, late]) page.stop();
});

test('a stream ends within a minute of its session, and of the role that it needs', async () => {
  const former = await staff(app, '老何', 'lead', EVERYWHERE);
  const [signedOut, dismissed] = [
    await signIn(app, await staff(app, '小林', 'lead', EVERYWHERE)),
    await signIn(app, former),
  ];
  const pages = [follow(signedOut), follow(dismissed), follow(browser)] as const;
  for (const page of pages) await page.opened();
  await signedOut.post('/sign-out');
  await leaveStaff(former);
  await app.advance(MINUTE_MS);
  for (const page of pages.slice(0, 2)) await expect.poll(page.ended, SOON).toBe(true);
  expect(pages[2].ended()).toBe(false);
  pages[2].stop();
});

test('the server closes at once with pages that read and pages that do not', async () => {
  const pages = [follow(browser), follow(browser)];
  const stuck = streamRequest(browser);
  for (const page of pages) await page.opened();
  const began = performance.now();
  await app.restart();
  expect(performance.now() - began).toBeLessThan(4000);
  for (const page of pages) await expect.poll(page.ended, SOON).toBe(true);
  stuck.destroy();
});
