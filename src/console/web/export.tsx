import type { Cell, ShownTable } from '../export.ts';
import { download } from './api.ts';
import { ProofAndTrouble, useProof } from './proof.tsx';

type ExportProps = {
  readonly name: string;
  /** The rows as the page shows them now, its heading first. */
  readonly rows: () => readonly (readonly Cell[])[];
};

/** Buttons that give the shown table as a file. */
export function Export({ name, rows }: ExportProps) {
  const proving = useProof();
  const save = (kind: 'csv' | 'xlsx') =>
    proving.withProof(() => {
      const table: ShownTable = { name, kind, rows: rows().map((row) => [...row]) };
      return download('export', `${name}.${kind}`, table);
    });
  return (
    <div class="controls">
      <button type="button" onClick={() => save('csv')}>
        CSV
      </button>
      <button type="button" onClick={() => save('xlsx')}>
        XLSX
      </button>
      <ProofAndTrouble {...proving} />
    </div>
  );
}

/** The rows of a table on the screen. */
export function rowsOf(table: HTMLTableElement | null | undefined): readonly (readonly string[])[] {
  return [...(table?.rows ?? [])].map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
}
