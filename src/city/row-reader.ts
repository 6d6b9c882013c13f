import type { Names } from '../engine/step.ts';
import type { Datum } from '../regions/datum.ts';
import type { Row } from './read-table.ts';

/** A fault of one row: its column, the key of its sentence in `import.json`, and the value found. */
export type Problem = { readonly row: number; readonly column: string; readonly what: string; readonly found: string };

/** Access to one row of an import file. */
export type RowReader = {
  /** The trimmed text of a column, found by any of its names; '' if the file has no such column. */
  readonly text: (column: string) => string;
  /** Records a fault of the column. */
  readonly wrong: (column: string, what: string) => undefined;
  readonly row: Row;
  readonly datum: Datum;
};

/** A region code of the statistical bureau, or of a grid. */
export const REGION_CODE = /^\d{12}(\d{3})?$/;

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
