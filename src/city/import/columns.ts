import type { Say } from '../../i18n.ts';
import type { CityPart } from '../city.ts';
import type { ImportEntry } from './import-entry.ts';
import type { Row } from './table.ts';

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

/** The name of each column in one language; the column itself where it has no other name. */
export function columnNames(say: Say): ReadonlyMap<string, string> {
  return new Map(
    say('import:columns')
      .split('\n')
      .map((line) => {
        const [column = '', others = ''] = line.split('=');
        return [column.trim(), others.split('|')[0]?.trim() || column.trim()] as const;
      }),
  );
}

function columnOf(header: string, columns: ReadonlyMap<string, string>): string {
  return columns.get(header.trim().toLowerCase()) ?? header;
}

/** The headers under which a row has a column: any of its names, or an object with the names by language. */
export function headersOf({ fields }: Row, column: string, columns: ReadonlyMap<string, string>): readonly string[] {
  const own = Object.keys(fields).filter((header) => columnOf(header, columns) === column);
  return [...new Set([...own, ...byLanguage(fields, column)])];
}

/** JSON may give the texts of a column and of its English twin as one object by language. */
function byLanguage(fields: Row['fields'], column: string): readonly string[] {
  const base = column.replace(/_en$/, '');
  return [base, ...(base === 'name' ? ['names'] : [])].filter((header) => isByLanguage(fields[header]));
}

/** True for an object with a text by language. */
export function isByLanguage(value: unknown): value is ImportEntry {
  return typeof value === 'object' && value !== null && ('zh-CN' in value || 'en' in value);
}

/** The trimmed text of a row's column; '' if the row has none. */
export function fieldOf(row: Row, column: string, columns: ReadonlyMap<string, string>): string {
  const values = headersOf(row, column, columns).map((header) => row.fields[header]);
  const language = column.endsWith('_en') ? 'en' : 'zh-CN';
  const texts = [
    ...values.filter(isByLanguage).map((value) => value[language]),
    ...values,
    // The id of the feature itself counts last.
    ...(column === 'id' ? [row.id] : []),
  ].map((value) => (typeof value === 'object' ? '' : String(value ?? '').trim()));
  return texts.find((text) => text !== '') ?? '';
}

/** Recognises the part by its columns; undefined if they fit none. */
export function partOf(rows: readonly Row[], columns: ReadonlyMap<string, string>): CityPart | undefined {
  const headers = rows.slice(0, 5).flatMap(({ fields }) => Object.keys(fields));
  const has = new Set(headers.map((header) => columnOf(header, columns)));
  if (has.has('series')) return 'premises';
  if (rows.some(({ geometry }) => geometry !== undefined) || has.has('level')) return 'regions';
  if (has.has('people') && has.has('sex')) return 'census';
  if (has.has('group')) return 'categories';
  if (has.has('region')) return 'places';
  if (has.has('hotline')) return 'units';
  return undefined;
}
