import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { addHistory, submissionEvent } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Premises } from '../../src/city/premises.ts';
import type { DrawBoard } from '../../src/console/pages/inspections.ts';
import type { InspectionDraw } from '../../src/inspections/draw/draw.ts';
import { drawProof } from '../../src/inspections/draw/draw-proof.ts';
import { loadDraws, loadFrameText, loadHalves, loadSeed } from '../../src/inspections/draw/draw-store.ts';
import { drawVisits, listText } from '../../src/inspections/draw/draw-visits.ts';
import { readFrame } from '../../src/inspections/draw/frame.ts';
import { readInspectionMonth } from '../../src/inspections/figures/inspection-month.ts';
import { loadVisitsOf } from '../../src/inspections/visits/visit-store.ts';
import type { Alert } from '../../src/review/alerts/alert.ts';
import { alertEndOf, mondayOf } from '../../src/review/alerts/alert-job.ts';
import { keepAlert, loadAlert } from '../../src/review/alerts/alert-store.ts';
import { dayStart } from '../../src/review/alerts/series/case-counts.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import { keepLetter, loadLetter } from '../../src/review/letters/letter-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { lotOf } from '../../src/surveys/wave/draw.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const STREET = '990101001000';
const [RISEN, CALM, BARE] = ['990101001001', '990101001002', '990101001003'];
const PREMISES: readonly Premises[] = [
  { id: 'risen_estate', series: 'community', names: { 'zh-CN': '东苑小区' }, region: RISEN },
  { id: 'calm_estate', series: 'community', names: { 'zh-CN': '西苑小区' }, region: CALM },
];
const LETTER = 'letter_designat';

let app: TestApp;
let lead: Phone;
let auditor: Phone;
let end: number;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  await saveCityData(app.running.store, { premises: PREMISES }, 'premises', 1);
  await app.tick('city-reload');
  end = alertEndOf(mondayOf(now()));
  lead = await staff(app, '陈主任', 'lead', STREET);
  await bulkWrite(app.running.store, [
    ...Array.from({ length: 4 }, (_, i) => caseWrites('e_bike_wire_charging', RISEN, i)).flat(),
    ...Array.from({ length: 3 }, (_, i) => caseWrites('pothole', BARE, 10 + i)).flat(),
    ...keepAlert(app.running.store, alertOf('alert_00000001', 'e_bike_wire_charging')).writes,
    ...keepAlert(app.running.store, alertOf('alert_00000002', 'pothole')).writes,
    ...keepLetter(app.running.store, letterOf()).writes,
  ]);
}, 60_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
const draws = async () => (await loadDraws(app.running.store)).map(({ record }) => record);

function caseWrites(category: string, community: string, n: number) {
  const report: Report = {
    id: `case_named${String(n).padStart(6, '0')}`,
    number: `N${String(n).padStart(7, '0')}`,
    category,
    place: { region: community },
    description: { text: '▮' },
    photos: [],
    urgent: false,
    filedAt: dayStart(end - 3) + 12 * HOUR_MS,
    desk: STREET,
    community,
  };
  return addHistory(app.running.store, [submissionEvent(report)], `demo:${n}`, report.filedAt);
}

function alertOf(id: Alert['id'], what: string): Alert {
  const counts = { count: 4, expected: 1, p: 0.0001, weeks: 1, factor: { rain: 1, campaign: 1 } };
  return { id, state: 'raised', what, regions: [STREET], detector: 'ears', ...counts, end, raisedAt: now() };
}

function letterOf(): Letter {
  return {
    ...{ id: LETTER, state: 'answered', to: `desk.${STREET}`, region: STREET, matter: 'late_accept' },
    ...{ rows: ['N0000000', 'N0000001'] as Letter['rows'], of: 8, ask: '请按时受理。', doneWithin: 10, by: 'test' },
    ...{ draftedAt: now(), sentAt: now(), replyDue: now(), doneDue: now() + 10 * DAY_MS },
    reply: { words: '好', at: now() },
  };
}

async function open(what: string): Promise<void> {
  await lead.say('苗头');
  await lead.sees(/报得比平常多/);
  await lead.tap(what);
}

test('an alert designates nothing without checkers and an auditor, and stays as it is', {
  timeout: 60_000,
}, async () => {
  await open('飞线充电');
  await lead.sees(/等您答复/);
  await lead.tap('✅ 属实');
  await lead.sees(/记下了：属实/);
  await lead.tap('指定检查这几家');
  await lead.sees(/还没有审计员/);
  auditor = await staff(app, '审计小何', 'auditor', '*');
  await lead.forge((await lead.sees(/./)).message_id, 'go/alerts/alert_00000001.acted.designated');
  await lead.sees(/没有两名不沾边的检查员/);
  expect((await loadAlert(app.running.store, 'alert_00000001'))?.record.state).toBe('confirmed');
  expect(await draws()).toEqual([]);
  for (const name of ['甲', '乙', '丙']) await staff(app, `网格员${name}`, 'grid_worker', RISEN);
});

test('one tap designates the premises of the rise; checkers and items come by lot, and no rate counts the visit', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  await lead.forge((await lead.sees(/./)).message_id, 'go/alerts/alert_00000001.acted.designated');
  await lead.hasNew(/记下了：🎯 指定检查/);
  await lead.hasSeen(/定下了：1 家，3 名检查员/);
  const [draw] = await draws();
  if (!draw) throw new Error('There is no draw.');
  expect(draw).toMatchObject({
    state: 'committed',
    each: 0,
    named: ['risen_estate'],
    because: 'alert',
    region: STREET,
  });
  expect((await loadAlert(store, 'alert_00000001'))?.record).toMatchObject({
    ...{ state: 'acted', measure: 'designated', draw: draw.id },
  });
  const text = (await loadFrameText(store, draw.id)) ?? '';
  expect(text).toContain('premises risen_estate community 990101001000 named');
  expect(text).not.toContain('calm_estate');
  await auditor.hasSeen(/请您加一半种子/);
  await auditor.tap('加我这一半');
  await auditor.sees(/随便打一串字/);
  await auditor.say('老槐树下第七块砖');
  await lead.hasSeen(/抽好了：1 家/, 20_000);
  const [visit] = (await loadVisitsOf(store, draw.id)).map(({ record }) => record);
  expect(visit).toMatchObject({
    premises: 'risen_estate',
    named: true,
    checkers: [expect.any(String), expect.any(String)],
  });
  expect((await readInspectionMonth(store, visit?.until.slice(0, 7) ?? '', services.city)).size).toBe(0);
  const board = (await (await signIn(app, lead)).get('/inspections')).body as unknown as DrawBoard;
  expect(board.draws.map(({ because }) => because)).toEqual(['alert']);

  // Anybody repeats such a draw with sha256sum, too.
  const [drawn] = await draws();
  const [halves, seed] = [await loadHalves(store, draw.id), await loadSeed(store, draw.id, draw.frameHash ?? '')];
  if (!drawn || !halves || !seed) throw new Error('The draw has no seed.');
  const done: InspectionDraw = { ...drawn, state: 'done', halves, seed };
  const script = drawProof(done, text, (name) => lotOf(seed, name)) ?? '';
  const printed = execFileSync('sh', ['-e'], { input: script, cwd: app.folder, encoding: 'utf8' });
  expect(printed.trimEnd().split('\n').at(-1)?.slice(0, 64)).toBe(drawn.listHash);
  expect(listText(drawVisits(readFrame(text), (name) => lotOf(seed, name)))).toMatch(/^risen_estate named /);
});

test('cases that lie on no premises designate none; a draw by lot is offered, filled in with the street', {
  timeout: 60_000,
}, async () => {
  await open('坑');
  await lead.sees(/等您答复/);
  await lead.tap('✅ 属实');
  await lead.sees(/记下了：属实/);
  await lead.tap('指定检查这几家');
  const said = await lead.sees(/不在任何一家创建单位里/);
  expect(said.buttons.flat().map(({ text }) => text)).toEqual(['🎲 安排抽查', '🔎 看这条苗头']);
  expect((await loadAlert(app.running.store, 'alert_00000002'))?.record.state).toBe('confirmed');
  expect(await draws()).toHaveLength(1);
});

test('a letter designates the premises of its rows once', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const designate = async () => lead.forge((await lead.sees(/./)).message_id, `go/my-letters/${LETTER}.designated`);
  await designate();
  await lead.hasNew(/这份函的件最多的几家，定为指定检查/);
  const [draw] = await draws();
  expect(draw).toMatchObject({ because: 'letter', named: ['risen_estate'], each: 0 });
  expect((await loadLetter(store, LETTER))?.record.draw).toBe(draw?.id);
  await designate();
  await lead.hasNew(/现在是这样/);
  expect(await draws()).toHaveLength(2);
});
