import type { Change } from '../../../store/records/versioned-record.ts';
import type { Store } from '../../../store/store.ts';
import { orStoreAway } from '../../../store/store.ts';
import type { Month } from '../month.ts';
import type { RowObjection } from './objection.ts';

/** Loads the objections to rows of a month, the oldest first. */
export async function loadObjections({ redis, keys }: Store, month: Month): Promise<readonly RowObjection[]> {
  const found = await orStoreAway(redis.hvals(keys.scoreObjections(month)));
  return found.map((text) => JSON.parse(text) as RowObjection).sort((a, b) => a.at - b.at); // written by keepObjection
}

/** Adds an objection, or decides one. It fails if the month was frozen or the objection changed meanwhile. */
export function keepObjection({ keys }: Store, objection: RowObjection, before?: RowObjection): Change {
  const { month, id } = objection;
  const key = keys.scoreObjections(month);
  return {
    checks: [
      { key, field: id, is: before ? JSON.stringify(before) : '' },
      { key: keys.scoreMonths, field: month, is: '' },
    ],
    writes: [['HSET', key, id, JSON.stringify(objection)]],
  };
}
