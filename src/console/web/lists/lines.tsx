import type { ComponentChildren } from 'preact';
import type { Changes } from '../router.ts';
import { setParams } from '../router.ts';

/** Rows of a list, each a button that opens its sheet or talk. `shown`: the id of the row that is open. */
export function Lines<Row extends { readonly id: string }>({
  rows,
  shown,
  opens,
  children,
}: {
  readonly rows: readonly Row[];
  readonly shown?: string | undefined;
  readonly opens: (id: string) => Changes;
  readonly children: (row: Row) => ComponentChildren;
}) {
  return (
    <ol class="rows">
      {rows.map((row) => (
        <li key={row.id} class={row.id === shown ? 'here' : undefined}>
          <button type="button" class="line" onClick={() => setParams(opens(row.id))}>
            {children(row)}
          </button>
        </li>
      ))}
    </ol>
  );
}
