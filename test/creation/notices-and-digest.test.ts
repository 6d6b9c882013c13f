import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import { DAY_MS, dayOf, HOUR_MS, isWorkingDay, momentOf } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Premises } from '../../src/city/premises.ts';
import type { Round } from '../../src/creation/rounds/round.ts';
import { keepRound, loadRound } from '../../src/creation/rounds/round-store.ts';
import { stuckAt } from '../../src/creation/rounds/stuck-round.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { neighbours } from '../deliberation/neighbours.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { NOW, plannedRound, SCHOOL } from './school.ts';

const PREMISES: readonly Premises[] = [
  SCHOOL,
  { ...SCHOOL, id: 'second_school', names: { 'zh-CN': '第二小学' } },
  { ...SCHOOL, id: 'other_school', names: { 'zh-CN': '城东小学' }, region: '990101002001' },
];

let app: TestApp;
let resident: Phone;
let muted: Phone;
let elsewhere: Phone;
const now = () => app.simulator.world.now();

beforeAll(async () => {
  app = await openTestApp();
  await saveCityData(app.running.store, { premises: PREMISES }, 'premises', 1);
  await app.tick('city-reload');
  [resident] = (await neighbours(app, ['周阿姨'])) as [Phone];
  [muted] = (await neighbours(app, ['静音'], { muted: ['notices'] })) as [Phone];
  [elsewhere] = (await neighbours(app, ['外人'], { home: '990101002001' })) as [Phone];
}, 90_000);
afterAll(() => app.close());

/** Moves the clock to 10:30 of the next working day. */
async function nextMorning(): Promise<void> {
  let day = dayOf(now() + DAY_MS);
  while (!isWorkingDay(day)) day = dayOf(momentOf(`${day}T12:00`) + DAY_MS);
  await app.advance(momentOf(`${day}T10:30`) - now());
}

function notice(id: Round['id'], premises: string, began: number): Round {
  return plannedRound({
    id,
    premises,
    region: PREMISES.find((one) => one.id === premises)?.region ?? '',
    state: 'public_notice',
    since: began,
    level: 'district',
    noticeUntil: began + 7 * DAY_MS,
    proposedBy: 'one',
    secondedBy: 'two',
    history: [{ event: 'notice_begun', at: began }],
  });
}
const put = (...rounds: readonly Round[]) =>
  bulkWrite(
    app.running.store,
    rounds.flatMap((round) => keepRound(app.running.store, round, now()).writes),
  );
const cards = async () => (await loadBroadcasts(app.running.store)).map(({ record }) => record);
const cardsOf = async (phone: Phone) => (await phone.fromBot()).filter(({ text }) => text?.includes('平安创建公示'));

test('residents of a street get one card for its notices, and never a second one in the same period', {
  timeout: 90_000,
}, async () => {
  await put(notice('round_aaaaaaaa', SCHOOL.id, now()), notice('round_bbbbbbbb', 'second_school', now()));
  // A card waits for the next working morning.
  await app.tick('notice-cards');
  expect(await cards()).toEqual([]);
  await nextMorning();
  await app.tick('notice-cards');
  await app.tick('notice-cards');
  expect(await cards()).toMatchObject([
    { state: 'approved', by: '', kind: 'announcement', topic: 'notices', audience: { region: '990101001000' } },
  ]);
  await app.advance(2 * 60_000);
  const card = await resident.hasSeen(/平安创建公示/, 30_000);
  for (const name of ['实验小学', '第二小学']) expect(card.text).toContain(`${name} · 平安校园：算出来区级`);
  expect(card.text).toContain('这不是称号');

  // A notice that begins while the card's notices run waits; no resident reads of one twice.
  await put(notice('round_cccccccc', 'other_school', now()));
  await put({ ...notice('round_dddddddd', SCHOOL.id, now()), premises: 'second_school' });
  await nextMorning();
  await app.tick('notice-cards');
  await app.advance(2 * 60_000);
  await app.settle();
  expect((await cards()).map(({ audience }) => audience)).toMatchObject([
    { region: '990101002000' },
    { region: '990101001000' },
  ]);
  await elsewhere.hasSeen(/城东小学/, 30_000);
  expect(await cardsOf(elsewhere)).toHaveLength(1);
  expect(await cardsOf(resident)).toHaveLength(1);
  expect(await cardsOf(muted)).toEqual([]);
  expect((await loadRound(app.running.store, 'round_aaaaaaaa'))?.record.announcedAt).toBeGreaterThan(0);
  expect((await loadRound(app.running.store, 'round_dddddddd'))?.record.announcedAt).toBeUndefined();

  // The buttons lead to the notices.
  await resident.tap('有异议', card.message_id);
  await resident.sees(/正在公示的，点一家看/);
});

test.each([
  ['a claim after its quarter', { state: 'planned', due: NOW }, 1, 'not_claimed'],
  ['a claim without two free checkers', { state: 'claimed' }, 25, 'no_checkers'],
  ['a claim of this morning', { state: 'claimed' }, 3, undefined],
  ['checks of three weeks', { state: 'checking' }, 21 * 24, 'long_checks'],
  ['a round without a decision', { state: 'judged' }, 8 * 24, 'not_decided'],
  ['a gap after its day', { state: 'curing', projects: [{ no: 1, due: NOW }] }, 1, 'gaps_late'],
  ['a gap before its day', { state: 'curing', projects: [{ no: 1, due: NOW + DAY_MS }] }, 1, undefined],
  [
    'an objection without an answer',
    { state: 'public_notice', objections: [{ mark: 'm', words: { text: '' }, at: NOW }] },
    8 * 24,
    'no_answer',
  ],
  ['a notice without an objection', { state: 'public_notice' }, 8 * 24, undefined],
  ['a level', { state: 'met' }, 100 * 24, undefined],
] as const)('%s is stuck or moves', (_name, more, hours, why) => {
  expect(stuckAt(plannedRound(more as Partial<Round>), NOW + hours * HOUR_MS)?.why).toBe(why);
});

test('the lead of a series gets one message a week about stuck rounds, and none without one', {
  timeout: 90_000,
}, async () => {
  const department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  const digests = async () => (await department.fromBot()).filter(({ text }) => text?.includes('创建卡住了'));
  const later = async () => {
    for (let i = 0; i < 7; i += 1) await nextMorning();
  };
  await later();
  await put(plannedRound({ id: 'round_eeeeeeee', due: now() + 900 * DAY_MS, evidenceAt: now() + 900 * DAY_MS }));
  await app.tick('stuck-rounds');
  await app.settle();
  expect(await digests()).toEqual([]);

  await put(plannedRound({ id: 'round_ffffffff', premises: 'second_school', state: 'claimed', since: now() }));
  await later();
  await app.tick('stuck-rounds');
  await app.tick('stuck-rounds');
  const digest = await department.hasSeen(/创建卡住了/, 20_000);
  expect(digest.text).toMatch(/第二小学 · 平安校园：抽不了签（.*再邀请一位网格员.*），\d+ 天了/);
  expect(digest.text).not.toContain('实验小学');
  await app.advance(HOUR_MS);
  await app.tick('stuck-rounds');
  await app.settle();
  expect(await digests()).toHaveLength(1);
  await later();
  await app.tick('stuck-rounds');
  await app.settle();
  expect(await digests()).toHaveLength(2);
});
