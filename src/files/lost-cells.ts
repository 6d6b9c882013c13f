import { inflateRawSync } from 'node:zlib';

const SHEET = /^xl\/worksheets\/sheet(\d+)\.xml$/;
const DIRECTORY_ENTRY = 0x02014b50;
const SHEET_BYTES_MAX = 50_000_000;

/**
 * Lists the cells of a workbook whose value the Excel reader drops: errors such as #N/A, and formulas that no program has
 * computed yet.
 */
export function lostCells(workbook: Buffer): readonly string[] {
  return entriesOf(workbook).flatMap(({ name, start, size, isDeflated }) => {
    const [, sheet] = SHEET.exec(name) ?? [];
    if (sheet === undefined) return [];
    const bytes = workbook.subarray(start, start + size);
    const xml = isDeflated ? inflateRawSync(bytes, { maxOutputLength: SHEET_BYTES_MAX }) : bytes;
    return lostIn(xml.toString('utf8')).map((cell) => `sheet ${sheet}, cell ${cell}`);
  });
}

function lostIn(xml: string): readonly string[] {
  return [...xml.matchAll(/<c\b([^>]*[^>/])>(.*?)<\/c>/gs)].flatMap(([, attributes = '', content = '']) => {
    const [, cell = ''] = /\br="(\w+)"/.exec(attributes) ?? [];
    const [, type] = /\bt="(\w+)"/.exec(attributes) ?? [];
    // A formula whose result is the empty text has an empty value and the type of text.
    const isComputed = /<v>[^<]/.test(content) || (type === 'str' && /<v\s*\/>|<v><\/v>/.test(content));
    return type === 'e' || (/<f\b/.test(content) && !isComputed) ? [cell] : [];
  });
}

type Entry = { readonly name: string; readonly start: number; readonly size: number; readonly isDeflated: boolean };

/** Reads the central directory of a ZIP archive (APPNOTE.TXT 4.3.12, 4.3.16). */
function entriesOf(zip: Buffer): readonly Entry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) return [];
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  while (at + 46 <= end && zip.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const header = zip.readUInt32LE(at + 42);
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)),
      start: header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28),
      size: zip.readUInt32LE(at + 20),
      isDeflated: zip.readUInt16LE(at + 10) === 8,
    });
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return entries;
}
