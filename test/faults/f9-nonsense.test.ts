import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readUpdate } from '../../src/channels/telegram/read-update.ts';
import { answer } from '../../src/conversation/turn.ts';
import { INVARIANTS } from '../../src/operator/invariants.ts';
import { OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { expectInvariants } from './invariants.ts';
import { seedOf } from './seed.ts';

const RUNS = Number(process.env.F9_RUNS ?? 2000);
const PEOPLE = 20;

let app: TestApp;
const people: number[] = [];
beforeAll(async () => {
  app = await openTestApp();
  for (let i = 0; i < PEOPLE; i += 1) {
    const phone = await app.phone();
    await phone.say('/start');
    people.push(phone.id);
  }
});
afterAll(() => app.close());

/** Texts that break bots: markup, translation keys, text direction, lone surrogates, formulas, great length. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '$t(common:help)',
    '{{number}} {{- x}}',
    '*_[a](b)`~>#+-=|{}.!',
    '<b>&amp;</b>',
    '=HYPERLINK("x")',
    '\u202E倒过来\u202C',
    '\uD800半个',
    '👨‍👩‍👧‍👦'.repeat(50),
    '很'.repeat(4096),
    '\u0000\u0007',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '上报',
    '同意',
    '消防',
    '返回',
    '取消',
    '跳过',
    '提交',
    '/start',
    '/mydata',
    '/forget',
    '/stop',
    '是',
    '1',
    '99999999999999999999',
    '-1',
    '零',
  ),
);
const ids = fc.oneof(fc.constantFrom(0, -1, 1, 2 ** 53, -(2 ** 53), 1.5, 1e308), fc.integer());
const junk = fc.anything({ maxDepth: 4, withBigInt: false, withDate: false });

const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const file = { file_id: fc.constant('AgAC'), file_unique_id: fc.constantFrom('AQAD', 'AQAE', 'AQAF') };

/** The content of a message: usually one kind, sometimes several, sometimes an impossible one. */
const content = fc.oneof(
  { weight: 8, arbitrary: fc.record({ text: words }) },
  {
    weight: 2,
    arbitrary: fc.record({
      photo: fc.array(fc.record({ ...file, width: fc.nat(), height: fc.nat() }), { maxLength: 3 }),
      caption: words,
      media_group_id: seldom(words),
    }),
  },
  { weight: 2, arbitrary: fc.record({ voice: fc.record({ ...file, duration: fc.nat() }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      location: fc.record({
        latitude: fc.double({ min: -90, max: 90 }),
        longitude: fc.double({ min: -180, max: 180 }),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ location: fc.record({ latitude: fc.double(), longitude: fc.double() }), text: words }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ contact: junk, document: junk, sticker: junk, text: seldom(words) }, { requiredKeys: [] }),
  },
);
/** An update in Telegram's form, with arbitrary values in any place. */
const updates = fc.record({
  update_id: fc.integer({ min: 1, max: 2 ** 40 }),
  message: fc.option(
    fc
      .tuple(
        fc.record({
          message_id: fc.oneof({ weight: 19, arbitrary: fc.nat() }, { weight: 1, arbitrary: ids }),
          date: fc.oneof({ weight: 19, arbitrary: fc.nat() }, { weight: 1, arbitrary: ids }),
        }),
        content,
      )
      .map(([head, body]) => ({ ...head, ...body })),
    { nil: undefined, freq: 3 },
  ),
  data: fc.oneof(
    words,
    fc.constantFrom(
      'report-hazard/category/fire/aaaa',
      'report-hazard/review/send/aaaa',
      'forget-me/really/yes/aaaa',
      'resume/aaaa',
    ),
  ),
  strange: fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({ edited_message: junk, my_chat_member: junk, poll: junk }, { requiredKeys: [] }),
    },
  ),
});

let seen = 0;
/** Makes an update from a person of the simulator; without a message it is a tap. */
function from(
  person: number,
  {
    data,
    message,
    strange,
    ...rest
  }: { data: string; message?: object | undefined; update_id: number; strange: object },
): object {
  seen += 1;
  const who = { id: person, is_bot: false, first_name: '某人', language_code: 'zh-hans' };
  const chat = { id: person, type: 'private' };
  const update_id = rest.update_id * 10_000 + seen;
  if (message) return { ...strange, ...rest, update_id, message: { ...message, from: who, chat } };
  return {
    ...strange,
    ...rest,
    update_id,
    callback_query: { id: String(seen), from: who, data, message: { message_id: 1, date: 0, chat } },
  };
}

test(`${RUNS} nonsense updates break nothing, and Telegram accepts every reply`, {
  timeout: 240_000,
}, async () => {
  const { store, services: open } = app.running;
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...people), updates, async (person, made) => {
      const read = readUpdate(JSON.parse(JSON.stringify(from(person, made))), Date.now());
      if (read.type !== 'inbound') return;
      taken += 1;
      await answer(read.inbound, open);
    }),
    { numRuns: RUNS, seed: seedOf('F9') },
  );
  console.log(`F9: ${taken} of ${RUNS} were updates for us`);
  expect(taken).toBeGreaterThan(RUNS / 3);
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 60_000 }).toBe(0);
  const refused = (await app.calls()).filter(({ ok, method }) => !ok && method !== 'getUpdates');
  expect(refused.filter(({ method }) => method === 'sendMessage')).toEqual([]);
  expect(app.log.filter((line) => line.includes('set aside'))).toEqual([]);
  expect(INVARIANTS.length).toBeGreaterThan(4);
  await expectInvariants(store);
});

test.each([
  '*粗* _斜_ `码` [a](b) <b>&amp;',
  '$t(common:help) {{number}}',
  '=1+1 -2 @x',
  '👨‍👩‍👧‍👦 三幢 🚲',
  'مرحبا 井盖',
])('“%s” appears on the review card exactly as it was written', async (nasty) => {
  const phone = await app.phone();
  await report(phone, { ...OTHER_HAZARD, address: nasty, words: nasty, stopAt: 'review' });
  const card = await phone.sees(/都对就提交/);
  expect(card.text).toContain(`地点：${nasty}`);
  expect(card.text).toContain(`情况：${nasty}`);
});
