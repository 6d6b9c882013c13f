import writeXlsxFile from 'write-excel-file/node';
import type { TableSheet } from './survey-files.ts';

/** Writes tables as one Excel file, one sheet each. */
export function writeXlsx(sheets: readonly TableSheet[]): Promise<Buffer> {
  const written = sheets.map(({ name, rows }) => ({
    sheet: name,
    data: rows.map((row) => row.map((value) => ({ value, type: typeof value === 'number' ? Number : String }))),
  }));
  return writeXlsxFile(written as Parameters<typeof writeXlsxFile>[0] & object[]).toBuffer();
}
