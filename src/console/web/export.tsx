import type { Cell, ShownTable } from '../export.ts';
import { CallFailed, headers, saveFile } from './api.ts';
import { notice } from './state.ts';
import { word } from './words.ts';

type ExportProps = {
  readonly name: string;
  /** The rows as the page shows them now, its heading first. */
  readonly rows: () => readonly (readonly Cell[])[];
};

/** Buttons that give the shown table as a file. */
export function Export({ name, rows }: ExportProps) {
  const save = async (kind: 'csv' | 'xlsx') => {
    const table: ShownTable = { name, kind, rows: rows().map((row) => [...row]) };
    const call = { ...headers(), 'content-type': 'application/json' };
    try {
      const answer = await fetch('/console/api/export', { method: 'POST', headers: call, body: JSON.stringify(table) });
      if (!answer.ok) throw new CallFailed(answer.status, undefined);
      saveFile(await answer.blob(), `${name}.${kind}`);
    } catch {
      notice.value = word('failed');
    }
  };
  return (
    <span class="controls">
      <button type="button" onClick={() => save('csv')}>
        CSV
      </button>
      <button type="button" onClick={() => save('xlsx')}>
        XLSX
      </button>
    </span>
  );
}

/** The rows of a table on the screen. */
export function rowsOf(table: HTMLTableElement | null | undefined): readonly (readonly string[])[] {
  return [...(table?.rows ?? [])].map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
}
