import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS, momentOf } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { UnitPlan } from '../../src/console/pages/units.ts';
import { drillSeedOf, loadDrills } from '../../src/creation/drills/drill-store.ts';
import { drillSeed, isUnseen, isWatched } from '../../src/creation/drills/drill-watch.ts';
import { readEvidence } from '../../src/creation/evidence/read-evidence.ts';
import { quarterOf } from '../../src/creation/plan/quarter.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { keepHalf, loadFixedHalf, loadHalf } from '../../src/inspections/draw/draw-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { hashOf } from '../../src/surveys/wave/draw.ts';
import type { TaskId } from '../../src/volunteers/tasks/task.ts';
import { keepTask, loadTask, setPart } from '../../src/volunteers/tasks/task-store.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { SCHOOL, STANDARD, schoolTask } from './school.ts';

const POINT = { longitude: 119.5, latitude: 31.5 };
const PREMISES = { ...SCHOOL, point: POINT };
let app: TestApp;
let contact: Phone;
let department: Phone;
let workers: readonly Phone[];
const now = () => app.simulator.world.now();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  await saveCityData(app.running.store, { premises: [PREMISES] }, 'premises', 1);
  await app.tick('city-reload');
  contact = await staff(app, '实验小学', 'unit_staff', 'premises:shiyan_school');
  department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  workers = await Promise.all(['甲', '乙'].map((name) => staff(app, `网格员${name}`, 'grid_worker', SCHOOL.region)));
  await app.tick('drill-watches');
}, 90_000);
afterAll(() => app.close());

const quarter = async (at = now()) => {
  const kept = await loadDrills(app.running.store, quarterOf(at));
  if (!kept) throw new Error('The half is not fixed.');
  return kept.record;
};
const drillOf = async (id: TaskId) => (await quarter()).drills.find(({ task }) => task === id);
const seed = async () => {
  const { quarter: name } = await quarter();
  return drillSeed(name, (await loadHalf(app.running.store, drillSeedOf(name))) ?? '');
};

let made = 0;

/** Makes a drill at the school in some hours whose lot is to be watched or not; one person comes to it. */
async function drill(watched: boolean, by = 'test', hours = 2): Promise<TaskId> {
  const { store } = app.running;
  const own = await seed();
  let id: TaskId;
  do {
    made += 1;
    id = `task_d${String(made).padStart(7, '0')}`;
  } while (isWatched(own, id) !== watched);
  const from = now() + hours * HOUR_MS;
  const record = schoolTask({ id, kind: 'drill', state: 'open', point: POINT, from, by, madeAt: now() });
  await bulkWrite(store, [
    ...keepTask(store, record).writes,
    ...setPart(store, id, 'volunteer_x', { state: 'confirmed', at: from }),
  ]);
  await app.tick('drill-watches');
  return id;
}

/** The phone whose code the newest watcher of a drill is. */
async function watcherOf(id: TaskId): Promise<Phone> {
  const code = (await drillOf(id))?.watch?.watchers.at(-1);
  const found = workers.find(
    (one) => checkerCode(id, app.running.store.pseudonym(`telegram:${one.id}` as Urn)) === code,
  );
  if (!found) throw new Error(`No grid worker has the code ${code}.`);
  return found;
}

const drillsCounted = async () =>
  (
    await readEvidence(
      app.running.store,
      [{ premises: PREMISES, standard: STANDARD }],
      app.running.services.city,
      now(),
    )
  ).get(SCHOOL.id)?.[18]?.rows ?? [];

/** The contact notes the minutes of the drill about which it is asked. */
async function noteMinutes(minutes: string): Promise<void> {
  await app.tick('drill-watches');
  await contact.tap('记下用时', (await contact.hasSeen(/演练做完了/)).message_id);
  await contact.tap('记下用时', (await contact.sees(/用了几分钟还没记/)).message_id);
  await contact.sees(/从响铃到点完名，用了几分钟/);
  await contact.say(minutes);
  await contact.sees(new RegExp(`记下了，${minutes} 分钟`));
}

/** Opens the newest message about a drawn drill. */
async function open(watcher: Phone): Promise<void> {
  await watcher.say('看演练');
  await watcher.hears(/抽到您去看一眼/);
}

test('the lot watches one drill in five', () => {
  const ids = Array.from({ length: 5000 }, (_, i): TaskId => `task_${String(i).padStart(8, '0')}`);
  const share = ids.filter((id) => isWatched('seed', id)).length / ids.length;
  expect(share).toBeGreaterThan(0.18);
  expect(share).toBeLessThan(0.22);
});

test('a drill that the lot leaves out has no watcher; the half of the seed was fixed before', async () => {
  const { halfHash } = await quarter();
  const id = await drill(false);
  expect(await drillOf(id)).toMatchObject({ premises: SCHOOL.id });
  expect((await drillOf(id))?.watch).toBeUndefined();
  const half = (await loadHalf(app.running.store, drillSeedOf((await quarter()).quarter))) ?? '';
  expect(createHash('sha256').update(half).digest('hex')).toBe(halfHash);
});

test('a watcher of another unit is told, the premises are not; one who cannot go is replaced, the next notes the minutes', async () => {
  const id = await drill(true);
  const first = await watcherOf(id);
  await first.hasSeen(/抽到您看一场演练：实验小学/);
  await app.settle();
  for (const phone of [contact, department])
    expect((await phone.fromBot()).some(({ text }) => /演练/.test(text ?? ''))).toBe(false);
  await open(first);
  const card = await first.sees(/抽到您去看一眼/);
  // Before its time a drill is neither seen nor missed.
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('✅ 看到了，走了一遍');
  await first.tap('去不了', card.message_id);
  await first.sees(/换一位去/);
  await app.tick('drill-watches');
  const second = await watcherOf(id);
  expect(second.id).not.toBe(first.id);
  await app.advance(2 * HOUR_MS + MINUTE_MS);
  await open(second);
  await second.tap('看到了');
  await second.sees(/几分钟/);
  await second.say('3');
  await second.sees(/3 分钟/);
  await contact.hasSeen(/有人看过了：用了 3 分钟/);
  expect(await drillOf(id)).toMatchObject({ watch: { answer: 'held', minutes: 3 } });
  await app.advance(2 * HOUR_MS);
  expect(await drillsCounted()).toContain(id);
});

test('a drill that the watcher did not see counts for nothing, until a lead lets it count', {
  timeout: 60_000,
}, async () => {
  await app.advance(DAY_MS - 5 * HOUR_MS);
  const id = await drill(true);
  await app.advance(2 * HOUR_MS + MINUTE_MS);
  const watcher = await watcherOf(id);
  await open(watcher);
  await watcher.tap('到点没看到');
  await watcher.sees(/什么样/);
  await watcher.say('操场上没有人，教室照常上课');
  await watcher.sees(/牵头部门会问清楚/);
  await app.advance(2 * HOUR_MS);
  expect(await drillsCounted()).not.toContain(id);
  const told = await contact.hasSeen(/到点没看到：“操场上没有人/);
  expect(told.buttons.flat()).toEqual([]);
  await department.tap('看看怎么定', (await department.hasSeen(/到点没看到/)).message_id);
  await department.tap('照样算', (await department.sees(/这一次现在不算/)).message_id);
  await department.sees(/好，这一次照样算/);
  // It counts once its minutes are noted.
  expect(await drillsCounted()).not.toContain(id);
  await noteMinutes('4');
  expect(await drillsCounted()).toContain(id);
  const browser = await signIn(app, department);
  const { drills } = (await browser.get('/units/plan')).body as unknown as UnitPlan;
  expect(drills).toMatchObject([{ drills: 3, watched: 2, held: 2, notHeld: 0 }]);
  expect(drills[0]?.half).toBeUndefined();
});

test('the person who made a drill does not watch it', async () => {
  await app.advance(DAY_MS - 4 * HOUR_MS);
  const [one, other] = workers as [Phone, Phone];
  const own = ({ id }: Phone) => app.running.store.pseudonym(`telegram:${id}` as Urn);
  for (const maker of [one, one, one, other, other, other]) {
    await app.advance(MINUTE_MS + 7);
    const watcher = await watcherOf(await drill(true, own(maker)));
    expect(watcher.id).toBe((maker === one ? other : one).id);
  }
});

test('a watch that no person answered costs the premises nothing', async () => {
  await app.advance(DAY_MS);
  const id = await drill(true);
  await app.advance(4 * DAY_MS);
  await app.tick('drill-watches');
  const found = await drillOf(id);
  expect(found).toMatchObject({ watch: { answer: 'missed' } });
  expect(found && isUnseen(found)).toBe(false);
  await noteMinutes('2');
  expect(await drillsCounted()).toContain(id);
});

test('a drill that was opened at night for the next morning is in the lot; its premises owe a watch, and the next one is watched', {
  timeout: 60_000,
}, async () => {
  // At night the job lists each drill and tells no watcher.
  const night = momentOf(`${dayOf(now() + DAY_MS)}T22:30`);
  await app.advance(night - now());
  const id = await drill(true, 'test', 8);
  expect(await drillOf(id)).toMatchObject({ watch: { watchers: [] } });
  await app.advance(8 * HOUR_MS + MINUTE_MS);
  await app.tick('drill-watches');
  expect((await drillOf(id))?.watch).toMatchObject({ watchers: [], answer: 'missed' });
  // One that was opened minutes before it began is listed too.
  await app.advance(2 * HOUR_MS);
  const late = await drill(false, 'test', 0);
  await app.advance(MINUTE_MS);
  await app.tick('drill-watches');
  expect(await drillOf(late)).toMatchObject({ watch: { owed: true, answer: 'missed' } });
  const next = await drill(false);
  expect(await drillOf(next)).toMatchObject({ watch: { owed: true, watchers: [expect.any(String)] } });
  const after = await drill(false);
  expect((await drillOf(after))?.watch).toBeUndefined();
  expect(await faultsOf(app.running.store)).toEqual([]);
});

test('a watcher hears by day that the drill was cancelled, and the next drill of the premises is watched', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const cancel = async (id: TaskId) => {
    const kept = await loadTask(store, id);
    if (!kept) throw new Error('There is no task.');
    await bulkWrite(store, keepTask(store, { ...kept.record, state: 'cancelled', cancelledAt: now() }, kept).writes);
    await app.tick('drill-watches');
  };
  await app.advance(momentOf(`${dayOf(now() + DAY_MS)}T10:00`) - now());
  const id = await drill(true);
  const watcher = await watcherOf(id);
  await watcher.hasNew(/抽到您看一场演练/);
  await cancel(id);
  await watcher.hasNew(/实验小学的演练取消了/);
  expect((await drillOf(id))?.watch).toMatchObject({ answer: 'missed', calledOff: true });
  const owed = await drill(false, 'test', 20);
  expect(await drillOf(owed)).toMatchObject({ watch: { owed: true, watchers: [expect.any(String)] } });
  // At night no watcher is told, and a drill that is opened then does not escape either.
  const next = await watcherOf(owed);
  await app.advance(13 * HOUR_MS);
  const before = await next.fromBot();
  await cancel(owed);
  await app.settle();
  expect(await next.fromBot()).toHaveLength(before.length);
  const after = await drill(false, 'test', 10);
  expect(await drillOf(after)).toMatchObject({ watch: { owed: true } });
  await app.advance(8 * HOUR_MS + MINUTE_MS);
  await app.tick('drill-watches');
  await next.hasNew(/实验小学的演练取消了/);
  expect((await drillOf(owed))?.watch).toMatchObject({ answer: 'missed', calledOff: true });
  expect(await faultsOf(store)).toEqual([]);
});

test('a drill at night in advance finds its watcher in the morning', async () => {
  await app.advance(momentOf(`${dayOf(now() + DAY_MS)}T23:00`) - now());
  const id = await drill(true, 'test', 12);
  expect(await drillOf(id)).toMatchObject({ watch: { watchers: [] } });
  await app.advance(8 * HOUR_MS + MINUTE_MS);
  await app.tick('drill-watches');
  await (await watcherOf(id)).hasSeen(/抽到您看一场演练：实验小学/);
});

test('after its quarter the half is published, and repeats each choice', async () => {
  const { quarter: name, halfHash } = await quarter();
  const before = now();
  await app.advance(95 * DAY_MS);
  await app.tick('drill-watches');
  const over = await quarter(before);
  expect(over.quarter).toBe(name);
  expect(
    createHash('sha256')
      .update(over.half ?? '')
      .digest('hex'),
  ).toBe(halfHash);
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  for (const { task, watch } of over.drills)
    if (!watch?.owed)
      expect(sha(`${sha(`${name} ${over.half}`)} ${task}`).slice(0, 8) <= '33333333').toBe(watch !== undefined);
});

test('a half that is lost or was exchanged stops its draw, and the error says how to go on', async () => {
  const { store } = app.running;
  const load = () => loadFixedHalf(store, { of: 'tried', halfHash: hashOf('one') }, 'Plan it again.');
  const lost = 'tried has lost its half of the seed. Plan it again.';
  await expect(load()).rejects.toThrow(lost);
  await bulkWrite(store, [keepHalf(store, 'tried', 'office', 'other')]);
  await expect(load()).rejects.toThrow(lost);
  await bulkWrite(store, [keepHalf(store, 'tried', 'office', 'one')]);
  expect(await load()).toBe('one');
});
