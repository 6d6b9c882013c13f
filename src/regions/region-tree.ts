import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import Flatbush from 'flatbush';
import type { Point } from '../engine/input.ts';
import type { Place, Regions } from '../engine/place.ts';
import type { Names, Option } from '../engine/step.ts';
import { buildingOf } from './address.ts';
import { toWgs84 } from './datum.ts';
import { readMapLink } from './map-link.ts';
import type { KnownPlace } from './place-book.ts';
import { isEstate, placeBook } from './place-book.ts';
import { isDetail } from './place-in-words.ts';
import type { Ground, Region } from './region.ts';
import { polygonsOf } from './region.ts';
import { regionSearch } from './search-regions.ts';

/** All regions and known places of a city, with lookups. */
export type RegionTree = Regions & {
  /** The smallest region that contains the point (WGS-84). */
  readonly at: (point: Point) => string | undefined;
  /** The region of this level that contains another. */
  readonly above: (region: string, level: Region['level']) => string | undefined;
  /** A region and all that contain it, the smallest first. */
  readonly chain: (region: string) => readonly string[];
  /** All regions of this level inside another one. */
  readonly within: (region: string, level: Region['level']) => readonly string[];
  readonly all: (level: Region['level']) => readonly string[];
  readonly levelOf: (region: string) => Region['level'] | undefined;
  /** The regions that typed words may mean: by name, part of a name, sound, or a known place in them. */
  readonly search: (text: string) => readonly string[];
};

/** Builds the tree and its indexes; the lookups are pure. */
export function regionTree(regions: readonly Region[], places: readonly KnownPlace[] = []): RegionTree {
  const byId = new Map(regions.map((region) => [region.id, region]));
  const children = Map.groupBy(regions, (region) => region.parent);
  const grounds = regions.filter(hasGround).filter((region) => !children.get(region.id)?.some(hasGround));
  const index = indexOf(grounds);
  const estates = new Set(places.filter(({ name }) => isEstate(name)).map(({ region }) => region));
  const book = placeBook([...places, ...communitiesAsPlaces(regions)]);

  const lists = new Map<Region | undefined, readonly Option[]>();
  const below = (parent: string | undefined): readonly Option[] => {
    const region = parent === undefined ? undefined : byId.get(parent);
    if (parent !== undefined && !region) return [];
    const list = lists.get(region) ?? listBelow(parent);
    lists.set(region, list);
    return list;
  };
  const listBelow = (parent: string | undefined): readonly Option[] => {
    const list = (children.get(parent) ?? []).filter(({ level }) => level !== 'grid');
    // A level with a single region is skipped.
    const [only] = list;
    if (only && list.length === 1 && only.level !== 'community') return below(only.id);
    return list.map(({ id, names }) => ({ id, name: names }));
  };
  const joined = new Map<string, Names>();
  const nameOf = (id: string): Names | undefined => {
    const known = joined.get(id);
    if (known) return known;
    const region = byId.get(id);
    if (region?.level !== 'grid' || !region.parent) return region?.names;
    const community = byId.get(region.parent)?.names ?? {};
    const both = (language: string, name: string) =>
      language === 'en' && community.en
        ? `${community.en}, ${name}`
        : `${community[language] ?? community['zh-CN']}${name}`;
    const names = Object.fromEntries(
      Object.entries(region.names).map(([language, name]) => [language, both(language, name)]),
    );
    joined.set(id, names);
    return names;
  };
  const at = ({ longitude, latitude }: Point): string | undefined =>
    index?.search(longitude, latitude, longitude, latitude).flatMap((i) => {
      const region = grounds[i];
      return region && groundHolds(region.ground, { longitude, latitude }) ? [region.id] : [];
    })[0];
  const chain = (id: string): readonly string[] => {
    const found: string[] = [];
    for (let region = byId.get(id); region; region = region.parent ? byId.get(region.parent) : undefined) {
      found.push(region.id);
    }
    return found;
  };
  const above = (id: string, level: Region['level']): string | undefined =>
    chain(id).find((one) => byId.get(one)?.level === level);
  const within = (id: string, level: Region['level']): readonly string[] =>
    byId.get(id)?.level === level ? [id] : (children.get(id) ?? []).flatMap((child) => within(child.id, level));
  const reading = (point: Point): Place => {
    const region = at(point);
    return { point, ...(region ? { region } : {}) };
  };
  return {
    below,
    nameOf,
    at,
    above,
    chain,
    within,
    levelOf: (id) => byId.get(id)?.level,
    search: regionSearch(regions, chain, book),
    all: (level) => regions.filter((region) => region.level === level).map(({ id }) => id),
    read: (raw, exact = false) => {
      if (exact) return [reading(raw)];
      const readings = [reading(raw), { ...reading(toWgs84(raw, 'gcj02')), sent: raw }];
      const communities = readings.map(({ region }) => region && above(region, 'community'));
      // If both readings lie in one community or both outside, WGS-84 wins; if one lies outside, the other does.
      if (communities[0] === communities[1]) return readings.slice(0, 1);
      const inside = readings.filter(({ region }) => region !== undefined);
      return inside.length > 0 ? inside : readings.slice(0, 1);
    },
    link: (text) => {
      const link = readMapLink(text);
      if (link?.type !== 'place') return link && 'short';
      return { ...reading(link.point), ...(link.name ? { text: link.name } : {}) };
    },
    isDetail,
    hasEstates: (region) => chain(region).some((one) => estates.has(one)),
    find: (text) => {
      const building = buildingOf(text);
      return book.find(text).map(({ id, name, region }) => {
        const address = id === region ? {} : { address: building ? `${id}#${building}` : id };
        return { id, name: withRegion(name, nameOf(region)), known: name, place: { region, ...address } };
      });
    },
  };
}

function withRegion(name: string, region: Names | undefined): Names {
  return Object.fromEntries(
    Object.entries(region ?? { 'zh-CN': '' }).map(([language, where]) => {
      if (where === name || where === '') return [language, name];
      return [language, language === 'en' ? `${name} (${where})` : `${name}（${where}）`];
    }),
  );
}

/** Communities are searched by their own names as well. */
function communitiesAsPlaces(regions: readonly Region[]): readonly KnownPlace[] {
  return regions
    .filter(({ level }) => level === 'community')
    .map(({ id, names }) => ({ id, region: id, name: names['zh-CN'] ?? id, words: names.en ? [names.en] : [] }));
}

type WithGround = Region & { readonly ground: Ground };

function hasGround(region: Region): region is WithGround {
  return region.ground !== undefined;
}

/** True if a point (WGS-84) lies on a ground. */
export function groundHolds(ground: Ground, { longitude, latitude }: Point): boolean {
  return polygonsOf(ground).some((rings) => {
    const coordinates = rings as [number, number][][]; // the library only reads them; a copy for each point is dear
    return booleanPointInPolygon([longitude, latitude], { type: 'Polygon', coordinates });
  });
}

function indexOf(regions: readonly WithGround[]): Flatbush | undefined {
  if (regions.length === 0) return undefined;
  const index = new Flatbush(regions.length);
  for (const { ground } of regions) {
    const pairs = polygonsOf(ground).flatMap((rings) => rings[0] ?? []);
    const xs = pairs.map(([x]) => x);
    const ys = pairs.map(([, y]) => y);
    index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  }
  index.finish();
  return index;
}
