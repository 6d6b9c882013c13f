import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import Flatbush from 'flatbush';
import type { Point } from '../engine/input.ts';
import type { Names, Option } from '../engine/step.ts';
import type { Region } from './region.ts';

/** All regions of a city, ready to be asked. */
export type RegionTree = {
  /** What a resident can choose below a region (undefined: at the top), down to communities. */
  readonly below: (region: string | undefined) => readonly Option[];
  /** The name that tells a region from all others: 锦绣社区第2网格. */
  readonly nameOf: (region: string) => Names | undefined;
  /** The smallest region that holds the point. */
  readonly at: (point: Point) => string | undefined;
  readonly get: (region: string) => Region | undefined;
};

/** Builds the tree once; questions to it are pure. */
export function regionTree(regions: readonly Region[]): RegionTree {
  const byId = new Map(regions.map((region) => [region.id, region]));
  const children = Map.groupBy(regions, (region) => region.parent);
  const grounds = regions.filter((region) => region.outline && !children.has(region.id));
  const index = indexOf(grounds);

  const below = (parent: string | undefined): readonly Option[] => {
    const list = (children.get(parent) ?? []).filter((region) => region.level !== 'grid');
    // A level with one member is no choice.
    const [only] = list;
    if (only && list.length === 1 && only.level !== 'community') return below(only.id);
    return list.map(({ id, names }) => ({ id, name: names }));
  };
  const nameOf = (id: string): Names | undefined => {
    const region = byId.get(id);
    if (region?.level !== 'grid' || !region.parent) return region?.names;
    const community = byId.get(region.parent)?.names ?? {};
    const both = (language: string, name: string) =>
      language === 'en' ? `${community.en}, ${name}` : `${community[language]}${name}`;
    return Object.fromEntries(Object.entries(region.names).map(([language, name]) => [language, both(language, name)]));
  };
  const at = ({ longitude, latitude }: Point): string | undefined =>
    index?.search(longitude, latitude, longitude, latitude).flatMap((i) => {
      const ground = grounds[i];
      const outline = ground?.outline?.map(([x, y]) => [x, y]) ?? [];
      const inside = booleanPointInPolygon([longitude, latitude], { type: 'Polygon', coordinates: [outline] });
      return ground && inside ? [ground.id] : [];
    })[0];
  return { below, nameOf, at, get: (id) => byId.get(id) };
}

function indexOf(grounds: readonly Region[]): Flatbush | undefined {
  if (grounds.length === 0) return undefined;
  const index = new Flatbush(grounds.length);
  for (const { outline = [] } of grounds) {
    const xs = outline.map(([x]) => x);
    const ys = outline.map(([, y]) => y);
    index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  }
  index.finish();
  return index;
}
