import type { Job } from '../../background/job.ts';
import { MINUTE_MS } from '../../calendar.ts';
import type { Surge, SurgeCase } from '../../city/surge.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { COMMUNITY_DIGITS } from '../retention/retention-rules.ts';

const WINDOW_MS = 10 * MINUTE_MS;
const EVERY_MS = 5000;
/** A surge is more reports than this from one community within ten minutes. */
export const SURGE_REPORTS = 200;
/** Limit of reports that one run loads. */
const LOADED_MAX = 5000;
const GRID_DIGITS = 15;

/** Merge targets of this process; `refresh` recomputes them. */
export type LiveSurge = Surge & { refresh(): Promise<void> };

/** Counts the reports of the last ten minutes by community; each process counts for itself. */
export function openSurge(store: Store, log: Log, now: () => number): LiveSurge {
  let merging: ReadonlyMap<string, SurgeCase> = new Map();
  return {
    // A place known only to its community is no grid cell and is never merged.
    caseFor: (region, category) => (region?.length === GRID_DIGITS ? merging.get(cellOf(region, category)) : undefined),
    async refresh() {
      const cases = await surgingCases(store, log, now() - WINDOW_MS);
      // The oldest report of a cell comes last and keeps the case.
      merging = new Map(cases.map((one) => [cellOf(one.place.region, one.category), one]));
    },
  };
}

/** Recomputes the merge targets of this process. */
export function surgeJob(surge: LiveSurge): Job {
  return {
    name: 'surge',
    every: EVERY_MS,
    runsIn: 'every_process',
    inSafeMode: true,
    run: async () => {
      await surge.refresh();
      return undefined;
    },
  };
}

/** Loads the new cases of communities with more than SURGE_REPORTS reports since a time, newest first. */
async function surgingCases(store: Store, log: Log, since: number): Promise<readonly HazardCase[]> {
  const { redis, keys } = store;
  const count = await orStoreAway(redis.zcount(keys.casesIn('submitted'), since, '+inf'));
  if (count <= SURGE_REPORTS) return [];
  const ids = await orStoreAway(
    redis.zrange(keys.casesIn('submitted'), String(since), '+inf', 'BYSCORE', 'LIMIT', 0, LOADED_MAX),
  );
  const records = (await loadCases(store, ids)).map(({ record }) => record);
  const byCommunity = Map.groupBy(records, ({ place }) => place.region?.slice(0, COMMUNITY_DIGITS));
  const surging = [...byCommunity].filter(([community, list]) => community && list.length > SURGE_REPORTS);
  if (surging.length > 0)
    log.warn({ communities: surging.length }, 'a surge: new reports of one category in one grid are merged');
  return surging.flatMap(([, list]) => list.toReversed());
}

function cellOf(region: string | undefined, category: string): string {
  return `${region ?? ''}/${category}`;
}
