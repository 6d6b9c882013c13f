import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Shift } from './shift.ts';
import { nextShiftStep } from './shift-rules.ts';

/** Loads a shift; undefined for a malformed or unknown id. */
export async function loadShift(store: Store, id: string): Promise<Kept<Shift> | undefined> {
  if (!/^shift_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Shift>(store, [store.keys.shift(id)]))[0];
}

/** Loads the shifts that begin between two times (ms since the epoch), in this order. */
export async function loadShifts(store: Store, from: number, to: number): Promise<readonly Kept<Shift>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.shifts, String(from), String(to), 'BYSCORE'));
  return loadRecords<Shift>(store, ids.map(store.keys.shift));
}

/** Writes a new state of a shift with its place in the lists. */
export function keepShift({ keys }: Store, record: Shift, before?: Kept<Shift>): Change {
  const { checks, writes } = keepRecord(keys.shift(record.id), record, before);
  const next = nextShiftStep(record);
  return {
    checks,
    writes: [
      ...writes,
      ['ZADD', keys.shifts, record.from, record.id],
      next ? ['ZADD', keys.shiftsClock, next.at, record.id] : ['ZREM', keys.shiftsClock, record.id],
    ],
  };
}

/** Deletes a shift; the commit conflicts if it changed since it was loaded. */
export function removeShift({ keys }: Store, { version, record }: Kept<Shift>): Change {
  return {
    checks: [{ key: keys.shift(record.id), field: 'version', is: String(version) }],
    writes: [
      ['DEL', keys.shift(record.id)],
      ['ZREM', keys.shifts, record.id],
      ['ZREM', keys.shiftsClock, record.id],
    ],
  };
}
