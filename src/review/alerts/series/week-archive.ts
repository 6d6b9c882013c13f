import type { Store } from '../../../store/store.ts';
import { orStoreAway } from '../../../store/store.ts';

/** Counts by `<category> <street>` of weeks whose cases are deleted, by the day after the week. */
export type WeekArchive = ReadonlyMap<number, Readonly<Record<string, number>>>;

const WEEK_DAYS = 7;
/** Loads the archived weeks that end on a day or before it. Later weeks are counted from their cases. */
export async function loadWeekArchive({ redis, keys }: Store, until: number): Promise<WeekArchive> {
  const found = await orStoreAway(redis.hgetall(keys.alertWeeks));
  return new Map(
    Object.entries(found)
      .map(([end, text]) => [Number(end), JSON.parse(text) as Record<string, number>] as const) // written below
      .filter(([end]) => end <= until && (until - end) % WEEK_DAYS === 0),
  );
}
