import { readWhole } from '../../files/strict-number.ts';
import type { CensusCell } from '../../regions/census.ts';
import type { KnownPlace } from '../../regions/place-book.ts';
import { placeId } from '../../regions/place-book.ts';
import type { Region, RegionLevel } from '../../regions/region.ts';
import { REGION_LEVELS } from '../../regions/region.ts';
import type { Premises } from '../premises.ts';
import { isSeries } from '../series.ts';
import type { Unit } from '../unit.ts';
import { readCategory } from './read-category.ts';
import { readGround, readPoint } from './read-ground.ts';
import type { RowReader } from './row-reader.ts';
import { REGION_CODE, readList, readNames, regionCode } from './row-reader.ts';

/** The row reader of each part; it returns undefined after a fault. */
export const READERS = {
  regions: readRegion,
  places: readPlace,
  units: readUnit,
  categories: readCategory,
  census: readCensus,
  premises: readPremises,
} as const;

/** The level of a code of the statistical bureau, by its zeros; grid codes have three more digits. */
function levelOf(code: string): RegionLevel {
  if (code.length === 15) return 'grid';
  const zeros = [9, 6, 4].findIndex((at) => /^0*$/.test(code.slice(at)) === false);
  return (['community', 'street', 'district'] as const)[zeros] ?? 'city';
}

function readRegion({ text, value, wrong, row, datum }: RowReader): Region | undefined {
  const id = regionCode(text('id'));
  if (!REGION_CODE.test(id)) return wrong('id', 'region_code');
  const names = readNames(text);
  if (!names) return wrong('name', 'missing');
  const level = (text('level') || levelOf(id)) as RegionLevel; // checked in the next line
  if (!REGION_LEVELS.includes(level)) return wrong('level', 'level');
  const parent = parentIn(value('parent'));
  if (parent && !/^\d{12}$/.test(parent)) return wrong('parent', 'region_code');
  const ground = row.geometry === undefined ? undefined : readGround(row.geometry, datum);
  if (ground === null) return wrong('geometry', 'geometry');
  const zone = text('zone') === '' ? false : readYesNo(text('zone'));
  if (zone === undefined) return wrong('zone', 'yes_or_no');
  return { id, ...(parent ? { parent } : {}), level, names, ...(zone ? { zone } : {}), ...(ground ? { ground } : {}) };
}

/** Some GeoJSON of the districts gives the parent as an object with its code. */
function parentIn(value: unknown): string {
  const { adcode = '' } = typeof value === 'object' && value !== null ? (value as { readonly adcode?: unknown }) : {};
  return regionCode(String(typeof value === 'object' ? adcode : (value ?? '')).trim());
}

function readPlace({ text, value, wrong }: RowReader): KnownPlace | undefined {
  const [name, region] = [text('name'), regionCode(text('region') || text('id'))];
  if ([...name].length < 2) return wrong('name', 'missing');
  if (!REGION_CODE.test(region)) return wrong('region', 'region_code');
  const words = readList(value('words'));
  return { id: placeId(name, region), name, region, ...(words.length > 0 ? { words } : {}) };
}

function readUnit({ text, wrong }: RowReader): Unit | undefined {
  const id = text('id');
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return wrong('id', 'snake_id');
  const names = readNames(text);
  if (!names) return wrong('name', 'missing');
  const hotline = text('hotline');
  if (hotline && !/^[\d-]{3,16}$/.test(hotline)) return wrong('hotline', 'hotline');
  return { id, names, ...(hotline ? { hotline } : {}) };
}

function readPremises({ text, wrong, row, datum }: RowReader): Premises | undefined {
  const [id, series, region] = [text('id'), text('series'), regionCode(text('region'))];
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return wrong('id', 'snake_id');
  const names = readNames(text);
  if (!names) return wrong('name', 'missing');
  if (!isSeries(series)) return wrong('series', 'series');
  if (!REGION_CODE.test(region)) return wrong('region', 'region_code');
  const [longitude, latitude] = [text('longitude'), text('latitude')];
  const point = longitude || latitude ? readPoint(longitude, latitude, datum) : undefined;
  if (point === null) return wrong(longitude ? 'longitude' : 'latitude', 'coordinates');
  const ground = row.geometry === undefined ? undefined : readGround(row.geometry, datum);
  if (ground === null) return wrong('geometry', 'geometry');
  return { id, series, names, region, ...(point ? { point } : {}), ...(ground ? { ground } : {}) };
}

const SEXES = [
  ['female', 'female'],
  ['f', 'female'],
  ['女', 'female'],
  ['male', 'male'],
  ['m', 'male'],
  ['男', 'male'],
] as const;

/** Sums over both sexes or all ages. */
const TOTAL = /^(\u5408\u8ba1|\u603b\u8ba1|\u5c0f\u8ba1|\u5168\u90e8|total|both|all|sum)$/i;
/** One year such as 35, a band such as 18-29, or an open one such as 60+. */
const AGES =
  /^(\d{1,3})\s*(?:\u5468?\u5c81)?\s*(?:[-–—~～\u81f3]\s*(\d{1,3})\s*(?:\u5468?\u5c81)?|(\+|\u53ca?\u4ee5\u4e0a))?$/;

function readCensus({ text, wrong, total }: RowReader): CensusCell | undefined {
  const region = regionCode(text('region') || text('id'));
  if (!REGION_CODE.test(region)) return wrong('region', 'region_code');
  const [said, ages] = [text('sex').toLowerCase(), text('age')];
  const sex = new Map<string, CensusCell['sex']>(SEXES).get(said);
  if (!sex && !TOTAL.test(said)) return wrong('sex', 'sex');
  const [, first, last, open] = AGES.exec(ages) ?? [];
  const from = readWhole(first);
  const to = open === undefined ? (readWhole(last) ?? from) : undefined;
  if ((from === undefined && !TOTAL.test(ages)) || (from ?? 0) > (to ?? 999)) return wrong('age', 'age');
  const people = readWhole(text('people'));
  if (people === undefined || people > PEOPLE_MAX) return wrong('people', 'count');
  const band = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  if (!sex || from === undefined) return total({ region, ...(sex ? { sex } : {}), ...band, people });
  return { region, sex, from, ...band, people };
}

/** More people than any country has. */
const PEOPLE_MAX = 9_999_999_999;

function readYesNo(text: string): true | false | undefined {
  if (/^(是|yes|y|true|1)$/i.test(text)) return true;
  return /^(否|no|n|false|0)$/i.test(text) ? false : undefined;
}
