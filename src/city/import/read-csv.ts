import { parse } from 'csv-parse/sync';
import type { Problem, Row, Table } from './table.ts';
import { NotATable } from './table.ts';

type Record = {
  readonly record: Readonly<{ [header: string]: string }>;
  readonly info: { readonly records: number; readonly empty_lines: number };
};

const SEPARATORS = [',', ';', '\t'] as const;

/** Reads CSV (RFC 4180) with commas, semicolons or tabs; the first row names the columns. */
export function readCsv(text: string): Table {
  const problems: Problem[] = [];
  const wrong = (column: string, what: string) => problems.push({ row: 1, column, what, found: column });
  const [, declared] = /^sep=(.)\r?\n/.exec(text) ?? [];
  // The blank line in its place keeps the row numbers.
  const table = declared === undefined ? text : text.slice('sep=;'.length);
  const columns = (headers: readonly string[]) => {
    for (const header of new Set(headers))
      if (header !== '' && headers.indexOf(header) !== headers.lastIndexOf(header)) wrong(header, 'column_twice');
    return headers.map((header, i) => header || nameless(i));
  };
  try {
    const delimiter = declared ?? separatorOf(table);
    const options = { columns, delimiter, trim: true, skip_empty_lines: true, info: true, bom: true };
    // The options give each record with its position, which the types do not say.
    const lines = parse(table, options as object) as unknown as readonly Record[];
    const rows = lines.map(({ record, info }): Row => ({ row: info.records + info.empty_lines + 1, fields: record }));
    return withoutNameless(rows, problems);
  } catch (error) {
    const { message, records, empty_lines: empty } = error as Error & Partial<Record['info']>;
    throw new NotATable(message, records === undefined ? undefined : records + (empty ?? 0) + 2);
  }
}

/** Takes the separator that the first row has most often outside of quotes; a later row may hold lists with semicolons. */
function separatorOf(text: string): string {
  const bare = text.trimStart().replace(/"[^"]*"/g, '');
  const first = bare.split(/[\r\n]/, 1)[0] ?? '';
  const count = (separator: string) => first.split(separator).length;
  return SEPARATORS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

const nameless = (i: number) => `#${i + 1}`;

/** Spreadsheets write empty columns at the end; values below an empty heading belong to no column. */
function withoutNameless(rows: readonly Row[], problems: Problem[]): Table {
  const headers = Object.keys(rows[0]?.fields ?? {});
  const empty = headers.filter((header, i) => header === nameless(i));
  for (const column of empty) {
    const filled = rows.find(({ fields }) => fields[column] !== '');
    if (filled) problems.push({ row: filled.row, column, what: 'no_header', found: String(filled.fields[column]) });
  }
  const named = rows.map(({ row, fields }) => ({
    row,
    fields: Object.fromEntries(Object.entries(fields).filter(([header]) => !empty.includes(header))),
  }));
  return { rows: named, ignored: empty.map((at) => ({ at, why: 'empty_column' })), problems };
}
