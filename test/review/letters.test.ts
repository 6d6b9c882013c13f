import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, momentOf } from '../../src/calendar.ts';
import { loadCityFacts } from '../../src/console/public/city-facts.ts';
import { loadPairings } from '../../src/inspections/draw/pairing.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import { sweepLetters } from '../../src/review/letters/letter-retention.ts';
import { keepLetter, loadLetters, newLetterId } from '../../src/review/letters/letter-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Kept } from '../../src/store/records/versioned-record.ts';
import { staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { faultsOf } from './broken-data.ts';
import { storeCases, wishes } from './made-cases.ts';

const CITY = '*';
let app: TestApp;
let unit: string;
let office: Phone;
let second: Phone;
let worker: Phone;
let auditor: Phone;
let lead: Phone;

beforeAll(async () => {
  app = await openTestApp();
  const now = app.simulator.world.now();
  unit = await storeCases(app.running.store, wishes(0, { rework: 6, passed: 14 }, now - 20 * DAY_MS), now);
  office = await staff(app, '平安办小张', 'office', CITY);
  second = await staff(app, '平安办老李', 'office', CITY);
  worker = await staff(app, '经办王工', 'unit_staff', unit);
  auditor = await staff(app, '审计小何', 'auditor', CITY);
  lead = await staff(app, '负责人', 'lead', CITY);
}, 60_000);
afterAll(() => app.close());

const letter = async () =>
  (await loadLetters(app.running.store)).map(({ record }) => record).find(({ to }) => to === `unit.${unit}`);

async function draft(): Promise<void> {
  await office.say('写提醒函');
  await office.hasNew(/发给哪个单位/);
  const name = app.running.services.city.units.get(unit)?.names['zh-CN'] ?? '';
  await office.tap(name);
  await office.hasNew(/提醒哪一件事/);
  await office.tap('返工 6/20 件');
  await office.hasNew(/请对方做什么/);
}

test('a letter walks its whole way in chat: drafted, agreed, sent, contested, settled, answered, and closed by its rows', {
  timeout: 90_000,
}, async () => {
  await draft();
  await office.say('请张建国 13812345678 返修');
  await office.hasNew(/写了某个人的名字/);
  await office.say('请查明返工原因，一次做到位。');
  await office.hasNew(/几个工作日内做到/);
  await office.tap('10 个工作日');
  await office.hasNew(/都对就拟好/);
  await office.tap('拟好');
  await office.sees(/返工 6 件\/20 件/);

  // The author cannot agree; the addressee does not know of it yet.
  await second.hasSeen(/有一份提醒函等您同意/, 10_000);
  expect((await office.fromBot()).some(({ text }) => text?.startsWith('📮 有一份提醒函等您同意'))).toBe(false);
  const { id = 'letter_' } = (await letter()) ?? {};
  await office.forge((await office.sees(/./)).message_id, `go/my-letters/${id}.agreed`);
  await office.hasNew(/现在是这样/);
  await worker.forge((await worker.sees(/./)).message_id, `go/my-letters/${id}`);
  await worker.hasNew(/没有找到这份提醒函/);

  await second.tap('同意发出');
  await second.sees(/马上发给/);
  const sent = await worker.hasSeen(/📮 提醒函 · 返工 6 件\/20 件 · 请 5 个工作日内回复/, 10_000);
  expect(sent.buttons.flat().map(({ text }) => text)).toEqual(['👀 看这些件', '✍️ 回复', '✋ 有异议']);
  await worker.tap('看这些件');
  await worker.sees(/返工的件：/);
  await expect.poll(async () => (await letter())?.state, { timeout: 20_000 }).toBe('read');

  await worker.tap('有异议', sent.message_id);
  await worker.sees(/哪些件有异议/);
  const [row = ''] = (await letter())?.rows ?? [];
  await worker.tap(row.slice(0, 4));
  await worker.tap('选好了');
  await worker.sees(/为什么有异议/);
  await worker.say('这一件是排水公司的管子。');
  await worker.sees(/时限先停着/);
  await auditor.hasSeen(/的 1 件有异议：这一件是排水公司的管子/, 10_000);
  const before = (await letter())?.replyDue ?? 0;
  await app.advance(7 * DAY_MS);
  await app.settle();
  expect((await lead.fromBot()).some(({ text }) => text?.includes('到期没有回复'))).toBe(false);
  await auditor.tap('看这份函');
  await auditor.sees(/有异议，时限停着/);
  await auditor.tap('裁定异议');
  await auditor.sees(/哪些件划去/);
  await auditor.tap(row.slice(0, 4));
  await auditor.tap('选好了');
  await auditor.sees(/裁定的理由/);
  await auditor.say('属实，不归他们。');
  await auditor.sees(/划去 1 件/);
  await worker.hasSeen(/异议裁定了：划去 1 件/, 10_000);
  expect((await letter())?.replyDue).toBeGreaterThan(before);

  // No reply in time: the lead is told once.
  await app.advance(12 * DAY_MS);
  await lead.hasSeen(/到期没有回复/, 10_000);
  await worker.tap('回复', sent.message_id);
  await worker.sees(/查了什么/);
  await worker.say('换了接头工艺，返修了五处。');
  await worker.sees(/这份函看结果办结/);
  await office.hasSeen(/回复了提醒函（返工）：换了接头工艺/, 10_000);
  expect((await letter())?.state).toBe('answered');

  // A reply does not close it: only the rows since then do.
  const { sentAt = 0, doneDue = 0 } = (await letter()) ?? {};
  await app.advance(Math.max(0, doneDue - app.simulator.world.now()) + HOUR_MS);
  await app.settle();
  expect((await letter())?.state).toBe('answered');
  await storeCases(
    app.running.store,
    wishes(40, { rework: 0, passed: 6 }, sentAt + HOUR_MS),
    app.simulator.world.now(),
  );
  await app.advance(DAY_MS);
  await worker.hasSeen(/✅ 提醒函（.*返工）做到了，已结束：0 件\/6 件/, 10_000);
  expect(await letter()).toMatchObject({ state: 'closed', ending: 'met', agreedBy: expect.any(String) });
  expect((await letter())?.rows).not.toContain(row);
  expect(JSON.stringify(await letter())).not.toContain('telegram:');
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});

test('no second letter about an open matter, and no third one to a unit in a month, also where two are stored at once', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const base = { ...(await letter()), to: 'unit.other', state: 'drafted', draftedAt: now } as Letter;
  const put = async (record: Letter, before?: Kept<Letter>) => {
    const { checks, writes } = keepLetter(store, record, before);
    const op = `${record.id} ${record.state}`;
    return (await commitAsSystem(store, { op, what: 'letter_test', checks, writes }, now)).type;
  };
  const drafts = (['rework', 'recurred', 'late_cure'] as const).map(
    (matter): Letter => ({ ...base, matter, id: newLetterId() }),
  );
  for (const draft of drafts) expect(await put(draft)).toBe('ok');
  expect(await put({ ...base, matter: 'rework', id: newLetterId() })).toBe('conflict');
  const agreed = drafts.map((record): Letter => ({ ...record, state: 'agreed', agreedAt: now }));
  const results = await Promise.all(
    agreed.map((record, i) => put(record, { version: 1, record: drafts[i] ?? record })),
  );
  expect(results.toSorted()).toEqual(['conflict', 'ok', 'ok']);
  // A letter that is taken back before it is sent counts no longer.
  const first = agreed[results.indexOf('ok')];
  if (!first) throw new Error('No letter was agreed.');
  expect(
    await put({ ...first, state: 'closed', ending: 'withdrawn', closedAt: now }, { version: 2, record: first }),
  ).toBe('ok');
  const left = results.indexOf('conflict');
  const again = { ...(agreed[left] ?? first), agreedAt: now + 1 };
  expect(await put({ ...again, told: [] }, { version: 1, record: drafts[left] ?? first })).not.toBe('conflict');
});

test('a letter that was not done goes up the ladder: a talk, then the public listing of one of its cases', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  // Late in December 2026, before the list of holidays goes on.
  await app.advance(Math.max(0, momentOf('2026-12-28T10:00') - app.simulator.world.now()));
  const third = await staff(app, '平安办老陈', 'office', CITY);
  const now = app.simulator.world.now();
  await storeCases(store, wishes(60, { rework: 6, passed: 2 }, now - DAY_MS), now);
  await office.say('写提醒函');
  await office.hasNew(/发给哪个单位/);
  await office.tap(app.running.services.city.units.get(unit)?.names['zh-CN'] ?? '');
  await office.hasNew(/提醒哪一件事/);
  await office.tap('返工');
  await office.hasNew(/请对方做什么/);
  await office.tap('照用');
  await office.hasNew(/几个工作日内做到/);
  await office.tap('10 个工作日');
  await office.hasNew(/都对就拟好/);
  await office.tap('拟好');
  await office.hasNew(/等另一位组织者同意/);
  await third.hasNew(/有一份提醒函等您同意/);
  await third.tap('同意发出');
  await third.hasNew(/马上发给/);
  await expect
    .poll(async () => {
      await app.tick('letters');
      return (await letter())?.state;
    })
    .toBe('sent');
  await worker.hasSeen(/回复：.*节假日表只到 .*先按平常的工作日算/s, 10_000);
  await app.advance(16 * DAY_MS);
  await app.tick('letters');
  await app.advance(12 * DAY_MS);
  await lead.hasSeen(/到期没做到/, 10_000);
  await lead.tap('看这份函');
  await lead.hasNew(/逾期没做到/);
  await lead.tap('没做到，结束');
  await lead.hasNew(/下一步可以记一次约谈/);
  await lead.tap('看这份函');
  await lead.hasNew(/没做到，已结束/);
  await lead.tap('记一次约谈');
  await lead.hasNew(/哪天约谈的/);
  // A talk that is still to come, or that lies a year back, was not held about this letter.
  for (const day of ['明天', '一年前的今天', '2025年12月5日']) {
    await lead.say(day);
    await lead.sees(/请写/);
  }
  await lead.say('今天');
  await lead.hasNew(/有哪些问题/);
  await lead.say('接头工艺不过关。');
  await lead.hasNew(/说好了怎么做/);
  await lead.say('换工艺，复查后再报办结。');
  await lead.hasNew(/哪天之前做到/);
  await lead.say('三十天后');
  await lead.hasNew(/约谈记下了/);
  await worker.hasSeen(/有了下一步/, 10_000);
  await lead.tap('看这份函');
  await lead.hasNew(/约谈 .*在办/);
  await lead.tap('这一步没做到');
  await lead.hasNew(/记下了：没做到/);
  await lead.tap('看这份函');
  await lead.hasNew(/没做到/);
  await lead.tap('挂牌督办');
  await lead.hasNew(/哪一件挂牌/);
  await lead.tap(((await letter())?.rows[0] ?? '').slice(0, 4));
  await lead.hasNew(/有哪些问题/);
  await lead.say('约谈后仍返工。');
  await lead.hasNew(/说好了怎么做/);
  await lead.say('挂牌到办结为止。');
  await lead.hasNew(/哪天之前做到/);
  await lead.say('三十天后');
  await lead.hasNew(/挂牌本身请到这一件里办/);
  expect((await letter())?.steps).toMatchObject([{ kind: 'talk', ending: 'not_done' }, { kind: 'listing' }]);
});

test('the street that helps after a talk that was not done checks nothing there until the pairing ends', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const now = app.simulator.world.now();
  const [weak = '', helper = ''] = services.city.regions.all('street');
  const [kept] = await loadLetters(store);
  if (!kept) throw new Error('There is no letter.');
  const talk = {
    kind: 'talk',
    day: dayOf(now),
    issues: '问题',
    measures: '措施',
    due: dayOf(now),
    by: 'o',
    at: now,
  } as const;
  const before: Letter = {
    ...kept.record,
    ...{ id: newLetterId(), to: `desk.${weak}`, region: weak, matter: 'late_accept', draftedAt: now, sentAt: now },
    ...{ state: 'closed', ending: 'not_done', closedAt: now, steps: [{ ...talk, ending: 'not_done' }] },
  };
  await bulkWrite(store, keepLetter(store, before).writes);
  await lead.forge((await lead.sees(/./)).message_id, `go/my-letters/${before.id}.pairing`);
  await lead.hasNew(/有哪些问题/);
  await lead.say('受理总是晚。');
  await lead.hasNew(/说好了怎么做/);
  await lead.say('每天下午一起过一遍。');
  await lead.hasNew(/由哪个街道帮？帮的一方不加分，也不参加检查/);
  await lead.say(services.city.regions.nameOf(helper)?.['zh-CN'] ?? '');
  await lead.hasNew(/最多 90 天/);
  await lead.say('九十一天后');
  await lead.hasNew(/最多 90 天/);
  await lead.say('三十天后');
  await lead.hasNew(/结对帮扶记下了/);
  expect(await loadPairings(store, now)).toMatchObject([{ weak, helper }]);
  expect(await loadPairings(store, now + 32 * DAY_MS)).toEqual([]);
  const after = (await loadLetters(store)).find(({ record }) => record.id === before.id);
  expect(after?.record.steps).toMatchObject([{ kind: 'talk' }, { kind: 'pairing', helper }]);
  await bulkWrite(store, [
    ['DEL', store.keys.letter(before.id)],
    ['ZREM', store.keys.letters, before.id],
  ]);
});

test('letters are deleted two years after they closed; one whose listing is open stays', async () => {
  const { store } = app.running;
  const later = (days: number) => sweepLetters(store, app.simulator.world.now() + days * DAY_MS, () => false);
  const before = (await loadLetters(store)).map(({ record }) => record);
  await later(600);
  expect(await loadLetters(store)).toHaveLength(before.length);
  await later(731);
  const left = (await loadLetters(store)).map(({ record }) => record);
  expect(left).toEqual(
    before.filter(({ closedAt, steps }) => closedAt === undefined || steps?.at(-1)?.kind === 'listing'),
  );
  expect(left.length).toBeLessThan(before.length);
  expect(left.some(({ steps }) => steps !== undefined)).toBe(true);
});

test('the public page counts every letter of the year, also beyond those that a list shows', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const count = async () =>
    (await loadCityFacts(app.running.services)).letters.find(({ matter }) => matter === 'rework')?.sent ?? 0;
  const before = await count();
  const [kept] = await loadLetters(store);
  if (!kept) throw new Error('There is no letter.');
  const many = Array.from({ length: 305 }, (_, i): Letter => {
    const closed = { state: 'closed', ending: 'met', closedAt: now } as const;
    return {
      ...kept.record,
      ...closed,
      id: newLetterId(),
      to: `unit.many${i}`,
      matter: 'rework',
      sentAt: now,
      draftedAt: now,
    };
  });
  await bulkWrite(
    store,
    many.flatMap((record) => keepLetter(store, record).writes),
  );
  expect((await loadLetters(store)).length).toBe(300);
  expect(await count()).toBe(before + 305);
});
