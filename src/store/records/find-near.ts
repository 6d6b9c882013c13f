import type { Point } from '../../engine/input.ts';
import type { Store } from '../store.ts';
import { inPairs } from './in-pairs.ts';

/** Finds members of several geo indexes around a point, `max` of each, with their distances in metres; one round trip. */
export async function findNear(
  { redis }: Store,
  indexes: readonly string[],
  { longitude, latitude }: Point,
  metres: number,
  max: number,
): Promise<readonly (readonly [member: string, metres: number])[]> {
  const flat = await redis.anlinFindNear(indexes.length, ...indexes, longitude, latitude, metres, max);
  return inPairs(flat).map(([member, distance]) => [member, Number(distance)] as const);
}
