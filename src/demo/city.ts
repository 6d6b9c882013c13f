import type { CityData } from '../city/city.ts';
import type { CensusCell } from '../regions/census.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import { placeId } from '../regions/place-book.ts';
import type { Region, RegionLevel } from '../regions/region.ts';
import names from './city-names.json' with { type: 'json' };
import type { Outline } from './outline.ts';
import { cut, roundOutline } from './outline.ts';

/** The made-up city of the demo. No province has the code 99, and no such city exists. */
const CITY_ID = '990100000000';
const CENTRE = { longitude: 119.5, latitude: 31.5 };
const RADIUS = { longitude: 0.085, latitude: 0.07 };
const CORNERS = 28;

/** How many parts a region is cut into, level by level: 4 districts, 16 streets, 64 communities, 384 grids. */
const PARTS: readonly { readonly level: RegionLevel; readonly count: number }[] = [
  { level: 'district', count: 4 },
  { level: 'street', count: 4 },
  { level: 'community', count: 4 },
  { level: 'grid', count: 6 },
];

/** Regions without a gap: one outline, cut again and again across its longer side into parts of equal area. */
export function demoRegions(): readonly Region[] {
  const [zh = '', en = ''] = names.city;
  const city = { id: CITY_ID, level: 'city', names: { 'zh-CN': zh, en } } as const;
  return [city, ...below(CITY_ID, roundOutline(CENTRE, RADIUS, CORNERS), 0, 0)];
}

function below(parent: string, ground: Outline, depth: number, nth: number): readonly Region[] {
  const here = PARTS[depth];
  if (!here) return [];
  const { level, count } = here;
  return cut(ground, count).flatMap((outline, i) => {
    const id = childId(parent, level, i + 1);
    const region: Region = {
      id,
      parent,
      level,
      names: nameOf(level, nth * count + i, i),
      ...(level === 'district' && i === count - 1 ? { zone: true } : {}),
      ground: { type: 'Polygon', coordinates: [closed(outline)] },
    };
    return [region, ...below(id, outline, depth + 1, nth * count + i)];
  });
}

function nameOf(level: RegionLevel, n: number, i: number): Region['names'] {
  const pair = (list: readonly (readonly string[])[]) => list[n % list.length] ?? [];
  switch (level) {
    case 'district': {
      const [zh = '', en = ''] = pair(names.districts);
      return { 'zh-CN': zh, en };
    }
    case 'street': {
      const [zh = '', en = ''] = pair(names.streets);
      return { 'zh-CN': `${zh}街道`, en: `${en} Street` };
    }
    case 'community': {
      const [zh = '', en = ''] = pair(names.communities);
      return { 'zh-CN': `${zh}社区`, en: `${en} Community` };
    }
    default:
      return { 'zh-CN': names.grids[i] ?? '', en: `grid ${i + 1}` };
  }
}

/** 12 digits: 2 province, 2 city, 2 district, 3 street, 3 community; a grid has three more. */
function childId(parent: string, level: RegionLevel, n: number): string {
  switch (level) {
    case 'district':
      return `${parent.slice(0, 4)}${String(n).padStart(2, '0')}000000`;
    case 'street':
      return `${parent.slice(0, 6)}${String(n).padStart(3, '0')}000`;
    case 'community':
      return `${parent.slice(0, 9)}${String(n).padStart(3, '0')}`;
    default:
      return `${parent}${String(n).padStart(3, '0')}`;
  }
}

function closed(outline: Outline): readonly (readonly [number, number])[] {
  const ring = outline.map(([x, y]) => [Number(x.toFixed(6)), Number(y.toFixed(6))] as const);
  return [...ring, ...ring.slice(0, 1)];
}

/** Housing estates and roads by name; two names that several communities share, as in every city. */
export function demoPlaces(): readonly KnownPlace[] {
  const communities = demoRegions().filter(({ level }) => level === 'community');
  return communities.flatMap(({ id, names: own }, n) => {
    const stem = (own['zh-CN'] ?? '').replace('社区', '');
    const listed = [...names.estates.map((end) => `${stem}${end}`), `${stem}路`];
    const shared = names.shared.filter((_, i) => n % 16 === i * 5);
    return [...listed, ...shared].map((name) => ({ id: placeId(name, id), name, region: id }));
  });
}

const AGES = [
  { from: 18, to: 29, share: 0.19 },
  { from: 30, to: 44, share: 0.3 },
  { from: 45, to: 59, share: 0.28 },
  { from: 60, share: 0.23 },
] as const;

/** Whom the census counted in each district. */
function demoCensus(): readonly CensusCell[] {
  const districts = demoRegions().filter(({ level }) => level === 'district');
  return districts.flatMap(({ id }, d) =>
    (['female', 'male'] as const).flatMap((sex) =>
      AGES.map(({ share, ...age }) => ({
        region: id,
        sex,
        ...age,
        people: Math.round(90_000 * (1 + d * 0.1) * share),
      })),
    ),
  );
}

/** Everything of the made-up city that an import would bring. */
export function demoCityData(): Pick<CityData, 'regions' | 'places' | 'census'> {
  return { regions: demoRegions(), places: demoPlaces(), census: demoCensus() };
}
