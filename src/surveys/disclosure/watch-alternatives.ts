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
  // By alternative, the cells that it serves; by cell, the alternatives that change it.
  const served = new Map<Alternative, Set<number>>();
  const changing = new Map<number, Set<Alternative>>();
  const release = (cell: number) => {
    const old = known.get(cell);
    if (!old) return;
    known.delete(cell);
    const others = served.get(old);
    others?.delete(cell);
    if (others?.size !== 0) return;
    served.delete(old);
    for (const changed of old.cells) changing.get(changed)?.delete(old);
  };
  const keep = (found: ReadonlyMap<number, Alternative>) => {
    for (const [cell, alternative] of found) {
      release(cell);
      known.set(cell, alternative);
      open.delete(cell);
      const others = served.get(alternative);
      others?.add(cell);
      if (others) continue;
      served.set(alternative, new Set([cell]));
      for (const changed of alternative.cells) {
        const alternatives = changing.get(changed) ?? new Set();
        changing.set(changed, alternatives.add(alternative));
      }
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
      const cells = [...(changing.get(shown) ?? [])].flatMap((alternative) => [...(served.get(alternative) ?? [])]);
      for (const cell of cells) {
        if (cell === shown || replaced.has(cell)) continue;
        const found = find(cell, false);
        if (!found) return false;
        for (const [one, alternative] of serving(found)) replaced.set(one, alternative);
      }
      return true;
    },
    drop: (cell) => {
      keep(replaced);
      release(cell);
    },
  };
}
