import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import { showCaseNumber } from '../../src/cases/case-number.ts';
import { addHistory, loadOwnCases, submissionEvent } from '../../src/cases/case-store.ts';
import type { HazardCase, Report } from '../../src/cases/hazard-case.ts';
import { routeFor } from '../../src/cases/routing.ts';
import type { AlertPage, AlertsPage } from '../../src/console/pages/alerts.ts';
import { alertIdOf } from '../../src/review/alerts/alert.ts';
import { alertEndOf, mondayOf } from '../../src/review/alerts/alert-job.ts';
import { keepAlert, loadAlert, loadAlerts } from '../../src/review/alerts/alert-store.ts';
import { precisionOf } from '../../src/review/alerts/precision.ts';
import { dayStart, loadCaseCounts } from '../../src/review/alerts/series/case-counts.ts';
import { loadWindowCases } from '../../src/review/alerts/window-cases.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import { loadTasks } from '../../src/volunteers/tasks/task-store.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { faultsOf } from './broken-data.ts';

let app: TestApp;
let lead: Phone;
let other: Phone;
let office: Phone;
let clerk: Phone;

/** The streets with a rise, with its category; the last two have one reporter, and two of them. */
const RISES = [
  ['990101001000', 'e_bike_wire_charging', 14],
  ['990101002000', 'pothole', 12],
  ['990102001000', 'street_light', 11],
  ['990102002000', 'lift_fault', 10],
  ['990103001000', 'site_fence', 9],
  ['990103002000', 'gas_leak', 12],
  ['990104002000', 'lift_fault', 12],
] as const;
/** Reporters of a rise, where it has fewer than four. Three are enough. */
const REPORTERS: Readonly<Record<number, number>> = { 4: 3, 5: 1, 6: 2 };
const [OWN, ELSEWHERE] = [RISES[0][0], '990104001000'];

let made = 0;
function caseWrites(
  category: string,
  street: string,
  filedAt: number,
  reporter: `demo:${number}`,
  seenOn?: string,
): readonly Write[] {
  made += 1;
  const report: Report = {
    id: `case_alert${String(made).padStart(6, '0')}`,
    number: `A${String(made).padStart(7, '0')}`,
    category,
    place: { region: `${street.slice(0, 9)}001` },
    description: { text: '▮' },
    photos: [],
    urgent: false,
    filedAt,
    ...(seenOn === undefined ? {} : { seenOn }),
    desk: street,
    community: `${street.slice(0, 9)}001`,
  };
  return addHistory(app.running.store, [submissionEvent(report)], reporter, filedAt);
}

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example.org' });
  lead = await staff(app, '陈主任', 'lead', OWN);
  other = await staff(app, '李主任', 'lead', ELSEWHERE);
  office = await staff(app, '平安办', 'office', '*');
  const { store, services } = app.running;
  const [street, category] = RISES[1];
  const { unit } = routeFor({ category, place: { region: street }, desk: street } as HazardCase, services.city);
  clerk = await staff(app, '养护所王工', 'unit_staff', unit);
  const end = alertEndOf(mondayOf(app.simulator.world.now()));
  const on = (back: number) => dayStart(end - back) + 12 * 3600_000;
  const base = RISES.flatMap(([street, category]) =>
    Array.from({ length: 7 }, (_, i) => caseWrites(category, street, on(10 + i * 14), 'demo:1')),
  );
  const risen = RISES.flatMap(([street, category, n], r) =>
    Array.from({ length: n }, (_, i) =>
      caseWrites(category, street, on(1 + (i % 7)), `demo:${1 + (i % (REPORTERS[r] ?? 4))}`),
    ),
  );
  await bulkWrite(store, [...base, ...risen].flat());
}, 60_000);
afterAll(() => app.close());

const cardsOf = async (phone: Phone) => (await phone.fromBot()).filter(({ text }) => text?.startsWith('🔎'));

test('each Monday the leads of the ground get the alerts of their streets, three at most; one person’s reports raise none', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  await app.tick('weekly-alerts');
  const raised = (await loadAlerts(store)).map(({ record }) => record);
  const streets = raised.map(({ regions: [street] }) => street).toSorted();
  expect(streets).toEqual(RISES.slice(0, 5).map(([street]) => street));
  await lead.sees(
    /消防，锦绣街道[\s\S]*来了 14 件，平常不到 1 件。碰巧这么多的机会不到 1\/[\s\S]*最多的是：电动车飞线充电，14 件/,
  );
  await office.sees(/另有 2 条苗头/);
  expect(await cardsOf(office)).toHaveLength(3);
  expect(await cardsOf(other)).toHaveLength(0);
  // A run after a crash before the last commit raises and tells nothing twice.
  await store.redis.del(store.keys.alertsWeek);
  await app.tick('weekly-alerts');
  await app.settle();
  expect(await loadAlerts(store)).toHaveLength(5);
  expect(await cardsOf(office)).toHaveLength(3);
  expect(await cardsOf(lead)).toHaveLength(1);
  expect(await cardsOf(clerk)).toHaveLength(1);
});

test('the unit that leads most cases gives its word, which the lead reads; it ends nothing', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const alertAt = async (street: string) => {
    const found = (await loadAlerts(store)).find(({ record }) => record.regions[0] === street);
    if (!found) throw new Error(`There is no alert in ${street}.`);
    return found.record;
  };
  const { unit = '', id } = await alertAt(RISES[1][0]);
  const name = services.city.units.get(unit)?.names['zh-CN'] ?? '';
  expect(name).not.toBe('');
  expect((await cardsOf(clerk))[0]?.text).toMatch(new RegExp(`多数归『${name}』办。\\s+这些件多数归您单位办`));
  expect((await cardsOf(clerk))[0]?.buttons.flat().map(({ text }) => text)).toEqual([
    '👀 看这些件',
    '✅ 属实',
    '❌ 不属实',
    '💡 已知原因',
  ]);
  await clerk.tap('不属实', (await cardsOf(clerk))[0]?.message_id);
  await clerk.hasSeen(/记下了：不属实。当地的负责人看得到/);
  const heard = await alertAt(RISES[1][0]);
  expect(heard).toMatchObject({ state: 'raised', unitSaid: { answer: 'false' } });
  expect(heard.answer).toBeUndefined();
  expect(precisionOf([heard], app.simulator.world.now()).filter(({ answered }) => answered > 0)).toEqual([]);
  // The alert of another unit is not there for it, not even by a forged button.
  await clerk.forge((await cardsOf(clerk))[0]?.message_id ?? 0, `go/alerts/${(await alertAt(OWN)).id}.false`);
  await clerk.hasSeen(/不在您的地面上/);
  expect((await alertAt(OWN)).unitSaid).toBeUndefined();
  await office.forge((await cardsOf(office))[0]?.message_id ?? 0, `go/alerts/${id}`);
  await office.hasSeen(new RegExp(`『${name}』答：不属实`));
  await office.say('取消');
});

test('the office that answers a rise by a letter is led to the unit of its cases', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const found = (await loadAlerts(store)).find(({ record }) => record.regions[0] === RISES[1][0])?.record;
  expect(found?.unit).toBeDefined();
  const go = async (to: string) => office.forge((await office.sees(/./)).message_id, `go/alerts/${found?.id}.${to}`);
  await go('confirmed');
  await office.hasSeen(/记下了：属实/);
  await go('acted.letter');
  const said = await office.hasSeen(/记下了：📨 发提醒函/);
  await office.tap('写提醒函', said.message_id);
  await office.hasSeen(/提醒哪一件事/);
  expect(JSON.stringify(said.buttons)).toContain(`go/write-letter/unit.${found?.unit}`);
  await office.say('取消');
  await office.tap('不要了');
});

test('a lead sees the cases, sends volunteers, confirms, acts; a lead elsewhere cannot open it', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  await lead.tap('看这些件');
  await lead.sees(/还在办的 14 件[\s\S]*A000/);
  await lead.tap('派人看', (await cardsOf(lead))[0]?.message_id);
  await lead.sees(/请了两位志愿者明天白天/);
  const [alert] = (await loadAlerts(store)).filter(({ record }) => record.regions[0] === OWN);
  const [task] = await loadTasks(store, [alert?.record.task ?? '']);
  expect(task?.record).toMatchObject({ kind: 'patrol', region: OWN, needed: 2 });
  expect(task?.record.words).toContain('电动车飞线充电');
  await lead.tap('看这条苗头');
  await lead.sees(/派人去看了/);
  await lead.tap('✅ 属实');
  await lead.sees(/记下了：属实/);
  // An old button answers nothing twice.
  await lead.tap('已知原因', (await cardsOf(lead))[0]?.message_id);
  await lead.sees(/刚刚有了变化/);
  await lead.say('苗头');
  await lead.sees(/报得比平常多/);
  await lead.tap('消防 锦绣');
  await lead.sees(/属实，等措施/);
  // From the list as from the card, the cases are shown.
  await lead.tap('看这些件');
  await lead.sees(/还在办的 14 件[\s\S]*A000/);
  await lead.tap('看这条苗头');
  await lead.sees(/属实，等措施/);
  await lead.tap('已经采取措施');
  await lead.sees(/什么措施/);
  await lead.tap('发公告');
  await lead.sees(/连着两周/);
  await other.say('苗头');
  await other.sees(/现在没有苗头/);
  const [after] = (await loadAlerts(store)).filter(({ record }) => record.regions[0] === OWN);
  expect(after?.record).toMatchObject({ state: 'acted', answer: 'confirmed', measure: 'announcement' });
});

test('a lead sends volunteers to the own street also where the neighbouring one has more of the cases', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [found] = (await loadAlerts(store)).filter(({ record }) => record.regions[0] === OWN);
  if (!found) throw new Error('There is no alert.');
  const both = { ...found.record, regions: [OWN, ELSEWHERE], detector: 'scan', street: ELSEWHERE } as const;
  const { answer: _answer, answeredAt: _at, measure: _measure, task: _task, ...open } = both;
  const id = alertIdOf(open.end, open);
  await bulkWrite(store, keepAlert(store, { ...open, id, state: 'raised', raisedAt: now }).writes);
  await lead.forge((await lead.sees(/./)).message_id, `go/alerts/${id}.looked`);
  await lead.hasNew(/请了两位志愿者明天白天/);
  const [task] = await loadTasks(store, [(await loadAlert(store, id))?.record.task ?? '']);
  expect(task?.record.region).toBe(OWN);
  await bulkWrite(store, [
    ['DEL', store.keys.alert(id)],
    ['ZREM', store.keys.alerts, id],
  ]);
});

test('the console shows a lead the alerts of the own ground with their weeks, and nothing of elsewhere', {
  timeout: 60_000,
}, async () => {
  const [own, far] = [await signIn(app, lead), await signIn(app, other)];
  const page = (await own.get('/alerts')).body as unknown as AlertsPage;
  expect(page.alerts.map(({ what, where }) => [what, where])).toEqual([['🔥 消防', '锦绣街道']]);
  const [row] = page.alerts;
  const { body, status } = await own.get(`/alerts/${row?.id}`);
  expect(status).toBe(200);
  const shown = body as unknown as AlertPage;
  expect(shown.weeks.at(-1)).toMatchObject({ count: 14, rain: false, campaign: false });
  expect(shown.weeks.at(-1)?.upper).toBeLessThan(14);
  expect(Object.values(shown.communities)).toEqual([14]);
  // Neither a case nor a person is named.
  expect(JSON.stringify([page, shown])).not.toMatch(/case_|demo:|telegram:|A000/);
  expect(((await far.get('/alerts')).body as unknown as AlertsPage).alerts).toEqual([]);
  expect((await far.get(`/alerts/${row?.id}`)).status).toBe(404);
});

test('a report of Monday about Friday counts on Friday, in the weeks and among the cases of the window', async () => {
  const { store, services } = app.running;
  const { regions } = services.city;
  const end = alertEndOf(mondayOf(app.simulator.world.now()));
  const alert = { what: 'lift_fault', regions: [ELSEWHERE], end, weeks: 1 };
  const found = async () => (await loadWindowCases(store, alert, services.city)).length;
  const counted = async () => {
    const list = (await loadCaseCounts(store, regions, end)).cells.get(`lift_fault ${ELSEWHERE}`) ?? [];
    return [list.at(-2) ?? 0, list.at(-1) ?? 0];
  };
  const monday = dayStart(end + 2) + 7 * 3600_000;
  const seenOn = (back: number) => dayOf(dayStart(end - back));
  await bulkWrite(store, caseWrites('lift_fault', ELSEWHERE, monday, 'demo:1'));
  expect([await found(), await counted()]).toEqual([0, [0, 0]]);
  await bulkWrite(store, caseWrites('lift_fault', ELSEWHERE, monday, 'demo:1', seenOn(1)));
  expect([await found(), await counted()]).toEqual([1, [0, 1]]);
  // Seen in the week before, filed in the window.
  await bulkWrite(store, caseWrites('lift_fault', ELSEWHERE, dayStart(end - 6), 'demo:1', seenOn(8)));
  expect([await found(), await counted()]).toEqual([1, [1, 1]]);
});

test('words of a resident give the day, which the staff read', { timeout: 60_000 }, async () => {
  const person = await app.phone('周阿姨');
  await report(person, { words: '前天晚上电动车飞线充电冒了火花' });
  const { record } = (await loadOwnCases(app.running.store, `telegram:${person.id}`))[0] ?? {};
  expect(record?.seenOn).toBe(dayOf(app.simulator.world.now() - 2 * 24 * 3600_000));
  await office.say(showCaseNumber(record?.number ?? 'A0000000'));
  await office.sees(/看到的日子：/);
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});
