import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast, loadBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import type { Misfire, Schedule } from '../../src/broadcasts/schedule.ts';
import { nextSlot } from '../../src/broadcasts/schedule.ts';
import { fireDue } from '../../src/broadcasts/schedule-job.ts';
import { openLog } from '../../src/log.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../outer-key.ts';
import type { TestApp } from '../test-app.ts';
import { NO_PACE, openTestApp } from '../test-app.ts';
import { expectInvariants } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';

let app: TestApp;
let stores: Store[];
beforeAll(async () => {
  app = await openTestApp();
  // In a city of its own, so that only these four processes work on its schedules.
  stores = await Promise.all(
    Array.from({ length: 4 }, () =>
      openStore(app.running.store.redis, 'f12', NO_PACE, Date.now(), { outerKey: OUTER_KEY }),
    ),
  );
});
afterAll(() => app.close());

const silent = openLog('error', [], () => {});
const START = Date.parse('2026-11-27T09:00:00+08:00');
const MINUTE_MS = 60_000;

async function plan(misfire: Misfire): Promise<Broadcast['id']> {
  const [store] = stores as [Store];
  const schedule: Schedule = { type: 'cron', cron: '*/10 * * * *', zone: 'Asia/Shanghai', misfire };
  const record: Broadcast = {
    id: newBroadcastId(),
    state: 'approved',
    kind: 'announcement',
    topic: 'notices',
    content: { title: '巡查', words: { 'zh-CN': '请看一看。' }, buttons: [] },
    audience: { type: 'people', region: '1', who: 'everybody' },
    schedule,
    staleAfterMs: MINUTE_MS,
    by: 'x',
    region: '1',
    madeAt: START,
    next: nextSlot(schedule, START) ?? 0,
    runs: [],
  };
  const change = { op: `plan:${record.id}`, what: 'test', ...keepBroadcast(store, record) };
  expect((await commitAsSystem(store, change, START)).type).toBe('ok');
  return record.id;
}

/** Runs the scheduler of all four processes at nearly the same moment. */
const fireAt = (now: number, skew: (below: number) => number = () => 0) =>
  Promise.all(stores.map((store) => fireDue(store, now + skew(400), silent).catch(() => {})));

test.each(['skip', 'latest', 'all'] as const)(
  'four processes that race a schedule with misfire %s record every slot exactly once',
  { timeout: 60_000 },
  async (misfire) => {
    const random = randomIntFrom(seedOf('F12'));
    const id = await plan(misfire);
    let now = START;
    for (let i = 0; i < 60; i += 1) {
      // Mostly steps of a minute; sometimes the clock jumps ahead by 3 h or back by 2 h.
      const jump = random(20);
      now += jump === 0 ? 180 * MINUTE_MS : jump === 1 ? -120 * MINUTE_MS : MINUTE_MS;
      await fireAt(now, random);
    }
    // Then one regular hour, so that some slots fire after any jumps.
    now = Math.max(now, START);
    for (let i = 0; i < 60; i += 1) {
      now += MINUTE_MS;
      await fireAt(now, random);
    }
    await fireAt(now + 400);
    const [store] = stores as [Store];
    const kept = await loadBroadcast(store, id);
    const slots = kept?.record.runs.map(({ slot }) => slot) ?? [];
    expect(slots.length).toBeGreaterThan(3);
    expect(new Set(slots).size, 'unique').toBe(slots.length);
    const first = nextSlot(kept?.record.schedule as Schedule, START) ?? 0;
    const all = Array.from({ length: slots.length }, (_, i) => first + i * 10 * MINUTE_MS);
    expect(
      slots.toSorted((a, b) => a - b),
      'without a gap',
    ).toEqual(all);
    const started = await store.redis.zrange(store.keys.broadcastsStarting, '0', '-1');
    const fired = kept?.record.runs.filter(({ fate }) => fate === 'fired').map(({ slot }) => `${id}.${slot}`) ?? [];
    expect(started.filter((run) => run.startsWith(id)).toSorted()).toEqual(fired.toSorted());
    await expectInvariants(store);
  },
);

test('of two concurrent changes to an announcement, the slower one changes nothing', async () => {
  const [store] = stores as [Store];
  const id = await plan('latest');
  const kept = await loadBroadcast(store, id);
  if (!kept) throw new Error('It is not kept.');
  const change = (op: string, state: Broadcast['state']) =>
    commitAsSystem(
      store,
      { op: `${op}:${id}`, what: 'test', ...keepBroadcast(store, { ...kept.record, state }, kept) },
      START,
    );
  expect((await change('cancel', 'cancelled')).type).toBe('ok');
  expect((await change('start', 'started')).type).toBe('conflict');
  expect((await loadBroadcast(store, id))?.record.state).toBe('cancelled');
});
