import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BulletinPage } from '../../src/console/bulletin.ts';
import { loadBulletin } from '../../src/review/bulletin/bulletin-store.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import { addMonths, monthOf } from '../../src/review/score/month.ts';
import type { CollectedRegion } from '../../src/review/score/month-score.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import type { Snapshot } from '../../src/review/snapshot-store.ts';
import { keepSnapshot } from '../../src/review/snapshot-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { STREET, staff } from '../cases/desk.ts';
import type { Browser } from '../console/browser.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
let office: Phone;
let own: Phone;
let other: Phone;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  office = await staff(app, '平安办小张', 'office', '*');
  own = await staff(app, '街道负责人', 'lead', STREET);
  other = await staff(app, '别的负责人', 'lead', '990102001000');
  await freeze(1, { confirmed_solved: { y: 10, n: 100 } });
}, 60_000);
afterAll(() => app.close());

const month = () => addMonths(monthOf(app.simulator.world.now()), -1);

/** Freezes a version of last month in which one street lies far below the others. */
async function freeze(version: number, cells: CollectedRegion['cells']): Promise<void> {
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
    regions
      .all(level)
      .map((id): CollectedRegion => ({ id, level, cells: { ...usual, ...(id === STREET ? cells : {}) }, filed: 100 })),
  );
  const score = monthScore({ month: month(), formula: FIRST_FORMULA, regions: all, earlier: [] });
  const snapshot: Snapshot = { ...score, version, frozenAt: app.simulator.world.now(), rowsHash: `hash${version}` };
  await bulkWrite(app.running.store, keepSnapshot(app.running.store, snapshot, new Map()).writes);
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
