import type { Arc, Network } from './flat-network.ts';
import { flatten } from './flat-network.ts';

/**
 * The cells' names as `names[row][column]`. The last row and the last column are the sums of the others. A cell that occurs in
 * several tables has the same name in each.
 */
export type NamedTable = readonly (readonly string[])[];

/** How tables that share cells hang together, whatever their values: cells, lines and networks. */
export type LinkedTables = {
  /** By cell, each once. */
  readonly names: readonly string[];
  /** True for a cell that is the sum of others, and for one that is part of no sum. */
  readonly isSum: readonly boolean[];
  readonly isTop: readonly boolean[];
  /** All rows and columns of at least two cells; the last cell is the sum of the others. */
  readonly lines: readonly (readonly number[])[];
  readonly linesOf: readonly (readonly number[])[];
  /** True for a cell of several dimensions: all groups of a region. */
  readonly isShared: readonly boolean[];
  readonly networks: readonly Network[];
};

/** Links tables by the names of their cells. */
export function linkTables(tables: readonly NamedTable[]): LinkedTables {
  const ids = new Map<string, number>();
  const sums = new Set<number>();
  const lines: number[][] = [];
  const numberOf = (name: string) => {
    const number = ids.get(name) ?? ids.size;
    ids.set(name, number);
    return number;
  };
  const numbered = tables.map((names) => names.map((row) => row.map(numberOf)));
  const cells = [...ids.values()];
  for (const grid of numbered) {
    const columns = (grid[0] ?? []).map((_, c) => grid.map((row) => row[c] ?? 0));
    const found = [...grid, ...columns].filter((line) => line.length > 1);
    for (const line of found) sums.add(line.at(-1) ?? 0);
    lines.push(...found);
  }
  const linesOf: number[][] = cells.map(() => []);
  for (const [at, line] of lines.entries()) for (const cell of line) linesOf[cell]?.push(at);
  const isSum = cells.map((cell) => sums.has(cell));
  const networks = dimensionsOf(numbered).map(networkOf);
  const isShared = cells.map((cell) => networks.filter(({ arcOf }) => arcOf[cell]).length > 1);
  const parts = new Set(lines.flatMap((line) => line.slice(0, -1)));
  const isTop = cells.map((cell) => !parts.has(cell));
  return { names: [...ids.keys()], isSum, isTop, lines, linesOf, isShared, networks };
}

type NumberedGrid = readonly (readonly number[])[];

/** Groups tables by dimension: those of one dimension share cells beside their last column. */
function dimensionsOf(grids: readonly NumberedGrid[]): readonly (readonly NumberedGrid[])[] {
  const groups: { readonly inner: Set<number>; readonly grids: NumberedGrid[] }[] = [];
  for (const grid of grids) {
    const inner = grid.flatMap((row) => (row.length > 1 ? row.slice(0, -1) : row));
    const group = groups.find((one) => inner.some((cell) => one.inner.has(cell)));
    if (group) group.grids.push(grid);
    else groups.push({ inner: new Set(), grids: [grid] });
    for (const cell of inner) (group ?? groups.at(-1))?.inner.add(cell);
  }
  return groups.map((group) => group.grids);
}

/**
 * Builds the network of one dimension (Castro 2002, SIAM J. Optim. 13:163). Values of a group flow from the rows up the columns to
 * the sums, and those of all groups flow back. A row of sums needs no node: it follows from its columns.
 */
function networkOf(grids: readonly NumberedGrid[]): Network {
  let nodes = 1;
  const lower = new Map<number, number>();
  const upper = new Map<number, number>();
  const last = new Set<number>();
  for (const grid of grids) {
    const width = grid[0]?.length ?? 0;
    for (let c = 0; c < width; c += 1) {
      for (const [r, row] of grid.entries()) {
        const cell = row[c] ?? 0;
        if (c === width - 1) last.add(cell);
        if (grid.length > 1) (r === grid.length - 1 ? lower : upper).set(cell, nodes);
      }
      nodes += 1;
    }
  }
  // A row whose cells are no sums of other rows is a node of its own.
  for (const grid of grids) {
    for (const row of grid) {
      if (row.length < 2 || row.some((cell) => lower.has(cell))) continue;
      for (const cell of row) lower.set(cell, nodes);
      nodes += 1;
    }
  }
  const arcs = [...new Set(grids.flat(2))].map((cell): Arc => {
    const [low, high] = [lower.get(cell) ?? 0, upper.get(cell) ?? 0];
    return last.has(cell) ? { cell, from: high, to: low } : { cell, from: low, to: high };
  });
  return flatten(nodes, arcs);
}
