import type { Limit } from '../calendar.ts';
import type { Names } from '../engine/step.ts';
import type { CensusCell } from '../regions/census.ts';
import type { Datum } from '../regions/datum.ts';
import { toWgs84 } from '../regions/datum.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import { placeId } from '../regions/place-book.ts';
import type { Ground, Region, RegionLevel, Ring } from '../regions/region.ts';
import { REGION_LEVELS } from '../regions/region.ts';
import type { Category, CategoryQuestion } from './category.ts';
import { QUESTIONS_MAX } from './category.ts';
import type { Row } from './read-table.ts';
import type { Unit } from './unit.ts';

/** What is wrong with one row: the column, a sentence of locales/<language>/import.json, and the value that was found. */
export type Problem = { readonly row: number; readonly column: string; readonly what: string; readonly found: string };
type Ask = {
  /** The trimmed text of a column by its own name or one of its other names; '' if it is not there. */
  readonly text: (column: string) => string;
  readonly wrong: (column: string, what: string) => undefined;
  readonly row: Row;
  readonly datum: Datum;
};

/** Reads one row of each part; undefined after something was wrong. */
export const READERS = {
  regions: readRegion,
  places: readPlace,
  units: readUnit,
  categories: readCategory,
  census: readCensus,
} as const;

/** The level that a code of the statistical bureau has by its zeros; grids have three digits more. */
export function levelOf(code: string): RegionLevel {
  if (code.length === 15) return 'grid';
  const zeros = [9, 6, 4].findIndex((at) => /^0*$/.test(code.slice(at)) === false);
  return (['community', 'street', 'district'] as const)[zeros] ?? 'city';
}

function readRegion({ text, wrong, row, datum }: Ask): Region | undefined {
  const id = text('id');
  if (!/^\d{12}(\d{3})?$/.test(id)) return wrong('id', 'region_code');
  const names = namesOf(text);
  if (!names) return wrong('name', 'missing');
  const level = (text('level') || levelOf(id)) as RegionLevel; // checked in the next line
  if (!REGION_LEVELS.includes(level)) return wrong('level', 'level');
  const parent = text('parent');
  if (parent && !/^\d{12}$/.test(parent)) return wrong('parent', 'region_code');
  const ground = row.geometry === undefined ? undefined : groundOf(row.geometry, datum);
  if (ground === null) return wrong('geometry', 'geometry');
  const zone = text('zone') === '' ? false : yes(text('zone'));
  if (zone === undefined) return wrong('zone', 'yes_or_no');
  return { id, ...(parent ? { parent } : {}), level, names, ...(zone ? { zone } : {}), ...(ground ? { ground } : {}) };
}

function readPlace({ text, wrong }: Ask): KnownPlace | undefined {
  const [name, region] = [text('name'), text('region')];
  if ([...name].length < 2) return wrong('name', 'missing');
  if (!/^\d{12}(\d{3})?$/.test(region)) return wrong('region', 'region_code');
  const words = listOf(text('words'));
  return { id: placeId(name, region), name, region, ...(words.length > 0 ? { words } : {}) };
}

function readUnit({ text, wrong }: Ask): Unit | undefined {
  const id = text('id');
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return wrong('id', 'snake_id');
  const names = namesOf(text);
  if (!names) return wrong('name', 'missing');
  const hotline = text('hotline');
  if (hotline && !/^[\d-]{3,16}$/.test(hotline)) return wrong('hotline', 'hotline');
  return { id, names, ...(hotline ? { hotline } : {}) };
}

function readCategory(ask: Ask): Category | undefined {
  const { text, wrong, row } = ask;
  const code = text('code');
  // “none” is a button of the question itself.
  if (!/^[a-z][a-z0-9_]{0,23}$/.test(code) || code === 'none') return wrong('code', 'snake_id');
  const names = namesOf(text);
  if (!names) return wrong('name', 'missing');
  const group = text('group');
  if (!group) return { code, names };
  if (!/^[a-z][a-z0-9_]{0,23}$/.test(group)) return wrong('group', 'snake_id');
  const kind = text('kind') || 'component';
  if (kind !== 'component' && kind !== 'event') return wrong('kind', 'kind');
  for (const column of ['contain', 'cure']) {
    if (text(column) && !/^\d{1,4}(min|h|wd)$/.test(text(column))) return wrong(column, 'limit');
  }
  const duplicate = text('duplicate') || '30m';
  if (!/^(\d{1,4}m|address)$/.test(duplicate)) return wrong('duplicate', 'duplicate');
  const emergency = listOf(row.fields.emergency ?? text('emergency'));
  if (emergency.some((number) => !/^([\d-]{3,16}|unit)$/.test(number))) return wrong('emergency', 'hotline');
  const questions = questionsOf(row.fields.questions ?? text('questions'), text('questions_en'));
  if (!questions) return wrong('questions', 'questions');
  if (questions.length > QUESTIONS_MAX) return wrong('questions', 'too_many_questions');
  const words = listOf(row.fields.words ?? text('words'));
  const danger = namesOf(text, 'danger');
  const limits = {
    ...(text('contain') ? { contain: text('contain') } : {}),
    ...(text('cure') ? { cure: text('cure') } : {}),
  };
  return {
    code,
    group,
    names,
    kind,
    duplicate: duplicate as NonNullable<Category['duplicate']>, // checked above
    ...(limits as { readonly contain?: Limit; readonly cure?: Limit }), // checked above
    ...(text('lead') ? { lead: text('lead') } : {}),
    ...(words.length > 0 ? { words } : {}),
    ...(emergency.length > 0 ? { emergency } : {}),
    ...(danger ? { danger } : {}),
    ...(questions.length > 0 ? { questions } : {}),
  };
}

const SEXES = [
  ['female', 'female'],
  ['f', 'female'],
  ['女', 'female'],
  ['male', 'male'],
  ['m', 'male'],
  ['男', 'male'],
] as const;

function readCensus({ text, wrong }: Ask): CensusCell | undefined {
  const region = text('region');
  if (!/^\d{12}(\d{3})?$/.test(region)) return wrong('region', 'region_code');
  const sex = new Map<string, CensusCell['sex']>(SEXES).get(text('sex').toLowerCase());
  if (!sex) return wrong('sex', 'sex');
  const age = /^(\d{1,3})\s*(?:周?岁)?\s*(?:[-–—~～至]\s*(\d{1,3})\s*(?:周?岁)?|\+|及?以上)$/.exec(text('age'));
  if (!age) return wrong('age', 'age');
  const people = text('people');
  if (!/^\d{1,9}$/.test(people)) return wrong('people', 'count');
  const to = age[2] === undefined ? {} : { to: Number(age[2]) };
  return { region, sex, from: Number(age[1]), ...to, people: Number(people) };
}

/** The names in `name` (Chinese) and `name_en`, or as an object by language. */
function namesOf(text: Ask['text'], column = 'name'): Names | undefined {
  const chinese = text(column);
  if (!chinese) return undefined;
  const english = text(`${column}_en`);
  return { 'zh-CN': chinese, ...(english ? { en: english } : {}) };
}

function listOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[|｜、；;]/);
  return list.map((one) => one.trim()).filter(Boolean);
}

function yes(text: string): true | false | undefined {
  if (/^(是|yes|y|true|1)$/i.test(text)) return true;
  return /^(否|no|n|false|0)$/i.test(text) ? false : undefined;
}

/** 盖子怎么样？：不见了/破了 || 围起来了吗？：是/否; the same shape in English, in the same order. JSON brings them whole. */
function questionsOf(value: unknown, english: string): readonly CategoryQuestion[] | undefined {
  if (Array.isArray(value)) return value.every(isQuestion) ? value : undefined;
  const written = String(value ?? '')
    .split('||')
    .filter((one) => one.trim());
  const inEnglish = english.split('||').map(splitQuestion);
  const questions = written.map((one, q) => {
    const { ask, options } = splitQuestion(one);
    const other = inEnglish[q];
    if (!ask || options.length < 2) return undefined;
    const both = (chinese: string, en: string | undefined): Names => ({ 'zh-CN': chinese, ...(en ? { en } : {}) });
    return {
      id: `q${q + 1}`,
      names: both(ask, other?.ask),
      options: options.map((option, o) => ({ id: `a${o + 1}`, names: both(option, other?.options[o]) })),
    };
  });
  return questions.every((one) => one !== undefined) ? (questions as readonly CategoryQuestion[]) : undefined;
}

const ID = /^[a-z][a-z0-9_]{0,15}$/;

function isQuestion(value: unknown): value is CategoryQuestion {
  const { id, names, options } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const named = (one: unknown) => typeof (one as Names | null | undefined)?.['zh-CN'] === 'string';
  const isOption = (one: unknown) => {
    const option = (one ?? {}) as Readonly<Record<string, unknown>>;
    return typeof option.id === 'string' && ID.test(option.id) && named(option.names);
  };
  return (
    typeof id === 'string' &&
    ID.test(id) &&
    named(names) &&
    Array.isArray(options) &&
    options.length > 1 &&
    options.every(isOption)
  );
}

function splitQuestion(text: string): { readonly ask: string; readonly options: readonly string[] } {
  const at = Math.max(text.lastIndexOf('：'), text.lastIndexOf(':'));
  const options = at < 0 ? '' : text.slice(at + 1);
  return {
    ask: (at < 0 ? text : text.slice(0, at)).trim(),
    options: options
      .split('/')
      .map((o) => o.trim())
      .filter(Boolean),
  };
}

/** The geometry in WGS-84; null if it is none that we know or lies outside China. */
function groundOf(geometry: unknown, datum: Datum): Ground | null {
  const { type, coordinates } = geometry as { readonly type?: unknown; readonly coordinates?: unknown };
  if (!Array.isArray(coordinates)) return null;
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : [];
  const read = polygons.map((rings: unknown) =>
    Array.isArray(rings) ? rings.map((ring) => ringOf(ring, datum)) : [null],
  );
  if (read.length === 0 || read.some((rings) => rings.length === 0 || rings.includes(null))) return null;
  const whole = read as readonly (readonly Ring[])[];
  const [only] = whole;
  return only && type === 'Polygon' ? { type, coordinates: only } : { type: 'MultiPolygon', coordinates: whole };
}

function ringOf(ring: unknown, datum: Datum): Ring | null {
  if (!Array.isArray(ring) || ring.length < 4) return null;
  const pairs = ring.map((pair: unknown) => {
    const [longitude, latitude] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const inChina =
      typeof longitude === 'number' &&
      typeof latitude === 'number' &&
      longitude > 73 &&
      longitude < 136 &&
      latitude > 3 &&
      latitude < 54;
    if (!inChina) return undefined;
    const point = toWgs84({ longitude, latitude }, datum);
    return [point.longitude, point.latitude] as const;
  });
  const [first, last] = [pairs[0], pairs.at(-1)];
  const closed = first && last && first[0] === last[0] && first[1] === last[1];
  return closed && pairs.every((pair) => pair !== undefined) ? (pairs as Ring) : null;
}
