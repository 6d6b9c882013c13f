import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, momentOf } from '../../src/calendar.ts';
import type { CaseNumber } from '../../src/cases/case-number.ts';
import { showCaseNumber } from '../../src/cases/case-number.ts';
import { loadCase } from '../../src/cases/case-store.ts';
import { cityOf } from '../../src/city/city.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { ScorePage } from '../../src/console/pages/score.ts';
import type { ScoreRegionPage } from '../../src/console/pages/score-rows.ts';
import { demoCityData, demoRegions } from '../../src/demo/city.ts';
import { endedTask } from '../../src/demo/history/ended-task.ts';
import { pastPromises } from '../../src/demo/history/past-promises.ts';
import { seedDemo } from '../../src/demo/history/seed.ts';
import { addDemoPeople, giveDemoRoles, REREADING_STREET } from '../../src/demo/people.ts';
import type { LoadContext } from '../../src/people/talk.ts';
import { loadBulletin } from '../../src/review/bulletin/bulletin-store.ts';
import { loadHonours } from '../../src/review/honours/honour-store.ts';
import type { Framed, Reread, RereadAnswer } from '../../src/review/rereads/reread.ts';
import { keepRereads, loadFrames, loadRereads } from '../../src/review/rereads/reread-store.ts';
import { isLoss } from '../../src/review/score/cells/case-cells.ts';
import { CASE_INDICATORS, readFact, writeFact } from '../../src/review/score/cells/case-fact.ts';
import { readChangedCases } from '../../src/review/score/cells/case-facts-job.ts';
import { collectMonth } from '../../src/review/score/cells/collect.ts';
import { loadFormulas } from '../../src/review/score/formula-store.ts';
import { computeMonth, freezeMonth, snapshotText } from '../../src/review/score/freeze.ts';
import type { Month } from '../../src/review/score/month.ts';
import { addMonths, monthOf, monthStart } from '../../src/review/score/month.ts';
import { SLOT_MS } from '../../src/review/score/rating-bursts.ts';
import { decideRowsTalk } from '../../src/review/score/rows/decide-rows-flow.ts';
import type { RowObjection } from '../../src/review/score/rows/objection.ts';
import { keepObjection, loadObjections } from '../../src/review/score/rows/objection-store.ts';
import { loadMonth } from '../../src/review/score/score-view.ts';
import type { Snapshot } from '../../src/review/snapshot-store.ts';
import { loadFrozenMonths, loadOpenMonths, loadSnapshot } from '../../src/review/snapshot-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';
import type { Questionnaire } from '../../src/surveys/questionnaire/questionnaire.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import { keepCounted } from '../../src/surveys/results/results-store.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import { newWaveId } from '../../src/surveys/wave/wave.ts';
import { keepWave } from '../../src/surveys/wave/wave-store.ts';
import type { TaskId } from '../../src/volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../src/volunteers/tasks/task-store.ts';
import { staff } from '../cases/desk.ts';
import type { Browser } from '../console/browser.ts';
import { signIn } from '../console/browser.ts';
import { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { bareNumbers } from './bare-numbers.ts';
import { expectEachBreakFound, faultsOf } from './broken-data.ts';

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const STREET = '990101001000';
const OTHER = '990102001000';
const DISTRICT = '990101000000';
let app: TestApp;
let store: Store;
let now: number;
let open: Month;
let lead: Phone;
let auditor: Phone;
let office: Phone;
let second: Phone;

beforeAll(async () => {
  // The end of a month: the demo's figures and the month that is frozen next depend on the day.
  app = await openTestApp({ site: 'https://anlin.example', at: momentOf('2026-11-30T10:00') });
  now = app.simulator.world.now();
  store = app.running.store;
  addDemoPeople(app.simulator.world);
  await giveDemoRoles(store, app.simulator.world, now);
  await seedDemo(store, now);
  open = monthOf(now);
  lead = await staff(app, '街道负责人', 'lead', STREET);
  auditor = await staff(app, '审计小何', 'auditor', '*');
  office = await staff(app, '平安办小张', 'office', '*');
  second = await staff(app, '平安办老李', 'office', '*');
}, 120_000);
afterAll(() => app.close());

test('the demo has one honour in its public notice, and one nomination that did not pass', async () => {
  const states = (await loadHonours(store)).map(({ record }) => [record.subject, record.state]);
  expect(states.toSorted()).toEqual([
    [`desk.${STREET}`, 'not_passed'],
    ['unit.gas', 'public_notice'],
  ]);
});

/** A point in a community of the demo: the middle of one of its grids. */
function middleOf(community: string | undefined) {
  const grid = demoRegions().find(({ parent }) => parent === community);
  const ring = (grid?.ground?.coordinates[0] ?? []) as readonly (readonly [number, number])[];
  const mean = (k: 0 | 1) => ring.reduce((sum, corner) => sum + corner[k], 0) / ring.length;
  return { longitude: mean(0), latitude: mean(1) };
}

test('two people of one street in the demo have cases of other streets to see again, and answer them', {
  timeout: 60_000,
}, async () => {
  const phoneOf = (name: string) => {
    const person = [...app.simulator.world.people.values()].find(({ first_name }) => first_name === name);
    return Phone.at(app.simulator.url, person?.id ?? 0);
  };
  const openRows = async () => {
    const months = await Promise.all([1, 2, 3].map((back) => loadRereads(store, addMonths(open, -back))));
    const draws = months.flatMap((kept) => [kept?.record.classes, kept?.record.checks]);
    return draws.flatMap((draw) => draw?.rows.filter(({ answer }) => answer === undefined) ?? []);
  };
  const before = await openRows();
  expect(new Set(before.map(({ by }) => by))).toEqual(new Set([REREADING_STREET]));

  const desk = phoneOf('柳湾受理员小苏');
  await desk.say('检查和值班');
  await desk.hears(/想办哪一样/);
  await desk.tap('再看一眼');
  await desk.hears(/类别和轻重定得对吗/);
  await desk.tap('定得对');
  await desk.hasSeen(/记下了，谢谢您/);

  // The cases were filed more than 30 days ago: a place in their community is near, and one elsewhere is not.
  const walker = phoneOf('柳湾网格员老何');
  await walker.say('再看一眼');
  const card = await walker.hears(/真的办好了吗/);
  expect(card.text).toMatch(/地点：.{2,3}社区（确切地点过了 30 天，已经删了/);
  const row = before.find(({ number }) => card.text?.startsWith(showCaseNumber(number)));
  const { place } = (await loadCase(store, row?.case ?? ''))?.record ?? {};
  const answerFrom = async (community: string | undefined) => {
    await walker.tap('确实办好了');
    await walker.hasNew(/只比一比远近/);
    await walker.send({ location: middleOf(community) });
  };
  await answerFrom(city.regions.all('community').find((one) => one !== place?.region));
  await walker.hasNew(/还有点远/);
  await walker.tap('看一看');
  await walker.hasNew(/真的办好了吗/);
  await answerFrom(place?.region);
  await walker.hasNew(/记下了，谢谢您/);
  expect(await openRows()).toHaveLength(before.length - 2);
});

test('the bulletins of the demo count promises that were kept, and one that was late', async () => {
  const months = (await loadFrozenMonths(store)).map(({ month }) => month);
  const counts = await Promise.all(months.map(async (month) => (await loadBulletin(store, month))?.promises));
  expect(counts.slice(0, 2)).toMatchObject([
    { settled: expect.any(Number), late: 1 },
    { settled: 1, kept: 1 },
  ]);
  expect(counts[0]?.kept).toBeGreaterThan(0);
  // The same holds on any day of a first start: one month before the last one is always frozen.
  for (const day of ['2026-03-01', '2026-10-15', '2026-11-13', '2026-12-31']) {
    const start = Date.parse(`${day}T04:00:00Z`);
    const backs = pastPromises(start).map(({ promise }) => monthOf(promise?.settledAt ?? 0));
    expect(backs).toEqual([-2, -1, -1].map((by) => addMonths(monthOf(start), by)));
  }
});

test('a check of all data finds each break in inspections, rounds, topics and reviews, and nothing else', async () => {
  await app.tick('rereads');
  expect(await faultsOf(store)).toEqual([]);
  await expectEachBreakFound(store);
  expect(await faultsOf(store)).toEqual([]);
});

const newest = async () => {
  const [first] = await loadFrozenMonths(store);
  const snapshot = first && (await loadSnapshot(store, first.month));
  if (!snapshot) throw new Error('The demo has a frozen month.');
  return snapshot;
};

describe('a frozen month of the demo', () => {
  test('lies behind the first start, with a score for each street and for the city', async () => {
    const { regions, version, rowsHash } = await newest();
    expect(version).toBe(1);
    expect(rowsHash).toMatch(/^[0-9a-f]{64}$/);
    const streets = regions.filter(({ level }) => level === 'street');
    expect(streets).toHaveLength(16);
    expect(regions.filter(({ score }) => !score)).toEqual([]);
    for (const { cells, score } of regions) {
      expect(cells.reduce((all, { loss }) => all + loss, 0)).toBeCloseTo(100 - (score?.score ?? 0), 9);
      for (const { status, n } of cells) expect(n > 0).toBe(status === 'own');
    }
  });

  test('has rank intervals that hold the rank of each score', async () => {
    const { regions } = await newest();
    const ranked = regions
      .filter(({ place }) => place)
      .toSorted((a, b) => (b.score?.score ?? 0) - (a.score?.score ?? 0));
    for (const [i, { place }] of ranked.entries()) {
      expect(place?.from).toBeLessThanOrEqual(i + 1);
      expect(place?.to).toBeGreaterThanOrEqual(i + 1);
    }
  });

  test('keeps the rows behind each figure, and a withheld survey cell takes no points by name', async () => {
    const { month, version, regions } = await newest();
    const [street] = regions.filter(({ level }) => level === 'street');
    const rows = JSON.parse(
      (await store.redis.hget(store.keys.scoreRows(month, version), street?.region ?? '')) ?? '[]',
    );
    const cured = street?.cells.find(({ code }) => code === 'cured_in_time');
    const k = CASE_INDICATORS.indexOf('cured_in_time');
    expect(rows.filter(([, verdicts]: [string, string]) => verdicts[k] === '1')).toHaveLength(cured?.y ?? -1);
    expect(rows.filter(([, verdicts]: [string, string]) => verdicts[k] !== '-')).toHaveLength(cured?.n ?? -1);
    const lent = regions.flatMap(({ score, cells }) =>
      cells
        .filter(({ status }) => status === 'withheld')
        .map(({ code }) => score?.loss.find((one) => one.code === code)),
    );
    expect(lent.length).toBeGreaterThan(0);
    expect(lent.every((loss) => loss?.named === false)).toBe(true);
  });

  test('has classes of its cases that other streets read again, and no sign that answers came together', async () => {
    const { month, regions } = await newest();
    const office = await signIn(app, await staff(app, '平安办小陈', 'office', '*'));
    const pages = [];
    for (const { region, level } of regions)
      if (level === 'street')
        pages.push((await office.get(`/score/${month}/${region}`)).body as unknown as ScoreRegionPage);
    expect(pages.filter(({ classes }) => !classes || classes.drawn === 0 || classes.drawn > 10)).toEqual([]);
    expect(pages.flatMap(({ cells }) => cells.filter(({ flag }) => flag !== undefined))).toEqual([]);
  });

  test('never changes: a correction needs a reason and is version 2', async () => {
    const { month } = await newest();
    const order = { store, city, month, now };
    expect(await freezeMonth(order)).toMatchObject({ type: 'refused', why: 'frozen' });
    const corrected = await freezeMonth({ ...order, reason: '城东街道两件重复', by: 'auditor' });
    if (corrected.type === 'refused') throw new Error(corrected.why);
    expect(corrected.snapshot).toMatchObject({ version: 2, reason: '城东街道两件重复' });
    const done = await commitAsSystem(store, { op: 'correct', what: 'month_frozen', ...corrected.change }, now);
    expect(done.type).toBe('ok');
    // The same change once more: another version came first.
    const again = await commitAsSystem(store, { op: 'again', what: 'month_frozen', ...corrected.change }, now);
    expect(again.type).toBe('conflict');
    expect((await loadSnapshot(store, month))?.version).toBe(2);
    expect((await loadSnapshot(store, month, 1))?.version).toBe(1);
  });

  test('has a hash that anybody repeats from the exported lines', async () => {
    const { month, formula, rowsHash } = await newest();
    const collected = await collectMonth({ store, city, month, asOf: now });
    const text = snapshotText(month, formula, collected);
    expect(text.split('\n')[0]).toBe(`month ${month} formula 1`);
    expect(createHash('sha256').update(text).digest('hex')).toBe(rowsHash);
    // The corrected version lacks the demo's made-up surveys.
    await store.redis.hset(store.keys.scoreMonths, month, '1');
  });
});

describe('nothing is frozen', () => {
  test('before the month is over', async () => {
    expect(await freezeMonth({ store, city, month: monthOf(now), now })).toMatchObject({ why: 'too_early' });
  });

  test('for a month without data', async () => {
    expect(await freezeMonth({ store, city, month: '2020-03', now })).toMatchObject({ why: 'no_data' });
  });

  test('where the list of holidays ends before the tenth working day', async () => {
    const order = { store, city, month: '2026-12' as const, now: Date.parse('2027-03-01T00:00:00Z') };
    expect(await freezeMonth(order)).toMatchObject({ why: 'calendar_ends' });
  });

  test('where a street was split, until an organiser says why', async () => {
    const { regions, ...others } = demoCityData();
    const [street] = regions.filter(({ level }) => level === 'street');
    const half = { ...street, id: '990101005000', names: { 'zh-CN': '新街道' } } as (typeof regions)[number];
    const split = cityOf({ ...NEW_CITY, ...others, regions: [...regions, half] }, []);
    const month = addMonths(monthOf(now), -4);
    const frozen = await loadFrozenMonths(store);
    const later = frozen[0]?.month ?? month;
    await store.redis.hdel(store.keys.scoreMonths, later);
    const order = { store, city: split, month: later, now };
    expect(await freezeMonth(order)).toMatchObject({ why: 'regions_changed', regions: ['990101005000'] });
    expect(await freezeMonth({ ...order, reason: '区划调整' })).toMatchObject({ type: 'ready' });
    await store.redis.hset(store.keys.scoreMonths, later, '1');
  });
});

test('in chat each refusal to freeze is said with its cure, and a correction asks for its reason', {
  timeout: 60_000,
}, async () => {
  const { month, version } = await newest();
  const choose = async (wanted: Month) => {
    await office.say('月度定稿');
    await office.hasNew(/定稿哪个月/);
    await office.tap(wanted);
  };
  // Of a month before the demo's past, only drills of a school are known.
  await choose(addMonths(open, -5));
  await office.hasSeen(/没有任何数据，不能打分/);
  await choose(month);
  await office.hasNew(/已经定稿。要更正，请写明原因/);
  await office.say('城东街道两件重复');
  await office.hasNew(new RegExp(`第 ${version + 1} 版.*现在定稿吗`, 's'));
  await office.tap('先不');
  await office.hasSeen(/好，先不定稿/);
  expect(await newest()).toMatchObject({ month, version });

  // A street was split between two months: an organiser says why before anything is frozen.
  const { regions } = demoCityData();
  const [street] = regions.filter(({ level }) => level === 'street');
  const half = { ...street, id: '990101005000', names: { 'zh-CN': '新街道' } } as (typeof regions)[number];
  await saveCityData(store, { regions: [...regions, half] }, 'regions', 1);
  await app.tick('city-reload');
  await store.redis.hdel(store.keys.scoreMonths, month);
  await choose(month);
  await office.hasNew(/前后的区划不一样：新街道.*现在没有定稿/s);
  await office.say('城东一分为二');
  await office.hasNew(/现在定稿吗/);
  await office.tap('先不');
  await store.redis.hset(store.keys.scoreMonths, month, String(version));
  await saveCityData(store, { regions }, 'regions', 2);
  await app.tick('city-reload');
});

test('a case that changed is judged anew, and a second reading changes nothing', async () => {
  const month = monthOf(now);
  await readChangedCases(store, now);
  const before = await computeMonth({ store, city, month, now });
  const facts = await store.redis.hgetall(store.keys.scoreFacts(month));
  await store.redis.hdel(store.keys.scoreState, 'read_until');
  await readChangedCases(store, now);
  expect(await store.redis.hgetall(store.keys.scoreFacts(month))).toEqual(facts);
  expect(await computeMonth({ store, city, month, now })).toEqual(before);
});

test('answers that came together are printed beside indicator 3, and change neither count nor score', async () => {
  const month = monthOf(now);
  const slot = Math.floor(monthStart(month) / SLOT_MS);
  const linesOf = (said: (i: number) => number) =>
    Array.from({ length: 40 }, (_, i) => {
      const [asked, number] = [slot + 16 * i, `BURST${String(i).padStart(3, '0')}` as CaseNumber];
      const solved = { asked, said: said(i) };
      const fact = { number, region: STREET, filedAt: now, verdicts: '11100', due: {}, solved };
      return [`case_burst${i}`, writeFact(fact)] as const;
    });
  const computeWith = async (lines: readonly (readonly [string, string])[]) => {
    await store.redis.hset(store.keys.scoreFacts(month), ...lines.flat());
    const { score } = await computeMonth({ store, city, month, now });
    const street = score.regions.find(({ region }) => region === STREET);
    const { flag, ...cell } = street?.cells.find(({ code }) => code === 'confirmed_solved') ?? {};
    return { flag, cell, score: street?.score };
  };
  const apart = await computeWith(linesOf((i) => slot + 16 * i + (i % 11)));
  // Fourteen people answer within a quarter of an hour.
  const together = await computeWith(linesOf((i) => (i < 14 ? slot + 16 * 14 : slot + 16 * i + (i % 11))));
  const page = (await (await signIn(app, lead)).get(`/score/${month}/${STREET}`)).body as unknown as ScoreRegionPage;
  await store.redis.hdel(store.keys.scoreFacts(month), ...linesOf(() => 0).map(([id]) => id));
  expect([apart.flag, together.flag]).toEqual([undefined, 'burst']);
  expect([together.cell, together.score]).toEqual([apart.cell, apart.score]);
  expect(apart.cell).toMatchObject({ y: expect.any(Number), n: expect.any(Number) });
  expect(page.cells.find(({ code }) => code === 'confirmed_solved')?.flag).toBe('burst');
});

/** Lets another street answer that two cures of the street are not there, and two of other streets. */
async function answerChecks(month: Month): Promise<{ readonly rows: number; readonly drawn: number }> {
  const kept = await loadRereads(store, month);
  if (!kept?.record.checks) throw new Error('Nothing was drawn.');
  const { rows } = kept.record.checks;
  const own = rows.filter(({ street }) => street === STREET);
  const chosen = [...own.slice(0, 2), ...rows.filter(({ street }) => street !== STREET).slice(0, 2)];
  const answers = rows.map((row) => ({
    ...row,
    answer: chosen.includes(row) ? ('not_done' as const) : ('holds' as const),
  }));
  const checks = { ...kept.record.checks, rows: answers };
  await bulkWrite(store, keepRereads(store, { ...kept.record, checks }, kept).writes);
  return { rows: 2, drawn: own.length };
}

test('a lead reads a card with bounds, ties, change and loss; a resident reads the city and the method', async () => {
  const { month, regions } = await newest();
  await lead.say('平安指数');
  const card = await lead.sees(/锦绣街道 \d+分/);
  const own = regions.find(({ region }) => region === STREET)?.score;
  const shown = [own?.score, own?.lo, own?.hi].map((value) => Math.round(value ?? 0));
  expect(card.text).toContain(`${month} · 锦绣街道 ${shown[0]}分（${shown[1]}–${shown[2]}）`);
  expect(card.text).toMatch(/与 \d+ 个街道并列/);
  expect(card.text).toMatch(/与上月无显著变化|比上月/);
  expect(card.text).toMatch(/失分最多：/);
  // All answers of other streets were right: no line.
  expect(card.text).not.toContain('值得看一眼');
  await lead.tap('看这些件');
  await lead.sees(/失分 \d+ 件/);
  const { rows, drawn } = await answerChecks(month);
  await lead.say('平安指数');
  const signed = await lead.hears(/锦绣街道 \d+分/);
  expect(signed.text).toContain(`\n值得看一眼（不扣分）：到现场看，${drawn} 件验收过的里 ${rows} 件没办好`);
  expect(signed.text?.split('值得看一眼')[0]?.trim()).toBe(card.text?.trim());

  const resident = await app.phone('周阿姨');
  await resident.say('平安指数');
  const city = await resident.sees(/全市 \d+ 分，把握在 \d+ 到 \d+ 之间/);
  expect(city.text).not.toContain('街道');
  expect(city.text).toContain('您报得多，一分也不会少');
});

/** Freezes the newest month once more from what the store has, lets `read` look, and takes the version back. */
async function withCorrection(read: (snapshot: Snapshot) => Promise<void>): Promise<void> {
  const { month, version } = await newest();
  const made = await freezeMonth({ store, city, month, now, reason: '更正' });
  if (made.type === 'refused') throw new Error(made.why);
  await bulkWrite(store, made.change.writes);
  await read(made.snapshot);
  await store.redis.hset(store.keys.scoreMonths, month, String(version));
}

const signsIn = async (shown: RegExp) => {
  await lead.say('平安指数');
  return (await lead.hears(shown)).text?.split('值得看一眼（不扣分）：')[1] ?? '';
};

test('the card of a lead counts what other streets read again of each kind', async () => {
  const { month } = await newest();
  const kept = await loadRereads(store, month);
  const frames = await loadFrames(store, month, city.regions);
  if (!kept?.record.classes) throw new Error('Nothing was drawn.');
  const own = frames.class.filter(({ street }) => street === STREET).slice(0, 9);
  const rowsOf = (answers: readonly (RereadAnswer | undefined)[]) =>
    answers.map((answer, i): Reread => ({ ...(own[i] as Framed), by: OTHER, ...(answer ? { answer } : {}) }));
  const classes = { ...kept.record.classes, rows: rowsOf(['too_light', 'too_light', 'wrong_category', 'right']) };
  // A case of another street counts there alone.
  const elsewhere: Reread = { ...(own[4] as Framed), street: OTHER, by: STREET, answer: 'wrong' };
  const rows = [...rowsOf(['wrong', 'right', undefined]), elsewhere];
  await bulkWrite(store, keepRereads(store, { ...kept.record, rows, classes }, kept).writes);
  const signs = await signsIn(/锦绣街道 \d+分/);
  expect(signs).toContain('别街再看，3 件不受理里 1 件应该受理');
  expect(signs).toContain('4 件里 2 件定轻了');
  expect(signs).toContain('4 件里 1 件类别不对');
  const changed = await loadRereads(store, month);
  await bulkWrite(store, keepRereads(store, kept.record, changed).writes);
});

test('the card says that “solved” came together, that awareness lies below the decoy, and that people were coached', {
  timeout: 60_000,
}, async () => {
  const { month } = await newest();
  const slot = Math.floor(monthStart(month) / SLOT_MS);
  const lines = Array.from({ length: 40 }, (_, i) => {
    const said = i < 14 ? slot + 16 * 14 : slot + 16 * i + (i % 11);
    const number = `BURST${String(i).padStart(3, '0')}` as CaseNumber;
    const fact = { number, region: STREET, filedAt: now, verdicts: '11100', due: {} };
    return [`case_burst${i}`, writeFact({ ...fact, solved: { asked: slot + 16 * i, said } })] as const;
  });
  const wave: Wave = {
    ...{ id: newWaveId(), state: 'closed', indicators: 'anlin', region: STREET, target: 200, by: 'test', strata: [] },
    questionnaire: { questions: [{ code: 'A1', options: [{ code: '9', role: 'decoy' }] }] } as unknown as Questionnaire,
    openedAt: monthStart(month),
    closesAt: monthStart(month) + DAY_MS,
  };
  const shown = (percent: number) => ({ type: 'shown', percent, lo: 1, hi: 99, n: 200, nEff: 150 }) as const;
  const results = {
    indicators: [
      { code: 'aware', cells: { [STREET]: shown(30) } },
      { code: 'satisfied', cells: { [DISTRICT]: shown(96) } },
    ],
    findings: [{ kind: 'coached', region: DISTRICT }],
    questions: [{ code: 'A1', options: [{ code: '9', share: shown(35) }] }],
  } as unknown as WaveResults; // the parts that cells read
  await bulkWrite(store, [
    ['HSET', store.keys.scoreFacts(month), ...lines.flat()],
    ...keepWave(store, wave, undefined).writes,
    ...keepCounted(store, wave.id, { responses: '[]', results: JSON.stringify(results) }),
  ]);
  await withCorrection(async ({ regions }) => {
    expect(await signsIn(/锦绣街道 \d+分/)).toMatch(/“解决了”有一阵来得太集中.*知晓率低于对照题，按 0 算/);
    // Coaching is told of the district, so that it points at no street.
    await office.say('平安指数');
    await office.hasNew(/看哪里的/);
    await office.say('西渚区');
    await office.hasNew(/西渚区.*值得看一眼（不扣分）：.*好几位居民说有人教过怎么答/s);
    const flagged = regions.flatMap(({ region, cells }) => cells.flatMap(({ flag }) => (flag ? [[region, flag]] : [])));
    expect(flagged.toSorted()).toEqual([
      [DISTRICT, 'coached'],
      [STREET, 'below_decoy'],
      [STREET, 'burst'],
    ]);
  });
  await store.redis.hdel(store.keys.scoreFacts(month), ...lines.map(([id]) => id));
  await store.redis.del(store.keys.waveResults(wave.id));
});

test('the card says that fewer reports came than the past leads one to expect', {
  timeout: 60_000,
}, async () => {
  const { month } = await newest();
  const key = store.keys.scoreFacts(month);
  const all = await store.redis.hgetall(key);
  const hidden = Object.entries(all)
    .filter(([, line]) => city.regions.chain(readFact(line).region).includes(STREET))
    .slice(5);
  await store.redis.hdel(key, ...hidden.map(([id]) => id));
  await withCorrection(async ({ regions }) => {
    await lead.say('平安指数');
    const card = await lead.hears(/锦绣街道/);
    const { reports, filed } = regions.find(({ region }) => region === STREET) ?? {};
    expect(reports).toMatchObject({ observed: 5, few: true });
    expect(card.text).toContain(
      `上报 ${filed} 件，按往常约 ${Math.round(reports?.expected ?? 0)} 件：可能报得少，不扣分`,
    );
  });
  await store.redis.hset(key, ...hidden.flat());
  expect(Object.keys(await store.redis.hgetall(key))).toHaveLength(Object.keys(all).length);
});

test('a lead who cancels a task once it has begun hides no empty place, and check-ins are no participation', {
  timeout: 60_000,
}, async () => {
  const { world } = app.simulator;
  const from = world.now() - HOUR_MS;
  const taskOf = (id: TaskId, begins: number) => {
    const task = endedTask({
      ...{ id, kind: 'patrol', words: '走一圈', place: { region: STREET }, region: STREET, needed: 4 },
      ...{ from: begins, until: begins + 2 * HOUR_MS },
    });
    return keepTask(store, { ...task, state: 'open' }).writes;
  };
  const [begun, ahead] = ['task_begun00001', 'task_ahead00001'] as const;
  const cellsAt = async () => {
    const reading = { store, city, month: monthOf(from), asOf: from + 4 * HOUR_MS };
    const { regions } = await collectMonth(reading);
    const { places_filled: places, took_part: part } = regions.find(({ id }) => id === STREET)?.cells ?? {};
    return { places: places ?? { y: 0, n: 0 }, part };
  };
  const before = await cellsAt();
  await bulkWrite(store, [
    ...[...taskOf(begun, from), ...taskOf(ahead, from + HOUR_MS + HOUR_MS / 2)],
    ...setPart(store, begun, 'volunteer_came0001', { state: 'confirmed', at: from }),
  ]);
  for (const id of [begun, ahead]) {
    await lead.forge((await lead.sees(/./)).message_id, `go/task-board/${id}`);
    await lead.hasNew(/人手：/);
    await lead.tap('取消任务');
    await lead.hasNew(/不能反悔/);
    await lead.tap('确定');
    await lead.hasNew(/取消了，接了的人都会知道/);
  }
  const after = await cellsAt();
  expect([after.places.y - before.places.y, after.places.n - before.places.n]).toEqual([1, 4]);
  expect(after.part).toEqual(before.part);
});

test('a lead contests rows, an auditor upholds it, and the rows count neither way', { timeout: 60_000 }, async () => {
  const { services } = app.running;
  await readChangedCases(store, now);
  const reading = { store, city: services.city, month: open, asOf: now };
  const rows = (await (await loadMonth(reading))?.rowsOf(STREET)) ?? [];
  const lost = rows.filter((row) => isLoss(row, 'confirmed_solved')).map(([number]) => number);
  const [one = '', two = ''] = lost;
  const before = (await computeMonth({ store, city: services.city, month: open, now })).collected.regions;

  await lead.forge((await lead.sees(/./)).message_id, `go/object-rows/${open}.${STREET}.confirmed_solved`);
  await lead.hasNew(/哪些件不该算/);
  await lead.say(`${one} AAAA2222`);
  await lead.hasNew(/为什么不该算/);
  await lead.say('这两件是同一处，重复了。');
  await lead.hasNew(/都对就送出/);
  await lead.tap('送出');
  await lead.hasNew(/里面有编号不在这一项失分的件里/);
  await lead.tap('案件');
  await lead.hasNew(/哪些件不该算/);
  await lead.say(`${one} ${two}`);
  await lead.hasNew(/都对就送出/);
  await lead.tap('送出');
  await lead.sees(/收到了/);
  await auditor.hasSeen(/有异议：锦绣街道/, 10_000);

  await auditor.tap('去裁定');
  await auditor.hasNew(/裁定哪一条/);
  await auditor.say('1');
  await auditor.hasNew(/成立吗/);
  await auditor.tap('成立');
  await auditor.hasNew(/请写一句理由/);
  await auditor.say('确实是同一处。');
  await auditor.sees(/裁定成立/);
  await lead.hasSeen(/异议成立/, 10_000);

  const after = (await computeMonth({ store, city: services.city, month: open, now })).collected.regions;
  const countOf = (regions: typeof before) => regions.find(({ id }) => id === STREET)?.cells.confirmed_solved;
  expect(countOf(after)?.n).toBe((countOf(before)?.n ?? 0) - 2);
  expect(countOf(after)?.y).toBe(countOf(before)?.y);
  expect(await loadObjections(store, open)).toMatchObject([{ decision: { upheld: true } }]);
});

test('two organisers agree on a formula; the one who proposed it cannot', { timeout: 60_000 }, async () => {
  const propose = async () => {
    await office.say('指数公式');
    await office.hasNew(/12 个新权重/);
  };
  // Each fault is named with its number, and what is right stays. Digits may be full-width; a minus is no dash.
  await propose();
  await office.say('-１０ 9 15 5 6 7 10 7.5 7.5 9 6 9');
  await office.hasNew(/要改目标线吗/);
  await office.say('4：2 30');
  await office.hasNew(/从哪个月起用/);
  await office.tap(addMonths(open, 1));
  await office.hasNew(/都对就提出来/);
  await office.tap('提出');
  await office.hasNew(/第 1 项『按期管控率』的权重不在 0 到 100 之间/);
  await office.tap('改权重');
  await office.hasNew(/12 个新权重/);
  await office.say('１０ 9 15 5 6 7 10 7.5 7.5 9 6 9');
  await office.hasNew(/都对就提出来/);
  await office.tap('提出');
  await office.hasNew(/第 4 项『返工率』的目标线写反了/);
  await office.tap('改目标线');
  await office.hasNew(/要改目标线吗/);
  await office.say('4: 30 2');
  await office.hasNew(/都对就提出来/);
  await office.tap('提出');
  await office.hasNew(/12 个权重加起来是 101，要是 100/);
  expect((await loadFormulas(store)).proposed).toBeUndefined();
  await office.tap('改权重');
  await office.hasNew(/12 个新权重/);
  await office.say('10 9 15 5 6 7 10 7.5 7.5 9 6 8');
  await office.hasNew(/都对就提出来/);
  await office.tap('提出');
  await office.sees(/等另一位平安办同意/);
  await propose();
  await office.say('/cancel');
  await second.say('指数公式');
  await second.hasNew(/有一版公式等您同意/);
  await second.tap('同意');
  await second.sees(/第 2 版公式同意了/);
  const { agreed, proposed } = await loadFormulas(store);
  expect(agreed.at(-1)).toMatchObject({ version: 2, from: addMonths(open, 1) });
  expect(agreed.at(-1)?.by).not.toBe(agreed.at(-1)?.agreedBy);
  expect(proposed).toBeUndefined();
});

test('in the console each sees the own ground; of other streets the tier only', { timeout: 60_000 }, async () => {
  const read = async <T>(browser: Browser, path: string) => (await browser.get(`/score/${path}`)).body as unknown as T;
  const month = (await newest()).month;
  const ofLead = await signIn(app, lead);
  const page = await read<ScorePage>(ofLead, 'now');
  expect(page.month).toBe(month);
  expect(page.regions.map(({ id }) => id)).toEqual([STREET]);
  expect(page.neighbours).toHaveLength(15);
  for (const neighbour of page.neighbours) expect(Object.keys(neighbour).sort()).toEqual(['id', 'name', 'tier']);
  expect(page.funnels.every(({ marks }) => marks.length <= 1)).toBe(true);
  expect((await ofLead.get(`/score/${month}/${OTHER}`)).status).toBe(404);
  const own = await read<ScoreRegionPage>(ofLead, `${month}/${STREET}`);
  expect(own.cells).toHaveLength(12);
  const cured = own.cells.find(({ code }) => code === 'cured_in_time');
  const lost = own.losses.find(({ code }) => code === 'cured_in_time');
  expect(lost?.rows).toHaveLength((cured?.n ?? 0) - (cured?.y ?? 0));
  expect(own.mayObject).toBe(false);
  const contested = await read<ScoreRegionPage>(ofLead, `${open}/${STREET}`);
  expect(contested.objections).toMatchObject([{ answer: { upheld: true } }]);

  const unit = [...app.running.services.city.units.keys()].find((id) => id.includes(STREET)) ?? '';
  const worker = await signIn(app, await staff(app, '经办王工', 'unit_staff', unit));
  const ofUnit = await read<ScorePage>(worker, 'now');
  expect(ofUnit.regions).toEqual([]);
  expect(ofUnit.neighbours).toEqual([]);
  expect(ofUnit.unitRows).toBeDefined();
  expect((await worker.get(`/score/${month}/${STREET}`)).status).toBe(404);

  const desk = await signIn(app, await staff(app, '老吴', 'dispatcher', STREET));
  expect((await desk.get('/score/now')).status).toBe(403);
});

test('every published number of the score page and the bulletin has its n or its bounds', {
  timeout: 60_000,
}, async () => {
  const browser = await signIn(app, await staff(app, '平安办小陈', 'office', '*'));
  const { month, regions } = await newest();
  const read = async (path: string) => (await browser.get(path)).body;
  const street = regions.find(({ level }) => level === 'street')?.region;
  for (const path of [`/score/${month}`, `/score/${month}/${street}`, `/score/${open}`, `/bulletin/${month}`]) {
    const page = await read(path);
    expect([path, bareNumbers(page)]).toEqual([path, []]);
    // Each page has estimates at all.
    expect(JSON.stringify(page)).toMatch(/"lo":\d/);
  }
  // The walk finds a number without its bounds.
  expect(bareNumbers({ streets: [{ score: 61.2 }] })).toEqual(['.streets[0].score: 61.2']);
  expect(bareNumbers({ moved: ['满意率 82% → 84%'] })).toHaveLength(1);
});

test('no page of the review and no published line holds a person, not even of those who contested or decided', {
  timeout: 60_000,
}, async () => {
  const browser = await signIn(app, await staff(app, '平安办小陈', 'office', '*'));
  const { month, formula, regions } = await newest();
  const streets = regions.filter(({ level }) => level === 'street').map(({ region }) => region);
  const months = [`/score/${month}`, `/score/${open}`, `/bulletin/${month}`];
  const paths = [
    ...months,
    '/alerts',
    '/letters',
    ...streets.flatMap((one) => [`/score/${month}/${one}`, `/score/${open}/${one}`]),
  ];
  const collected = await collectMonth({ store, city, month, asOf: now });
  const texts: [string, string][] = [['lines', snapshotText(month, formula, collected)]];
  for (const path of paths) texts.push([path, JSON.stringify((await browser.get(path)).body)]);
  // The contested rows of a test above: by whom is kept, and not shown.
  const [objection] = await loadObjections(store, open);
  expect(objection?.by).toMatch(/./);
  const people = [...app.simulator.world.people.keys()].map((id) => `telegram:${id}` as const);
  const ids = [...people, ...people.map((urn) => store.pseudonym(urn)), 'demo-desk', 'demo-unit', 'demo-grid'];
  expect(ids).toContain(objection?.by);
  for (const [path, text] of texts) {
    expect(text.length).toBeGreaterThan(50);
    expect([
      path,
      ids.filter((id) => text.includes(id)),
      /(telegram|demo|web|wechat|wecom):\w/.exec(text)?.[0],
    ]).toEqual([path, [], undefined]);
  }
});

test('the job freezes a month after its tenth working day, once, and an open objection holds it back', async () => {
  const next = addMonths(open, 1);
  const objection: RowObjection = {
    ...{ id: 'o1', month: open, street: STREET, code: 'rework', rows: ['K7Q4M2XR'] },
    ...{ why: '重复', by: 'lead', at: now },
  };
  const keep = (op: string, one: RowObjection, before?: RowObjection) =>
    commitAsSystem(store, { op, what: 'rows_contested', ...keepObjection(store, one, before) }, now);
  await keep('contest', objection);
  await app.advance(Date.parse(`${next}-20T10:00:00+08:00`) - app.simulator.world.now());
  await app.tick('freeze-month');
  expect((await loadFrozenMonths(store)).map(({ month }) => month)).not.toContain(open);
  // The month after the next one has begun: an auditor can still decide, and readers still see the month.
  const late = Date.parse(`${addMonths(open, 2)}-02T10:00:00+08:00`);
  expect(await loadOpenMonths(store, late)).toEqual([addMonths(open, 2), next, open]);
  const person = { urn: 'telegram:1', contact: { grants: [{ role: 'auditor', scope: '*', since: 0 }] } };
  const loading = { store, city, person, position: { answers: {} }, now: late };
  const found = await decideRowsTalk.load?.(loading as unknown as LoadContext); // the parts that the load reads
  expect(found).toMatchObject({ open: [{ id: 'o1' }] });
  const decision = { upheld: false, why: '照算', by: 'auditor', at: now };
  await keep('decide', { ...objection, decision }, objection);
  // A run that began before the decision may still be under way.
  await vi.waitFor(async () => {
    await app.tick('freeze-month');
    expect((await loadFrozenMonths(store))[0]).toEqual({ month: open, version: 1 });
  }, 20_000);
  await app.advance(DAY_MS / 24);
  await app.tick('freeze-month');
  expect((await loadFrozenMonths(store))[0]).toEqual({ month: open, version: 1 });
});

test('a month without data does not hold back the months after it', { timeout: 60_000 }, async () => {
  const { redis, keys } = store;
  const frozen = (await loadFrozenMonths(store)).map(({ month }) => month);
  await redis.del(keys.scoreMonths, ...frozen.map((month) => keys.scoreSnapshot(month, 1)));
  // A first report of long ago: its month and the next one are open, and nothing else is known of them.
  await redis.zadd(keys.casesFiled, monthStart(addMonths(open, -5)), 'case_longago0001');
  // The job froze the newest one before; the same operation changes nothing twice.
  await vi.waitFor(async () => {
    await app.tick('freeze-month');
    expect((await loadFrozenMonths(store)).map(({ month }) => month)).toEqual(frozen.slice(1));
  }, 20_000);
});
