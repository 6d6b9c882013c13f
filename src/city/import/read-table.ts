import { decodeText, UndecodableText } from '../../files/decode-text.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import type { Table } from './table.ts';
import { NotATable } from './table.ts';

/** Reads the rows of a CSV, a JSON list or GeoJSON. Undeclared text may be UTF-8 or GB 18030 (Chinese Excel). */
export function readTable(bytes: Uint8Array): Table {
  const text = textOf(bytes);
  return /^\s*[[{]/.test(text) ? readJson(text) : readCsv(text);
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = decodeText(bytes, { fallback: 'gb18030' });
    // UTF-16 without a byte order mark passes as UTF-8 with a zero byte beside each Latin letter.
    if (text.includes('\0')) throw new UndecodableText('It has zero bytes; save the file as UTF-8.');
    return text;
  } catch (error) {
    if (error instanceof UndecodableText) throw new NotATable(error.message);
    throw error;
  }
}
