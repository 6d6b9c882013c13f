import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId, runIdOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { DAY_MS, dayOf, MINUTE_MS, momentOf } from '../../src/calendar.ts';
import { makeApiKey } from '../../src/cases/api-key.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addHistory, changeCase, loadCase, newCaseId } from '../../src/cases/case-store.ts';
import { loadFigures } from '../../src/cases/figures/load-figures.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { attempt } from '../../src/cases/lifecycle.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { SERIES } from '../../src/city/series.ts';
import { cityPageHtml } from '../../src/console/public/city-page-html.ts';
import type { RecheckPlan } from '../../src/creation/rechecks/recheck-plan.ts';
import { keepRecheckPlan } from '../../src/creation/rechecks/recheck-plan-store.ts';
import type { Round } from '../../src/creation/rounds/round.ts';
import { keepRound } from '../../src/creation/rounds/round-store.ts';
import { promiseLedger } from '../../src/deliberation/promise/promise.ts';
import { lifeOf } from '../../src/demo/history/life.ts';
import type { InspectionDraw } from '../../src/inspections/draw/draw.ts';
import { newDrawId } from '../../src/inspections/draw/draw.ts';
import { keepDraw } from '../../src/inspections/draw/draw-store.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { randomFrom } from '../../src/random.ts';
import type { HonourBasis } from '../../src/review/honours/honour-basis.ts';
import { keepHonourBasis } from '../../src/review/honours/honour-basis-store.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import { keepLetter, newLetterId } from '../../src/review/letters/letter-store.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import { INDICATORS, LESS_IS_BETTER } from '../../src/review/score/indicator.ts';
import type { Month } from '../../src/review/score/month.ts';
import type { CollectedCells } from '../../src/review/score/month-score.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import type { Snapshot } from '../../src/review/snapshot-store.ts';
import { keepSnapshot } from '../../src/review/snapshot-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { DisclosedNumber } from '../../src/surveys/disclosure/disclosure.ts';
import { INDICATOR_SETS } from '../../src/surveys/estimate/indicator.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { compositeScores } from '../../src/surveys/results/composite-score.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import { hashOf } from '../../src/surveys/wave/draw.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import { newWaveId } from '../../src/surveys/wave/wave.ts';
import { keepWave } from '../../src/surveys/wave/wave-store.ts';
import { STREET, staff } from '../cases/desk.ts';
import { plannedRound, SCHOOL } from '../creation/school.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { Browser, signIn } from './browser.ts';

const XSS = '<script>alert(1)</script>';
const CITY = '990100000000';
const CASES = 120;

let app: TestApp;
let office: Phone;
let key: string;
beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const { store } = app.running;
  // In the middle of a month, so that the month has closed cases.
  const day = Number(dayOf(app.simulator.world.now()).slice(8));
  if (day < 15) await app.advance((15 - day) * DAY_MS);
  await addCases();
  key = await makeApiKey(store, 'test', app.simulator.world.now());
  office = await staff(app, '平安办', 'office', EVERYWHERE);
}, 60_000);
afterAll(() => app.close());

/** Cases of two months in some communities, at every stage of their lives. */
async function addCases(): Promise<void> {
  const { store, services } = app.running;
  const { city } = services;
  const now = app.simulator.world.now();
  const random = randomFrom(7);
  const below = (end: number) => Math.floor(random() * end);
  const communities = city.regions.all('community').slice(0, 12);
  const kinds = ['flooding', 'sewage', 'e_bike_wire_charging', 'manhole_cover'];
  for (let i = 0; i < CASES; i += 1) {
    const region = communities[below(communities.length)] ?? '';
    const report: Report = {
      id: newCaseId(below),
      number: newCaseNumber(below),
      category: kinds[below(kinds.length)] ?? '',
      place: { region, point: { latitude: 31.4552, longitude: 119.4434 } },
      description: { text: '过不去人' },
      photos: [],
      urgent: false,
      filedAt: now - below(60 * DAY_MS),
      ...responsibleRegions(region, city.regions),
    };
    const events = lifeOf(report, i % 2 === 0, now, { city, random });
    await bulkWrite(store, addHistory(store, events, 'demo:1', now));
  }
}

const url = (path: string) => `http://127.0.0.1:${app.running.web.port}${path}`;
const get = (query = '', headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url(`/city${query}`), { method, headers });
/** The page as it is computed next: all readers of one minute get the same. */
async function newest(query = ''): Promise<string> {
  await app.advance(MINUTE_MS);
  return (await get(query)).text();
}

async function turn(phone: Phone, button: string, done: RegExp): Promise<void> {
  await phone.say('公开页面');
  await phone.withButton(button);
  await phone.tap(button);
  await phone.sees(done);
}

const headersOf = ({ status, headers }: Response): Readonly<Record<string, string>> => ({
  ...Object.fromEntries([...headers].filter(([name]) => name !== 'date')),
  status: String(status),
});

function openIn(page: string): number {
  const [, count] = /还在办的有 (\d+) 件/.exec(page) ?? [];
  if (count === undefined) throw new Error(`There is no count in ${page.slice(0, 200)}`);
  return Number(count);
}

async function expectUnknown(): Promise<void> {
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
    const [page, unknown] = [await get('', {}, method), await fetch(url('/no-such-page'), { method })];
    expect(headersOf(page), method).toEqual(headersOf(unknown));
    expect([page.status, await page.text()]).toEqual([404, await unknown.text()]);
  }
}

test('the page is an unknown path until the office of the whole city turns it on, and again once it is off', async () => {
  await expectUnknown();
  const lead = await staff(app, '负责人', 'lead', EVERYWHERE);
  await lead.say('公开页面');
  await lead.sees(/由全市的平安办来开/);
  await turn(office, '先不开', /没有改/);
  await expectUnknown();
  await turn(office, '打开', /https:\/\/anlin\.example\/city/);
  expect((await get()).status).toBe(200);
  await turn(office, '关掉', /关掉了/);
  await expectUnknown();
  const { store } = app.running;
  const audited = (await store.redis.xrange(store.keys.audit, '-', '+')).map(([, fields]) => fields.join(' '));
  for (const what of ['public_page_opened', 'public_page_closed'])
    expect(
      audited.filter((entry) => entry.includes(what)),
      what,
    ).toHaveLength(1);
});

test('the console turns it on by the same flow, and only for the office', async () => {
  const street = await signIn(app, await staff(app, '街道平安办', 'office', STREET));
  const inputs = [{ step: 'turn_on', option: 'yes' }];
  expect(await street.form('public-page', { inputs, op: randomUUID() })).toMatchObject({ outcome: 'refused' });
  expect(await new Browser(app).form('public-page', { inputs, op: randomUUID() })).not.toHaveProperty('outcome');
  await expectUnknown();
  const browser = await signIn(app, office);
  const form = { inputs, op: randomUUID() };
  expect(await browser.form('public-page', form)).toEqual({ type: 'step_up' });
  await expectUnknown();
  const { body } = await browser.post('/step-up');
  await office.sees(/要紧的事/);
  await office.tap(String(body.number));
  await office.sees(/对上了/);
  expect((await browser.post('/sign-in/wait')).body).toMatchObject({ state: 'confirmed' });
  expect(await browser.form('public-page', form)).toMatchObject({ outcome: 'public_page_opened' });
});

describe('a page that is on', () => {
  test('has no script and no cookie, is short, and may be kept for five minutes', async () => {
    const answer = await get();
    const page = await answer.text();
    const { 'content-security-policy': policy = '', ...headers } = headersOf(answer);
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300', 'content-language': 'zh-CN' });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /);
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|style="|@import|url\(/i);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(40_000);
    expect(page.match(/<path /g)?.length).toBeGreaterThan(1);
    const again = await get('', { 'if-none-match': headers.etag ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('', {}, 'POST')).status).toBe(405);
    const head = await get('', {}, 'HEAD');
    expect([head.status, head.headers.get('etag')]).toEqual([200, headers.etag]);
  });

  test('is in English on request, and in Chinese for any other language', async () => {
    expect(await (await get('?lang=en')).text()).toContain('<html lang="en">');
    for (const query of ['', '?lang=zh-CN', '?lang=xx', `?lang=${encodeURIComponent(XSS)}`])
      expect(await (await get(query)).text(), query).toContain('<html lang="zh-CN">');
  });

  test('counts what Open311 lists', async () => {
    const page = await newest();
    const all = await requestsOfOpen311();
    const open = all.filter(({ status }) => status === 'open');
    // Before a dispatcher has looked, the address names only the city.
    const looked = open.filter(({ address }) => address !== '临渚市（虚构）');
    expect(looked.length).toBeGreaterThan(20);
    expect(looked.length).toBeLessThan(open.length);
    expect(openIn(page)).toBe(looked.length);
    const rows = [...page.matchAll(/<tr><th scope="row">([^<]+)<\/th><td>(\d+)<\/td>/g)];
    expect(rows.length).toBeGreaterThan(5);
    for (const [, name = ''] of rows) {
      const sum = rows.filter((row) => row[1] === name).reduce((total, row) => total + Number(row[2]), 0);
      expect(sum, name).toBe(looked.filter(({ address }) => address.endsWith(name)).length);
    }
    const monthStart = momentOf(`${dayOf(app.simulator.world.now()).slice(0, 7)}-01T00:00`);
    const closedAs = (notes: string) =>
      all.filter((one) => one.status_notes === notes && Date.parse(one.updated_datetime) >= monthStart).length;
    const [, closed, confirmed, unconfirmed] = /结案 (\d+) 件：有人确认解决的 (\d+) 件，还没有人确认的 (\d+) 件/
      .exec(page)
      ?.map(Number) ?? [0];
    expect([confirmed, unconfirmed]).toEqual([closedAs('已结案'), closedAs('已结案，还没有人确认解决')]);
    expect(closed).toBe((confirmed ?? 0) + (unconfirmed ?? 0));
    expect(Math.min(confirmed ?? 0, unconfirmed ?? 0)).toBeGreaterThan(0);
    const now = app.simulator.world.now();
    const figures = await loadFigures(app.running.store, now - 30 * DAY_MS, now, now);
    const accepted = figures.find(({ name }) => name === 'accepted_in_time');
    expect(page).toContain(`${accepted?.denominator.length} 件里 ${accepted?.numerator.length} 件按时受理`);
  });

  test('shows a case once a dispatcher has looked, and never its words, number or exact place', async () => {
    const { store } = app.running;
    const before = openIn(await newest());
    const number = await report(await app.phone('周阿姨'), { words: `楼道${XSS}飞线` });
    expect(openIn(await newest())).toBe(before);
    const id = (await store.redis.get(store.keys.caseNumber(number))) ?? '';
    const kept = await loadCase(store, id);
    if (!kept) throw new Error('There is no case.');
    const now = app.simulator.world.now();
    const clock = { contain: '2h', cure: '3wd' } as const;
    const tried = attempt(kept.record, 'accepted', { as: 'dispatcher', by: 'test' }, { clock }, now);
    if (tried.type !== 'done') throw new Error(tried.why);
    const change = { op: 'test:look', what: 'case_accepted', ...changeCase(store, kept, tried.event) };
    expect((await commitAsSystem(store, change, now)).type).toBe('ok');
    // The same minute has the same page.
    expect(openIn(await (await get()).text())).toBe(before);
    const page = await newest();
    expect(openIn(page)).toBe(before + 1);
    for (const secret of ['script', 'alert', number, number.slice(0, 4), String(kept.record.place.point?.latitude)])
      expect(page, secret).not.toContain(secret);
  });

  test('shows the announcements of the public feed, as text', async () => {
    const { store } = app.running;
    const slot = app.simulator.world.now() - MINUTE_MS;
    const record: Broadcast = {
      id: newBroadcastId(),
      state: 'started',
      kind: 'announcement',
      topic: 'notices',
      content: { title: `停水${XSS}`, words: { 'zh-CN': `今晚停水${XSS}`, en: 'No water tonight' }, buttons: [] },
      audience: { type: 'people', region: CITY, who: 'everybody' },
      schedule: { type: 'once', at: slot },
      staleAfterMs: DAY_MS,
      by: 'test',
      region: CITY,
      madeAt: slot,
      runs: [{ slot, fate: 'fired' }],
    };
    const hidden: Broadcast = {
      ...record,
      id: newBroadcastId(),
      content: { title: '只给志愿者', words: { 'zh-CN': '内部' }, buttons: [] },
      audience: { type: 'people', region: CITY, who: 'volunteers' },
    };
    for (const one of [record, hidden]) {
      await bulkWrite(store, keepBroadcast(store, one).writes);
      await bulkWrite(store, [['ZADD', store.keys.broadcastsKept, slot, runIdOf(one.id, slot)]]);
    }
    const page = await newest();
    expect(page).toContain('停水&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('只给志愿者');
    expect(await (await get('?lang=en')).text()).toContain('No water tonight');
    const feed = await (await fetch(url('/announcements/feed.atom'))).text();
    expect(feed).toContain('今晚停水');
    expect(feed).not.toContain('只给志愿者');
  });

  test('shows disclosed numbers of published waves only; what is withheld leaves no byte', async () => {
    const [questionnaire] = QUESTIONNAIRES;
    const [set] = INDICATOR_SETS;
    if (!questionnaire || !set) throw new Error('There is no questionnaire.');
    const [west = '', east = ''] = app.running.services.city.regions.all('district');
    const shown = (percent: number): DisclosedNumber => ({ type: 'shown', percent, lo: 61, hi: 83, n: 120, nEff: 100 });
    const wave: Wave = {
      id: newWaveId(),
      state: 'published',
      questionnaire: { ...questionnaire, title: { 'zh-CN': '已公布的问卷' } },
      indicators: set.id,
      region: CITY,
      target: 200,
      by: 'test',
      openedAt: app.simulator.world.now() - 20 * DAY_MS,
      closesAt: app.simulator.world.now() - 10 * DAY_MS,
      strata: [],
    };
    const cells = {
      [CITY]: shown(72),
      [west]: { type: 'withheld', why: 'few_answers' } as const,
      [east]: shown(74.5),
      [`${CITY}|sex female`]: shown(77.7),
    };
    const keep = async (one: Wave) => {
      const [{ code = '' } = {}, { code: second = '' } = {}] = set.indicators;
      const indicators = [
        { code, cells, exact: { lo: 61.234, hi: 83.456 }, noOpinion: shown(33.3) },
        { code: second, cells: { [CITY]: shown(80), [west]: shown(70) }, noOpinion: shown(33.3) },
      ];
      const results: WaveResults = {
        method: 3,
        wave: one.id,
        region: CITY,
        answers: 120,
        weighting: { raked: false, deff: 1 },
        unfit: false,
        indicators,
        composites: compositeScores({
          indicators: set.indicators,
          results: indicators,
          regions: app.running.services.city.regions,
        }),
        questions: [],
        dropOff: {},
        rates: undefined,
        findings: [],
        texts: [{ question: 'q1', region: CITY, words: ['居民写的话'] }],
        noisy: {},
      };
      const { store } = app.running;
      await bulkWrite(store, keepWave(store, one, undefined).writes);
      await bulkWrite(store, [['SET', store.keys.waveResults(one.id), JSON.stringify(results)]]);
    };
    await keep(wave);
    const counted = { ...wave.questionnaire, title: { 'zh-CN': '还没公布的问卷' } };
    const later = { ...wave, id: newWaveId(), openedAt: wave.openedAt + 1, closesAt: wave.closesAt + 1 };
    await keep({ ...later, state: 'closed', questionnaire: counted });
    const page = await newest();
    expect(page).toContain('已公布的问卷');
    expect(page).toMatch(/72%（61–83），约 120 份/);
    expect(page).toMatch(/74\.5%/);
    expect(page.match(/<td>不显示<\/td>/g)?.length).toBe(
      2 * (app.running.services.city.regions.all('district').length - 1),
    );
    for (const secret of ['还没公布的问卷', 'few_answers', '77.7', '33.3', '61.234', '居民写的话'])
      expect(page, secret).not.toContain(secret);
    // The console shows organisers no more of a number than its disclosure allows, and the waves before.
    const { body } = await (await signIn(app, office)).get(`/surveys/${later.id}`);
    const told = JSON.stringify(body);
    expect(body).toMatchObject({
      indicators: [{ whole: { type: 'shown', percent: 72, n: 120 }, trend: [{}, { number: { percent: 72 } }] }, {}],
      composites: [
        { id: CITY, text: '75（61–83）' },
        { id: west, text: expect.stringMatching(/^71（61–83），其中满意率用.+的数$/) },
        { id: east, text: expect.stringMatching(/^77（61–83），其中知晓率用.+的数$/) },
      ],
    });
    expect(told).toContain('{"type":"withheld"}');
    for (const secret of ['few_answers', '77.7', '33.3', '61.234', '居民写的话', 'nEff'])
      expect(told, secret).not.toContain(secret);
  });

  test('shows the score of the newest frozen month with its bounds and method, and no value of an indicator', async () => {
    expect(await newest()).not.toContain('平安指数');
    const { store, services } = app.running;
    const count = { y: 71, n: 97 };
    // The survey cell of participation is withheld in the whole city.
    const cells = Object.fromEntries(
      INDICATORS.filter((code) => code !== 'took_part').map((code) => [
        code,
        LESS_IS_BETTER.includes(code) ? { y: 7, n: 97 } : count,
      ]),
    );
    const freeze = async (month: Month, some: CollectedCells) => {
      const regions = (['city', 'street'] as const).flatMap((level) =>
        services.city.regions.all(level).map((id) => ({ id, level, cells: some })),
      );
      const score = monthScore({ month, formula: FIRST_FORMULA, regions, earlier: [] });
      const snapshot: Snapshot = { ...score, version: 1, frozenAt: 0, rowsHash: 'abcdef0123456789ffff' };
      await bulkWrite(store, keepSnapshot(store, snapshot, new Map()).writes);
      return score.regions[0]?.score;
    };
    const score = await freeze('2026-08', cells);
    const page = await newest();
    const [points, lo, hi] = [score?.score, score?.lo, score?.hi].map((one) => Math.round(one ?? 0));
    expect(page).toContain(`2026-08：全市 ${points} 分，误差范围 ${lo} 到 ${hi} 分`);
    expect(page).toContain('由 12 项算成，其中 11 项有数据');
    expect(page).toContain('<th scope="row">居民确认解决率</th><td>15</td><td>30% → 80%</td><td>有</td>');
    expect(page).toContain('<th scope="row">参与率</th><td>7.5</td><td>10% → 60%</td><td>没有，按往月的平均算</td>');
    expect(page).toContain('公式第 1 版，定稿第 1 版，指纹 abcdef0123456789。');
    for (const secret of ['73.2', '71 件', '97', 'ffff']) expect(page, secret).not.toContain(secret);
    expect(page).not.toMatch(/\d\.\d+ 分/);
    expect(await newest('?lang=en')).toContain(
      `2026-08: ${points} points for the whole city, with bounds from ${lo} to ${hi}`,
    );
    await freeze('2026-09', {});
    expect(await newest()).toContain('2026-09：数据不够，没有算分');
  });

  test('stays short for a large city, and counts what it leaves out', async () => {
    const { services } = app.running;
    const places = services.city.regions.all('grid');
    const open = new Map(
      Array.from(
        { length: 400 },
        (_, i) => [places[i % places.length] + (i < places.length ? '' : 'x'), i] as const,
      ).map(
        ([id, i]) => [id, new Map([...services.city.categories.groups].map((group) => [group.id, i + 1]))] as const,
      ),
    );
    const run = {
      run: runIdOf(newBroadcastId(), 0),
      slot: 0,
      record: { content: { title: '长'.repeat(60), words: { 'zh-CN': '长'.repeat(4000) }, buttons: [] } } as never,
    };
    const item = { words: { 'zh-CN': '长'.repeat(40) }, failed: 5, of: 9 };
    const regions = places.map((id) => ({ id, path: 'M0 0l1 1 2 2 3 3z', x: 1, y: 1 }));
    const facts = {
      at: 0,
      open,
      month: { confirmed: 0, unconfirmed: 0, unsolved: 0 },
      figures: [],
      waves: [],
      promises: promiseLedger([], 0),
      refused: 0,
      letters: [],
      draws: Array.from({ length: 5 }, () => drawOf('done')),
      levels: Array.from({ length: 300 }, () => ({ premises: SCHOOL, level: 'district' as const, until: 1 })),
      results: SERIES.map((series) => ({ series, premises: 9, items: Array.from({ length: 3 }, () => item) })),
      rechecks: [{ year: 2026, isOpen: false }],
      bases: [],
      runs: Array.from({ length: 50 }, () => run),
      map: { width: 320, height: 300, regions },
    };
    const page = await cityPageHtml(facts, 'zh-CN', services);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(40_000);
    const [, more, rest] = /还有 (\d+) 个地方，一共 (\d+) 件/.exec(page)?.map(Number) ?? [];
    const rows = [...page.matchAll(/<tr><th scope="row">[^<]*<\/th><td>(\d+)<\/td>/g)].map((row) => Number(row[1]));
    expect(rows.length + (more ?? 0)).toBe(open.size);
    expect(rows.reduce((sum, n) => sum + n, 0) + (rest ?? 0)).toBe(openIn(page));
  });
});

function drawOf(state: InspectionDraw['state']): InspectionDraw {
  return {
    ...{ id: newDrawId(), state, series: ['station'], region: CITY, each: 1, named: [], by: 'test', madeAt: 1 },
    ...{ from: '2026-10-20', until: '2026-10-30', visits: 4 },
  };
}

type Request = {
  readonly status: string;
  readonly status_notes: string;
  readonly address: string;
  readonly updated_datetime: string;
};

/** All requests of the last 180 days, as Open311 lists them. */
async function requestsOfOpen311(): Promise<readonly Request[]> {
  const now = app.simulator.world.now();
  const at = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const found: Request[] = [];
  for (const [from, to] of [
    [at(180), new Date(now - 90 * DAY_MS - 1).toISOString()],
    [at(90), at(0)],
  ]) {
    for (let page = 1; ; page += 1) {
      const query = new URLSearchParams({
        api_key: key,
        start_date: from ?? '',
        end_date: to ?? '',
        page: String(page),
        page_size: '1000',
      });
      const part = (await (await fetch(url(`/open311/v2/requests.json?${query}`))).json()) as Request[];
      found.push(...part);
      if (part.length < 1000) break;
    }
  }
  return found;
}

test('levels of 创建 stand on the page without a title, unless they are named; none under objection', async () => {
  const { store } = app.running;
  const premises = ['已达标', '有异议', '已命名', '暂停中'].map((name, i) => ({
    ...SCHOOL,
    id: `premises_${i}`,
    names: { 'zh-CN': `${name}${XSS}`, en: `${name} ${XSS}` },
  }));
  await saveCityData(store, { premises }, 'premises', 1);
  await app.tick('city-reload');
  const objection = { mark: 'm', words: { text: '没人看门' }, at: 1 };
  const held = (i: number, more: Partial<Round>) =>
    plannedRound({
      id: `round_level00${i}`,
      premises: `premises_${i}`,
      state: 'met',
      level: 'district',
      metAt: 1,
      until: momentOf('2029-05-01T00:00'),
      ...more,
    });
  const naming = { document: '平委〔2026〕7号', body: '市委', at: 1 };
  const rounds = [
    held(0, {}),
    held(1, {}),
    held(2, { state: 'named', level: 'city', naming }),
    held(3, { state: 'suspended', naming }),
    held(4, { premises: 'premises_1', state: 'public_notice', objections: [objection] }),
  ];
  await bulkWrite(
    store,
    rounds.flatMap((round) => keepRound(store, round, 0).writes),
  );
  const page = await newest();
  expect(page).toContain('区级（自查达标）');
  expect(page).toContain('市级，命名文号 平委〔2026〕7号');
  for (const hidden of ['有异议', '暂停中', '没人看门', XSS]) expect(page).not.toContain(hidden);
  expect(page.match(/命名文号/g)).toHaveLength(1);
  expect(await newest('?lang=en')).toContain('met by checks, no title');
});

test('draws that are done stand on the page with the address of their text; one under way does not', async () => {
  const { store } = app.running;
  expect(await newest()).not.toContain('验算文本');
  const [done, sealed] = [drawOf('done'), drawOf('drawn')];
  await bulkWrite(
    store,
    [done, sealed].flatMap((one) => keepDraw(store, one, undefined).writes),
  );
  const page = await newest();
  expect(page).toMatch(
    new RegExp(`平安车站，2026-10-20 至 2026-10-30，共 4 家。 <a href="/draws/${done.id}.txt">验算文本</a>`),
  );
  expect(page).not.toContain(sealed.id);
});

test('re-checks and approvals stand on the page by their hashes, and by their texts once they are over', async () => {
  const { store } = app.running;
  const year = Number(dayOf(app.simulator.world.now()).slice(0, 4));
  const plan: RecheckPlan = { year, madeAt: 1, halfHash: hashOf('half'), half: 'sealed', made: {} };
  const drawnPlan = { ...plan, list: 'sealed' };
  const basis = { kind: 'grid', number: 2, body: '市工作组', from: 1, until: 2, halfHash: '', half: 'sealed' } as const;
  const drawn = { at: 3, frame: 'number 2', halves: ['a', 'b'], list: ['honour_a', 'honour_b'] } as const;
  const bases: readonly HonourBasis[] = [
    { ...basis, id: 'basis_sealed01', document: '还没抽的文号' },
    { ...basis, id: 'basis_drawn001', document: `皖评组〔2026〕7号${XSS}`, drawn },
  ];
  expect(await newest()).not.toMatch(/达标以后的复查|表扬的名额/);
  // A year without a draw has no hashes of a list yet.
  await bulkWrite(store, keepRecheckPlan(store, plan).writes);
  expect(await newest()).not.toContain('达标以后的复查');
  await bulkWrite(store, [
    ...keepRecheckPlan(store, drawnPlan).writes,
    ...keepRecheckPlan(store, { ...drawnPlan, year: year - 1 }).writes,
    ...bases.flatMap((one) => keepHonourBasis(store, one).writes),
  ]);
  const page = await newest();
  expect(page).toContain(`${year} 年： <a href="/draws/recheck-${year}.txt">指纹</a>`);
  expect(page).toContain(`${year - 1} 年： <a href="/draws/recheck-${year - 1}.txt">验算文本</a>`);
  expect(page).toContain('一个文号，还没抽。 <a href="/draws/basis_sealed01.txt">指纹</a>');
  expect(page).toMatch(
    /皖评组〔2026〕7号.*：2 个名额，命名 2 个。 <a href="\/draws\/basis_drawn001\.txt">验算文本<\/a>/,
  );
  for (const hidden of ['还没抽的文号', 'honour_a', XSS]) expect(page).not.toContain(hidden);
  expect(await newest('?lang=en')).toContain('2 may be named, 2 were.');
});

test('letters stand on the page by matter alone, without their addressees', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const letter = (more: Partial<Letter>): Letter => ({
    ...{ id: newLetterId(), state: 'closed', to: 'unit.gas', region: STREET, matter: 'rework', rows: [], of: 20 },
    ...{ ask: '请返修', doneWithin: 10, by: 'p', draftedAt: now - DAY_MS, sentAt: now - DAY_MS, ending: 'met' },
    ...more,
  });
  const letters = [
    letter({}),
    letter({ ending: 'not_done', to: 'unit.water' }),
    letter({ ending: 'withdrawn' }),
    letter({ sentAt: now - 400 * DAY_MS }),
  ];
  await bulkWrite(
    store,
    letters.flatMap((one) => keepLetter(store, one).writes),
  );
  const page = await newest();
  expect(page).toContain('返工：发出 2 份，做到 1 份，没做到 1 份。');
  const unit = app.running.services.city.units.get('gas')?.names['zh-CN'] ?? 'gas';
  expect(page.slice(page.indexOf('提醒函'))).not.toContain(unit);
});
