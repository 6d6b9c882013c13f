import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import { colleagueId, loadHolders } from '../../people/staff-list.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Check } from '../../store/commit.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { actorsOn, holderGrants, mayHold } from '../case-permissions.ts';
import type { Actor } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import { loadOpenCases } from './case-list.ts';

/** An organiser whose open cases a lead or the office may move. `id` does not tell the pseudonym. */
export type Colleague = { readonly id: string; readonly who: string; readonly held: readonly InHand[] };
/** A case with the roles in which the mover acts on it. */
export type InHand = { readonly kept: Kept<HazardCase>; readonly actors: readonly Actor[] };
/** An organiser who may get a colleague's cases. */
export type Taker = {
  readonly id: string;
  readonly urn: Urn;
  readonly who: string;
  readonly grants: readonly Grant[];
  /** Those of the cases that this organiser has the right to hold. */
  readonly able: readonly InHand[];
};

/** Loads the colleagues whose cases these roles may move, those with the most cases first. */
export async function loadColleagues({ store, city, person }: LoadContext): Promise<readonly Colleague[]> {
  const me = store.pseudonym(person.urn);
  const grants = (person.contact?.grants ?? []).filter(({ role }) => role === 'lead' || role === 'office');
  if (grants.length === 0) return [];
  const inHands = ({ holder }: HazardCase) => holder !== undefined && holder !== me;
  const found = (await loadOpenCases(store, city, grants, inHands))
    .map((kept) => ({ kept, actors: actorsOn(kept.record, grants, me, city.regions) }))
    .filter(({ actors }) => actors.length > 0);
  return [...Map.groupBy(found, ({ kept }) => kept.record.holder ?? '')]
    .map(([who, held]) => ({ id: colleagueId(who), who, held }))
    .toSorted((a, b) => b.held.length - a.held.length);
}

/** The organisers around a colleague's cases: who may get them, and the colleague, if still an organiser there. */
export type Around = { readonly takers: readonly Taker[]; readonly giver: Urn | undefined };

/** Loads who may get these cases: organisers with the rights of their holder, those who can hold most first. */
export async function loadAround(store: Store, city: City, { who, held }: Colleague): Promise<Around> {
  const wanted = new Map<string, Pick<Grant, 'role' | 'scope'>>();
  for (const { kept } of held)
    for (const grant of holderGrants(kept.record, city.regions)) wanted.set(`${grant.role} ${grant.scope}`, grant);
  const byPerson = [...Map.groupBy(await loadHolders(store, [...wanted.values()]), ({ urn }) => urn)];
  const takers = byPerson.flatMap(([urn, roles]): Taker[] => {
    const [first] = roles;
    if (!first || first.who === who) return [];
    const grants = roles.map(({ grant }) => grant);
    const able = held.filter(({ kept: { record } }) =>
      actorsOn(record, grants, first.who, city.regions).some((actor) => mayHold(record, actor)),
    );
    return able.length > 0 ? [{ id: colleagueId(first.who), urn, who: first.who, grants, able }] : [];
  });
  return {
    takers: takers.toSorted((a, b) => b.able.length - a.able.length),
    giver: byPerson.find(([, [first]]) => first?.who === who)?.[0],
  };
}

/** Requires that a taker still holds these roles. */
export function stillHolds({ keys }: Store, { urn, grants }: Taker): readonly Check[] {
  return grants.map(({ role, scope }) => ({ key: keys.staff(role, scope), holds: urn }));
}
