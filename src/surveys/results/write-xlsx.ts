import { onUse } from '../../on-use.ts';
import type { TableSheet } from './survey-files.ts';

type Writer = typeof import('write-excel-file/node').default;
const library = onUse<{ readonly default: Writer }>('write-excel-file/node');

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
