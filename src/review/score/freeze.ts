import { createHash } from 'node:crypto';
import { CALENDAR_ENDS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Snapshot } from '../snapshot-store.ts';
import { keepSnapshot, loadSnapshot, loadSnapshotsBefore } from '../snapshot-store.ts';
import type { CaseRow } from './cells/case-cells.ts';
import type { CellReader } from './cells/cell-reader.ts';
import type { Collected } from './cells/collect.ts';
import { collectMonth } from './cells/collect.ts';
import { formulaFaults } from './formula.ts';
import { formulaOf, loadFormulas } from './formula-store.ts';
import type { Month } from './month.ts';
import { FREEZES_ON_WORKING_DAY, monthEnd, workingDayAfter } from './month.ts';
import type { CollectedRegion, MonthScore } from './month-score.ts';
import { monthScore } from './month-score.ts';
import { excludedRows } from './rows/objection.ts';
import { loadObjections } from './rows/objection-store.ts';

/** Why a month is not frozen. Nothing was stored; each reason names its cure in `locales/`. */
export type FreezeRefusal =
  | { readonly why: 'too_early' | 'frozen' | 'no_data' | 'calendar_ends' | 'formula' }
  | { readonly why: 'objections_open'; readonly count: number }
  | { readonly why: 'regions_changed'; readonly regions: readonly string[] };

/** A month as it stands, with what its score was computed from; `earlier`: frozen months before it, the newest first. */
export type OpenMonth = {
  readonly score: MonthScore;
  readonly collected: Collected;
  readonly earlier: readonly Snapshot[];
};

/**
 * What freezes a month. `reason`: why regions may differ, or why a frozen month is corrected. `computed`: the month as it was
 * just computed for a reader; without it the month is computed anew.
 */
export type FreezeOrder = {
  readonly store: Store;
  readonly city: Pick<City, 'regions' | 'census'>;
  readonly month: Month;
  readonly now: number;
  readonly reason?: string;
  readonly by?: string;
  readonly readers?: readonly CellReader[];
  readonly computed?: OpenMonth;
};

/** Earlier months that a score may use: those of the long prior. */
const EARLIER_MAX = 12;

/** Computes a month from the store as it stands now. */
export async function computeMonth({
  store,
  city,
  month,
  now,
  readers,
}: Pick<FreezeOrder, 'store' | 'city' | 'month' | 'now' | 'readers'>): Promise<OpenMonth> {
  const excluded = excludedRows(await loadObjections(store, month));
  const collected = await collectMonth(
    { store, city, month, asOf: now },
    { excluded, ...(readers ? { readers } : {}) },
  );
  const { agreed } = await loadFormulas(store);
  const earlier = await loadSnapshotsBefore(store, month, EARLIER_MAX);
  const formula = formulaOf(agreed, month);
  const score = monthScore({ month, formula, regions: collected.regions, earlier });
  return { score, collected, earlier };
}

/** Returns the change that freezes a month, or corrects a frozen one; or the reason against it. */
export async function freezeMonth(
  order: FreezeOrder,
): Promise<
  | { readonly type: 'ready'; readonly snapshot: Snapshot; readonly change: Change }
  | ({ readonly type: 'refused' } & FreezeRefusal)
> {
  const { store, month, now, reason, by } = order;
  const refused = (refusal: FreezeRefusal) => ({ type: 'refused', ...refusal }) as const;
  if (now < monthEnd(month)) return refused({ why: 'too_early' });
  if (workingDayAfter(month, FREEZES_ON_WORKING_DAY) === undefined) return refused({ why: 'calendar_ends' });
  const before = await loadSnapshot(store, month);
  if (before && reason === undefined) return refused({ why: 'frozen' });
  const open = (await loadObjections(store, month)).filter(({ decision }) => !decision);
  if (open.length > 0) return refused({ why: 'objections_open', count: open.length });
  const { score, collected, earlier } = order.computed ?? (await computeMonth(order));
  // A formula passes its checks when it is agreed to; a store may hold one that an older release agreed to.
  if (formulaFaults(score.formula.terms).length > 0) return refused({ why: 'formula' });
  if (!hasData(collected.regions)) return refused({ why: 'no_data' });
  const changed = [...changedStreets(earlier[0], collected.regions), ...collected.unknown];
  if (changed.length > 0 && reason === undefined) return refused({ why: 'regions_changed', regions: changed });
  const snapshot: Snapshot = {
    ...score,
    version: (before?.version ?? 0) + 1,
    frozenAt: now,
    rowsHash: hashOfMonth(score, collected),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  };
  const rows = new Map([...collected.rows].map(([street, own]) => [street, JSON.stringify(own)]));
  return { type: 'ready', snapshot, change: keepSnapshot(store, snapshot, rows) };
}

/** Words a refusal, with its cure. */
export function refusalText(refusal: FreezeRefusal, month: Month): Value {
  const values = {
    month,
    ends: CALENDAR_ENDS,
    count: 'count' in refusal ? refusal.count : 0,
    regions: {
      joined: 'regions' in refusal ? refusal.regions.slice(0, 5).map((region): Value => ({ place: { region } })) : [],
    },
  };
  return { key: `common:score.refused.${refusal.why}`, values };
}

/** Cells that alone say nothing about a month: the open stock is that of the day, and a task is no report. */
const BESIDES: readonly string[] = ['long_overdue', 'places_filled'];

/** True if any other source counted something of the month itself. */
function hasData(regions: readonly CollectedRegion[]): boolean {
  const ofMonth = ({ cells }: CollectedRegion) =>
    Object.entries(cells).some(([code, { n, from }]) => !BESIDES.includes(code) && n > 0 && from === undefined);
  return regions.some((region) => region.level === 'street' && ofMonth(region));
}

/** Streets that only one of two months has: their scores cannot be compared without a word. */
function changedStreets(earlier: Snapshot | undefined, regions: readonly CollectedRegion[]): readonly string[] {
  if (!earlier) return [];
  const [old, present] = [
    earlier.regions.filter(({ level }) => level === 'street').map(({ region }) => region),
    regions.filter(({ level }) => level === 'street').map(({ id }) => id),
  ];
  return [...old.filter((id) => !present.includes(id)), ...present.filter((id) => !old.includes(id))];
}

/**
 * The hash of a month: SHA-256 over its formula, then each street's rows, then each region's counts, one line each. Anybody
 * with the exported lines repeats it with sha256sum.
 */
export function hashOfMonth({ month, formula }: Pick<MonthScore, 'month' | 'formula'>, collected: Collected): string {
  return createHash('sha256')
    .update(snapshotText(month, formula, collected))
    .digest('hex');
}

/** The canonical text of a month, whose SHA-256 a snapshot holds. */
export function snapshotText(
  month: Month,
  { version, terms }: MonthScore['formula'],
  { rows, regions }: Pick<Collected, 'rows' | 'regions'>,
): string {
  const byName = <T>(entries: Iterable<readonly [string, T]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `month ${month} formula ${version}`,
    ...terms.map(({ code, w, a, b }) => `term ${code} ${w} ${a} ${b}`),
    ...byName(rows).flatMap(([street, own]) =>
      own.map(([number, verdicts]: CaseRow) => `row ${street} ${number} ${verdicts}`),
    ),
    ...byName(regions.map((region) => [region.id, region] as const)).flatMap(([id, { cells }]) =>
      byName(Object.entries(cells)).map(([code, { y, n, from }]) => `cell ${id} ${code} ${y} ${n} ${from ?? '-'}`),
    ),
    '',
  ].join('\n');
}
