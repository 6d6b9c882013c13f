import { DAY_MS, dayOf, limitEnd } from '../../../calendar.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import { scanHash } from '../../../store/records/scan-hash.ts';
import { LESS_IS_BETTER } from '../indicator.ts';
import type { Confirmation } from '../rating-bursts.ts';
import { findRatingBursts } from '../rating-bursts.ts';
import type { CaseFact, CaseIndicator } from './case-fact.ts';
import { CASE_INDICATORS, readFact, verdictsAt } from './case-fact.ts';
import type { ReadMonth, StreetCounts } from './cell-reader.ts';
import { addTo } from './cell-reader.ts';

/** One case of a frozen score: its number, a verdict for each of CASE_INDICATORS, and its lead unit, '' without one. */
export type CaseRow = readonly [number: string, verdicts: string, unit: string];

/** What the cases of a month tell, by street. */
export type CaseMonth = {
  readonly counts: StreetCounts;
  readonly rows: ReadonlyMap<string, readonly CaseRow[]>;
  /** Reports of the month, and rejected ones by reason. */
  readonly reports: ReadonlyMap<string, number>;
  readonly rejected: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Streets whose residents said “solved” together within a short time: printed, and no answer is left out. */
  readonly bursts: readonly string[];
  /** Regions of cases that the city no longer has. */
  readonly unknown: readonly string[];
};

/** The place of the open stock among the verdicts: it counts cases of any month. */
const STOCK = CASE_INDICATORS.indexOf('long_overdue');
const NO_VERDICTS = '-'.repeat(CASE_INDICATORS.length);
/** An open case is long overdue this long after its deadline. */
const LONG = '5wd';
/** Lines that one call reads: about 300 kB, two milliseconds of the store. */
const LINES_AT_ONCE = 5000;
/** Cases are deleted after this time. */
const KEPT_MS = 180 * DAY_MS;

/**
 * Counts the cases filed in a month, judged at `asOf`, and all cases that are open then. Memory holds the
 * month's rows, not its cases. `excluded`: `<number> <indicator>` of rows that an auditor took out.
 */
export async function readCaseMonth(
  { store, city: { regions }, month, asOf }: ReadMonth,
  excluded: ReadonlySet<string> = new Set(),
): Promise<CaseMonth> {
  const sums = new Map<string, Uint32Array>();
  const rows = new Map<string, Map<string, readonly [verdicts: string, unit: string]>>();
  const reports = new Map<string, number>();
  const rejected = new Map<string, Record<string, number>>();
  const confirmations = new Map<string, Confirmation[]>();
  const unknown = new Set<string>();
  const streetOf = streetFinder(regions, unknown);
  const isLong = longFinder(asOf);
  /** Adds the verdicts of a row from one indicator to another, and counts them. */
  const addRow = (street: string, fact: CaseFact, from: number, to: number) => {
    const { number, unit = '' } = fact;
    const verdicts = verdictsAt(fact, asOf, isLong);
    const sum = sums.get(street) ?? new Uint32Array(2 * CASE_INDICATORS.length);
    sums.set(street, sum);
    const own = rows.get(street) ?? new Map<string, readonly [verdicts: string, unit: string]>();
    rows.set(street, own);
    const before = own.get(number)?.[0] ?? NO_VERDICTS;
    let kept = before.slice(0, from);
    for (let k = from; k < to; k += 1) {
      const sign = excluded.size > 0 && excluded.has(`${number} ${CASE_INDICATORS[k]}`) ? '-' : (verdicts[k] ?? '-');
      kept += sign;
      if (sign === '-') continue;
      sum[2 * k] = (sum[2 * k] ?? 0) + Number(sign);
      sum[2 * k + 1] = (sum[2 * k + 1] ?? 0) + 1;
    }
    own.set(number, [kept + before.slice(to), unit]);
  };
  for await (const some of scanHash(store, store.keys.scoreFacts(month), LINES_AT_ONCE))
    for (const [, line] of some) {
      const fact = readFact(line);
      const street = streetOf(fact.region);
      if (street === undefined) continue;
      reports.set(street, (reports.get(street) ?? 0) + 1);
      if (fact.rejected !== undefined) {
        const reasons = rejected.get(street) ?? {};
        reasons[fact.rejected] = (reasons[fact.rejected] ?? 0) + 1;
        rejected.set(street, reasons);
      }
      if (fact.solved) {
        const own = confirmations.get(street) ?? [];
        own.push(fact.solved);
        confirmations.set(street, own);
      }
      addRow(street, fact, 0, STOCK);
    }
  const after = asOf - KEPT_MS;
  for await (const some of scanHash(store, store.keys.scoreOpen, LINES_AT_ONCE))
    for (const [, line] of some) {
      const fact = readFact(line);
      const street = fact.filedAt <= asOf && fact.filedAt >= after ? streetOf(fact.region) : undefined;
      if (street !== undefined) addRow(street, fact, STOCK, STOCK + 1);
    }
  const counts: StreetCounts = new Map();
  for (const [street, sum] of sums)
    for (const [k, code] of CASE_INDICATORS.entries())
      if (sum[2 * k + 1]) addTo(counts, street, code, { y: sum[2 * k] ?? 0, n: sum[2 * k + 1] ?? 0 });
  const sorted = [...rows].map(([street, own]) => {
    const ofStreet = [...own].sort(([a], [b]) => (a < b ? -1 : 1));
    return [street, ofStreet.map(([number, rest]): CaseRow => [number, ...rest])] as const;
  });
  const bursts = findRatingBursts(confirmations);
  return { counts, rows: new Map(sorted), reports, rejected, bursts, unknown: [...unknown] };
}

/** True if a row costs its street points of an indicator: outside the part, or inside where less is better. */
export function isLoss([, verdicts]: CaseRow, code: CaseIndicator): boolean {
  return verdicts[CASE_INDICATORS.indexOf(code)] === (LESS_IS_BETTER.includes(code) ? '1' : '0');
}

/** The street of a region in the present tree. A community that moved to a new street counts there with its past. */
function streetFinder(regions: RegionTree, unknown: Set<string>): (region: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (region) => {
    if (known.has(region)) return known.get(region);
    const street = region === '' ? undefined : regions.above(region, 'street');
    if (region !== '' && regions.levelOf(region) === undefined) unknown.add(region);
    known.set(region, street);
    return street;
  };
}

/** Tells of a deadline whether it was over for more than five working days, which are counted once for each day. */
export function longFinder(asOf: number): (due: number) => boolean {
  const known = new Map<string, boolean>();
  return (due) => {
    const day = dayOf(due);
    const found = known.get(day) ?? limitEnd(due, LONG) < asOf;
    known.set(day, found);
    return found;
  };
}
