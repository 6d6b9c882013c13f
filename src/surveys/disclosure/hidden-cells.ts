import type { Estimate } from '../estimate/estimate.ts';
import { RULES } from './disclosure.ts';
import type { LinkedTables } from './linked-tables.ts';

/** The suppressed cells of linked tables, with the lines that they leave unprotected. */
export type HiddenCells = {
  /** By cell: 1 if it is hidden. */
  readonly flags: Uint8Array;
  readonly has: (cell: number) => boolean;
  readonly hide: (cell: number) => void;
  readonly show: (cell: number) => void;
  /** Lines whose hidden cells are too few: fewer than two, than ten answers, or than three on a side. */
  readonly thin: ReadonlySet<number>;
  /** True for a line with a hidden cell. */
  readonly isTouched: (line: number) => boolean;
};

export function hiddenCells({ lines, linesOf }: LinkedTables, cells: readonly Estimate[]): HiddenCells {
  const flags = new Uint8Array(cells.length);
  const within = lines.map(() => ({ count: 0, n: 0, above: 0, below: 0 }));
  const thin = new Set<number>();
  const change = (cell: number, by: 1 | -1) => {
    const { n = 0, above = 0, below = 0 } = cells[cell] ?? {};
    flags[cell] = by > 0 ? 1 : 0;
    for (const line of linesOf[cell] ?? []) {
      const sums = within[line];
      if (!sums) continue;
      sums.count += by;
      sums.n += by * n;
      sums.above += by * above;
      sums.below += by * below;
      const isFree = sums.count === 0 || sums.count === lines[line]?.length;
      const isEnough = sums.n >= RULES.hiddenMin && Math.min(sums.above, sums.below) >= RULES.otherSideMin;
      if (isFree || (sums.count >= 2 && isEnough)) thin.delete(line);
      else thin.add(line);
    }
  };
  return {
    flags,
    has: (cell) => flags[cell] === 1,
    hide: (cell) => change(cell, 1),
    show: (cell) => change(cell, -1),
    thin,
    isTouched: (line) => (within[line]?.count ?? 0) > 0,
  };
}
