import { dayOf, limitEnd } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import type { Place } from '../../engine/place.ts';
import type { Grant } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { isOnPremises } from '../premises/attribution.ts';
import { auditorsOf } from './auditors.ts';
import { commitDraw } from './commit-draw.ts';
import type { DrawId, InspectionDraw } from './draw.ts';
import { mayMove, newDrawId, PROPOSED_DAYS } from './draw.ts';
import type { FrameSources } from './plan-draw.ts';
import { loadSources } from './plan-draw.ts';

/** Most premises that one cause designates. */
const DESIGNATED_MAX = 3;

/** The premises that a cause designates (指定), the one with most of its places first, and what their draw is made of. */
export type Designation = {
  readonly region: string;
  readonly premises: readonly Premises[];
  readonly sources: FrameSources;
  readonly auditors: readonly Urn[];
};

/** Loads a designation: the premises of a region on which most of these places lie. Undefined without a right or premises. */
export async function loadDesignation(
  store: Store,
  { region, places }: { readonly region: string; readonly places: readonly Place[] },
  {
    city,
    grants,
    by,
    now,
  }: { readonly city: City; readonly grants: readonly Grant[]; readonly by: string; readonly now: number },
): Promise<Designation | undefined> {
  const premises = premisesWith(places, region, city);
  if (premises.length === 0 || !mayMove({ region }, grants, city.regions)) return undefined;
  const [sources, auditors] = await Promise.all([
    loadSources(store, region, city, now),
    auditorsOf(store, { region, by }, city),
  ]);
  return { region, premises, sources, auditors };
}

function premisesWith(places: readonly Place[], region: string, { premises, regions }: City): readonly Premises[] {
  return [...premises.values()]
    .filter((one) => regions.chain(one.region).includes(region))
    .map((one) => ({ one, count: places.filter((place) => isOnPremises(one, place, regions)).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.one.id < b.one.id ? -1 : 1))
    .slice(0, DESIGNATED_MAX)
    .map(({ one }) => one);
}

/**
 * Commits a draw of designated premises only: checkers and items come by lot, as in every draw, and no premises does. So no
 * figure that estimates from the lot counts its visits. `draw` is absent if the draw was refused.
 */
export function designate(
  { region, premises, sources, auditors }: Designation,
  because: NonNullable<InspectionDraw['because']>,
  { store, city, by, now }: { readonly store: Store; readonly city: City; readonly by: string; readonly now: number },
): Outcome & { readonly draw?: DrawId } {
  const id = newDrawId();
  const planned: InspectionDraw = {
    id,
    state: 'draft',
    series: [...new Set(premises.map(({ series }) => series))],
    region,
    each: 0,
    named: premises.map((one) => one.id),
    from: dayOf(now),
    until: dayOf(limitEnd(now, PROPOSED_DAYS)),
    by,
    because,
    madeAt: now,
  };
  const done = commitDraw(planned, { store, city, sources, auditors, words: undefined, now });
  return done.writes.length > 0 ? { ...done, draw: id } : done;
}
