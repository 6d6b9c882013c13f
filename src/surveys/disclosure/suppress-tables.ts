import type { DisclosedNumber, Grid } from './disclosure.ts';
import { isKeptBack, tableOf } from './disclosure.ts';

/** A table whose cells are named, so that the same number standing in several tables is withheld in all of them or in none. */
export type NamedGrid = { readonly names: readonly (readonly string[])[]; readonly cells: Grid };

/** Every cell of several tables that share sums, as it may be shown. */
export function suppressTables(grids: readonly NamedGrid[]): ReadonlyMap<string, DisclosedNumber> {
  const hidden = new Map<string, DisclosedNumber>();
  let tables: readonly (readonly (readonly DisclosedNumber[])[])[] = [];
  for (let before = -1; hidden.size > before; ) {
    before = hidden.size;
    tables = grids.map(({ names, cells }) => tableOf(cells, (row, column) => hidden.get(names[row]?.[column] ?? '')));
    for (const [t, { names }] of grids.entries()) {
      for (const [r, row] of names.entries()) {
        for (const [c, name] of row.entries()) {
          const shown = tables[t]?.[r]?.[c];
          if (shown && isKeptBack(shown) && !hidden.has(name)) hidden.set(name, shown);
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
