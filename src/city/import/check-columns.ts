import type { FileInventory } from '../../files/file-inventory.ts';
import { headersOf, isByLanguage } from './columns.ts';
import type { Problem, Row } from './table.ts';

/** The columns that the reader of a part asked for, as text or as a value of any kind. */
export type AskedColumns = { readonly texts: Set<string>; readonly values: Set<string> };

const LANGUAGES = ['zh-CN', 'en'];

/**
 * Enters every header of the rows into a list of the inventory. Returns the headers that would lose a value: two of
 * one column, an object in place of a text, and a header that is probably a misspelt one.
 */
export function checkColumns(
  rows: readonly Row[],
  { texts, values }: AskedColumns,
  columns: ReadonlyMap<string, string>,
  inventory: FileInventory,
): readonly Problem[] {
  const problems: Problem[] = [];
  const read = new Map<string, string>();
  for (const column of [...texts, ...values]) {
    for (const row of rows) for (const header of headersOf(row, column, columns)) read.set(header, column);
    const fault = rows.map((row) => faultOf(row, column, texts.has(column), columns)).find((one) => one !== undefined);
    if (fault) problems.push(fault);
  }
  const asked = new Set([...texts, ...values]);
  const missing = [...columns].filter(([, column]) => asked.has(column) && ![...read.values()].includes(column));
  for (const header of new Set(rows.flatMap(({ fields }) => Object.keys(fields)))) {
    const meant = missing.find(([name]) => isMisspelt(header, name));
    if (read.has(header)) inventory.carry(header, 'column');
    else if (meant) problems.push({ row: 1, column: header, what: 'misspelt', found: meant[0] });
    else inventory.ignore(header, 'no_reader');
  }
  enterLanguages(rows, read, inventory);
  enterFeatureIds(rows, read, inventory);
  return problems;
}

function faultOf(row: Row, column: string, asText: boolean, columns: ReadonlyMap<string, string>): Problem | undefined {
  const filled = headersOf(row, column, columns).filter((header) => !['', null].includes(row.fields[header] as string));
  const objects = filled.filter((header) => typeof row.fields[header] === 'object');
  const strange = objects.find((header) => !isByLanguage(row.fields[header]));
  const at = (header: string, what: string) => ({ row: row.row, column: header, what, found: header });
  if (asText && strange !== undefined) return at(strange, 'not_text');
  const said = new Set(
    filled.filter((header) => !objects.includes(header)).map((header) => `${row.fields[header]}`.trim()),
  );
  return said.size > 1 ? at(filled[1] ?? '', 'column_twice') : undefined;
}

/** Texts in further languages change nothing. */
function enterLanguages(rows: readonly Row[], read: ReadonlyMap<string, string>, inventory: FileInventory): void {
  const others = rows.flatMap(({ fields }) =>
    [...read.keys()].flatMap((header) => {
      const value = fields[header];
      if (!isByLanguage(value)) return [];
      return Object.keys(value).flatMap((language) => (LANGUAGES.includes(language) ? [] : [`${header}.${language}`]));
    }),
  );
  for (const at of new Set(others)) inventory.ignore(at, 'language');
}

function enterFeatureIds(rows: readonly Row[], read: ReadonlyMap<string, string>, inventory: FileInventory): void {
  if (rows.every(({ id }) => id === undefined)) return;
  if ([...read.values()].includes('id')) inventory.ignore('feature/id', 'feature_id');
  else inventory.carry('feature/id', 'column');
}

/** True if two names differ by at most one letter, or only in their case and separators. Short names never match. */
function isMisspelt(header: string, name: string): boolean {
  const [a, b] = [bareName(header), bareName(name)];
  const least = /^[\x20-\x7e]*$/.test(a) ? 4 : 3;
  if (a === b) return true;
  if (Math.min(a.length, b.length) < least) return false;
  return isNear(a, b);
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[\s_:.-]/g, '');
}

/** True if one insertion, deletion, replacement or swap of neighbours turns `a` into `b`. */
function isNear(a: string, b: string): boolean {
  let head = 0;
  while (head < a.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [restA, restB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const swapped = restA.length === 2 && restA[0] === restB[1] && restA[1] === restB[0] && restB.length === 2;
  return Math.max(restA.length, restB.length) <= 1 || swapped;
}
