import { DAY_MS } from '../../calendar.ts';
import type { Estimate } from '../estimate/estimate.ts';

/** Why a number is not shown; see RULES. */
export type Withheld = 'few_answers' | 'unreliable' | 'too_wide' | 'nearly_all_alike' | 'protects_others';

declare const disclosed: unique symbol;

/** A cell as anybody may see it. Only this file makes one: there is no other way by which a number leaves surveys/. */
export type DisclosedNumber = (
  | {
      readonly type: 'shown';
      /** Percent, rounded as the answers allow, and the bounds. */
      readonly percent: number;
      readonly lo: number;
      readonly hi: number;
      /** Answers, to the nearest five. */
      readonly n: number;
      /** The interval is wide for what it bounds. */
      readonly rough?: true;
    }
  | { readonly type: 'at_least' | 'at_most'; readonly percent: 90 | 10; readonly n: number }
  | { readonly type: 'withheld'; readonly why: Withheld }
) & { readonly [disclosed]?: true };

/** The numbers of the rules, as the office for national statistics, the UK LLC and the NCHS have them. */
export const RULES = {
  /** P1: fewer answers than this, and nothing is shown, not even how many. */
  answersMin: 10,
  /** P2: fewer effective answers than this, and no percentage is shown. */
  effectiveMin: 30,
  /** P3: an interval up to this width is shown, from that width on it is not; between, its width counts in parts of the share. */
  widthFine: 0.05,
  widthMax: 0.3,
  widthInShares: 1.3,
  /** P4: fewer effective answers than this have no place among others. */
  rankMin: 100,
  /** P5: fewer than this on one side, and the others would be known to agree. */
  otherSideMin: 3,
  /** P6: what is withheld in a row or column hides this many answers at least. */
  hiddenMin: 10,
  /** P7: nothing is told of an open wave before so many answers, and then in steps. */
  liveMin: 30,
  liveStep: 10,
  /** P8. */
  roundTo: 5,
  decimalFrom: 400,
  /** P10: communities are shown only pooled over so long, with so many answers. */
  pooledMs: 90 * DAY_MS,
  pooledMin: 30,
} as const;

/** What one cell alone may show: P1–P3, P5, P8. */
export function cellOf(estimate: Estimate): DisclosedNumber {
  const { n, nEff, p, lo, hi, above, below } = estimate;
  if (n < RULES.answersMin) return { type: 'withheld', why: 'few_answers' };
  if (nEff < RULES.effectiveMin) return { type: 'withheld', why: 'unreliable' };
  const count = RULES.roundTo * Math.round(n / RULES.roundTo);
  if (Math.min(above, below) < RULES.otherSideMin) {
    if (p >= 0.9) return { type: 'at_least', percent: 90, n: count };
    if (p <= 0.1) return { type: 'at_most', percent: 10, n: count };
    return { type: 'withheld', why: 'nearly_all_alike' };
  }
  const width = hi - lo;
  if (width >= RULES.widthMax) return { type: 'withheld', why: 'too_wide' };
  const between = width > RULES.widthFine;
  if (between && width / p > RULES.widthInShares) return { type: 'withheld', why: 'too_wide' };
  const rough = between && width / (1 - p) > RULES.widthInShares;
  const digits = nEff < RULES.decimalFrom ? 0 : 1;
  const percent = (share: number) => Number((100 * share).toFixed(digits));
  return {
    type: 'shown',
    percent: percent(p),
    lo: percent(lo),
    hi: percent(hi),
    n: count,
    ...(rough ? { rough } : {}),
  };
}

/** Estimates in rows and columns with their sums: `cells[row][column]`, the last row and the last column being the sums of the others. */
export type Grid = readonly (readonly Estimate[])[];

/**
 * A whole table as it may be shown (P6): nothing that is withheld can be worked out from the sums, and what is withheld in a
 * line hides ten answers at least. A hidden cell can be worked out exactly where it is the only way between two parts of the
 * table (a bridge of the graph whose ends are rows and columns; Gusfield 1988, SIAM J. Comput. 17:552).
 */
export function tableOf(
  grid: Grid,
  hiddenElsewhere: (row: number, column: number) => DisclosedNumber | undefined = () => undefined,
): readonly (readonly DisclosedNumber[])[] {
  const shown: DisclosedNumber[][] = grid.map((row, r) => row.map((cell, c) => hiddenElsewhere(r, c) ?? cellOf(cell)));
  const lines = linesOf(grid);
  const hide = (near: readonly CellPosition[]): boolean => {
    const spot = least(
      grid,
      near.filter((one) => !isHidden(shown, one)),
    );
    const row = spot && shown[spot.row];
    if (!row) return false;
    row[spot.column] = { type: 'withheld', why: 'protects_others' };
    return true;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of lines) while (isThin(grid, shown, line) && hide(line)) changed = true;
    // A single row or column has but one sum, and with two cells hidden in it none can be worked out.
    if (grid.length < 2 || (grid[0]?.length ?? 0) < 2) continue;
    for (const spot of bridges(grid, shown)) {
      const near = lines.filter((line) => line.some(({ row, column }) => row === spot.row && column === spot.column));
      if (hide(near.flat())) changed = true;
    }
  }
  return shown;
}

/** How many have answered so far, as it may be told while a wave is open (P7); undefined: too few to tell. */
export function liveCount(complete: number): number | undefined {
  return complete < RULES.liveMin ? undefined : RULES.liveStep * Math.floor(complete / RULES.liveStep);
}

/** A number that is not an estimate (how many were asked), to the nearest five; undefined below ten. */
export function roundedCount(n: number): number | undefined {
  return n < RULES.answersMin ? undefined : RULES.roundTo * Math.round(n / RULES.roundTo);
}

type CellPosition = { readonly row: number; readonly column: number };

/** The rows and the columns of a table. What stands alone has no sum that could tell. */
function linesOf(grid: Grid): readonly (readonly CellPosition[])[] {
  const [height, width] = [grid.length, grid[0]?.length ?? 0];
  const rows = grid.map((cells, row) => cells.map((_, column) => ({ row, column })));
  const columns = Array.from({ length: width }, (_, column) => grid.map((__, row) => ({ row, column })));
  return [...(width > 1 ? rows : []), ...(height > 1 ? columns : [])];
}

/** Whether what is hidden in a line hides too little. A line without anything hidden is fine, and so is one that is hidden whole. */
function isThin(grid: Grid, shown: readonly (readonly DisclosedNumber[])[], line: readonly CellPosition[]): boolean {
  const hidden = line.filter((spot) => isHidden(shown, spot));
  if (hidden.length === 0 || hidden.length === line.length) return false;
  const answers = hidden.reduce((all, { row, column }) => all + (grid[row]?.[column]?.n ?? 0), 0);
  return hidden.length < 2 || answers < RULES.hiddenMin;
}

/** Hidden cells without which their row and their column would not be connected any more: the sums tell what they hold. */
function bridges(grid: Grid, shown: readonly (readonly DisclosedNumber[])[]): readonly CellPosition[] {
  const height = grid.length;
  const ends = new Map<number, { readonly to: number; readonly spot: CellPosition }[]>();
  for (const spot of linesOf(grid).slice(0, height).flat()) {
    if (!isHidden(shown, spot)) continue;
    const [row, column] = [spot.row, height + spot.column];
    ends.set(row, [...(ends.get(row) ?? []), { to: column, spot }]);
    ends.set(column, [...(ends.get(column) ?? []), { to: row, spot }]);
  }
  // Tarjan 1974: an edge is a bridge where nothing behind it leads back before it.
  const found: CellPosition[] = [];
  const order = new Map<number, number>();
  const visit = (node: number, by: CellPosition | undefined): number => {
    const own = order.size;
    order.set(node, own);
    let low = own;
    for (const { to, spot } of ends.get(node) ?? []) {
      if (spot === by) continue;
      const seen = order.get(to);
      const reached = seen ?? visit(to, spot);
      if (seen === undefined && reached > own) found.push(spot);
      low = Math.min(low, reached);
    }
    return low;
  };
  for (const node of ends.keys()) if (!order.has(node)) visit(node, undefined);
  return found;
}

function isHidden(shown: readonly (readonly DisclosedNumber[])[], { row, column }: CellPosition): boolean {
  return isKeptBack(shown[row]?.[column]);
}

/** Whether more than this could be worked out where the rest is known: a bound is no number. */
export function isKeptBack(shown: DisclosedNumber | undefined): boolean {
  return shown?.type !== 'shown';
}

/** The fewest answers first, sums last: as little as possible is withheld. */
function least(grid: Grid, spots: readonly CellPosition[]): CellPosition | undefined {
  const isSum = ({ row, column }: CellPosition) => row === grid.length - 1 || column === (grid[0]?.length ?? 0) - 1;
  const answers = ({ row, column }: CellPosition) => grid[row]?.[column]?.n ?? 0;
  return spots.toSorted((a, b) => Number(isSum(a)) - Number(isSum(b)) || answers(a) - answers(b))[0];
}
