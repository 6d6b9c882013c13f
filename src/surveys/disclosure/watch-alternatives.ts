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

/** The alternative that was found last for `serves` of its cells. */
type Kept = { readonly cells: readonly number[]; serves: number };

export function watchAlternatives(tables: LinkedTables, hiding: Hiding): Watch {
  const find = alternativesIn(tables, hiding);
  const open = new Set<number>();
  const known: (Kept | undefined)[] = tables.names.map(() => undefined);
  // By cell, the alternatives that change it.
  const changing = new Map<number, Set<Kept>>();
  const release = (cell: number) => {
    const old = known[cell];
    if (!old) return;
    known[cell] = undefined;
    old.serves -= 1;
    if (old.serves === 0) for (const changed of old.cells) changing.get(changed)?.delete(old);
  };
  const keep = ({ cells }: Alternative) => {
    const kept: Kept = { cells, serves: cells.length };
    for (const cell of cells) {
      release(cell);
      known[cell] = kept;
      open.delete(cell);
      const alternatives = changing.get(cell) ?? new Set();
      changing.set(cell, alternatives.add(kept));
    }
  };
  let replacing: Alternative[] = [];
  return {
    add: (cell) => {
      if (!known[cell]) open.add(cell);
    },
    next: () => {
      for (const cell of open) {
        const found = find(cell, false) ?? find(cell, true);
        const shown = found?.cells.filter((one) => !hiding.isHidden(one)) ?? [];
        open.delete(cell);
        if (found) keep(found);
        if (shown.length > 0) return shown;
      }
      return undefined;
    },
    holdsWithout: (shown) => {
      replacing = [];
      const replaced = new Set<number>();
      for (const alternative of changing.get(shown) ?? []) {
        for (const cell of alternative.cells) {
          if (known[cell] !== alternative || cell === shown || replaced.has(cell)) continue;
          const found = find(cell, false);
          if (!found) return false;
          replacing.push(found);
          for (const one of found.cells) replaced.add(one);
        }
      }
      return true;
    },
    drop: (cell) => {
      for (const alternative of replacing) keep(alternative);
      release(cell);
    },
  };
}
