import type { Say } from '../i18n.ts';
import type { CityPart } from './city.ts';
import type { ImportEntry } from './import-entry.ts';
import type { Row } from './read-table.ts';

/** Maps every name of a column, in lower case, to the column; locales list the other names. */
export function columnsOf(says: readonly Say[]): ReadonlyMap<string, string> {
  const lines = says.flatMap((say) => say('import:columns').split('\n'));
  return new Map(
    lines.flatMap((line) => {
      const [column = '', others = ''] = line.split('=');
      return [column, ...others.split('|')].map((name) => [name.trim().toLowerCase(), column.trim()] as const);
    }),
  );
}

function columnOf(header: string, columns: ReadonlyMap<string, string>): string {
  return columns.get(header.trim().toLowerCase()) ?? header;
}

/** The header under which a row has a column. */
export function headerOf({ fields }: Row, column: string, columns: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(fields).find((header) => columnOf(header, columns) === column);
}

/** The trimmed text of a row's column; '' if the row has none. */
export function fieldOf(row: Row, column: string, columns: ReadonlyMap<string, string>): string {
  const { fields } = row;
  const name = headerOf(row, column, columns);
  // JSON may give names as an object by language.
  const english = column.endsWith('_en') ? column.slice(0, -3) : undefined;
  const value = name === undefined ? undefined : fields[name];
  const byLanguage = fields[english ?? column] ?? (/^name(_en)?$/.test(column) ? fields.names : undefined);
  if (typeof byLanguage === 'object' && byLanguage !== null && !Array.isArray(byLanguage)) {
    return String((byLanguage as ImportEntry)[english ? 'en' : 'zh-CN'] ?? '').trim();
  }
  return typeof value === 'object' ? '' : String(value ?? '').trim();
}

/** Recognises the part by its columns; undefined if they fit none. */
export function partOf(rows: readonly Row[], columns: ReadonlyMap<string, string>): CityPart | undefined {
  const headers = rows.slice(0, 5).flatMap(({ fields }) => Object.keys(fields));
  const has = new Set(headers.map((header) => columnOf(header, columns)));
  if (rows.some(({ geometry }) => geometry !== undefined) || has.has('level')) return 'regions';
  if (has.has('people') && has.has('sex')) return 'census';
  if (has.has('group')) return 'categories';
  if (has.has('region')) return 'places';
  if (has.has('hotline')) return 'units';
  return undefined;
}
