import type { CsvRows } from '../../files/csv.ts';
import type { Say } from '../../i18n.ts';
import type { Item, Measure, Standard } from './standard.ts';

/** Columns of a standard as a table, one row an item. */
export const STANDARD_COLUMNS = [
  'series',
  'no',
  'words',
  'words_en',
  'max',
  'star',
  'evidence',
  'verify',
  'basis',
  'measure',
  'from',
  'to',
  'times',
  'metres',
] as const;
export type StandardColumn = (typeof STANDARD_COLUMNS)[number];

/** The mark of an item that a level needs in full. */
export const STAR = '★';

/** Writes a standard as a table; its first row names the columns in the reader's language. */
export function standardRows({ series, items }: Standard, say: Say): CsvRows {
  const head = STANDARD_COLUMNS.map((column) => say(`import:standard.columns.${column}`));
  return [head, ...items.map((item) => STANDARD_COLUMNS.map((column) => cellOf(series, item, column)))];
}

function cellOf(series: string, item: Item, column: StandardColumn): string | number {
  const { measure } = item;
  switch (column) {
    case 'series':
      return series;
    case 'no':
    case 'max':
      return item[column];
    case 'words':
      return item.words['zh-CN'] ?? '';
    case 'words_en':
      return item.words.en ?? '';
    case 'star':
      return item.critical ? STAR : '';
    case 'evidence':
    case 'verify':
      return item[column].join(' ');
    case 'basis':
      return item.basis ?? '';
    case 'measure':
      return measure ? measureName(measure) : '';
    default:
      return (measure as Partial<Record<StandardColumn, number>> | undefined)?.[column] ?? '';
  }
}

/** Names a measure in a cell: its kind, and of a survey the indicator: `survey:safe`. */
function measureName(measure: Measure): string {
  return measure.kind === 'survey' ? `survey:${measure.indicator}` : measure.kind;
}
