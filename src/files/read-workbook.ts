import { onUse } from '../on-use.ts';
import { plainCsv } from './csv.ts';
import { lostCells } from './lost-cells.ts';

type Reader = typeof import('read-excel-file/node').default;
const library = onUse<{ readonly default: Reader }>('read-excel-file/node');

/** One sheet of a workbook: its cells by row, as the Excel reader types them. */
export type Sheet = { readonly sheet: string; readonly data: readonly (readonly unknown[])[] };

/** Reads the sheets of an Excel workbook; undefined if the bytes are none. */
export async function readWorkbook(file: Buffer): Promise<readonly Sheet[] | undefined> {
  return (await library()
    .default(file)
    .catch(() => undefined)) as readonly Sheet[] | undefined;
}

/** The text of a cell, as pyxform reads it. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date)
    return cell
      .toISOString()
      .replace('T', ' ')
      .replace(/( 00:00:00)?\.000Z$/, '');
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return String(cell).replaceAll('\u00a0', ' ').replaceAll('\r\n', '\n').trim();
}

/** A workbook that one table cannot stand for: it has several sheets, or cells without a value. */
export class NotOneTable extends Error {
  override readonly name = 'NotOneTable';
}

/** Turns a workbook of one sheet into CSV, so that every import of tables takes Excel files; other bytes stay as they are. */
export async function workbookAsCsv(bytes: Uint8Array): Promise<Uint8Array> {
  const file = Buffer.from(bytes);
  if (file.toString('latin1', 0, 4) !== 'PK\u0003\u0004') return bytes;
  const filled = (await readWorkbook(file))?.filter(({ data }) => data.length > 0) ?? [];
  const [only] = filled;
  if (!only || filled.length > 1) throw new NotOneTable(`${filled.length} sheets with rows`);
  const lost = lostCells(file);
  if (lost.length > 0) throw new NotOneTable(lost.join(', '));
  return Buffer.from(plainCsv(only.data.map((row) => row.map(cellText))));
}
