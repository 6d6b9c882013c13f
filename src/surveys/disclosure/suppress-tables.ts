import type { Estimate } from '../estimate/estimate.ts';
import type { DisclosedNumber } from './disclosure.ts';
import { discloseCell, isSuppressed, RULES } from './disclosure.ts';

/** Estimates as `cells[row][column]`. The last row and the last column are the sums of the others. */
export type Grid = readonly (readonly Estimate[])[];

/** A table with named cells. A cell that occurs in several tables has the same name in each. */
export type NamedGrid = { readonly names: readonly (readonly string[])[]; readonly cells: Grid };

/** Suppresses cells in tables that share sums, until a named cell is suppressed in all tables or in none. */
export function suppressTables(grids: readonly NamedGrid[]): ReadonlyMap<string, DisclosedNumber> {
  const suppressed = new Map<string, DisclosedNumber>();
  let tables: readonly (readonly (readonly DisclosedNumber[])[])[] = [];
  for (let before = -1; suppressed.size > before; ) {
    before = suppressed.size;
    tables = grids.map(({ names, cells }) =>
      suppressTable(cells, (row, column) => suppressed.get(names[row]?.[column] ?? '')),
    );
    for (const [t, { names }] of grids.entries()) {
      for (const [r, row] of names.entries()) {
        for (const [c, name] of row.entries()) {
          const shown = tables[t]?.[r]?.[c];
          if (shown && isSuppressed(shown) && !suppressed.has(name)) suppressed.set(name, shown);
        }
      }
    }
  }
  const all = grids.flatMap(({ names }, t) =>
    names.flatMap((row, r) =>
      row.flatMap((name, c): readonly (readonly [string, DisclosedNumber])[] => {
        const shown = tables[t]?.[r]?.[c];
        return shown ? [[name, shown]] : [];
      }),
    ),
  );
  return new Map(all);
}

/**
 * Suppresses cells of one table (P6). No suppressed cell follows from the sums, and the suppressed cells of a line hide at
 * least ten answers. A suppressed cell follows exactly where it is a bridge of the graph whose nodes are rows and columns
 * (Gusfield 1988, SIAM J. Comput. 17:552).
 */
export function suppressTable(
  grid: Grid,
  suppressedElsewhere: (row: number, column: number) => DisclosedNumber | undefined = () => undefined,
): readonly (readonly DisclosedNumber[])[] {
  const shown: DisclosedNumber[][] = grid.map((row, r) =>
    row.map((cell, c) => suppressedElsewhere(r, c) ?? discloseCell(cell)),
  );
  const lines = linesOf(grid);
  const suppressOneOf = (candidates: readonly CellPosition[]): boolean => {
    const position = leastImportant(
      grid,
      candidates.filter((one) => !isSuppressedAt(shown, one)),
    );
    const row = position && shown[position.row];
    if (!row) return false;
    row[position.column] = { type: 'withheld', why: 'protects_others' };
    return true;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of lines) while (hidesTooLittle(grid, shown, line) && suppressOneOf(line)) changed = true;
    // A single row or column has only one sum; two suppressed cells in it protect each other.
    if (grid.length < 2 || (grid[0]?.length ?? 0) < 2) continue;
    for (const { row, column } of findBridges(grid, shown)) {
      const crossing = lines.filter((line) => line.some((one) => one.row === row && one.column === column));
      if (suppressOneOf(crossing.flat())) changed = true;
    }
  }
  return shown;
}

type CellPosition = { readonly row: number; readonly column: number };

/** Returns all rows and columns of at least two cells; a line of one cell has no sum. */
function linesOf(grid: Grid): readonly (readonly CellPosition[])[] {
  const [height, width] = [grid.length, grid[0]?.length ?? 0];
  const rows = grid.map((cells, row) => cells.map((_, column) => ({ row, column })));
  const columns = Array.from({ length: width }, (_, column) => grid.map((__, row) => ({ row, column })));
  return [...(width > 1 ? rows : []), ...(height > 1 ? columns : [])];
}

/** Returns true if the suppressed cells of a line are too few. None suppressed is safe, and so is the whole line. */
function hidesTooLittle(
  grid: Grid,
  shown: readonly (readonly DisclosedNumber[])[],
  line: readonly CellPosition[],
): boolean {
  const suppressed = line.filter((position) => isSuppressedAt(shown, position));
  if (suppressed.length === 0 || suppressed.length === line.length) return false;
  const answers = suppressed.reduce((all, { row, column }) => all + (grid[row]?.[column]?.n ?? 0), 0);
  return suppressed.length < 2 || answers < RULES.hiddenMin;
}

/** Finds suppressed cells that alone connect two parts of the graph; the sums determine their values. */
function findBridges(grid: Grid, shown: readonly (readonly DisclosedNumber[])[]): readonly CellPosition[] {
  const height = grid.length;
  const edges = new Map<number, { readonly to: number; readonly position: CellPosition }[]>();
  for (const position of linesOf(grid).slice(0, height).flat()) {
    if (!isSuppressedAt(shown, position)) continue;
    const [row, column] = [position.row, height + position.column];
    edges.set(row, [...(edges.get(row) ?? []), { to: column, position }]);
    edges.set(column, [...(edges.get(column) ?? []), { to: row, position }]);
  }
  // Tarjan 1974: an edge is a bridge if no path from behind it returns to a node before it.
  const found: CellPosition[] = [];
  const order = new Map<number, number>();
  const visit = (node: number, by: CellPosition | undefined): number => {
    const own = order.size;
    order.set(node, own);
    let low = own;
    for (const { to, position } of edges.get(node) ?? []) {
      if (position === by) continue;
      const seen = order.get(to);
      const reached = seen ?? visit(to, position);
      if (seen === undefined && reached > own) found.push(position);
      low = Math.min(low, reached);
    }
    return low;
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node, undefined);
  return found;
}

function isSuppressedAt(shown: readonly (readonly DisclosedNumber[])[], { row, column }: CellPosition): boolean {
  return isSuppressed(shown[row]?.[column]);
}

/** Returns the cell with the fewest answers, sums last: as little information as possible is lost. */
function leastImportant(grid: Grid, candidates: readonly CellPosition[]): CellPosition | undefined {
  const isSum = ({ row, column }: CellPosition) => row === grid.length - 1 || column === (grid[0]?.length ?? 0) - 1;
  const answers = ({ row, column }: CellPosition) => grid[row]?.[column]?.n ?? 0;
  return candidates.toSorted((a, b) => Number(isSum(a)) - Number(isSum(b)) || answers(a) - answers(b))[0];
}
