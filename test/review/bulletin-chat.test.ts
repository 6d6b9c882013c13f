import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, momentOf } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { BulletinPage } from '../../src/console/pages/bulletin.ts';
import type { Topic } from '../../src/deliberation/topic/topic.ts';
import { keepTopic } from '../../src/deliberation/topic/topic-store.ts';
import { isPaired, loadPairings } from '../../src/inspections/draw/pairing.ts';
import { loadAnswers, loadBulletin } from '../../src/review/bulletin/bulletin-store.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import { addMonths, monthOf, monthStart } from '../../src/review/score/month.ts';
import type { CollectedRegion } from '../../src/review/score/month-score.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import type { Snapshot } from '../../src/review/snapshot-store.ts';
import { keepSnapshot, loadSnapshot } from '../../src/review/snapshot-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { STREET, staff } from '../cases/desk.ts';
import type { Browser } from '../console/browser.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { storeCases, wishes } from './made-cases.ts';

let app: TestApp;
let office: Phone;
let own: Phone;
let other: Phone;

beforeAll(async () => {
  // The end of a month: the demo's figures and the month that is frozen next depend on the day.
  app = await openTestApp({ site: 'https://anlin.example', at: momentOf('2026-11-30T10:00') });
  office = await staff(app, '平安办小张', 'office', '*');
  own = await staff(app, '街道负责人', 'lead', STREET);
  other = await staff(app, '别的负责人', 'lead', '990102001000');
  await freeze(1, { confirmed_solved: { y: 10, n: 100 } });
}, 60_000);
afterAll(() => app.close());

const month = () => addMonths(monthOf(app.simulator.world.now()), -1);

/** Freezes a version of last month in which one street lies far below the others. */
async function freeze(
  version: number,
  cells: CollectedRegion['cells'],
  others: Readonly<Record<string, CollectedRegion['cells']>> = {},
): Promise<void> {
  const { regions } = app.running.services.city;
  const usual = {
    confirmed_solved: { y: 79, n: 100 },
    cured_in_time: { y: 97, n: 100 },
    contained_in_time: { y: 99, n: 100 },
    rework: { y: 2, n: 100 },
    recurred: { y: 2, n: 100 },
    long_overdue: { y: 0, n: 100 },
    places_filled: { y: 95, n: 100 },
    satisfied: { y: 94, n: 100 },
  };
  const all = (['city', 'street'] as const).flatMap((level) =>
    regions.all(level).map(
      (id): CollectedRegion => ({
        id,
        level,
        cells: { ...usual, ...(id === STREET ? cells : others[id]) },
        filed: 100,
      }),
    ),
  );
  const score = monthScore({ month: month(), formula: FIRST_FORMULA, regions: all, earlier: [] });
  const snapshot: Snapshot = { ...score, version, frozenAt: app.simulator.world.now(), rowsHash: `hash${version}` };
  await bulkWrite(app.running.store, keepSnapshot(app.running.store, snapshot, new Map()).writes);
}

/** Opens the proposal for a weak point of the newest bulletin. */
async function openProposal(weakPoint: string): Promise<void> {
  await office.say('月报');
  await office.sees(/点一个短板/);
  await office.tap(weakPoint);
  await office.sees(/没有谁必须采纳/);
}

test('the bulletin reaches office and lead once, a proposal becomes a draft announcement, and a correction its next version', {
  timeout: 60_000,
}, async () => {
  await app.tick('bulletin');
  await app.tick('bulletin');
  const card = await office.hasSeen(/📄 .*月报定稿了（第 1 版）/, 10_000);
  expect(card.text).toMatch(/居民确认解决率 79%（.*样本 100）/);
  expect(card.text).toMatch(/给当地居民发一则公告（还没有人答）/);
  expect(card.buttons.flat().map(({ text, url }) => [text, url])).toEqual([
    ['📄 PDF（打印）', `https://anlin.example/console/bulletin?month=${month()}`],
    ['👀 看要点', undefined],
  ]);
  expect((await office.fromBot()).filter(({ text }) => text?.includes('月报定稿了'))).toHaveLength(1);
  await own.hasSeen(/月报定稿了/, 10_000);
  await app.settle();
  expect((await other.fromBot()).some(({ text }) => text?.includes('月报'))).toBe(false);

  // Another street's lead reads the city's numbers, and nothing of this street.
  await other.say('月报');
  const seen = await other.hasSeen(/📄 .*月报（第 1 版，已定稿）/, 10_000);
  expect(seen.text).toContain('没有看得出的短板');
  expect(seen.text).not.toContain('锦绣街道');

  await own.tap('看要点');
  await own.sees(/点一个短板/);
  await own.tap('居民确认解决率');
  await own.sees(/没有谁必须采纳/);
  await own.tap('采纳');
  await own.sees(/公告草稿拟好了/);
  await own.tap('看草稿');
  await own.sees(/请看一看身边的隐患/);
  // A second answer is told the first.
  await office.tap('看要点');
  await office.hasSeen(/（已采纳）/, 10_000);

  await freeze(2, { confirmed_solved: { y: 12, n: 100 } });
  await app.tick('bulletin');
  await office.hasSeen(/月报定稿了（第 2 版）/, 10_000);
  expect((await loadBulletin(app.running.store, month()))?.snapshot).toEqual({ version: 2, rowsHash: 'hash2' });
  expect((await loadBulletin(app.running.store, month(), 1))?.snapshot?.version).toBe(1);
});

test('the page of another lead holds the city and tiers, but no number and no case of this street', {
  timeout: 60_000,
}, async () => {
  const [theirs, ours] = [await signIn(app, other), await signIn(app, own)];
  const pageOf = async (browser: Browser) =>
    (await browser.get(`/bulletin/${month()}`)).body as unknown as BulletinPage;
  const lineOf = ({ streets }: BulletinPage) => streets.find(({ region }) => region === STREET);
  const [page, full] = [await pageOf(theirs), await pageOf(ours)];
  expect(lineOf(full)?.score).toBeGreaterThan(0);
  expect(Object.keys(lineOf(page) ?? {}).filter((key) => key !== 'tier')).toEqual(['region', 'name']);
  expect([page.weak, full.weak.length]).toEqual([[], 1]);
  expect(page.numbers).toEqual(full.numbers);
  const rows = `/bulletin/${month()}/rows?of=${STREET}.confirmed_solved`;
  expect((await theirs.get(rows)).status).toBe(404);
  expect((await ours.get(rows)).status).toBe(200);
});

test('an adopted proposal opens its form filled in: an inspection and a task of the street', {
  timeout: 60_000,
}, async () => {
  const [second, third] = ['990101002000', '990101003000'] as const;
  const premises = [
    { id: 'west_station', series: 'station', names: { 'zh-CN': '汽车西站' }, region: `${second.slice(0, 9)}001` },
  ] as const;
  await saveCityData(app.running.store, { premises }, 'premises', 1);
  await app.tick('city-reload');
  // Promises of 议事: one settled in the month, one a month before, one whose date is over.
  const inMonth = monthStart(month()) + 5 * DAY_MS;
  for (const [i, promise] of [
    { verdict: 'kept' as const, settledAt: inMonth },
    { verdict: 'broken' as const, settledAt: inMonth - 30 * DAY_MS },
    {},
  ].entries()) {
    const topic: Topic = {
      id: `topic_promise${i}`,
      kind: 'sounding',
      state: 'promised',
      region: '990101001001',
      words: '修路灯',
      whom: 'property',
      proposedAt: inMonth,
      since: inMonth,
      until: inMonth,
      promise: { unit: 'gas', measure: '修好', due: inMonth, by: 'test', at: inMonth, cases: [], ...promise },
    };
    await bulkWrite(
      app.running.store,
      keepTopic(app.running.store, topic).writes.filter(([, key]) => !key.endsWith(':clock')),
    );
  }
  const others = { [second]: { rework: { y: 70, n: 100 } }, [third]: { places_filled: { y: 5, n: 100 } } };
  await freeze(3, { confirmed_solved: { y: 12, n: 100 } }, others);
  await app.tick('bulletin');
  await office.hasSeen(/月报定稿了（第 3 版）.*答应居民的事：有结果 1，按时做到 1，.*没做到 0，.*眼下过期 1/s, 10_000);

  await office.tap('看要点');
  await office.sees(/点一个短板/);
  await office.tap('返工率');
  await office.sees(/没有谁必须采纳/);
  await office.tap('采纳');
  await office.sees(/请去抽签检查/);
  await office.tap('去抽签检查');
  // Series, street, number and last day are filled in; the half of the seed is the person's own.
  await office.sees(/种子分两半/);
  await office.say('石榴树下');
  const draw = await office.sees(/都对就定/);
  expect(draw.text).toMatch(/平安车站/);
  expect(draw.text).toContain(String(app.running.services.city.regions.nameOf(second)?.['zh-CN']));
  await office.say('取消');

  await openProposal('任务到位率');
  await office.tap('采纳');
  await office.sees(/请去派任务/);
  await office.tap('派任务');
  await office.sees(/两人一组，沿小区主路/);
  await office.tap('就这样说');
  await office.sees(/哪天几点开始/);
  await office.say('明天下午三点');
  const task = await office.sees(/都对/);
  expect(task.text).toContain(String(app.running.services.city.regions.nameOf(third)?.['zh-CN']));
});

test('a street that helps another one by an adopted pairing does not check its premises, nor the other way round', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const [weak, helper] = ['990101002000', '990101003000'] as const;
  await freeze(4, {}, { [weak]: { contained_in_time: { y: 20, n: 100 } } });
  await app.tick('bulletin');
  await office.hasSeen(/月报定稿了（第 4 版）/, 10_000);
  await openProposal('按期管控率');
  await office.tap('采纳');
  await office.sees(/帮的一方不加分，也不参加检查/);
  await office.say(services.city.regions.nameOf(helper)?.['zh-CN'] ?? '');
  await office.sees(/帮到哪天/);
  const now = app.simulator.world.now();
  await office.say(dayOf(now + 30 * DAY_MS));
  await office.sees(/结对记下了/);
  const pairings = await loadPairings(store, now);
  expect(pairings).toMatchObject([{ weak, helper }]);
  expect(await loadPairings(store, now + 31 * DAY_MS)).toEqual([]);
  const worker = (scope: string) => ({ grants: [{ scope }] });
  const at = (region: string) => ({ id: 'p', region: `${region.slice(0, 9)}001` });
  const paired = (scope: string, region: string) => isPaired(worker(scope), at(region), pairings, services.city);
  expect([paired(helper, weak), paired(`${weak.slice(0, 9)}001`, helper), paired(STREET, weak)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a proposal is declined with a reason, which claims no cause and no rank; the card shows it', {
  timeout: 60_000,
}, async () => {
  const [street, store] = ['990101003000', app.running.store] as const;
  await freeze(5, {}, { [street]: { recurred: { y: 70, n: 100 } } });
  await app.tick('bulletin');
  await office.hasSeen(/月报定稿了（第 5 版）/, 10_000);
  await openProposal('复发率');
  await office.tap('不采纳');
  await office.sees(/为什么不采纳/);
  for (const words of ['因为雨多', '他们排名垫底', '复发显著多了']) {
    await office.say(words);
    await office.hasNew(/不写谁导致谁、不排名、不写『显著』/);
  }
  await office.say('人手先去修路灯');
  // A talk that still waits may be offered below.
  await office.hasNew(/记下了，不做也行/);
  expect((await loadAnswers(store, month())).get(`${street}.recurred`)).toMatchObject({
    answer: 'declined',
    words: '人手先去修路灯',
  });
  await other.say('取消');
  await office.say('月报');
  await office.sees(/没有采纳：人手先去修路灯/);
});

test('where the list of holidays ends, the bulletin is a draft that says so, and nothing is frozen', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const clock = async (at: string) => app.advance(Math.max(0, momentOf(at) - app.simulator.world.now()));
  await clock('2026-12-28T10:00');
  const now = app.simulator.world.now();
  await storeCases(store, wishes(200, { rework: 1, passed: 9 }, now - 9 * DAY_MS), now);
  await app.tick('case-facts');
  await clock('2027-01-06T08:30');
  await app.tick('bulletin');
  expect(await loadBulletin(store, '2026-12')).toBeUndefined();
  await clock('2027-01-06T09:30');
  await app.tick('bulletin');
  await office.hasSeen(/2026-12月报出来了（草稿：节假日表只到 .*先不定稿/, 10_000);
  await clock('2027-01-31T10:00');
  await app.tick('freeze-month');
  expect(await loadSnapshot(store, '2026-12')).toBeUndefined();
  expect((await loadBulletin(store, '2026-12'))?.snapshot).toBeUndefined();
});
