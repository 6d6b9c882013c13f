import type { FileItem } from '../../files/file-inventory.ts';
import type { Problem, Row, Table } from './table.ts';
import { NotATable } from './table.ts';

type Members = Readonly<Record<string, unknown>>;

/** Datums in which coordinates are degrees as here; CGCS2000 differs from WGS 84 by less than a metre. */
const SAME_DATUM = /(CRS:?84h?|EPSG:{0,2}(4326|4490|4979)|CGCS ?2000|WGS ?(19)?84)$/i;

/** Reads a list of objects, or GeoJSON: a FeatureCollection, a Feature or a list of these (RFC 7946). */
export function readJson(text: string): Table {
  const whole = parsed(text);
  if (!isList(whole)) return readFeatures(featuresOf(whole), whole);
  if (whole.length > 0 && whole.every((one) => membersOf(one).type === 'Feature')) return readFeatures(whole, {});
  return { rows: whole.map((one, i) => ({ row: i + 1, fields: membersOf(one) })), ignored: [], problems: [] };
}

function parsed(text: string): Members | readonly unknown[] {
  try {
    return JSON.parse(text) as Members | readonly unknown[]; // begins with a bracket
  } catch (error) {
    throw new NotATable((error as Error).message);
  }
}

function isList(whole: Members | readonly unknown[]): whole is readonly unknown[] {
  return Array.isArray(whole);
}

function featuresOf(whole: Members): readonly unknown[] {
  const { type = 'FeatureCollection', features } = whole;
  if (type === 'Feature') return [whole];
  if (type === 'FeatureCollection' && Array.isArray(features)) return features;
  throw new NotATable('neither a list nor a FeatureCollection');
}

function readFeatures(features: readonly unknown[], collection: Members): Table {
  const found: FileItem[] = [];
  const problems: Problem[] = [];
  const look = (members: Members, at: string, own: readonly string[], row: number) => {
    for (const [name, value] of Object.entries(members)) {
      if (own.includes(name)) continue;
      if (name !== 'crs') found.push({ at: `${at}${name}`, why: name === 'bbox' ? 'bbox' : 'foreign_member' });
      else if (isSameDatum(value)) found.push({ at: `${at}crs`, why: 'crs' });
      else problems.push({ row, column: 'crs', what: 'crs', found: JSON.stringify(value) });
    }
  };
  if (collection.type !== 'Feature') look(collection, '', ['type', 'features'], 1);
  const rows = features.map((feature, i): Row => {
    const { type = 'Feature', id, properties, geometry } = membersOf(feature);
    const row = i + 1;
    if (type !== 'Feature') throw new NotATable(`"${String(type)}" is no Feature`, row);
    look(membersOf(feature), 'feature/', ['type', 'id', 'properties', 'geometry'], row);
    look(membersOf(geometry), 'geometry/', ['type', 'coordinates', 'geometries'], row);
    if (geometry === null) found.push({ at: 'geometry/null', why: 'no_geometry' });
    if (hasHeights(membersOf(geometry).coordinates)) found.push({ at: 'geometry/coordinates', why: 'height' });
    const fields = membersOf(properties);
    return { row, fields, ...(geometry ? { geometry } : {}), ...(id === undefined ? {} : { id }) };
  });
  return { rows, ignored: distinct(found), problems };
}

/** An older GeoJSON names its datum in `crs`; RFC 7946 has only WGS 84. */
function isSameDatum(crs: unknown): boolean {
  const { type, properties } = membersOf(crs);
  return type === 'name' && SAME_DATUM.test(String(membersOf(properties).name));
}

function hasHeights(coordinates: unknown): boolean {
  if (!Array.isArray(coordinates)) return false;
  return typeof coordinates[0] === 'number' ? coordinates.length > 2 : coordinates.some(hasHeights);
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function distinct(items: readonly FileItem[]): readonly FileItem[] {
  return [...new Map(items.map((item) => [`${item.at} ${item.why}`, item])).values()];
}
