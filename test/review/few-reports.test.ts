import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS, momentOf } from '../../src/calendar.ts';
import { addHistory, submissionEvent } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Premises } from '../../src/city/premises.ts';
import type { UnitPage } from '../../src/console/pages/unit-page.ts';
import { loadDraws } from '../../src/inspections/draw/draw-store.ts';
import type { ReportCounts } from '../../src/review/few-reports/report-counts.ts';
import {
  addReports,
  judgeQuarter,
  keepReportCounts,
  loadReportCounts,
  newReportCounts,
} from '../../src/review/few-reports/report-counts.ts';
import type { Month } from '../../src/review/score/month.ts';
import { addMonths, monthOf } from '../../src/review/score/month.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { faultsOf } from './broken-data.ts';

const COMMUNITIES = ['990101001001', '990101001002', '990101001003'];
const ESTATES: readonly Premises[] = COMMUNITIES.map((region, i) => ({
  id: `estate_${i}`,
  series: 'community',
  names: { 'zh-CN': `${i} 号小区` },
  region,
}));
const JANUARY = momentOf('2027-01-05T10:00');

/** Twelve months with `each` reports a month about every estate; the newest quarter has `last` about the first one. */
function counted(each: number, last: number, since: Month, newest: Month): ReportCounts {
  const months = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => addMonths(newest, -i)).map((month, i) => [
      month,
      Object.fromEntries(ESTATES.map(({ id }, n) => [id, n === 0 && i < 3 ? last : each])),
    ]),
  );
  return { through: 0, since, months, few: [] };
}

describe('a quarter of reports about premises', () => {
  const judged = (each: number, last: number, since: Month = '2026-01') =>
    judgeQuarter(counted(each, last, since, '2026-12'), ESTATES, JANUARY);

  test('names premises with far fewer than their past, with both numbers', () => {
    const { few, judged: quarter } = judged(6, 0);
    expect(quarter).toBe('2026-10');
    expect(few).toMatchObject([{ premises: 'estate_0', quarter: '2026-10', observed: 0 }]);
    expect(few[0]?.expected).toBeGreaterThan(7);
  });

  test.each([
    ['a little fewer', 6, 4, '2026-01'],
    ['none where few are usual', 1, 0, '2026-01'],
    ['none, with a past of four months', 6, 0, '2026-06'],
  ] as const)('names nothing for %s', (_name, each, last, since) => {
    expect(judged(each, last, since).few).toEqual([]);
  });

  test('is judged once, and the next one anew', () => {
    const once = judged(6, 0);
    expect(judgeQuarter({ ...once, few: [] }, ESTATES, JANUARY + HOUR_MS).few).toEqual([]);
    expect(judgeQuarter(once, ESTATES, momentOf('2027-04-02T10:00')).judged).toBe('2027-01');
  });

  test('adds reports by month, and drops months that no judgement reads', () => {
    const at = momentOf('2026-12-03T10:00');
    const first = addReports(
      newReportCounts(at),
      [
        { premises: 'a', at },
        { premises: 'a', at },
      ],
      at,
    );
    expect(first.months).toEqual({ '2026-12': { a: 2 } });
    expect(addReports(first, [], momentOf('2028-04-03T10:00')).months).toEqual({});
  });
});

describe('in a city', () => {
  let app: TestApp;
  let lead: Phone;
  let contact: Phone;
  const now = () => app.simulator.world.now();
  const counts = async () => {
    const kept = await loadReportCounts(app.running.store);
    if (!kept) throw new Error('Nothing is counted.');
    return kept;
  };

  beforeAll(async () => {
    app = await openTestApp({ site: 'https://anlin.example' });
    await saveCityData(app.running.store, { premises: ESTATES }, 'premises', 1);
    await app.tick('city-reload');
    lead = await staff(app, '陈主任', 'lead', '990101001000');
    contact = await staff(app, '物业', 'unit_staff', 'premises:estate_0');
    await staff(app, '审计小何', 'auditor', '*');
    for (const name of ['甲', '乙']) await staff(app, `网格员${name}`, 'grid_worker', '990101001004');
  }, 90_000);
  afterAll(() => app.close());

  function caseWrites(n: number, more: Partial<Report>) {
    const report: Report = {
      id: `case_few${String(n).padStart(8, '0')}`,
      number: `F${String(n).padStart(7, '0')}`,
      category: 'pothole',
      place: { region: COMMUNITIES[0] ?? '' },
      description: { text: '▮' },
      photos: [],
      urgent: false,
      filedAt: now(),
      ...more,
    };
    return addHistory(app.running.store, [submissionEvent(report)], `demo:${n}`, report.filedAt);
  }

  test('reports are counted once as they come; findings of inspections are no reports', async () => {
    await app.tick('few-reports');
    await app.advance(HOUR_MS);
    await bulkWrite(app.running.store, [
      ...caseWrites(1, {}),
      ...caseWrites(2, { filedAt: now() - 5 }),
      ...caseWrites(3, { source: 'inspection' }),
      ...caseWrites(4, { place: { region: '990101002001' } }),
    ]);
    await app.tick('few-reports');
    await app.tick('few-reports');
    expect((await counts()).record.months).toEqual({ [monthOf(now())]: { estate_0: 2 } });
  });

  test('a lead reads where there were few, and one tap designates a visit outside every lot', {
    timeout: 60_000,
  }, async () => {
    const { store } = app.running;
    const month = monthOf(now());
    const newest = addMonths(month, -1 - ((Number(month.slice(5)) - 1) % 3));
    const kept = await counts();
    const past = { ...counted(6, 0, addMonths(newest, -12), newest), through: now() };
    await bulkWrite(store, keepReportCounts(store, past, kept).writes);
    await app.tick('few-reports');
    await app.tick('few-reports');
    const told = await lead.hasSeen(/0 号小区上一季有 0 件上报.*可能报得少/);
    // The page of the premises says it beside the points. Their contact does not read it: a visit comes unannounced.
    const page = async (phone: Phone) =>
      (await (await signIn(app, phone)).get('/units/estate_0')).body as unknown as UnitPage;
    const before = await page(lead);
    expect(before.few).toMatchObject({ observed: 0, isDesignated: false });
    expect(before.few?.quarter).toMatch(/^\d{4}Q[1-4]$/);
    expect(before.parts).toMatchObject({ computed: 0, missing: 100 });
    expect((await page(contact)).few).toBeUndefined();
    expect((await lead.fromBot()).filter(({ text }) => /可能报得少/.test(text ?? ''))).toHaveLength(1);
    await lead.tap('打开', told.message_id);
    await lead.tap('指定去看', (await lead.sees(/不扣分，也不加分/)).message_id);
    await lead.hasSeen(/抽查|审计/);
    await app.settle();
    const [draw] = (await loadDraws(store)).map(({ record }) => record);
    expect(draw).toMatchObject({ because: 'few_reports', named: ['estate_0'], each: 0 });
    expect((await counts()).record.few).toMatchObject([{ premises: 'estate_0', draw: draw?.id }]);
    expect((await page(lead)).few).toMatchObject({ isDesignated: true });
    expect(await faultsOf(store)).toEqual([]);
    await lead.say('报得少');
    await lead.hears(/没有报得少的单位/);
  });
});
