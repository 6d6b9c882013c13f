import { isDeepStrictEqual } from 'node:util';
import type { Say } from '../i18n.ts';
import type { Datum } from '../regions/datum.ts';
import type { Region } from '../regions/region.ts';
import { REGION_LEVELS } from '../regions/region.ts';
import type { CityData, CityPart } from './city.ts';
import { CITY_PARTS } from './city.ts';
import type { Problem } from './read-part.ts';
import { READERS } from './read-part.ts';
import type { Row } from './read-table.ts';
import { NotATable, readTable } from './read-table.ts';

/** What a file would do to the city, or everything that is wrong with it. */
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
  /** Which part the file is of; told from its columns if left out. */
  readonly as?: CityPart;
  /** What the file does not name is taken out. */
  readonly replace?: boolean;
  readonly datum?: Datum;
  /** The other names of columns. */
  readonly says: readonly Say[];
};

/** A record of any part, by its fields' names. */
type ImportEntry = { readonly [field: string]: unknown };

/** Reads a whole file and holds it against the city; one wrong row makes all of it wrong. */
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
  const nothing = { row: 1, column: '', found: '' };
  if (rows.length === 0) return { type: 'bad', part, problems: [{ ...nothing, what: 'empty' }] };
  if (!part) return { type: 'bad', part, problems: [{ ...nothing, what: 'which_part' }] };

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
  problems.push(...twice(read, part));
  const before = new Map(
    (settings.data[part] as readonly ImportEntry[]).map((record) => [keyOf(part, record), record]),
  );
  const after = new Map(settings.replace ? [] : before);
  for (const [, record] of read) after.set(keyOf(part, record), merged(part, before.get(keyOf(part, record)), record));
  const list = [...after.values()] as unknown as CityData[CityPart]; // each was read by its part's reader
  const whole = part === 'regions' ? withParents(list as readonly Region[]) : list;
  problems.push(...misfits({ ...settings.data, [part]: whole }, part, read));
  if (problems.length > 0) return { type: 'bad', part, problems: problems.sort((a, b) => a.row - b.row) };

  const final = new Map((whole as readonly ImportEntry[]).map((record) => [keyOf(part, record), record]));
  const isSame = (key: string) => isDeepStrictEqual(before.get(key), final.get(key));
  const keys = [...final.keys()];
  const known = keys.filter((key) => before.has(key));
  return {
    type: 'good',
    part,
    list: whole,
    added: keys.length - known.length,
    changed: known.filter((key) => !isSame(key)).length,
    same: known.filter(isSame).length,
    removed: [...before.keys()].filter((key) => !final.has(key)).length,
  };
}

/** Columns by their own and their Chinese and English names. */
function columnsOf(says: readonly Say[]): ReadonlyMap<string, string> {
  const lines = says.flatMap((say) => say('import:columns').split('\n'));
  return new Map(
    lines.flatMap((line) => {
      const [column = '', others = ''] = line.split('=');
      return [column, ...others.split('|')].map((name) => [name.trim().toLowerCase(), column.trim()] as const);
    }),
  );
}

/** The column that a file's header means. */
function columnOf(header: string, columns: ReadonlyMap<string, string>): string {
  return columns.get(header.trim().toLowerCase()) ?? header;
}

/** The column as the file itself calls it. */
function headerOf({ fields }: Row, column: string, columns: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(fields).find((header) => columnOf(header, columns) === column);
}

function fieldOf(row: Row, column: string, columns: ReadonlyMap<string, string>): string {
  const { fields } = row;
  const name = headerOf(row, column, columns);
  // JSON may bring names by language.
  const english = column.endsWith('_en') ? column.slice(0, -3) : undefined;
  const value = name === undefined ? undefined : fields[name];
  const byLanguage = fields[english ?? column] ?? (/^name(_en)?$/.test(column) ? fields.names : undefined);
  if (typeof byLanguage === 'object' && byLanguage !== null && !Array.isArray(byLanguage)) {
    return String((byLanguage as ImportEntry)[english ? 'en' : 'zh-CN'] ?? '').trim();
  }
  return typeof value === 'object' ? '' : String(value ?? '').trim();
}

function partOf(rows: readonly Row[], columns: ReadonlyMap<string, string>): CityPart | undefined {
  const headers = rows.slice(0, 5).flatMap(({ fields }) => Object.keys(fields));
  const has = new Set(headers.map((header) => columnOf(header, columns)));
  if (rows.some(({ geometry }) => geometry !== undefined) || has.has('level')) return 'regions';
  if (has.has('people') && has.has('sex')) return 'census';
  if (has.has('group')) return 'categories';
  if (has.has('region')) return 'places';
  if (has.has('hotline')) return 'units';
  return undefined;
}

function keyOf(part: CityPart, record: ImportEntry): string {
  if (part === 'census') return [record.region, record.sex, record.from, record.to ?? ''].join('/');
  return String(part === 'categories' ? record.code : record.id);
}

/** A list of names keeps the grounds that were there; nothing else is mixed. */
function merged(part: CityPart, before: ImportEntry | undefined, record: ImportEntry): ImportEntry {
  if (part !== 'regions' || record.ground || !before?.ground) return record;
  return { ...record, ground: before.ground };
}

/** Regions whose parent is not written stand below the nearest one that their code names. */
function withParents(regions: readonly Region[]): readonly Region[] {
  const ids = new Set(regions.map(({ id }) => id));
  return regions.map((region) => {
    if (region.parent || region.level === 'city') return region;
    const { id } = region;
    const above = [id.slice(0, 12), `${id.slice(0, 9)}000`, `${id.slice(0, 6)}000000`, `${id.slice(0, 4)}00000000`];
    const parent = above.find((code) => code !== id && ids.has(code));
    return parent ? { id, parent, ...rest(region) } : region;
  });
}

function rest({ id: _id, ...others }: Region): Omit<Region, 'id'> {
  return others;
}

function twice(read: readonly (readonly [Row, ImportEntry])[], part: CityPart): readonly Problem[] {
  const first = new Map<string, number>();
  return read.flatMap(([{ row }, record]) => {
    const key = keyOf(part, record);
    const before = first.get(key);
    if (before === undefined) first.set(key, row);
    return before === undefined
      ? []
      : [{ row, column: part === 'categories' ? 'code' : 'id', what: 'twice', found: `${key} (${before})` }];
  });
}

/** What points at something that is not there. */
function misfits(data: CityData, part: CityPart, read: readonly (readonly [Row, ImportEntry])[]): readonly Problem[] {
  const rowOf = new Map(read.map(([{ row }, record]) => [keyOf(part, record), row]));
  const at = (record: ImportEntry, of: CityPart) => (of === part ? (rowOf.get(keyOf(of, record)) ?? 0) : 0);
  const regions = new Map(data.regions.map((region) => [region.id, region]));
  const units = new Set(data.units.map(({ id }) => id));
  const groups = new Set(data.categories.filter(({ group }) => group === undefined).map(({ code }) => code));
  const level = (name: Region['level']) => REGION_LEVELS.indexOf(name);
  const problems: Problem[] = [];
  const add = (record: ImportEntry, of: CityPart, column: string, what: string, found: string) =>
    problems.push({ row: at(record, of), column, what, found });
  for (const region of data.regions) {
    if (region.level === 'city') continue;
    const parent = regions.get(region.parent ?? '');
    if (!parent) add(region, 'regions', 'parent', 'no_parent', region.parent ?? region.id);
    else if (level(parent.level) >= level(region.level)) add(region, 'regions', 'parent', 'parent_level', parent.id);
    else if (region.level === 'grid' && parent.level !== 'community')
      add(region, 'regions', 'parent', 'grid_parent', parent.id);
  }
  for (const place of data.places)
    if (!regions.has(place.region)) add(place, 'places', 'region', 'no_region', place.region);
  for (const cell of data.census)
    if (!regions.has(cell.region)) add(cell, 'census', 'region', 'no_region', cell.region);
  for (const category of data.categories) {
    if (category.group === undefined) continue;
    if (!groups.has(category.group)) add(category, 'categories', 'group', 'no_group', category.group);
    if (category.lead && !units.has(category.lead)) add(category, 'categories', 'lead', 'no_unit', category.lead);
  }
  return problems;
}

export function isCityPart(name: string): name is CityPart {
  return (CITY_PARTS as readonly string[]).includes(name);
}
