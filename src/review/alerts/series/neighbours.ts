import type { CommunityOutline } from '../../../city/community-outlines.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';

/** Streets of one window at most: a wider rise shows in the district's own series. */
const STREETS_MAX = 4;

/** Sets of neighbouring streets: each street alone, and with its one to three nearest ones. */
export function streetWindows(
  streets: readonly string[],
  outlines: readonly CommunityOutline[],
  regions: RegionTree,
): readonly (readonly number[])[] {
  const middles = middlesOf(outlines, regions);
  const sets = streets.flatMap((street, i) => {
    const from = middles.get(street);
    if (!from) return [[i]];
    const near = streets
      .map((other, j) => ({ j, far: distance(from, middles.get(other)) }))
      .sort((a, b) => a.far - b.far || a.j - b.j)
      .filter(({ far }) => far < Infinity)
      .map(({ j }) => j);
    return Array.from({ length: Math.min(STREETS_MAX, near.length) }, (_, n) =>
      near.slice(0, n + 1).toSorted((a, b) => a - b),
    );
  });
  return [...new Map(sets.map((set) => [set.join(' '), set])).values()];
}

type Middle = readonly [number, number];

/** The mean corner of each street's communities, longitudes shrunken to the latitude. */
function middlesOf(outlines: readonly CommunityOutline[], regions: RegionTree): ReadonlyMap<string, Middle> {
  const byStreet = Map.groupBy(outlines, ({ id }) => regions.above(id, 'street') ?? '');
  return new Map(
    [...byStreet].map(([street, list]) => {
      const corners = list.flatMap(({ rings }) => rings.flat());
      const y = corners.reduce((sum, [, one]) => sum + one, 0) / corners.length;
      const x = corners.reduce((sum, [one]) => sum + one, 0) / corners.length;
      return [street, [x * Math.cos((y * Math.PI) / 180), y] as const];
    }),
  );
}

function distance(from: Middle, to: Middle | undefined): number {
  return to ? Math.hypot(from[0] - to[0], from[1] - to[1]) : Infinity;
}
