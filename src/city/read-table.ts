import { parse } from 'csv-parse/sync';
import { decodeText, UndecodableText } from '../files/decode-text.ts';

/** One row of a file: its number as a spreadsheet counts, its fields by header, and its geometry if it has one. */
export type Row = {
  readonly row: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly geometry?: unknown;
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

/** Reads the rows of a CSV, a JSON list or a GeoJSON FeatureCollection. CSV may be UTF-8 or GB 18030 (Chinese Excel). */
export function readTable(bytes: Uint8Array): readonly Row[] {
  const text = textOf(bytes);
  return /^\s*[[{]/.test(text) ? rowsOfJson(text) : rowsOfCsv(text);
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeText(bytes, { fallback: 'gb18030' });
  } catch (error) {
    if (error instanceof UndecodableText) throw new NotATable(error.message);
    throw error;
  }
}

function rowsOfCsv(text: string): readonly Row[] {
  try {
    const lines = parse(text, {
      columns: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      bom: true,
    }) as readonly {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    return lines.map(({ record, info }) => ({ row: info.lines, fields: record }));
  } catch (error) {
    const { message, lines } = error as Error & { readonly lines?: number };
    throw new NotATable(message, lines);
  }
}

type Feature = { readonly properties?: Readonly<Record<string, unknown>> | null; readonly geometry?: unknown };

function rowsOfJson(text: string): readonly Row[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new NotATable((error as Error).message);
  }
  const features = (read as { readonly features?: unknown }).features;
  if (Array.isArray(features)) {
    return (features as readonly (Feature | null)[])
      .map((feature) => feature ?? {})
      .map(({ properties, geometry }: Feature, i) => ({
        row: i + 1,
        fields: properties ?? {},
        ...(geometry ? { geometry } : {}),
      }));
  }
  if (!Array.isArray(read)) throw new NotATable('neither a list nor a FeatureCollection');
  return (read as readonly unknown[]).map((fields, i) => ({
    row: i + 1,
    fields: typeof fields === 'object' && fields !== null ? (fields as Readonly<Record<string, unknown>>) : {},
  }));
}
