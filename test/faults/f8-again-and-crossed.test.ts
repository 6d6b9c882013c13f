import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Inbound, InboundContent } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import type { Services } from '../../src/notify/services.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { committedMessages, expectInvariants } from './invariants.ts';
import { seedOf } from './seed.ts';

const RUNS = Number(process.env.F8_RUNS ?? 100);

let app: TestApp;
let processes: readonly Services[];
beforeAll(async () => {
  app = await openTestApp();
  const second = await app.second();
  processes = [app.running.services, second.services];
});
afterAll(() => app.close());

/** All inputs of a report: texts, a location, a photo, and taps by step and option. */
const STEPS: readonly (InboundContent | { readonly tap: string })[] = [
  { type: 'text', text: '上报' },
  { tap: 'consent/yes' },
  { tap: 'category/fire' },
  { tap: 'category/exit_locked' },
  { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } },
  { tap: 'location_consent/yes' },
  // A neighbour's report at this place was offered first.
  { tap: 'same/another' },
  { type: 'text', text: '安全出口锁着' },
  { type: 'photo', photo: { file: 'f', same: 's' } },
  { type: 'text', text: '提交' },
];

let people = 0;
let updates = 0;

/** Delivers a report. Step i comes `copies[i]` times at once, with the update `late[i]` places before it once more. */
async function deliver(copies: readonly number[], late: readonly number[], shuffle: boolean) {
  people += 1;
  const from = `test:${people}` as const;
  const sent: Inbound[] = [];
  for (const [i, step] of STEPS.entries()) {
    const person = await loadPerson(app.running.store, from);
    const talk = person.talks.active?.talk ?? '';
    const content: InboundContent = 'tap' in step ? { type: 'choice', id: `report-hazard/${step.tap}/${talk}` } : step;
    // Ids jump, as Telegram's do after an idle week.
    updates += 1;
    const id = `test:${(updates * 7919) % 1_000_003}-${updates}`;
    const inbound: Inbound = { id, from, at: 0, content };
    const old = late[i] ? sent.at(-(late[i] ?? 1)) : undefined;
    sent.push(inbound);
    const batch = [...Array.from({ length: copies[i] ?? 1 }, () => inbound), ...(old ? [old] : [])];
    if (shuffle) batch.reverse();
    await Promise.all(batch.map((one, n) => answer(one, processes[n % 2] ?? (processes[0] as Services))));
  }
  const cases = await loadOwnCases(app.running.store, from);
  const { version, talks } = await loadPerson(app.running.store, from);
  return {
    records: cases.map(({ record: { category, description, place, photos } }) => ({
      category,
      description,
      place,
      photos,
    })),
    version,
    talks,
  };
}

test('repeated, concurrent and late updates in two processes have the same effect as one delivery each', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  await deliver([], [], false);
  const before = await committedMessages(store);
  const inOrder = await deliver([], [], false);
  const messages = (await committedMessages(store)) - before;
  expect(inOrder.records).toHaveLength(1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: STEPS.length, maxLength: STEPS.length }),
      fc.array(fc.integer({ min: 0, max: 10 }), { minLength: STEPS.length, maxLength: STEPS.length }),
      fc.boolean(),
      async (copies, late, shuffle) => {
        const start = await committedMessages(store);
        expect(await deliver(copies, late, shuffle)).toEqual(inOrder);
        expect((await committedMessages(store)) - start).toBe(messages);
      },
    ),
    { numRuns: RUNS, seed: seedOf('F8') },
  );
  await expectInvariants(store);
});

test('of two different taps at once, one answers the question and the other shows the current question', async () => {
  people += 1;
  const from = `test:${people}` as const;
  const say = (n: number, content: InboundContent): Inbound => ({
    id: `test:two-${people}-${n}`,
    from,
    at: 0,
    content,
  });
  const [a, b] = processes as [Services, Services];
  await answer(say(1, { type: 'text', text: '上报' }), a);
  const talk = (await loadPerson(app.running.store, from)).talks.active?.talk;
  await answer(say(2, { type: 'choice', id: `report-hazard/consent/yes/${talk}` }), a);
  const before = (await loadPerson(app.running.store, from)).version;
  await Promise.all([
    answer(say(3, { type: 'choice', id: `report-hazard/category/fire/${talk}` }), a),
    answer(say(4, { type: 'choice', id: `report-hazard/category/road/${talk}` }), b),
  ]);
  const after = await loadPerson(app.running.store, from);
  expect(after.version).toBe(before + 2);
  expect(after.talks.active?.step).toBe('category');
  expect(['fire', 'road']).toContain((after.talks.active?.draft as { group: string } | undefined)?.group);
  // No channel delivers to these people, so the reply to the slower tap ends in the dead list.
  const { store } = app.running;
  const said = async () =>
    (await store.redis.xrange(store.keys.outboxDead, '-', '+'))
      .map(([, fields]) => fields)
      .filter((f) => f.includes(from));
  await expect
    .poll(async () => (await said()).join().match(/前面的按钮/g)?.length ?? 0, { timeout: PATIENCE_MS })
    .toBe(1);
});
