import type { Names } from '../../engine/step.ts';
import type { CensusCell } from '../../regions/census.ts';
import type { Datum } from '../../regions/datum.ts';
import type { Row } from './table.ts';

/** The sum of several census cells: of both sexes without a sex, of all ages without a band. */
export type CensusTotal = Pick<CensusCell, 'region' | 'people'> & Partial<CensusCell>;

/** Access to one row of an import file. */
export type RowReader = {
  /** The trimmed text of a column, found by any of its names; '' if the file has no such column. */
  readonly text: (column: string) => string;
  /** The value of a column that may be a list or an object in JSON; undefined if the file has no such column. */
  readonly value: (column: string) => unknown;
  /** Records a fault of the column. */
  readonly wrong: (column: string, what: string) => undefined;
  /** Records a row that only adds others up. */
  readonly total: (total: CensusTotal) => undefined;
  readonly row: Row;
  readonly datum: Datum;
};

/** A region code of the statistical bureau, or of a grid. */
export const REGION_CODE = /^\d{12}(\d{3})?$/;

/** The whole code of a region: official codes of cities, districts and streets leave out the zeros at the end. */
export function regionCode(text: string): string {
  return /^(\d{4}|\d{6}|\d{9})$/.test(text) ? text.padEnd(12, '0') : text;
}

/** The names in `name` (Chinese) and `name_en`; undefined without a Chinese one. */
export function readNames(text: RowReader['text'], column = 'name'): Names | undefined {
  const chinese = text(column);
  if (!chinese) return undefined;
  const english = text(`${column}_en`);
  return { 'zh-CN': chinese, ...(english ? { en: english } : {}) };
}

/** The entries of a list, which CSV writes with `|` or `、` between them. */
export function readList(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[|｜、；;]/);
  return list.map((one) => one.trim()).filter(Boolean);
}
