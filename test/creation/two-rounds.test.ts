import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { UnitPage } from '../../src/console/pages/unit-page.ts';
import { keepRound, loadRoundsOf } from '../../src/creation/rounds/round-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { plannedRound, SCHOOL } from './school.ts';

let app: TestApp;
let contact: Phone;
let department: Phone;
let office: Phone;
const now = () => app.simulator.world.now();
const states = async () =>
  (await loadRoundsOf(app.running.store, SCHOOL.id)).map(({ record }) => [record.id, record.state]).toSorted();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const { store } = app.running;
  await saveCityData(store, { premises: [SCHOOL] }, 'premises', 1);
  await app.tick('city-reload');
  contact = await staff(app, '实验小学', 'unit_staff', 'premises:shiyan_school');
  department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  office = await staff(app, '平安办', 'office', '*');
  // A drawn visit suspended a level while its next round is planned already.
  const until = now() + 300 * DAY_MS;
  const old = { state: 'suspended', level: 'district', until, metAt: now(), cureBy: now() + 20 * DAY_MS } as const;
  const older = {
    ...plannedRound(old),
    id: 'round_aaaaaaaa',
    history: [{ event: 'planned', at: now() - DAY_MS }],
  } as const;
  const newer = { ...plannedRound(), id: 'round_bbbbbbbb', history: [{ event: 'planned', at: now() }] } as const;
  await bulkWrite(
    store,
    [older, newer].flatMap((round) => keepRound(store, round, now()).writes),
  );
}, 90_000);
afterAll(() => app.close());

async function open(phone: Phone, what: RegExp, button: string): Promise<void> {
  await phone.say('创建');
  await phone.tap(button, (await phone.hears(what)).message_id);
}

test('a level that was suspended while its next round is planned is cured and lifted in time', async () => {
  await open(contact, /现在暂停/, '报改好了');
  await contact.tap('就这样', (await contact.sees(/报改好了？/)).message_id);
  await contact.sees(/牵头部门知道了/);
  const page = (await (await signIn(app, department)).get('/units/shiyan_school')).body as unknown as UnitPage;
  expect(page.state).toBe('suspended');
  await open(department, /现在暂停/, '恢复');
  await department.tap('就这样', (await department.sees(/恢复？/)).message_id);
  await department.hasSeen(/恢复了/);
  expect(await states()).toEqual([
    ['round_aaaaaaaa', 'met'],
    ['round_bbbbbbbb', 'planned'],
  ]);
});

test('a veto in the newer round ends the level of the older one too', async () => {
  await open(office, /自评还剩/, '一票否决');
  await office.tap('打击上报人', (await office.sees(/哪一种/)).message_id);
  await office.sees(/事实是什么/);
  await office.say('上报的保安第二天被调去守仓库');
  await office.tap('就这样', (await office.sees(/一票否决？/)).message_id);
  await office.sees(/撤销了，原因会公开/);
  expect(await states()).toEqual([
    ['round_aaaaaaaa', 'withdrawn'],
    ['round_bbbbbbbb', 'withdrawn'],
  ]);
});
