import { expect, test } from 'vitest';
import { readCsv } from '../../src/city/import/read-csv.ts';
import { csvText } from '../../src/files/csv.ts';
import { decodeText, UndecodableText } from '../../src/files/decode-text.ts';
import { workbookAsCsv } from '../../src/files/read-workbook.ts';
import { readDecimal, readWhole } from '../../src/files/strict-number.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

test('text is decoded by its mark, then by its declaration, then as UTF-8', () => {
  expect(decodeText(bytes('efbbbfe6b0b4'))).toBe('水');
  expect(decodeText(bytes('fffe346c'))).toBe('水');
  expect(decodeText(bytes('feff6c34'))).toBe('水');
  expect(decodeText(bytes('cbae'), { declared: 'GB2312' })).toBe('水');
  expect(decodeText(bytes('beaeb8c7'), { fallback: 'gb18030' })).toBe('井盖');
  expect(decodeText(bytes('e6b0b4'), { fallback: 'gb18030' })).toBe('水');
  expect(decodeText(bytes('efbbbfe6b0b4'), { declared: 'gb2312' })).toBe('水');
});

test('bytes that do not decode are refused with the cure', () => {
  expect(() => decodeText(bytes('beaeb8c7'))).toThrow(UndecodableText);
  expect(() => decodeText(bytes('ff'), { fallback: 'gb18030' })).toThrow('save the file as UTF-8');
  expect(() => decodeText(bytes('61'), { declared: 'klingon' })).toThrow('"klingon" is not known');
  expect(() => decodeText(bytes('e6b0b4e6'), { declared: 'utf-8' })).toThrow(UndecodableText);
});

test('numbers are decimal digits and nothing else', () => {
  for (const [text, number] of [
    ['31.25', 31.25],
    ['-0.5', -0.5],
    ['+7', 7],
  ] as const)
    expect(readDecimal(text)).toBe(number);
  for (const text of ['', ' ', ' 1', '0x1f', '1e3', 'NaN', 'Infinity', '1.', '.5', '１', '--1', undefined, null])
    expect(readDecimal(text)).toBeUndefined();
  for (const text of ['', '-1', '1.0', '0x1', ' 1']) expect(readWhole(text)).toBeUndefined();
  expect(readWhole('0012')).toBe(12);
});

test('a cell that a spreadsheet would run gets an apostrophe; numbers stay numbers', () => {
  const dangerous = ['=HYPERLINK("http://x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', ' =1', '＝1', '|cmd'];
  const lines = csvText([['text'], ...dangerous.map((cell) => [cell])]).split('\r\n');
  expect(lines[0]).toBe('\uFEFFtext');
  for (const line of lines.slice(1, -1)) expect(line).toMatch(/^"?'/);
  expect(csvText([['-5', -5, '+8613912345678', 'a"b', '一,二']])).toBe('\uFEFF-5,-5,+8613912345678,"a""b","一,二"\r\n');
});

test('an imported workbook keeps each cell as it is: the apostrophe is for files that leave', async () => {
  const cells = ['-无', '+86 571 8765', '@全体', '－', "'引'", 'a"b', '一,二'];
  const book = await writeXlsx([{ name: 'premises', rows: [cells.map((_, i) => `c${i}`), cells] }]);
  const [row] = readCsv(Buffer.from(await workbookAsCsv(book)).toString('utf8')).rows;
  expect(Object.values(row?.fields ?? {})).toEqual(cells);
});
