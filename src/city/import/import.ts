import { isDeepStrictEqual } from 'node:util';
import { FileInventory } from '../../files/file-inventory.ts';
import { NotOneTable, workbookAsCsv } from '../../files/read-workbook.ts';
import type { Say } from '../../i18n.ts';
import type { Datum } from '../../regions/datum.ts';
import type { Region } from '../../regions/region.ts';
import type { CityData, CityPart } from '../city.ts';
import { CITY_PARTS } from '../city.ts';
import type { AskedColumns } from './check-columns.ts';
import { checkColumns } from './check-columns.ts';
import { columnsOf, fieldOf, headersOf, partOf } from './columns.ts';
import type { ImportEntry } from './import-entry.ts';
import { keyOf } from './import-entry.ts';
import { findBrokenReferences, findDuplicates, findWrongTotals } from './import-faults.ts';
import { READERS } from './read-part.ts';
import { readTable } from './read-table.ts';
import type { CensusTotal } from './row-reader.ts';
import type { Problem, Row, Table } from './table.ts';
import { NotATable } from './table.ts';

/** The changes that a file would make to the city, or all its faults. */
export type ImportPlan =
  | {
      readonly type: 'good';
      readonly part: CityPart;
      readonly list: CityData[CityPart];
      readonly added: number;
      readonly changed: number;
      readonly same: number;
      readonly removed: number;
      /** Each record that differs, in the order of the list; the removed ones come last. */
      readonly differences: readonly Difference[];
      /** The lists of columns and members; each reason is a key of `import:why`. */
      readonly inventory: FileInventory;
    }
  | { readonly type: 'bad'; readonly part: CityPart | undefined; readonly problems: readonly Problem[] };

/** A record before and after an import; one side is missing for a new or a removed record. */
export type Difference = { readonly key: string; readonly before?: ImportEntry; readonly after?: ImportEntry };

type ImportSettings = {
  readonly data: CityData;
  /** The part that the file holds; recognised by its columns if left out. */
  readonly as?: CityPart;
  /** Deletes records that the file does not list. */
  readonly replace?: boolean;
  readonly datum?: Datum;
  /** The languages whose column names are accepted. */
  readonly says: readonly Say[];
};

/** Plans the import of any table: an Excel workbook of one sheet is read as CSV. */
export async function planFile(bytes: Uint8Array, settings: ImportSettings): Promise<ImportPlan> {
  try {
    return planImport(await workbookAsCsv(bytes), settings);
  } catch (error) {
    if (!(error instanceof NotOneTable)) throw error;
    return notATable(1, error.message);
  }
}

/** Reads a file and compares it with the city. One faulty row makes the whole file faulty. */
export function planImport(bytes: Uint8Array, settings: ImportSettings): ImportPlan {
  let table: Table;
  try {
    table = readTable(bytes);
  } catch (error) {
    if (!(error instanceof NotATable)) throw error;
    return notATable(error.row ?? 1, error.message);
  }
  const { rows } = table;
  const columns = columnsOf(settings.says);
  const part = settings.as ?? partOf(rows, columns);
  const wholeFile = { row: 1, column: '', found: '' };
  if (rows.length === 0) return { type: 'bad', part, problems: [{ ...wholeFile, what: 'empty' }] };
  if (!part) return { type: 'bad', part, problems: [...table.problems, { ...wholeFile, what: 'which_part' }] };

  const { read, totals, asked, problems } = readRows(rows, part, columns, settings.datum ?? 'wgs84');
  const inventory = new FileInventory();
  for (const { at, why } of table.ignored) inventory.ignore(at, why);
  problems.push(...table.problems, ...checkColumns(rows, asked, columns, inventory));
  if (rows.some(({ geometry }) => geometry !== undefined)) {
    if (hasGround(part)) inventory.carry('geometry', 'geometry');
    else inventory.ignore('geometry', 'no_ground');
  }
  if (totals.length > 0) inventory.ignore('total', 'total');
  problems.push(...findDuplicates(read, part), ...findWrongTotals(totals, read));
  const before = new Map(
    (settings.data[part] as readonly ImportEntry[]).map((record) => [keyOf(part, record), record]),
  );
  const after = new Map(settings.replace ? [] : before);
  for (const [, record] of read)
    after.set(keyOf(part, record), keepGround(part, before.get(keyOf(part, record)), record));
  const list = [...after.values()] as unknown as CityData[CityPart]; // each read by its part's reader
  const whole = part === 'regions' ? addParents(list as readonly Region[]) : list;
  problems.push(...findBrokenReferences({ ...settings.data, [part]: whole }, part, read));
  if (problems.length > 0) return { type: 'bad', part, problems: problems.sort((a, b) => a.row - b.row) };

  const final = new Map((whole as readonly ImportEntry[]).map((record) => [keyOf(part, record), record]));
  return { type: 'good', part, list: whole, inventory, ...compare(before, final) };
}

function notATable(row: number, found: string): ImportPlan {
  return { type: 'bad', part: undefined, problems: [{ row, column: '', what: 'not_a_table', found }] };
}

/** Reads each row with the reader of its part. */
function readRows(rows: readonly Row[], part: CityPart, columns: ReadonlyMap<string, string>, datum: Datum) {
  const problems: Problem[] = [];
  const totals: (readonly [Row, CensusTotal])[] = [];
  const asked: AskedColumns = { texts: new Set(), values: new Set() };
  const read = rows.flatMap((row): readonly (readonly [Row, ImportEntry])[] => {
    const record = READERS[part]({
      text: (column) => {
        asked.texts.add(column);
        return fieldOf(row, column, columns);
      },
      value: (column) => {
        asked.values.add(column);
        return row.fields[headersOf(row, column, columns)[0] ?? ''];
      },
      wrong: (column, what) => {
        const header = headersOf(row, column, columns)[0] ?? column;
        problems.push({ row: row.row, column: header, what, found: fieldOf(row, column, columns) });
        return undefined;
      },
      total: (sum) => {
        totals.push([row, sum]);
        return undefined;
      },
      row,
      datum,
    });
    return record ? [[row, record]] : [];
  });
  return { read, totals, asked, problems };
}

type Records = ReadonlyMap<string, ImportEntry>;

function compare(before: Records, after: Records) {
  const differences: Difference[] = [];
  let same = 0;
  for (const [key, record] of after) {
    const known = before.get(key);
    if (isDeepStrictEqual(known, record)) same += 1;
    else differences.push({ key, ...(known ? { before: known } : {}), after: record });
  }
  for (const [key, record] of before) if (!after.has(key)) differences.push({ key, before: record });
  const count = (fits: (one: Difference) => boolean) => differences.filter(fits).length;
  return {
    added: count((one) => !one.before),
    changed: count((one) => one.before !== undefined && one.after !== undefined),
    same,
    removed: count((one) => !one.after),
    differences,
  };
}

/** Regions and premises have a ground; a geometry in another part is not read. */
function hasGround(part: CityPart): boolean {
  return part === 'regions' || part === 'premises';
}

/** Keeps the ground of a record whose row has none; all other fields are replaced. */
function keepGround(part: CityPart, before: ImportEntry | undefined, record: ImportEntry): ImportEntry {
  if (!hasGround(part) || record.ground || !before?.ground) return record;
  return { ...record, ground: before.ground };
}

/** Gives each region without a parent the nearest one that its code contains. */
function addParents(regions: readonly Region[]): readonly Region[] {
  const ids = new Set(regions.map(({ id }) => id));
  return regions.map((region) => {
    if (region.parent || region.level === 'city') return region;
    const { id, ...others } = region;
    const above = [id.slice(0, 12), `${id.slice(0, 9)}000`, `${id.slice(0, 6)}000000`, `${id.slice(0, 4)}00000000`];
    const parent = above.find((code) => code !== id && ids.has(code));
    return parent ? { id, parent, ...others } : region;
  });
}

/** True if the name is that of a part. */
export function isCityPart(name: string): name is CityPart {
  return (CITY_PARTS as readonly string[]).includes(name);
}
