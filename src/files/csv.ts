import { onUse } from '../on-use.ts';

const library = onUse<typeof import('csv-stringify/sync')>('csv-stringify/sync');

/** Cells of a table; the first row is the heading. */
export type CsvRows = readonly (readonly (string | number)[])[];

/**
 * Writes CSV (RFC 4180) with the byte order mark that Excel needs. Text that a spreadsheet would run as a formula
 * gets an apostrophe before it (OWASP, CSV Injection).
 */
export function csvText(rows: CsvRows): string {
  return plainCsv(rows.map((row) => row.map((cell) => (typeof cell === 'string' ? withoutFormula(cell) : cell))));
}

/** Writes CSV that only our own reader reads: each cell comes back as it is. */
export function plainCsv(rows: CsvRows): string {
  return library().stringify(rows as unknown[][], { bom: true, record_delimiter: 'windows' });
}

function withoutFormula(text: string): string {
  const starts = /^[\s\uFEFF]*[=+\-@＝＋－＠|]/u.test(text) || /^[\t\r\n]/.test(text);
  return starts && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
