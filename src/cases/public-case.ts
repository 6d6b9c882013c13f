import type { Place } from '../engine/place.ts';
import type { HazardCase } from './hazard-case.ts';
import { blurPlace } from './retention/retention-rules.ts';

/** Blurs the place of a case to its community and about a kilometre; undefined before a dispatcher has looked. */
export function publicPlaceOf({ looked, place, desk }: HazardCase): Place | undefined {
  const region = place.region ?? desk;
  return looked && blurPlace({ ...place, ...(region ? { region } : {}) });
}

/** True for a case that closed without a resident's word that the problem is solved. */
export function isUnconfirmed({ state, outcome }: HazardCase): boolean {
  return state === 'closed' && outcome !== 'solved';
}
