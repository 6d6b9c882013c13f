import type { Estimate } from '../estimate/estimate.ts';
import type { DisclosedNumber } from './disclosure.ts';
import { discloseCell, isSuppressed, RULES } from './disclosure.ts';
import { DOWN, UP } from './flat-network.ts';
import type { HiddenCells } from './hidden-cells.ts';
import { hiddenCells } from './hidden-cells.ts';
import type { LinkedTables } from './linked-tables.ts';
import { linkTables } from './linked-tables.ts';
import { repeats } from './one-person.ts';
import { watchAlternatives } from './watch-alternatives.ts';

/** The kinds of answers whose numbers add up in every line. */
const SIDES = ['above', 'below'] as const;
/** What hiding a cell costs: a sum is worth two cells within it, and the top cell, the result of the whole wave, most. */
const COST = { inner: 10, sum: 21, top: 80 } as const;

/**
 * Suppresses cells in tables that share sums (P6), until each line with a suppressed cell is suppressed whole, or hides ten answers
 * and three on each side; and until each suppressed cell could hold other answers of either kind. Then it shows again what the rest
 * protects without.
 */
export function suppressTables(
  tables: LinkedTables,
  cells: readonly Estimate[],
  discloseOne: (estimate: Estimate, name: string) => DisclosedNumber = discloseCell,
  before: Readonly<Record<string, DisclosedNumber>> = {},
): ReadonlyMap<string, DisclosedNumber> {
  const own = cells.map((estimate, cell) => discloseOne(estimate, tables.names[cell] ?? ''));
  // Another choice of cells for the same tables would let a reader fill the gaps of one wave with numbers of the other.
  if (tables.names.every((name, cell) => repeats(before[name], own[cell])))
    return new Map(tables.names.map((name) => [name, before[name] as DisclosedNumber]));
  const hidden = hiddenCells(tables, cells);
  for (const [cell, shown] of own.entries()) if (isSuppressed(shown)) hidden.hide(cell);
  const added = protect(tables, cells, own, hidden);
  return new Map(
    tables.names.map((name, cell) => {
      const shown = own[cell] as DisclosedNumber;
      return [name, added.has(cell) ? { type: 'withheld', why: 'protects_others' } : shown];
    }),
  );
}

/** Estimates as `grid[row][column]`. The last row and the last column are the sums of the others. */
export type Grid = readonly (readonly Estimate[])[];

/** Suppresses cells of one table. */
export function suppressTable(grid: Grid): readonly (readonly DisclosedNumber[])[] {
  const names = grid.map((row, r) => row.map((_, c) => `${r}/${c}`));
  const shown = suppressTables(linkTables([names]), grid.flat());
  return names.map((row) => row.map((name) => shown.get(name) as DisclosedNumber));
}

/** Hides further cells until all hidden ones are protected, then shows what the rest protects without; returns the former. */
function protect(
  tables: LinkedTables,
  cells: readonly Estimate[],
  own: readonly DisclosedNumber[],
  hidden: HiddenCells,
): ReadonlySet<number> {
  const { lines, linesOf, isSum, isTop } = tables;
  // The fewest answers are lost first.
  const costs = new Float64Array(cells.length);
  for (const [cell, { n }] of cells.entries())
    costs[cell] = (isTop[cell] ? COST.top : isSum[cell] ? COST.sum : COST.inner) + n / 1e6;
  const cost = (cell: number) => costs[cell] ?? 0;
  const watches = SIDES.map((side) => {
    const rooms = new Uint8Array(cells.length);
    for (const [cell, estimate] of cells.entries()) rooms[cell] = roomOf(estimate, own[cell], side);
    return watchAlternatives(tables, { hidden: hidden.flags, rooms, costs });
  });
  const added = new Set<number>();
  const hide = (wanted: readonly number[]) => {
    for (const cell of wanted) {
      if (hidden.has(cell)) continue;
      hidden.hide(cell);
      added.add(cell);
      for (const watch of watches) watch.add(cell);
    }
  };
  for (const cell of cells.keys()) if (hidden.has(cell)) for (const watch of watches) watch.add(cell);

  /** Returns the cell of a line that settles most thin lines and makes fewest new ones, for what it costs. */
  const settlerOf = (line: number): readonly number[] => {
    const worth = (cell: number) => {
      const crossed = linesOf[cell] ?? [];
      const settled = crossed.filter((one) => hidden.thin.has(one)).length;
      const gain = settled - crossed.filter((one) => !hidden.isTouched(one)).length;
      return gain > 0 ? gain / cost(cell) : gain - cost(cell);
    };
    const candidates = (lines[line] ?? []).filter((cell) => !hidden.has(cell));
    const rated = candidates.map((cell) => ({ cell, worth: worth(cell) }));
    return rated
      .toSorted((a, b) => b.worth - a.worth)
      .slice(0, 1)
      .map(({ cell }) => cell);
  };
  let wanted: readonly number[] | undefined;
  do {
    for (let [line] = hidden.thin; line !== undefined; [line] = hidden.thin) hide(settlerOf(line));
    wanted = undefined;
    for (const watch of watches) wanted ??= watch.next();
    hide(wanted ?? []);
  } while (wanted);
  for (const cell of [...added].toSorted((a, b) => cost(b) - cost(a))) {
    hidden.show(cell);
    if (hidden.thin.size === 0 && watches.every((watch) => watch.holdsWithout(cell))) {
      for (const watch of watches) watch.drop(cell);
      added.delete(cell);
    } else hidden.hide(cell);
  }
  return added;
}

/** Returns how the number of answers on a side may change without another word for the cell. */
function roomOf({ n, above, below }: Estimate, shown: DisclosedNumber | undefined, side: 'above' | 'below'): number {
  const value = side === 'above' ? above : below;
  if (shown?.type !== 'at_least' && shown?.type !== 'at_most') return roomFor(true, value >= 1);
  const isFew = side === (shown.type === 'at_least' ? 'below' : 'above');
  const few = Math.min(above, below);
  if (isFew) return roomFor(value + 1 < RULES.otherSideMin && few + 1 <= 0.1 * (n + 1), value >= 1);
  return roomFor(true, n > RULES.effectiveMin && few <= 0.1 * (n - 1));
}

function roomFor(isUp: boolean, isDown: boolean): number {
  return (isUp ? UP : 0) | (isDown ? DOWN : 0);
}
