import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import type { Snapshot } from '../snapshot-store.ts';
import { loadFrozenMonths, loadOpenMonths, loadRows, loadSnapshot } from '../snapshot-store.ts';
import type { CaseRow } from './cells/case-cells.ts';
import type { ReadMonth } from './cells/cell-reader.ts';
import type { OpenMonth } from './freeze.ts';
import { computeMonth } from './freeze.ts';
import type { Month } from './month.ts';
import type { MonthScore } from './month-score.ts';

/** Roles that read the scores of their ground and of what lies below it. */
export const MAY_READ_SCORES: readonly Role[] = ['lead', 'office', 'auditor'];

/** True if a person reads the figures of a region; of other streets they see the tier only. */
export function mayReadScore(grants: readonly Grant[], region: string, regions: RegionTree): boolean {
  return anyGrantCovers(
    grants.filter(({ role }) => MAY_READ_SCORES.includes(role)),
    region,
    regions,
  );
}

/** A month as readers see it: frozen, or as it stands now. */
export type ShownMonth = {
  readonly score: MonthScore;
  readonly frozen?: Snapshot;
  readonly computed?: OpenMonth;
  readonly rowsOf: (street: string) => Promise<readonly CaseRow[]>;
};

/** The months that can be read, the newest first: those not frozen yet, and the frozen ones. */
export async function readableMonths(
  store: Store,
  now: number,
): Promise<readonly { readonly month: Month; readonly version?: number }[]> {
  const [open, frozen] = await Promise.all([loadOpenMonths(store, now), loadFrozenMonths(store)]);
  return [...open.map((month) => ({ month })), ...frozen];
}

/** Loads a month; without a frozen version it is computed from the store as it stands. */
export async function loadMonth(
  { store, city, month, asOf }: ReadMonth,
  version?: number,
): Promise<ShownMonth | undefined> {
  const frozen = await loadSnapshot(store, month, version);
  if (frozen) return { score: frozen, frozen, rowsOf: (street) => loadRows(store, frozen, street) };
  if (version !== undefined) return undefined;
  const computed = await computeOnce({ store, city, month, asOf });
  return { score: computed.score, computed, rowsOf: async (street) => computed.collected.rows.get(street) ?? [] };
}

/** An open month is computed once for all its readers within this time, ms. */
const SHARED_MS = 20_000;
const computed = new WeakMap<
  Store,
  { readonly month: Month; readonly asOf: number; readonly found: Promise<OpenMonth> }
>();

function computeOnce({ store, city, month, asOf }: ReadMonth): Promise<OpenMonth> {
  const before = computed.get(store);
  if (before?.month === month && asOf >= before.asOf && asOf - before.asOf < SHARED_MS) return before.found;
  const found = computeMonth({ store, city, month, now: asOf });
  computed.set(store, { month, asOf, found });
  found.catch(() => computed.delete(store));
  return found;
}
