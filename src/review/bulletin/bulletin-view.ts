import type { City } from '../../city/city.ts';
import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { Bulletin } from './bulletin.ts';

/** Roles that read the bulletin. */
export const MAY_READ_BULLETIN: readonly Role[] = ['lead', 'office', 'auditor'];
/** Roles that answer a weak point of their ground. */
export const MAY_ANSWER_POINTS: readonly Role[] = ['lead', 'office'];

/** The grants with which a person reads the bulletin. */
export function bulletinGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_READ_BULLETIN.includes(role));
}

/**
 * The bulletin as a person may read it: numbers of the city and of the own ground; of other streets only the tier. What a
 * person may not see is absent.
 */
export function bulletinFor(
  bulletin: Bulletin,
  grants: readonly Grant[],
  { regions }: Pick<City, 'regions'>,
): Bulletin | undefined {
  const own = bulletinGrants(grants);
  if (own.length === 0) return undefined;
  const isSeen = (region: string) => region === bulletin.region || anyGrantCovers(own, region, regions);
  return {
    ...bulletin,
    sentences: bulletin.sentences.filter(({ region }) => isSeen(region)),
    weak: bulletin.weak.filter(({ region }) => isSeen(region)),
    past: bulletin.past.filter(({ point }) => isSeen(point.region)),
    streets: bulletin.streets.map((line) =>
      isSeen(line.region) ? line : { region: line.region, ...(line.tier ? { tier: line.tier } : {}) },
    ),
  };
}
