import type { FileItem } from '../../files/file-inventory.ts';

/** A fault of one row: its column, the key of its sentence in `import.json`, and the value found. */
export type Problem = { readonly row: number; readonly column: string; readonly what: string; readonly found: string };

/** One row of a file: its number as a spreadsheet counts, its fields by header, and its geometry if it has one. */
export type Row = {
  readonly row: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly geometry?: unknown;
  /** The id of a GeoJSON feature, which counts if no field is one (RFC 7946, section 3.2). */
  readonly id?: unknown;
};

/** The rows of a file, and the constructs beside them: `why` is a key of `import:why`. */
export type Table = {
  readonly rows: readonly Row[];
  readonly ignored: readonly FileItem[];
  readonly problems: readonly Problem[];
};

/** The file is no table. `row` is where the parser failed. */
export class NotATable extends Error {
  override readonly name = 'NotATable';
  readonly row: number | undefined;
  constructor(message: string, row?: number) {
    super(message);
    this.row = row;
  }
}
