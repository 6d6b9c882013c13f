import type { Context } from 'hono';
import { readCaseNumber } from '../cases/case-number.ts';
import { loadCase, loadCases } from '../cases/case-store.ts';
import type { HazardCase } from '../cases/hazard-case.ts';
import { isOpen } from '../cases/hazard-case.ts';
import type { Kept } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { CallRefused } from './call-refused.ts';
import type { Spend } from './read-budget.ts';
import { pageOf, REQUESTS_MAX, spanOf } from './read-call.ts';

/** Cases that one search reads at most. A caller narrows its search to see the rest. */
const SCANNED_MAX = 20_000;
/** Cases read from the store in one round trip. */
const READ_AT_ONCE = 200;
/** Cases found by their numbers at once. */
const FOUND_AT_ONCE = 25;

/** Finds the case with this number, as a caller wrote it. */
export async function findByNumber(store: Store, written: string): Promise<Kept<HazardCase> | undefined> {
  const number = readCaseNumber(written);
  const id = number && (await orStoreAway(store.redis.get(store.keys.caseNumber(number))));
  return id ? loadCase(store, id) : undefined;
}

/** Finds the cases with these numbers and skips unknown numbers. */
export async function findByNumbers(
  store: Store,
  numbers: readonly string[],
  spend: Spend,
): Promise<readonly HazardCase[]> {
  const wanted = numbers.slice(0, REQUESTS_MAX);
  spend(wanted.length);
  const found: HazardCase[] = [];
  // In parts, so that a message from a person waits for one part at most.
  for (let i = 0; i < wanted.length; i += FOUND_AT_ONCE) {
    const part = wanted.slice(i, i + FOUND_AT_ONCE);
    const kept = await Promise.all(part.map((number) => findByNumber(store, number.trim())));
    found.push(...kept.flatMap((one) => one?.record ?? []));
  }
  return found;
}

/** Searches by service, status, time and page. The newest request comes first. */
export async function searchRequests(
  store: Store,
  c: Context,
  now: number,
  spend: Spend,
): Promise<readonly HazardCase[]> {
  const { from, to } = spanOf(c, now);
  const codes = c.req.query('service_code')?.split(',').filter(Boolean);
  const statuses = c.req.query('status')?.split(',').filter(Boolean);
  if (statuses?.some((status) => status !== 'open' && status !== 'closed'))
    throw new CallRefused(400, 'status must be open, closed or both with a comma.');
  const { size, skip } = pageOf(c);
  const found: HazardCase[] = [];
  let passed = 0;
  for (let offset = 0; found.length < size && offset < SCANNED_MAX; offset += READ_AT_ONCE) {
    const { redis, keys } = store;
    const range = [keys.casesFiled, String(to), String(from)] as const;
    const ids = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'REV', 'LIMIT', offset, READ_AT_ONCE));
    if (ids.length === 0) break;
    spend(ids.length);
    for (const { record } of await loadCases(store, ids)) {
      const status = isOpen(record) ? 'open' : 'closed';
      if ((codes && !codes.includes(record.category)) || (statuses && !statuses.includes(status))) continue;
      passed += 1;
      if (passed > skip && found.length < size) found.push(record);
    }
  }
  return found;
}
