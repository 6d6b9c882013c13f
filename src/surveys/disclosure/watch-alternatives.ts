import type { Alternative, Hiding } from './alternatives.ts';
import { alternativesIn } from './alternatives.ts';
import type { LinkedTables } from './linked-tables.ts';

/** Sees to it that each hidden cell has an alternative; one alternative serves all cells that it changes. */
export type Watch = {
  readonly add: (cell: number) => void;
  /** Returns cells that must be hidden for the next cell without alternative; undefined once all have one. */
  readonly next: () => readonly number[] | undefined;
  /** Returns true if all other hidden cells still have an alternative though this one is shown again. */
  readonly holdsWithout: (cell: number) => boolean;
  /** Ends the watch over a cell that was just found dispensable. */
  readonly drop: (cell: number) => void;
};

export function watchAlternatives(tables: LinkedTables, hiding: Hiding): Watch {
  const find = alternativesIn(tables, hiding);
  const open = new Set<number>();
  const known = new Map<number, Alternative>();
  // By cell, the cells whose alternative changes it.
  const users = new Map<number, Set<number>>();
  const keep = (found: ReadonlyMap<number, Alternative>) => {
    for (const [cell, alternative] of found) {
      for (const used of known.get(cell)?.cells ?? []) users.get(used)?.delete(cell);
      known.set(cell, alternative);
      for (const used of alternative.cells) users.set(used, (users.get(used) ?? new Set()).add(cell));
      open.delete(cell);
    }
  };
  const serving = (found: Alternative): ReadonlyMap<number, Alternative> =>
    new Map(found.cells.map((cell) => [cell, found]));
  let replaced = new Map<number, Alternative>();
  return {
    add: (cell) => {
      if (!known.has(cell)) open.add(cell);
    },
    next: () => {
      for (const cell of open) {
        const found = find(cell, false) ?? find(cell, true);
        const shown = found?.cells.filter((one) => !hiding.isHidden(one)) ?? [];
        open.delete(cell);
        if (found) keep(serving(found));
        if (shown.length > 0) return shown;
      }
      return undefined;
    },
    holdsWithout: (shown) => {
      replaced = new Map();
      for (const cell of users.get(shown) ?? []) {
        if (cell === shown || replaced.has(cell)) continue;
        const found = find(cell, false);
        if (!found) return false;
        for (const [one, alternative] of serving(found)) replaced.set(one, alternative);
      }
      return true;
    },
    drop: (cell) => {
      keep(replaced);
      for (const used of known.get(cell)?.cells ?? []) users.get(used)?.delete(cell);
      known.delete(cell);
    },
  };
}
