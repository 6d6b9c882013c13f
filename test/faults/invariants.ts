import { expect } from 'vitest';
import { INVARIANTS } from '../../src/operator/invariants.ts';
import type { LoggedCall } from '../../src/demo/simulator/sim-calls.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { NO_PACE } from '../test-app.ts';

/** A look into a city's store from outside. */
export async function lookInto(url: string, city: string): Promise<Store & { close(): void }> {
  const redis = connect(url);
  const store = await openStore(redis, city, NO_PACE, Date.now());
  return { ...store, close: () => redis.disconnect() };
}

/** What must hold in a city's data, whatever happened: I1–I4, I7, I9. */
export async function expectInvariants(store: Store): Promise<void> {
  const wrong = await Promise.all(INVARIANTS.map((holds) => holds(store)));
  expect(wrong.flat()).toEqual([]);
}

/** Calls that put a message on a phone, or said again what stood there. What closes a question rides along and is not counted. */
export function sentMessages(calls: readonly Pick<LoggedCall, 'method' | 'ok' | 'params'>[]): number {
  return calls.filter(
    ({ method, ok, params }) =>
      ok && (method === 'sendMessage' || (method === 'editMessageText' && !params.includes('"inline_keyboard":[]'))),
  ).length;
}

/** How many messages were committed, ever. */
export async function committedMessages(store: Store): Promise<number> {
  return Number((await store.redis.hget(store.keys.pace, 'seq')) ?? 0);
}
