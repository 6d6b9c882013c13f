import { expect } from 'vitest';
import type { StoreKind } from '../../src/config.ts';
import { INVARIANTS } from '../../src/operator/invariants.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { NO_PACE } from '../test-app.ts';

/** Opens a city's store on a connection of its own. */
export async function openStoreAt(
  url: string,
  city: string,
  kind: StoreKind = 'real',
): Promise<Store & { close(): void }> {
  const redis = connect(url);
  const store = await openStore(redis, city, NO_PACE, Date.now(), { kind, outerKey: OUTER_KEY });
  return { ...store, close: () => redis.disconnect() };
}

/** Checks all invariants of a city's data: I1–I4, I7, I9. */
export async function expectInvariants(store: Store): Promise<void> {
  const wrong = await Promise.all(INVARIANTS.map((check) => check(store)));
  expect(wrong.flat()).toEqual([]);
}

/** Reads how many messages the city has committed in total. */
export async function committedMessages(store: Store): Promise<number> {
  return Number((await store.redis.hget(store.keys.pace, 'seq')) ?? 0);
}
