import type { Job } from '../../background/job.ts';
import { HOUR_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import { loadCases } from '../../cases/case-store.ts';
import type { City } from '../../city/city.ts';
import { MAY_DRAW } from '../../inspections/draw/draw.ts';
import { isOnPremises } from '../../inspections/premises/attribution.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffWith } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { fewMessage } from './few-message.ts';
import type { ReportCounts } from './report-counts.ts';
import { addReports, judgeQuarter, keepReportCounts, loadReportCounts, newReportCounts } from './report-counts.ts';

/** Cases that one run reads. */
const BATCH = 500;

/** Counts reports about premises by month, and once a quarter tells leads where there were few: they may open an inspection. */
export function fewReportsJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'few-reports',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now) => {
      if (remainingMs(QUIET_HOURS.usual, now) > 0) return { few: 0 };
      // An import replaces the city.
      const { city } = services;
      const kept = await loadReportCounts(store);
      const counted = kept ? await countReports(store, kept.record, city, now) : newReportCounts(now);
      // With more cases to read, the quarter is judged later.
      const isWhole = counted === kept?.record || counted.through === now;
      const counts = isWhole ? judgeQuarter(counted, [...city.premises.values()], now) : counted;
      const isNew = counts.judged !== counted.judged;
      if (counts === kept?.record) return { few: 0 };
      const notices = isNew ? await noticesOf(counts, services) : [];
      const op = `few-reports:${kept?.version ?? 0}:${counts.through}`;
      await commitAndNotify(
        { op, what: 'reports_counted', ...keepReportCounts(store, counts, kept) },
        notices,
        services,
      );
      return { few: isNew ? counts.few.length : 0 };
    },
  };
}

/** Findings of inspections are no reports: an inspection cannot hide that residents stopped to report. */
async function countReports(
  store: Store,
  before: ReportCounts,
  { premises, regions }: City,
  now: number,
): Promise<ReportCounts> {
  const { redis, keys } = store;
  const span = [`(${before.through}`, String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
  const ids = await orStoreAway(redis.zrange(keys.casesFiled, ...span));
  // Most hours bring no case: what is counted stays as it is, and is not written again.
  if (ids.length === 0) return before;
  const read = (await loadCases(store, ids)).map(({ record }) => record);
  // Cases of the last millisecond may go on behind a full batch: the next run reads them.
  const isFull = ids.length === BATCH;
  const last = Math.max(before.through, ...read.map(({ filedAt }) => filedAt));
  const cases = isFull ? read.filter(({ filedAt }) => filedAt < last) : read;
  const reports = cases
    .filter(({ source }) => source === undefined)
    .flatMap(({ place, filedAt }) =>
      [...premises.values()]
        .filter((one) => isOnPremises(one, place, regions))
        .map(({ id }) => ({ premises: id, at: filedAt })),
    );
  return addReports(before, reports, isFull ? last - 1 : now);
}

/** Leads and offices of the region hear of it: they designate premises. */
async function noticesOf({ few }: ReportCounts, { store, city }: Services): Promise<readonly Notice[]> {
  const found = await Promise.all(
    few.map(async (one): Promise<readonly Notice[]> => {
      const premises = city.premises.get(one.premises);
      if (!premises) return [];
      const people = await staffWith(store, MAY_DRAW, city.regions.chain(premises.region));
      return people.map((to) => ({ to, said: fewMessage(one, premises) }));
    }),
  );
  return found.flat();
}
