import type { Write } from '../store/commit.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseRow } from './score/cells/case-cells.ts';
import type { Month } from './score/month.ts';
import { addMonths, monthOf, readMonth } from './score/month.ts';
import type { MonthScore } from './score/month-score.ts';

/** A frozen month. It never changes; a correction is its next version, with a reason. */
export type Snapshot = MonthScore & {
  readonly version: number;
  readonly frozenAt: number; // ms since the epoch
  /** SHA-256 of formula, counts and row ids in the canonical text of `snapshotText`. */
  readonly rowsHash: string;
  /** Why this version corrects the one before; absent in version 1. */
  readonly reason?: string;
  /** Pseudonym of the organiser; absent if the job froze it. */
  readonly by?: string;
};

/** Loads the newest version of a frozen month, or one of its earlier versions. */
export async function loadSnapshot(store: Store, month: Month, version?: number): Promise<Snapshot | undefined> {
  const { redis, keys } = store;
  const wanted = version ?? Number((await orStoreAway(redis.hget(keys.scoreMonths, month))) ?? 0);
  if (wanted < 1) return undefined;
  return (await loadRecords<Snapshot>(store, [keys.scoreSnapshot(month, wanted)]))[0]?.record;
}

/** Loads the frozen rows of a street; none once its cases are gone. */
export async function loadRows(
  { redis, keys }: Store,
  { month, version }: Pick<Snapshot, 'month' | 'version'>,
  street: string,
): Promise<readonly CaseRow[]> {
  const text = await orStoreAway(redis.hget(keys.scoreRows(month, version), street));
  return text ? (JSON.parse(text) as CaseRow[]) : []; // written by keepSnapshot
}

/** Lists the frozen months with their newest version, the newest month first. */
export async function loadFrozenMonths({
  redis,
  keys,
}: Store): Promise<readonly { readonly month: Month; readonly version: number }[]> {
  const found = Object.entries(await orStoreAway(redis.hgetall(keys.scoreMonths)));
  return found
    .flatMap(([text, version]) => {
      const month = readMonth(text);
      return month ? [{ month, version: Number(version) }] : [];
    })
    .sort((a, b) => b.month.localeCompare(a.month));
}

/** Months whose cases may still be in the store. */
const OPEN_MAX = 6;

/**
 * Lists the months that are not frozen yet, the newest first: the present one, and those since the first report and since the
 * last frozen month. A month stays open until it is frozen, also if that takes longer than a month.
 */
export async function loadOpenMonths(store: Store, now: number): Promise<readonly Month[]> {
  const { redis, keys } = store;
  const [[newest], [, first]] = await Promise.all([
    loadFrozenMonths(store),
    orStoreAway(redis.zrange(keys.casesFiled, '0', '0', 'WITHSCORES')),
  ]);
  const present = monthOf(now);
  const oldest = first === undefined ? present : monthOf(Number(first));
  const all = Array.from({ length: OPEN_MAX + 1 }, (_, i) => addMonths(present, -i));
  return all.filter((month) => month >= oldest && (newest === undefined || month > newest.month));
}

/** Loads the newest versions of frozen months before a month, the newest first. */
export async function loadSnapshotsBefore(store: Store, month: Month, most: number): Promise<readonly Snapshot[]> {
  const before = (await loadFrozenMonths(store)).filter((one) => one.month < month).slice(0, most);
  const keys = before.map((one) => store.keys.scoreSnapshot(one.month, one.version));
  return (await loadRecords<Snapshot>(store, keys)).map(({ record }) => record);
}

/** Freezes a version of a month; it fails if another process froze one meanwhile. `rows`: JSON by street. */
export function keepSnapshot({ keys }: Store, snapshot: Snapshot, rows: ReadonlyMap<string, string>): Change {
  const { month, version } = snapshot;
  const { checks, writes } = keepRecord(keys.scoreSnapshot(month, version), snapshot);
  const rowWrites = [...rows].map(([street, text]): Write => ['HSET', keys.scoreRows(month, version), street, text]);
  return {
    checks: [...checks, { key: keys.scoreMonths, field: month, is: version === 1 ? '' : String(version - 1) }],
    writes: [...writes, ...rowWrites, ['HSET', keys.scoreMonths, month, String(version)]],
  };
}
