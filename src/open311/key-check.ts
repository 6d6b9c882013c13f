import type { Context } from 'hono';
import type { ApiKey } from '../cases/api-key.ts';
import { findApiKey } from '../cases/api-key.ts';
import type { Store } from '../store/store.ts';
import type { PublicAddress } from './public-address.ts';
import { openReadBudget } from './read-budget.ts';

/** Looks up the key that a caller gives; undefined for an unknown one. Throws BudgetSpent after too many unknown ones. */
export type KeyCheck = (c: Context, key: string) => Promise<ApiKey | undefined>;

/** Unknown keys an address may try: a program with a mistake in its settings stays below. */
const PER_ADDRESS = { perSecond: 0.1, burst: 10 };
const IN_ALL = { perSecond: 10, burst: 1000 };

/** Opens the check of API keys, which slows down guesses. `clock` counts ms. */
export function openKeyCheck(store: Store, { caller }: PublicAddress, clock?: () => number): KeyCheck {
  const budget = openReadBudget(clock, { perAddress: PER_ADDRESS, inAll: IN_ALL, of: 'unknown api_keys' });
  /** Keys that were found here: only others can be guesses. */
  const found = new Set<string>();
  return async (c, key) => {
    // Charged before the look: a caller without a budget does not learn whether a guess is right.
    if (!found.has(key)) budget(caller(c))(1);
    const known = await findApiKey(store, key);
    if (known) found.add(key);
    else found.delete(key);
    return known;
  };
}
