import { damagedAudiences } from '../broadcasts/broadcast-damage.ts';
import { damagedCases } from '../cases/case-damage.ts';
import { damagedPersons } from '../people/person-damage.ts';
import type { Damage, DamageFinder } from '../store/records/damage.ts';
import { damagedRecords } from '../store/records/damage.ts';
import type { Store } from '../store/store.ts';
import { damagedWaves } from '../surveys/survey-damage.ts';

/** Finders of damage whose lines no other invariant has. */
export const OTHER_DAMAGE: readonly DamageFinder[] = [damagedRecords, damagedAudiences, damagedWaves];

/** Lists every damaged value of a city's data, with its cure. */
export async function findDamage(store: Store): Promise<readonly Damage[]> {
  const finders = [damagedPersons, damagedCases, ...OTHER_DAMAGE];
  return (await Promise.all(finders.map((find) => find(store)))).flat();
}
