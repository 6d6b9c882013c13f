import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { LetterTo } from './letter.ts';
import { MAY_DRAFT, ownerOf, regionOf } from './letter-access.ts';

/** Days of ended cases that a letter looks back on. */
export const LOOK_BACK_MS = 30 * DAY_MS;
/** Addressees offered as buttons. */
const OFFERED_MAX = 24;

/** The grants with which a person drafts letters. */
export function draftGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_DRAFT.includes(role));
}

/** Lists the units and desks of a ground that had cases lately, those with the most cases first. */
export async function loadAddressees(
  { redis, keys }: Store,
  grants: readonly Grant[],
  city: Pick<City, 'regions' | 'units'>,
  now: number,
): Promise<readonly LetterTo[]> {
  const units = [...city.units.keys()].map((id): LetterTo => `unit.${id}`);
  const desks = city.regions.all('street').map((id): LetterTo => `desk.${id}`);
  const own = [...units, ...desks].filter((to) => anyGrantCovers(grants, regionOf(to, city), city.regions));
  const counts = await orStoreAway(
    Promise.all(
      own.map(async (to) => {
        const open = redis.zcard(keys.casesAtStage(ownerOf(to), 'work'));
        return (await redis.zcount(keys.casesAtStage(ownerOf(to), 'ended'), now - LOOK_BACK_MS, '+inf')) + (await open);
      }),
    ),
  );
  return own
    .map((to, i) => ({ to, cases: counts[i] ?? 0 }))
    .filter(({ cases }) => cases > 0)
    .sort((a, b) => b.cases - a.cases)
    .slice(0, OFFERED_MAX)
    .map(({ to }) => to);
}
