import { onUse } from '../on-use.ts';
import type { CsvRows } from './csv.ts';

type Writer = typeof import('write-excel-file/node').default;
const library = onUse<{ readonly default: Writer }>('write-excel-file/node');

/** A named table; the first row is the heading. */
export type TableSheet = { readonly name: string; readonly rows: CsvRows };

/** Writes tables as one Excel file, one sheet each. */
export function writeXlsx(sheets: readonly TableSheet[]): Promise<Buffer> {
  const written = sheets.map(({ name, rows }) => ({
    sheet: name,
    data: rows.map((row) => row.map((value) => ({ value, type: typeof value === 'number' ? Number : String }))),
  }));
  return library()
    .default(written as Parameters<Writer>[0] & object[])
    .toBuffer();
}
