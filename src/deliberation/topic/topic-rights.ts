import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers, EVERYWHERE, grantCovers } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Topic } from './topic.ts';

/** Roles that moderate topics and answer them with a promise. */
export const MAY_STEER: readonly Role[] = ['lead', 'office'];
/** Roles that see the page of topics. */
export const MAY_READ_TOPICS: readonly Role[] = [...MAY_STEER, 'auditor'];

/** An organiser who acts on topics. `me` is the pseudonym. */
export type Steerer = { readonly me: string; readonly grants: readonly Grant[]; readonly regions: RegionTree };

/** True for a lead or the office of the topic's region, or of one around it. */
export function maySteer({ region }: Pick<Topic, 'region'>, { grants, regions }: Omit<Steerer, 'me'>): boolean {
  return anyGrantCovers(steering(grants), region, regions);
}

/**
 * True for those who may decide whether a topic is discussed. The addressee may not: where the committee should act, and after
 * an appeal, the street or one above it decides, and after an appeal not the one who refused.
 */
export function mayModerate(
  { region, whom, appealed, declined }: Pick<Topic, 'region' | 'whom' | 'appealed' | 'declined'>,
  { me, grants, regions }: Steerer,
): boolean {
  if (appealed && declined?.by === me) return false;
  if (whom === 'unit' && grants.some(({ role }) => role === 'unit_staff')) return false;
  const fromStreet = whom === 'committee' || appealed === true;
  const isNear = ({ scope }: Grant) => scope !== EVERYWHERE && regions.levelOf(scope) === 'community';
  return steering(grants).some((grant) => grantCovers(grant, region, regions) && !(fromStreet && isNear(grant)));
}

function steering(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_STEER.includes(role));
}
