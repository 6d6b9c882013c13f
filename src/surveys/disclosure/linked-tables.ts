import type { Estimate } from '../estimate/estimate.ts';

/** Estimates as `cells[row][column]`. The last row and the last column are the sums of the others. */
export type Grid = readonly (readonly Estimate[])[];

/** A table with named cells. A cell that occurs in several tables has the same name in each. */
export type NamedGrid = { readonly names: readonly (readonly string[])[]; readonly cells: Grid };

/** A cell as a flow between two nodes; each node is a row or a column, whose inflow equals its outflow. */
export type Arc = { readonly cell: number; readonly from: number; readonly to: number };

/** The tables of one dimension as a network: every set of values that fits the sums is a circulation. */
export type Network = { readonly nodes: number; readonly arcs: readonly Arc[] };

/** Tables that share cells, as cells, lines and networks. */
export type LinkedTables = {
  readonly names: readonly string[];
  readonly cells: readonly Estimate[];
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
export function linkTables(grids: readonly NamedGrid[]): LinkedTables {
  const ids = new Map<string, number>();
  const cells: Estimate[] = [];
  const sums = new Set<number>();
  const lines: number[][] = [];
  const numbered = grids.map(({ names, cells: estimates }) =>
    names.map((row, r) =>
      row.map((name, c) => {
        const found = ids.get(name);
        if (found !== undefined) return found;
        ids.set(name, cells.length);
        cells.push(estimates[r]?.[c] as Estimate);
        return cells.length - 1;
      }),
    ),
  );
  for (const grid of numbered) {
    const columns = (grid[0] ?? []).map((_, c) => grid.map((row) => row[c] ?? 0));
    const found = [...grid, ...columns].filter((line) => line.length > 1);
    for (const line of found) sums.add(line.at(-1) ?? 0);
    lines.push(...found);
  }
  const linesOf: number[][] = cells.map(() => []);
  for (const [at, line] of lines.entries()) for (const cell of line) linesOf[cell]?.push(at);
  const isSum = cells.map((_, cell) => sums.has(cell));
  const networks = dimensionsOf(numbered).map(networkOf);
  const dimensions = new Int32Array(cells.length);
  for (const { arcs } of networks) for (const { cell } of arcs) dimensions[cell] = (dimensions[cell] ?? 0) + 1;
  const isShared = cells.map((_, cell) => (dimensions[cell] ?? 0) > 1);
  const parts = new Set(lines.flatMap((line) => line.slice(0, -1)));
  const isTop = cells.map((_, cell) => !parts.has(cell));
  return { names: [...ids.keys()], cells, isSum, isTop, lines, linesOf, isShared, networks };
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
  return { nodes, arcs };
}
