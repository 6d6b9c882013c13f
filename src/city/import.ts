import { isDeepStrictEqual } from 'node:util';
import type { Say } from '../i18n.ts';
import type { Datum } from '../regions/datum.ts';
import type { Region } from '../regions/region.ts';
import type { CityData, CityPart } from './city.ts';
import { CITY_PARTS } from './city.ts';
import { columnsOf, fieldOf, headerOf, partOf } from './columns.ts';
import type { ImportEntry } from './import-entry.ts';
import { keyOf } from './import-entry.ts';
import { findBrokenReferences, findDuplicates } from './import-faults.ts';
import { READERS } from './read-part.ts';
import type { Row } from './read-table.ts';
import { NotATable, readTable } from './read-table.ts';
import type { Problem } from './row-reader.ts';

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
    }
  | { readonly type: 'bad'; readonly part: CityPart | undefined; readonly problems: readonly Problem[] };

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

/** Reads a file and compares it with the city. One faulty row makes the whole file faulty. */
export function planImport(bytes: Uint8Array, settings: ImportSettings): ImportPlan {
  let rows: readonly Row[];
  try {
    rows = readTable(bytes);
  } catch (error) {
    if (!(error instanceof NotATable)) throw error;
    return {
      type: 'bad',
      part: undefined,
      problems: [{ row: error.row ?? 1, column: '', what: 'not_a_table', found: error.message }],
    };
  }
  const columns = columnsOf(settings.says);
  const part = settings.as ?? partOf(rows, columns);
  const wholeFile = { row: 1, column: '', found: '' };
  if (rows.length === 0) return { type: 'bad', part, problems: [{ ...wholeFile, what: 'empty' }] };
  if (!part) return { type: 'bad', part, problems: [{ ...wholeFile, what: 'which_part' }] };

  const problems: Problem[] = [];
  const read = rows.flatMap((row): readonly (readonly [Row, ImportEntry])[] => {
    const text = (column: string) => fieldOf(row, column, columns);
    const wrong = (column: string, what: string) => {
      problems.push({ row: row.row, column: headerOf(row, column, columns) ?? column, what, found: text(column) });
      return undefined;
    };
    const record = READERS[part]({ text, wrong, row, datum: settings.datum ?? 'wgs84' });
    return record ? [[row, record]] : [];
  });
  problems.push(...findDuplicates(read, part));
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
  return { type: 'good', part, list: whole, ...countChanges(before, final) };
}

type Records = ReadonlyMap<string, ImportEntry>;

function countChanges(before: Records, after: Records) {
  const isSame = (key: string) => isDeepStrictEqual(before.get(key), after.get(key));
  const keys = [...after.keys()];
  const known = keys.filter((key) => before.has(key));
  return {
    added: keys.length - known.length,
    changed: known.filter((key) => !isSame(key)).length,
    same: known.filter(isSame).length,
    removed: [...before.keys()].filter((key) => !after.has(key)).length,
  };
}

/** Keeps the ground of a region whose row has none; all other fields are replaced. */
function keepGround(part: CityPart, before: ImportEntry | undefined, record: ImportEntry): ImportEntry {
  if (part !== 'regions' || record.ground || !before?.ground) return record;
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
