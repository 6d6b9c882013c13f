import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import { loadCases } from '../../src/cases/case-store.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { DocumentId, PremisesDocument } from '../../src/inspections/documents/document.ts';
import { keepDocument } from '../../src/inspections/documents/document-store.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { keepFrame, keepHalf } from '../../src/inspections/draw/draw-store.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import type { Visit, VisitId } from '../../src/inspections/visits/visit.ts';
import { newVisitId } from '../../src/inspections/visits/visit.ts';
import { addVisit, keepVisit, loadVisit } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const PHOTO = new URL('../../src/demo/simulator/samples/manhole.jpg', import.meta.url).pathname;
const COMMUNITY = '990101001001';
const STATION = defaultStandard('station');
const OF = 'recheck_abcd1234';

let app: TestApp;
let checker: Phone;
let other: Phone;
beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const { store } = app.running;
  const station = { id: 'north', series: 'station', names: { 'zh-CN': '汽车北站' }, region: COMMUNITY } as const;
  await saveCityData(store, { premises: [station] }, 'premises', 1);
  await app.tick('city-reload');
  checker = await staff(app, '检查员', 'grid_worker', COMMUNITY);
  other = await staff(app, '另一位', 'grid_worker', COMMUNITY);
  await bulkWrite(store, [keepFrame(store, OF, 'each 1'), keepHalf(store, OF, 'office', 'half')]);
}, 90_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
const origin = () => `http://127.0.0.1:${app.running.web.port}`;
const codeOf = (phone: Phone) => checkerCode(OF, app.running.store.pseudonym(`telegram:${phone.id}`));
const visitNow = async (id: VisitId) => (await loadVisit(app.running.store, id))?.record;

/** Draws a visit of both checkers and returns it with the link that the bot gives the first one. */
async function drawn(
  items: readonly number[] = [5, 8, 13],
  standard = 1,
): Promise<{ readonly visit: Visit; readonly fragment: string }> {
  const visit: Visit = {
    ...{ id: newVisitId(), of: OF, premises: 'north', series: 'station', standard, region: COMMUNITY },
    ...{ items, checkers: [codeOf(checker), codeOf(other)], password: '青石', state: 'drawn', sheets: {} },
    ...{ from: dayOf(now()), until: dayOf(now() + 3 * DAY_MS) },
  };
  const { store } = app.running;
  const pseudonyms = [checker, other].map(({ id }) => store.pseudonym(`telegram:${id}`));
  await bulkWrite(store, addVisit(store, visit, { place: 0, pseudonyms, due: now() }).writes);
  await app.tick('visit-clock');
  const told = await checker.hasSeen(/您抽到：汽车北站/, 20_000);
  await checker.forge(told.message_id, `go/my-visits/${visit.id}.page`);
  const { buttons } = await checker.sees(/没有网也能一条条填/);
  const url = buttons.flat().find((button) => button.url)?.url ?? '';
  expect(url).toContain(`https://anlin.example/visit/#${visit.id}.`);
  return { visit, fragment: new URL(url).hash };
}

/** A page without a screen, with a key pair of its own. */
function newPage(fragment: string) {
  const [, visit = '', token = ''] = /^#(visit_\w+)\.(.*)$/.exec(fragment) ?? [];
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  let page = '';
  const post = async (path: string, bytes: Uint8Array, headers: Record<string, string> = {}) => {
    const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    const answer = await fetch(`${origin()}/visit/${path}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { origin: origin(), 'x-signature': signature, ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const at = () => `visit=${visit}&page=${page}`;
  return {
    async open() {
      const opened = await post('open', Buffer.from(JSON.stringify({ visit, token, key: { x, y } })));
      page = String(opened.body.page ?? page);
      return opened;
    },
    photo: (bytes: Uint8Array) => post(`photo?${at()}`, bytes),
    send: (packet: object, headers: Record<string, string> = {}) =>
      post(`send?${at()}`, Buffer.from(JSON.stringify(packet)), headers),
  };
}
test('the list shows the documents of the premises under their items, and says where one is missing', async () => {
  const { store } = app.running;
  const words = (no: number) => STATION.items.find((item) => item.no === no)?.words['zh-CN'] ?? '';
  const paper = (id: DocumentId, no: number, number: string, more: Partial<PremisesDocument> = {}) => {
    const about = { id, premises: 'north', item: words(no), number, issuer: '市消防技术服务中心' } as const;
    return keepDocument(store, { ...about, until: now() + 90 * DAY_MS, by: 'one', at: now(), ...more }).writes;
  };
  const confirmed = { by: 'two', at: now() };
  await bulkWrite(store, [
    ...paper('document_aaaaaaaa', 17, '消检 1', { confirmed }),
    ...paper('document_bbbbbbbb', 17, '消检 0', { confirmed, until: now() - DAY_MS }),
    ...paper('document_cccccccc', 7, '移交 1'),
  ]);
  const { fragment } = await drawn([5, 7, 17], 2);
  const told = await checker.hasSeen(/消检 1/);
  expect(told.text).toMatch(
    /消防设施年检.*\n +📎 消检 0 .*过期，不算数\n +📎 消检 1 · 市消防技术服务中心 · 到 .* · 核实过，在期内/,
  );
  expect(told.text).toMatch(/移交 1 .*还没核实，不算数/);
  const { body } = await newPage(fragment).open();
  const until = (days: number) => dayOf(now() + days * DAY_MS);
  expect(body.items).toMatchObject([
    { documents: [] },
    { documents: [{ number: '移交 1', state: 'unconfirmed' }] },
    {
      documents: [
        { number: '消检 0', until: until(-1), state: 'expired' },
        { number: '消检 1', issuer: '市消防技术服务中心', until: until(90), state: 'in_force' },
      ],
    },
  ]);
  expect(JSON.stringify(body)).not.toContain('"by"');
  await store.redis.del(store.keys.documents('north'));
  const { body: bare } = await newPage((await drawn([7, 17], 2)).fragment).open();
  expect(bare.items).toMatchObject([{ documents: [] }, { documents: [], lacksDocument: true }]);
  // The first version asks for no document there, and a visit that began with it keeps it.
  const { body: first } = await newPage((await drawn([17])).fragment).open();
  expect(JSON.stringify(first.items)).not.toContain('lacksDocument');
});

const well = (more: object = {}) => ({
  id: randomUUID(),
  password: '青石',
  marks: [1, 2, 3].map((place) => ({ place, mark: 'full', words: '' })),
  photos: [],
  ...more,
});

test('a link opens one page, whose packet counts once; every other packet is refused and changes nothing', {
  timeout: 60_000,
}, async () => {
  const { visit, fragment } = await drawn();
  const wrong = newPage(`${fragment.slice(0, -8)}AAAAAAAA`);
  expect((await wrong.open()).status).toBe(410);
  const page = newPage(fragment);
  const { status, body } = await page.open();
  expect([status, body.items]).toMatchObject([200, { length: 3 }]);
  // The page does not know the 口令.
  expect(JSON.stringify(body)).not.toContain('青石');
  // The answer may have been lost: the same key reads the list again. Another browser does not.
  expect((await page.open()).status).toBe(200);
  expect((await newPage(fragment).open()).status).toBe(410);

  const stranger = newPage(fragment);
  expect((await stranger.send(well())).status).toBe(401);
  expect(await page.send(well(), { 'x-signature': 'A'.repeat(86) })).toMatchObject({ status: 401 });
  expect(await page.send(well(), { origin: 'https://elsewhere.example' })).toMatchObject({ status: 403 });
  expect(await page.send(well({ password: '红灯' }))).toEqual({ status: 409, body: { error: 'password' } });
  expect(await page.send(well({ marks: [{ place: 1, mark: 'full', words: '' }] }))).toEqual({
    status: 409,
    body: { error: 'missing' },
  });
  expect(await page.send(well({ photos: [{ place: 1, file: '0'.repeat(64) }] }))).toEqual({
    status: 409,
    body: { error: 'photos' },
  });
  expect(await page.send(well({ marks: [{ place: 1, mark: 'good', words: '' }] }))).toMatchObject({ status: 400 });
  expect(await page.photo(Buffer.from('no photo at all'))).toMatchObject({ status: 415 });
  expect(await visitNow(visit.id)).toMatchObject({ state: 'told', sheets: {} });

  const { body: photo } = await page.photo(readFileSync(PHOTO));
  const packet = well({
    marks: [
      { place: 1, mark: 'full', words: '' },
      { place: 2, mark: 'none', words: '张三说坏了，电话13800138000' },
      { place: 3, mark: 'na', words: '' },
      { place: 4, mark: 'full', words: '' },
    ],
    photos: [{ place: 2, file: photo.file }],
  });
  const taken = await Promise.all([page.send(packet), page.send(packet), page.send(packet)]);
  expect(taken.map((one) => [one.status, one.body.cases])).toEqual([
    [200, 1],
    [200, 1],
    [200, 1],
  ]);
  const sent = await visitNow(visit.id);
  const own = sent?.sheets[codeOf(checker)];
  expect(own).toMatchObject({ sentAt: expect.any(Number), marks: { 8: { mark: 'none' }, 13: { mark: 'na' } } });
  expect(Object.keys(own?.marks ?? {})).toEqual(['5', '8', '13']);
  expect(own?.marks[8]?.words).not.toMatch(/张三|138/);
  expect(own?.photos[8]).toHaveLength(1);
  expect(Object.keys(sent?.cases ?? {})).toEqual(['8']);
  // The photo is compared with those of other visits, as one of the chat.
  const looks = await app.running.store.redis.zrange(app.running.store.keys.looksWanted, '0', '-1');
  expect(looks).toEqual([expect.stringContaining(`${visit.id} 8 `)]);
  await checker.hasSeen(/1 条不合格已经立案/, 10_000);
  // Its answer was lost: the page sends it again. Another packet of the same sheet comes too late.
  expect(await page.send(packet)).toMatchObject({ status: 200, body: { cases: 1 } });
  expect(await page.send(well())).toEqual({ status: 409, body: { error: 'sent' } });
});

test('a checker who withdrew, or is late, reads the reason', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const { visit, fragment } = await drawn();
  const page = newPage(fragment);
  await page.open();
  const set = async (changed: Partial<Visit>) => {
    const kept = await loadVisit(store, visit.id);
    if (kept) await bulkWrite(store, keepVisit(store, { ...kept.record, ...changed }, undefined, kept).writes);
  };
  await set({ checkers: [codeOf(other)], withdrawn: [codeOf(checker)] });
  expect(await page.send(well())).toEqual({ status: 409, body: { error: 'not_yours' } });
  // The role is gone; the list of the checker's visits still has this one.
  await set({ checkers: visit.checkers, withdrawn: [] });
  const [staffed, urn] = [store.keys.staff('grid_worker', COMMUNITY), `telegram:${checker.id}`];
  const since = (await store.redis.zscore(staffed, urn)) ?? '';
  await store.redis.zrem(staffed, urn);
  expect(await page.send(well())).toEqual({ status: 409, body: { error: 'not_yours' } });
  await store.redis.zadd(staffed, since, urn);
  await set({ state: 'drawn' });
  expect(await page.send(well())).toEqual({ status: 409, body: { error: 'wait' } });
  await set({ state: 'told' });
  await app.advance(5 * DAY_MS);
  await app.settle();
  expect((await visitNow(visit.id))?.state).toBe('missed');
  expect(await page.send(well())).toEqual({ status: 409, body: { error: 'over' } });
  // A link is good for an hour.
  const next = await drawn();
  await app.advance(3_600_001);
  expect((await newPage(next.fragment).open()).status).toBe(410);
});

describe.skipIf(!CHROMIUM)('the page of a visit in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 320, height: 640 }, locale: 'zh-CN' });
  }, 60_000);
  afterAll(() => browser?.close());

  test('a list that is filled without a network survives a reload and a restart, and is sent once there is one', {
    timeout: 120_000,
  }, async () => {
    const faults: string[] = [];
    const open = async (hash: string): Promise<Page> => {
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => faults.push(message));
      await page.goto(`${origin()}/visit/${hash}`);
      return page;
    };
    const { visit, fragment } = await drawn();
    let page = await open(fragment);
    await page.getByText('没有网也能填').waitFor({ timeout: PATIENCE_MS });
    expect(new URL(page.url()).hash).toBe(`#${visit.id}`);
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await context.setOffline(true);
    const item = (place: number) => page.locator(`#item-${place}`);
    await item(1).getByRole('radio', { name: '对' }).check();
    await item(2).getByRole('radio', { name: '错' }).check();
    await item(2).getByRole('textbox').fill('消防通道堵了');
    await item(2).locator('input[type=file]').setInputFiles(PHOTO);
    await item(2).locator('img').waitFor();
    await page.getByText('还差：3').waitFor();
    await page.reload();
    await item(2).locator('img').waitFor();
    expect(await item(2).getByRole('textbox').inputValue()).toBe('消防通道堵了');
    await page.close();
    page = await open('');
    await item(3).getByRole('radio', { name: '无' }).check();
    await page.getByRole('button', { name: '送出' }).click();
    await page.getByText('还差口令').waitFor();
    await page.getByLabel('口令（在聊天的消息里）').fill('红灯');
    await page.getByRole('button', { name: '送出' }).click();
    await page.getByText('还没送到').waitFor();
    await shoot(page, 'visit-page-waiting');
    await context.setOffline(false);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.getByText('口令不对').waitFor({ timeout: PATIENCE_MS });
    expect(await page.locator('.line').textContent()).toBe('1对；2错 消防通道堵了；3无');
    for (const [width, scheme] of [
      [320, 'light'],
      [390, 'dark'],
      [1280, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme: scheme });
      await shoot(page, `visit-page-${width}-${scheme}`);
      expect(await violationsOn(page)).toEqual([]);
      const scrolls = 'document.documentElement.scrollWidth > innerWidth';
      expect(await page.evaluate(scrolls)).toBe(false);
    }
    const inView = async (name: string) => {
      const box = await page.getByRole('button', { name }).boundingBox();
      return box !== null && box.y >= 0 && box.y + box.height <= 640;
    };
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('button', { name: '大字' }).click();
    await page.getByRole('button', { name: '大字' }).click();
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    await shoot(page, 'visit-page-320-largest');
    expect(await inView('送出')).toBe(true);
    await page.getByLabel('口令（在聊天的消息里）').fill('青石');
    await page.getByRole('button', { name: '送出' }).click();
    await page.getByText('1 条不合格已经立案').waitFor({ timeout: PATIENCE_MS });
    const sent = await visitNow(visit.id);
    expect(sent?.sheets[codeOf(checker)]).toMatchObject({ marks: { 8: { mark: 'none', words: '消防通道堵了' } } });
    const [filed] = await loadCases(app.running.store, [sent?.cases?.[8] ?? '']);
    expect(filed?.record).toMatchObject({ source: 'inspection', photos: [{ same: expect.any(String) }] });
    await page.reload();
    await page.getByText('1 条不合格已经立案').waitFor();
    expect(faults).toEqual([]);
  });
});
