import type { Premises } from '../../city/premises.ts';
import type { DrawId } from '../../inspections/draw/draw.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Month } from '../score/month.ts';
import { addMonths, monthOf } from '../score/month.ts';
import { checkReports } from '../score/under-reporting.ts';

/** Premises about which a quarter had fewer reports than their past leads one to expect. It costs and earns no point. */
export type FewReports = {
  readonly premises: string;
  /** The first month of the quarter. */
  readonly quarter: Month;
  readonly observed: number;
  readonly expected: number;
  /** The draw in which a lead designated them. */
  readonly draw?: DrawId;
};

/**
 * Reports about premises by month: sums without a case or a person. Exact places are blurred after 30 days, so the cases are
 * counted as they come.
 */
export type ReportCounts = {
  /** Cases that were filed until then are counted, ms since the epoch. */
  readonly through: number;
  /** The first month that is counted whole. */
  readonly since: Month;
  readonly months: Readonly<Record<Month, Readonly<Record<string, number>>>>;
  /** The first month of the newest judged quarter. */
  readonly judged?: Month;
  readonly few: readonly FewReports[];
};

const QUARTER = 3;
/** A judgement needs this many earlier months, and reads at most nine. */
const [BEFORE_LEAST, BEFORE_MAX] = [6, 9];

/** Counts that begin now. */
export function newReportCounts(now: number): ReportCounts {
  return { through: now, since: addMonths(monthOf(now), 1), months: {}, few: [] };
}

/** Adds reports about premises. Months that no judgement reads any more go. */
export function addReports(
  counts: ReportCounts,
  reports: readonly { readonly premises: string; readonly at: number }[],
  through: number,
): ReportCounts {
  const months = new Map(Object.entries(counts.months).map(([month, sums]) => [month, { ...sums }]));
  for (const { premises, at } of reports) {
    const sums = months.get(monthOf(at)) ?? {};
    months.set(monthOf(at), { ...sums, [premises]: (sums[premises] ?? 0) + 1 });
  }
  const oldest = addMonths(monthOf(through), -(QUARTER * 2 + BEFORE_MAX));
  const kept = [...months].filter(([month]) => month >= oldest);
  return { ...counts, through, months: Object.fromEntries(kept) };
}

/**
 * Judges the quarter before this one once: each premises against its own past and the others of its series. A count and its
 * expectation decide, as for streets; the first quarters with too short a past flag nothing.
 */
export function judgeQuarter(
  counts: ReportCounts,
  all: readonly Pick<Premises, 'id' | 'series'>[],
  now: number,
): ReportCounts {
  const month = monthOf(now);
  const quarter = addMonths(month, -((Number(month.slice(5)) - 1) % QUARTER) - QUARTER);
  if (counts.judged === quarter) return counts;
  const before = Array.from({ length: BEFORE_MAX }, (_, i) => addMonths(quarter, -1 - i)).filter(
    (one) => one >= counts.since,
  );
  const isReady = before.length >= BEFORE_LEAST && quarter >= counts.since;
  const inPast = (id: string) => before.reduce((n, one) => n + (counts.months[one]?.[id] ?? 0), 0);
  const few = [...Map.groupBy(isReady ? all : [], ({ series }) => series).values()].flatMap((group) => {
    const exposure = before.length / QUARTER;
    const checks = checkReports(
      group.map(({ id }) => ({ now: reportsIn(counts, id, quarter), before: inPast(id), exposure })),
    );
    return checks.flatMap((check, i): FewReports[] => {
      const premises = group[i]?.id;
      if (!check?.few || premises === undefined) return [];
      return [{ premises, quarter, observed: check.observed, expected: Math.round(check.expected) }];
    });
  });
  return { ...counts, judged: quarter, few };
}

/** Reports about premises in the quarter that begins with this month. */
export function reportsIn({ months }: Pick<ReportCounts, 'months'>, premises: string, quarter: Month): number {
  const own = Array.from({ length: QUARTER }, (_, i) => addMonths(quarter, i));
  return own.reduce((n, one) => n + (months[one]?.[premises] ?? 0), 0);
}

/** Loads the counts; undefined before the first run. */
export async function loadReportCounts(store: Store): Promise<Kept<ReportCounts> | undefined> {
  return (await loadRecords<ReportCounts>(store, [store.keys.reportCounts]))[0];
}

/** Keeps the counts. */
export function keepReportCounts({ keys }: Store, counts: ReportCounts, before?: Kept<ReportCounts>): Change {
  return keepRecord(keys.reportCounts, counts, before);
}
