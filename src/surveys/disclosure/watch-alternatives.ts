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
  const waiting: number[] = [];
  let next = 0;
  // By cell, the alternative that was found last, and all that change it.
  const known = new Array<Alternative | undefined>(tables.names.length).fill(undefined);
  const changing = new Map<number, Alternative[]>();
  const keep = (found: Alternative) => {
    for (const cell of found.cells) {
      known[cell] = found;
      const alternatives = changing.get(cell);
      if (alternatives) alternatives.push(found);
      else changing.set(cell, [found]);
    }
  };
  let replacing: Alternative[] = [];
  return {
    add: (cell) => {
      waiting.push(cell);
    },
    next: () => {
      for (let cell = waiting[next]; cell !== undefined; cell = waiting[next]) {
        next += 1;
        if (known[cell]) continue;
        const found = find(cell, false) ?? find(cell, true);
        const shown = found?.cells.filter((one) => !hiding.hidden[one]) ?? [];
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
      known[cell] = undefined;
    },
  };
}
