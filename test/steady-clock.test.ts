import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Broadcast } from '../src/broadcasts/broadcast.ts';
import { keepBroadcast, loadBroadcast } from '../src/broadcasts/broadcast-store.ts';
import { fireDue } from '../src/broadcasts/schedule-job.ts';
import { MINUTE_MS } from '../src/calendar.ts';
import { openLog } from '../src/log.ts';
import { openSteadyClock } from '../src/steady-clock.ts';
import { commitAsSystem } from '../src/store/commit-as-system.ts';
import { openStoreAt } from './faults/invariants.ts';
import { useSharedRedis } from './shared-redis.ts';

const START = Date.parse('2026-11-28T10:00:00+08:00');

/** A machine with a clock that can be set, and one that cannot. */
function machine() {
  const at = { wall: START, monotonic: 0 };
  const steps: number[] = [];
  return {
    clock: openSteadyClock({
      wall: () => at.wall,
      monotonic: () => at.monotonic,
      steppedBack: (ms) => steps.push(ms),
    }),
    steps,
    pass(ms: number) {
      at.wall += ms;
      at.monotonic += ms;
    },
    step: (ms: number) => {
      at.wall += ms;
    },
  };
}

test('a slot fires in time although the clock was set back by ten minutes', async () => {
  const { redis, city } = await useSharedRedis();
  const store = await openStoreAt(redis.url, city);
  const { clock, pass, step } = machine();
  const slot = START + MINUTE_MS;
  const record: Broadcast = {
    id: 'broadcast_clock_01',
    state: 'approved',
    kind: 'announcement',
    topic: 'fire',
    content: { title: '防火', words: { 'zh-CN': '请清理楼道。' }, buttons: [] },
    audience: { type: 'people', region: '990100000000', who: 'everybody' },
    schedule: { type: 'once', at: slot },
    staleAfterMs: 3600_000,
    by: 'ann',
    region: '990100000000',
    madeAt: START,
    next: slot,
    runs: [],
  };
  await commitAsSystem(store, { op: 'make', what: 'test', ...keepBroadcast(store, record) }, clock.now());
  step(-10 * MINUTE_MS);
  pass(50_000);
  expect(await fireDue(store, clock.now(), openLog('silent', []))).toBe(0);
  pass(20_000);
  expect(await fireDue(store, clock.now(), openLog('silent', []))).toBe(1);
  expect((await loadBroadcast(store, record.id))?.record.runs).toEqual([{ slot, fate: 'fired' }]);
  expect(clock.ahead()).toBeGreaterThan(9 * MINUTE_MS);
  store.close();
  await redis.stop();
});

test('after a step back the clocks agree again once ten times the step has passed', () => {
  const { clock, pass, step, steps } = machine();
  step(-MINUTE_MS);
  for (let i = 0; i < 601; i += 1) {
    pass(1000);
    clock.now();
  }
  expect(clock.ahead()).toBe(0);
  // Each step is reported once, at the first look.
  expect(steps).toEqual([MINUTE_MS]);
});

test('whatever steps the machine makes, time never goes back, never runs fast, and follows a step forward', () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({ pass: fc.integer({ min: 0, max: 100_000 }) }),
      fc.record({ step: fc.integer({ min: -1_000_000, max: 1_000_000 }) }),
    ),
    { maxLength: 50 },
  );
  fc.assert(
    fc.property(moves, (list) => {
      const { clock, pass, step } = machine();
      let wall = START;
      let before = clock.now();
      for (const move of list) {
        const passed = 'pass' in move ? move.pass : 0;
        if ('pass' in move) pass(move.pass);
        else step(move.step);
        wall += 'pass' in move ? move.pass : move.step;
        const now = clock.now();
        expect(now).toBeGreaterThanOrEqual(before);
        expect(now).toBeGreaterThanOrEqual(wall);
        expect(now).toBeLessThanOrEqual(Math.max(wall, before + passed) + 1);
        before = now;
      }
    }),
  );
});
