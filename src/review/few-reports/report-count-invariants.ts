import type { InvariantCheck } from '../../store/records/invariants.ts';
import { orStoreAway } from '../../store/store.ts';
import { monthOf } from '../score/month.ts';
import { loadReportCounts, reportsIn } from './report-counts.ts';

/** Counts of reports are whole numbers of known months; what was judged follows from them, and its inspection exists. */
export const reportCountsHold: InvariantCheck = async (store) => {
  const { redis, keys } = store;
  const { record } = (await loadReportCounts(store)) ?? {};
  if (!record) return [];
  const { months, through, judged, few } = record;
  const name = keys.reportCounts;
  const draws = await Promise.all(
    few
      .flatMap(({ draw }) => (draw ? [draw] : []))
      .map(async (draw) => ({
        draw,
        isThere: (await orStoreAway(redis.exists(keys.inspectionDraw(draw)))) === 1,
      })),
  );
  return [
    ...Object.entries(months).flatMap(([month, sums]) => [
      ...(month <= monthOf(through) ? [] : [`${name}: counts ${month}, which had not begun`]),
      ...Object.entries(sums)
        .filter(([, sum]) => !Number.isInteger(sum) || sum < 0)
        .map(([premises, sum]) => `${name}: has ${sum} reports about ${premises} in ${month}`),
    ]),
    ...few
      .filter(({ quarter }) => quarter !== judged)
      .map(({ premises, quarter }) => `${name}: judged ${premises} in ${quarter}, not in ${judged}`),
    ...few
      .filter(({ premises, quarter, observed }) => observed !== reportsIn(record, premises, quarter))
      .map(({ premises }) => `${name}: says another number of reports about ${premises} than it counted`),
    ...draws.filter(({ isThere }) => !isThere).map(({ draw }) => `${name}: opened ${draw}, which does not exist`),
  ];
};
