import type { Job } from '../../background/job.ts';
import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadFrozenMonths } from '../snapshot-store.ts';
import { readFact } from './cells/case-fact.ts';
import { addMonths, monthEnd, monthOf } from './month.ts';

/** Cases are deleted 180 days after their report. What the score keeps of them goes with the last case of its month. */
const KEPT_MS = 180 * DAY_MS;
/** Months that a pause of the bot may have left behind. */
const MONTHS_BACK = 24;

/** Deletes facts, rows and objections of months whose cases are gone. Frozen scores and their hashes stay. */
export function scoreRetentionJob(store: Store): Job {
  return {
    name: 'score-retention',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      await sweepScores(store, now, stopping);
      return undefined;
    },
  };
}

async function sweepScores(store: Store, now: number, stopping: () => boolean): Promise<void> {
  const { redis, keys } = store;
  const versions = new Map((await loadFrozenMonths(store)).map(({ month, version }) => [month, version]));
  const present = monthOf(now);
  for (let back = 6; back < MONTHS_BACK && !stopping(); back += 1) {
    const month = addMonths(present, -back);
    if (monthEnd(month) + KEPT_MS > now) continue;
    const frozen = Array.from({ length: versions.get(month) ?? 0 }, (_, i) => keys.scoreRows(month, i + 1));
    await orStoreAway(
      redis.unlink(keys.scoreFacts(month), keys.scoreObjections(month), keys.rereads(month), ...frozen),
    );
  }
  for await (const some of scanHash(store, keys.scoreOpen)) {
    const gone = some.filter(([, line]) => readFact(line).filedAt + KEPT_MS <= now).map(([id]) => id);
    if (gone.length > 0) await orStoreAway(redis.hdel(keys.scoreOpen, ...gone));
  }
}
