import type { CensusCell } from '../regions/census.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import { placeId } from '../regions/place-book.ts';
import type { Region, RegionLevel } from '../regions/region.ts';
import { REGION_LEVELS } from '../regions/region.ts';
import { readCategory } from './read-category.ts';
import { readGround } from './read-ground.ts';
import type { RowReader } from './row-reader.ts';
import { REGION_CODE, readList, readNames } from './row-reader.ts';
import type { Unit } from './unit.ts';

/** The row reader of each part; it returns undefined after a fault. */
export const READERS = {
  regions: readRegion,
  places: readPlace,
  units: readUnit,
  categories: readCategory,
  census: readCensus,
} as const;

/** The level of a code of the statistical bureau, by its zeros; grid codes have three more digits. */
function levelOf(code: string): RegionLevel {
  if (code.length === 15) return 'grid';
  const zeros = [9, 6, 4].findIndex((at) => /^0*$/.test(code.slice(at)) === false);
  return (['community', 'street', 'district'] as const)[zeros] ?? 'city';
}

function readRegion({ text, wrong, row, datum }: RowReader): Region | undefined {
  const id = text('id');
  if (!REGION_CODE.test(id)) return wrong('id', 'region_code');
  const names = readNames(text);
  if (!names) return wrong('name', 'missing');
  const level = (text('level') || levelOf(id)) as RegionLevel; // checked in the next line
  if (!REGION_LEVELS.includes(level)) return wrong('level', 'level');
  const parent = text('parent');
  if (parent && !/^\d{12}$/.test(parent)) return wrong('parent', 'region_code');
  const ground = row.geometry === undefined ? undefined : readGround(row.geometry, datum);
  if (ground === null) return wrong('geometry', 'geometry');
  const zone = text('zone') === '' ? false : readYesNo(text('zone'));
  if (zone === undefined) return wrong('zone', 'yes_or_no');
  return { id, ...(parent ? { parent } : {}), level, names, ...(zone ? { zone } : {}), ...(ground ? { ground } : {}) };
}

function readPlace({ text, wrong }: RowReader): KnownPlace | undefined {
  const [name, region] = [text('name'), text('region')];
  if ([...name].length < 2) return wrong('name', 'missing');
  if (!REGION_CODE.test(region)) return wrong('region', 'region_code');
  const words = readList(text('words'));
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

const SEXES = [
  ['female', 'female'],
  ['f', 'female'],
  ['女', 'female'],
  ['male', 'male'],
  ['m', 'male'],
  ['男', 'male'],
] as const;

function readCensus({ text, wrong }: RowReader): CensusCell | undefined {
  const region = text('region');
  if (!REGION_CODE.test(region)) return wrong('region', 'region_code');
  const sex = new Map<string, CensusCell['sex']>(SEXES).get(text('sex').toLowerCase());
  if (!sex) return wrong('sex', 'sex');
  const age = /^(\d{1,3})\s*(?:周?岁)?\s*(?:[-–—~～至]\s*(\d{1,3})\s*(?:周?岁)?|\+|及?以上)$/.exec(text('age'));
  if (!age) return wrong('age', 'age');
  const people = text('people');
  if (!/^\d{1,9}$/.test(people)) return wrong('people', 'count');
  const to = age[2] === undefined ? {} : { to: Number(age[2]) };
  return { region, sex, from: Number(age[1]), ...to, people: Number(people) };
}

function readYesNo(text: string): true | false | undefined {
  if (/^(是|yes|y|true|1)$/i.test(text)) return true;
  return /^(否|no|n|false|0)$/i.test(text) ? false : undefined;
}
