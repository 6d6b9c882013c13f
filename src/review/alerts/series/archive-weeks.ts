import type { Write } from '../../../store/commit.ts';
import type { Store } from '../../../store/store.ts';
import type { CaseCounts } from './case-counts.ts';
import { WEEK_DAYS } from './case-counts.ts';

/** Weeks older than this are dropped; Farrington's baseline reaches back five years. */
const KEPT_WEEKS = 5 * 52 + 8;

/** The writes that keep the weeks counted from cases, anew each week: late merges change them until the cases are gone. */
export function archiveWrites({ keys }: Store, counts: CaseCounts): readonly Write[] {
  const { end, weeks, cells, days } = counts;
  const counted = days / WEEK_DAYS;
  const sets = Array.from({ length: counted }, (_, back) => {
    const week = weeks - 1 - back;
    const filled = [...cells].flatMap(([key, list]) => (list[week] ? [[key, list[week]] as const] : []));
    return [
      'HSET',
      keys.alertWeeks,
      String(end - back * WEEK_DAYS),
      JSON.stringify(Object.fromEntries(filled)),
    ] as const;
  });
  return [...sets, ['HDEL', keys.alertWeeks, String(end - KEPT_WEEKS * WEEK_DAYS)]];
}
