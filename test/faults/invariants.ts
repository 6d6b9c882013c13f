import { expect } from 'vitest';
import { INVARIANTS } from '../../src/anlin.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { NO_PACE } from '../house.ts';

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

/** How many messages were committed, ever. */
export async function committedMessages(store: Store): Promise<number> {
  return Number((await store.redis.hget(store.keys.pace, 'seq')) ?? 0);
}
