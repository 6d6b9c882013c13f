import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, addHistory, changeCase, loadCase, loadEvents, newCaseId } from '../../src/cases/case-store.ts';
import { clocksOf } from '../../src/cases/deadlines.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { attempt } from '../../src/cases/lifecycle.ts';
import { limitsOf, responsibleRegions } from '../../src/cases/routing.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { ScoreRegionPage } from '../../src/console/pages/score-rows.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { lifeOf } from '../../src/demo/history/life.ts';
import type { Role } from '../../src/people/role.ts';
import type { Framed, Reread } from '../../src/review/rereads/reread.ts';
import { CHECKS_MAX, CLASSES_MAX, drawRereads, frameOf, mayReread } from '../../src/review/rereads/reread.ts';
import { keepRereads, loadFrames, loadRereads } from '../../src/review/rereads/reread-store.ts';
import type { Month } from '../../src/review/score/month.ts';
import { addMonths, monthOf } from '../../src/review/score/month.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';
import { hashOf } from '../../src/surveys/wave/draw.ts';
import { enlist, sendPhoto, staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const STREET = '990101001000';
const OTHER = '990102001000';
const HERE = { latitude: 31.5552, longitude: 119.4434 };

/** The first names in the order of their lots, as anybody finds them with sha256sum. */
function firstByLot(framed: readonly Framed[], half: string, count: number): readonly string[] {
  const seed = hashOf(`${hashOf(frameOf(framed))} ${half}`);
  const lots = framed.map(({ number }) => ({ number, lot: hashOf(`${seed} ${number}`) }));
  return lots
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, count)
    .map(({ number }) => number);
}

describe('the draw of cases that are read again', () => {
  const numbered = (street: string, count: number): readonly Framed[] =>
    Array.from({ length: count }, (_, i) => ({
      case: `case_${street}${i}`,
      number: `${street}${String(i).padStart(4, '0')}` as Framed['number'],
      street,
    }));
  const draw = (
    accepted: readonly Framed[],
    readers: readonly string[],
    rejection: readonly Framed[] = [],
    check: readonly Framed[] = [],
  ) =>
    drawRereads(
      { month: '2026-10', halfHash: hashOf('half') },
      'half',
      { rejection, class: accepted, check },
      { rejection: readers, class: readers, check: readers.slice(0, 1) },
    );

  test('takes one in twenty accepted cases of each street, at least one and at most ten', () => {
    const { classes } = draw([...numbered('A', 1), ...numbered('B', 61), ...numbered('C', 900)], ['A', 'B', 'C']);
    const counts = Object.groupBy(classes?.rows ?? [], ({ street }) => street);
    expect([counts.A?.length, counts.B?.length, counts.C?.length, classes?.of]).toEqual([1, 4, CLASSES_MAX, 962]);
    expect(classes?.rows.every(({ by, street }) => by !== street && by !== '')).toBe(true);
  });

  test('takes the smallest lots of each street, which the frame and the half alone decide', () => {
    const all = [...numbered('A', 40), ...numbered('B', 40)];
    const rows = draw(all, ['A', 'B']).classes?.rows ?? [];
    const inOrder = firstByLot(all, 'half', all.length);
    for (const street of ['A', 'B'])
      expect(rows.filter((row) => row.street === street).map(({ number }) => number)).toEqual(
        inOrder.filter((number) => number.startsWith(street)).slice(0, 2),
      );
  });

  test('takes ten passed checks of each street, or all where fewer passed, for streets with people on the ground', () => {
    const passed = [...numbered('A', 3), ...numbered('B', 40)];
    const rows = draw([], ['C', 'A'], [], passed).checks?.rows ?? [];
    const counts = Object.groupBy(rows, ({ street }) => street);
    expect([counts.A?.length, counts.B?.length]).toEqual([3, CHECKS_MAX]);
    expect(counts.B?.map(({ number }) => number)).toEqual(
      firstByLot(passed, 'half', 43)
        .filter((number) => number.startsWith('B'))
        .slice(0, 10),
    );
    // Street A has readers of words alone.
    expect(rows.every(({ by }) => by === 'C')).toBe(true);
  });

  test('is one of rejections and one of classes, each with its own frame', () => {
    const { rows, classes, frameHash } = draw(numbered('A', 20), ['B'], numbered('B', 21));
    expect([rows?.length, classes?.rows.length]).toEqual([2, 1]);
    expect(frameHash).not.toBe(classes?.frameHash);
    // No other street has a reader: auditors of the city read the case.
    expect([rows?.[0]?.by, classes?.rows[0]?.by]).toEqual(['', 'B']);
  });
});

describe('a month of the city', () => {
  let app: TestApp;
  let store: Store;
  let month: Month;
  let lead: Phone;
  let reporter: Phone;
  let other: Phone;
  let walker: Phone;
  let checker: Phone;

  beforeAll(async () => {
    app = await openTestApp({ site: 'https://anlin.example' });
    store = app.running.store;
    month = monthOf(app.simulator.world.now());
    await app.tick('rereads');
    expect((await loadRereads(store, month))?.record).toEqual({
      month,
      halfHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    lead = await staff(app, '街道负责人', 'lead', STREET);
    other = await staff(app, '别街受理员', 'dispatcher', OTHER);
    walker = await staff(app, '别街网格员', 'grid_worker', `${OTHER.slice(0, 9)}001`);
    checker = await staff(app, '验收过的网格员', 'grid_worker', `${OTHER.slice(0, 9)}001`);
    reporter = await app.phone('周阿姨');
    await reporter.say('/start');
    await reporter.hears(/您好，我是安邻/);
    for (const street of [STREET, OTHER]) {
      await decide(street, 'rejected');
      await decide(street, 'accepted');
      await decide(street, undefined);
    }
    await app.advance(Date.parse(`${addMonths(month, 1)}-06T10:00:00+08:00`) - app.simulator.world.now());
    await bulkWrite(store, [...addHistory(store, passedCase(), `telegram:${reporter.id}`, app.simulator.world.now())]);
    await app.tick('case-facts');
  }, 120_000);
  afterAll(() => app.close());

  /** A case of the street that was cured, passed the check of `checker` and is closed. */
  function passedCase(): readonly CaseEvent[] {
    const by = store.pseudonym(`telegram:${checker.id}`);
    const now = app.simulator.world.now();
    const region = `${STREET.slice(0, 9)}001`;
    const report: Report = {
      id: newCaseId(randomInt),
      number: newCaseNumber(randomInt),
      category: 'stairwell_clutter',
      place: { region, point: HERE },
      description: { text: '通道堆满了纸箱' },
      photos: [],
      urgent: false,
      filedAt: now - 25 * DAY_MS,
      ...responsibleRegions(region, city.regions),
    };
    const events = lifeOf(report, false, now, { city, random: () => 0.3 });
    return events.map((event) => {
      if (event.type === 'dispatched') return { ...event, helpers: ['gas'] };
      return event.type === 'check_passed' ? { ...event, by } : event;
    });
  }

  /** A report of the month that a dispatcher rejects, accepts, or leaves alone. */
  async function decide(street: string, what: 'rejected' | 'accepted' | undefined): Promise<void> {
    const region = `${street.slice(0, 9)}001`;
    const report: Report = {
      id: newCaseId(randomInt),
      number: newCaseNumber(randomInt),
      // Blocked fire lanes have a first deadline, cluttered stairs have none.
      category: what === 'rejected' ? 'fire_lane_blocked' : 'stairwell_clutter',
      place: { region },
      description: { text: '通道堆满了纸箱' },
      photos: [],
      urgent: false,
      filedAt: app.simulator.world.now(),
      ...responsibleRegions(region, city.regions),
    };
    await bulkWrite(store, addCase(store, report, `telegram:${reporter.id}`).writes);
    if (!what) return;
    const kept = await loadCase(store, report.id);
    if (!kept) throw new Error('There is no case.');
    const rejection = { reason: 'too_little', words: { text: '没有说清是哪一层' } } as const;
    const given = what === 'rejected' ? rejection : { clock: limitsOf(report, city) };
    const now = app.simulator.world.now();
    const tried = attempt(kept.record, what, { as: 'dispatcher', by: 'test' }, given, now);
    if (tried.type !== 'done') throw new Error(tried.why);
    await bulkWrite(store, changeCase(store, kept, tried.event).writes);
  }

  /** Gives the row of the lead's street to the other street, whatever the lot said. */
  async function giveToOther(): Promise<{ readonly rejection: Reread; readonly class: Reread }> {
    const kept = await loadRereads(store, month);
    const frames = await loadFrames(store, month, city.regions);
    const [rejection, one] = [frames.rejection, frames.class].map((some) =>
      some.find(({ street }) => street === STREET),
    );
    if (!kept?.record.classes || !rejection || !one) throw new Error('Nothing was drawn.');
    const rows = { rejection: { ...rejection, by: OTHER }, class: { ...one, by: OTHER } };
    const classes = { ...kept.record.classes, rows: [rows.class] };
    const given = { ...kept.record, rows: [rows.rejection], classes };
    await commitAsSystem(store, { op: 'given', what: 'test', ...keepRereads(store, given, kept) }, 0);
    return rows;
  }

  test('is drawn by a seed of before, and another street reads it without a name', { timeout: 60_000 }, async () => {
    const frames = await loadFrames(store, month, city.regions);
    expect([frames.rejection.length, frames.class.length, frames.check.length]).toEqual([2, 3, 1]);
    await app.tick('rereads');
    const drawn = (await loadRereads(store, month))?.record;
    const { half = '', rows = [], classes } = drawn ?? {};
    expect(drawn).toMatchObject({
      halfHash: hashOf(half),
      frameHash: hashOf(frameOf(frames.rejection)),
      of: 2,
      classes: { frameHash: hashOf(frameOf(frames.class)), of: 3 },
      checks: { frameHash: hashOf(frameOf(frames.check)), of: 1 },
    });
    expect(rows.map(({ number }) => number)).toEqual(firstByLot(frames.rejection, half, 1));
    expect(classes?.rows).toHaveLength(2);
    expect([...rows, ...(classes?.rows ?? [])].every(({ street, by }) => by !== street)).toBe(true);
    expect(await store.redis.exists(store.keys.drawHalves(`reread_${month}`))).toBe(0);
    await other.hasSeen(/请再看一眼/, 10_000);

    const { rejection, class: one } = await giveToOther();
    // A street never reads its own cases, not even through a colleague with a second role elsewhere.
    const readerIn = (...scopes: readonly string[]) =>
      mayReread(
        'rejection',
        rejection,
        scopes.map((scope) => ({ role: 'dispatcher', scope, since: 0 })),
        city.regions,
      );
    expect([[OTHER], [STREET], [OTHER, STREET], ['*']].map((scopes) => readerIn(...scopes))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const own = await staff(app, '本街受理员', 'dispatcher', STREET);
    await own.say('再看一眼');
    await own.hears(/没有等您再看的/);
    await other.say('再看一眼');
    const card = await other.hears(/不受理的理由：/);
    expect(card.text).not.toMatch(/telegram|case_/);
    await other.tap('应该受理');
    await other.hasSeen(/记下了，谢谢您。还有 1 件/);
    await lead.hasSeen(/别的街道再看以后觉得应该受理/, 10_000);

    // The class of an accepted case comes next, with what decides its deadlines, and no person and no exact place.
    await other.tap('看一看');
    const second = await other.hears(/类别和轻重定得对吗/);
    expect(second.text).toMatch(/通道堆满了纸箱[\s\S]*一般风险 · 只有根治时限/);
    expect(second.text).not.toMatch(/telegram|case_/);
    await other.tap('定轻了');
    await other.hasSeen(/记下了，谢谢您。都看完了/);
    await lead.hasSeen(/觉得定轻了/, 10_000);
    const kept = (await loadRereads(store, month))?.record;
    expect(kept?.rows).toEqual([{ ...rejection, answer: 'wrong' }]);
    expect(kept?.classes?.rows).toEqual([{ ...one, answer: 'too_light' }]);
    const page = (await (await signIn(app, lead)).get(`/score/${month}/${STREET}`)).body as unknown as ScoreRegionPage;
    expect(page.reread).toEqual({ drawn: 1, right: 0, wrong: 1, unclear: 0 });
    expect(page.classes).toEqual({ drawn: 1, right: 0, too_light: 1, wrong_category: 0, unclear: 0 });
  });

  test('a passed check is seen on site by a grid worker of another street; a cure that is not there costs no point', {
    timeout: 60_000,
  }, async () => {
    const [row] = (await loadRereads(store, month))?.record.checks?.rows ?? [];
    if (!row) throw new Error('Nothing was drawn.');
    expect([row.street, row.by]).toEqual([STREET, OTHER]);
    const may = (...grants: readonly (readonly [Role, string])[]) =>
      mayReread(
        'check',
        row,
        grants.map(([role, scope]) => ({ role, scope, since: 0 })),
        city.regions,
      );
    const theirs = ['grid_worker', `${OTHER.slice(0, 9)}001`] as const;
    expect([
      may(theirs),
      may(theirs, ['lead', STREET]),
      may(theirs, ['grid_worker', `${STREET.slice(0, 9)}001`]),
    ]).toEqual([true, false, false]);
    expect([may(['grid_worker', '*']), may(['dispatcher', OTHER])]).toEqual([false, false]);

    await walker.hasSeen(/已经验收的事/);
    await walker.say('再看一眼');
    const card = await walker.hears(/真的办好了吗/);
    expect(card.text).toMatch(/31\.55520, 119\.44340[\s\S]*单位说：/);
    expect(card.text).not.toMatch(/telegram|case_/);
    await walker.tap('没有办好');
    await walker.sees(/只比一比远近/);
    await walker.send({ location: { latitude: HERE.latitude + 0.02, longitude: HERE.longitude } });
    await walker.hears(/还有点远/);
    expect((await loadRereads(store, month))?.record.checks?.rows[0]).toEqual(row);
    await walker.tap('看一看');
    await walker.sees(/真的办好了吗/);
    await walker.tap('没有办好');
    await walker.sees(/只比一比远近/);
    await walker.send({ location: HERE });
    await walker.hears(/记下了，谢谢您。都看完了/);
    const kept = await loadRereads(store, month);
    expect(kept?.record.checks?.rows).toEqual([{ ...row, answer: 'not_done' }]);
    const readPage = async () =>
      (await (await signIn(app, lead)).get(`/score/${month}/${STREET}`)).body as unknown as ScoreRegionPage;
    const page = await readPage();
    expect(page.checks).toEqual({ drawn: 1, holds: 0, not_done: 1, unclear: 0 });

    // The lead has it worked on again; indicator 4 stays as it was.
    const message = await lead.withButton('再办一次');
    await lead.tap('再办一次', message.message_id);
    await sendPhoto(lead, /照片/);
    await lead.sees(/请写/);
    await lead.say('别街看过，纸箱还在');
    await lead.hasSeen(/重新办理了/);
    expect((await loadCase(store, row.case))?.record).toMatchObject({ state: 'in_progress', reopenings: 1 });
    await app.tick('case-facts');
    const reworkOf = ({ cells }: ScoreRegionPage) => cells.find(({ code }) => code === 'rework');
    expect(reworkOf(await readPage())).toEqual(reworkOf(page));
  });

  test('nobody of a unit that worked on a case, and nobody who wrote an event in it, is asked to see it on site', {
    timeout: 60_000,
  }, async () => {
    const kept = await loadRereads(store, month);
    const { answer: _answer, ...row } = kept?.record.checks?.rows[0] ?? {};
    if (!kept?.record.checks || !('case' in row)) throw new Error('Nothing was drawn.');
    const open = { ...kept.record, checks: { ...kept.record.checks, rows: [row as Reread] } };
    // The case as it was before the lead had it worked on again.
    const now = app.simulator.world.now();
    const again = passedCase();
    const other = {
      ...row,
      case: again[0]?.report?.id ?? '',
      number: again[0]?.report?.number ?? row.number,
    } as Reread;
    await bulkWrite(store, [
      ...addHistory(store, again, `telegram:${reporter.id}`, now),
      ...keepRereads(store, { ...open, checks: { ...open.checks, rows: [other] } }, kept).writes,
    ]);
    const record = (await loadCase(store, other.case))?.record;
    expect([record?.state, record?.unit, record?.helpers]).toEqual(['closed', expect.any(String), ['gas']]);
    const none = /没有等您再看的/;
    const ask = async (phone: Phone, answer: RegExp) => {
      await phone.say('再看一眼');
      await phone.hears(answer);
      await phone.say('/cancel');
    };
    const grid = `${OTHER.slice(0, 9)}001`;
    const worker = async (name: string, unit: string) =>
      enlist(app, await staff(app, name, 'grid_worker', grid), 'unit_staff', unit);
    await ask(checker, none);
    await ask(await worker('主办单位的人', record?.unit ?? ''), none);
    await ask(await worker('协办单位的人', 'gas'), none);
    await ask(await worker('别的单位的人', 'water'), /真的办好了吗/);
    await ask(walker, /真的办好了吗/);
  });

  test('a lead reopens a wrong rejection with one tap, with both clocks and news to its reporter', {
    timeout: 60_000,
  }, async () => {
    const [row] = (await loadRereads(store, month))?.record.rows ?? [];
    if (!row) throw new Error('Nothing was drawn.');
    const message = await lead.withButton('改判，重新办');
    await lead.tap('改判，重新办', message.message_id);
    await lead.hasSeen(/改判了，请重新派遣/);
    const reopened = await loadCase(store, row.case);
    expect(reopened?.record).toMatchObject({ state: 'filed', clock: { contain: '2h', cure: '1wd' } });
    if (!reopened) throw new Error('The case is gone.');
    expect(new Set(clocksOf(reopened.record).map((clock) => clock.for))).toEqual(
      new Set(['dispatch', 'contain', 'cure']),
    );
    expect((await loadEvents(store, row.case)).at(-1)).toMatchObject({ type: 'overturned', as: 'lead', to: 'filed' });
    await app.tick('case-news');
    await reporter.hasSeen(/上级看过，觉得还能办，重新办了/, 10_000);
    await lead.tap('改判，重新办', message.message_id);
    await lead.hasSeen(/这一件刚刚有了变化/);
    expect(await loadEvents(store, row.case)).toHaveLength(reopened.record.events);
  });
});
