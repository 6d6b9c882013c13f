import type { CityData } from '../city/city.ts';
import type { CensusCell } from '../regions/census.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import { placeId } from '../regions/place-book.ts';
import type { Region, RegionLevel } from '../regions/region.ts';
import names from './city-names.json' with { type: 'json' };
import type { Outline } from './outline.ts';
import { cutEqually, roundOutline } from './outline.ts';
import { demoPremises } from './premises.ts';

/** The demo's city is fictional: no province has the code 99. */
const CITY_ID = '990100000000';
const CENTRE = { longitude: 119.5, latitude: 31.5 };
const RADIUS = { longitude: 0.085, latitude: 0.07 };
const CORNERS = 28;

/** Number of parts of a region, by level. In all: 4 districts, 16 streets, 64 communities, 384 grids. */
const PARTS: readonly { readonly level: RegionLevel; readonly count: number }[] = [
  { level: 'district', count: 4 },
  { level: 'street', count: 4 },
  { level: 'community', count: 4 },
  { level: 'grid', count: 6 },
];

let made: readonly Region[] | undefined;

/** The regions without gaps: one outline, cut at each level into parts of equal area. Made once, as that is slow. */
export function demoRegions(): readonly Region[] {
  const [zh = '', en = ''] = names.city;
  const city = { id: CITY_ID, level: 'city', names: { 'zh-CN': zh, en } } as const;
  made ??= [city, ...regionsBelow(CITY_ID, roundOutline(CENTRE, RADIUS, CORNERS), 0, 0)];
  return made;
}

/** `nth`: index of the parent among all regions of its level. */
function regionsBelow(parent: string, ground: Outline, depth: number, nth: number): readonly Region[] {
  const parts = PARTS[depth];
  if (!parts) return [];
  const { level, count } = parts;
  return cutEqually(ground, count).flatMap((outline, i) => {
    const id = childId(parent, level, i + 1);
    const region: Region = {
      id,
      parent,
      level,
      names: nameOf(level, nth * count + i, i),
      ...(level === 'district' && i === count - 1 ? { zone: true } : {}),
      ground: { type: 'Polygon', coordinates: [closed(outline)] },
    };
    return [region, ...regionsBelow(id, outline, depth + 1, nth * count + i)];
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

/** An id has 12 digits: 2 province, 2 city, 2 district, 3 street, 3 community. A grid has 3 more. */
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

/** Names housing estates and roads. Two names occur in several communities, as in real cities. */
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

/** Makes the census counts of each district by sex and age. */
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

/** The fictional city's data in the form of an import. */
export function demoCityData(): Pick<CityData, 'regions' | 'places' | 'census' | 'premises'> {
  const regions = demoRegions();
  return { regions, places: demoPlaces(), census: demoCensus(), premises: demoPremises(regions) };
}
