import type { Outgoing, Urn } from '../channels/channel.ts';
import { schemeOf } from '../channels/channel.ts';
import { loadHeld } from '../delivery/held.ts';
import type { LocalizedMessage, Outcome } from '../delivery/outcome.ts';
import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm } from '../engine/steps/confirm.ts';
import type { FixedKey } from '../i18n.ts';
import type { Contact } from '../people/contact.ts';
import { forgetAddress, otherAddress, withoutAddress } from '../people/link/addresses.ts';
import { loadNewRoot, newRootWrites } from '../people/link/new-root.ts';
import type { Person } from '../people/person-store.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import type { Write } from '../store/commit.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { movePast } from './pasts.ts';

type Place = { readonly id: string; readonly urn: Urn; readonly since: number };
type PartFacts = {
  readonly person: Person;
  readonly places: readonly Place[];
  /** News that waits at the chosen place. */
  readonly held: readonly Outgoing[];
  /** What the choice of the first address moves to the next one, under which the person is then stored. */
  readonly move: (Change & { readonly root: Awaited<ReturnType<typeof loadNewRoot>> }) | undefined;
};
type PartAnswers = { readonly place?: string | null | undefined };

/** Takes one address off a person. It then begins afresh; news that waits there goes to another address at once. */
export const partAddress = flow<PartFacts>({ id: 'part-address', version: 1, lifetimeSeconds: 600, light: true })
  .step(
    'place',
    choice({
      options: ({ facts: { places } }) =>
        places.map((place) => ({ id: place.id, wording: 'joined_place', values: valuesOf(place) })),
    }),
  )
  .step('sure', confirm({ values: ({ facts, answers }) => valuesOf(chosenOf(facts, answers)) }))
  .end();

export const partAddressTalk = talk({
  flow: partAddress,
  loadsBy: ['place'],
  load: async ({ store, person, position, now }: LoadContext) => {
    const places = placesOf(person, store.pseudonym);
    const chosen = chosenOf({ places }, position.answers);
    const { contact, urn } = person;
    const to = contact?.addresses?.[0]?.urn;
    if (!chosen || !contact || !to) return { places, held: [], move: undefined };
    const held = await loadHeld(store, chosen.urn);
    if (chosen.urn !== urn) return { places, held, move: undefined };
    const [past, root] = await Promise.all([
      movePast(store, { from: urn, to, contact, now }),
      loadNewRoot(store, urn, to),
    ]);
    return { places, held, move: { ...past, root } };
  },
  facts: (_city: object, person, loaded: Omit<PartFacts, 'person'>): PartFacts => ({ person, ...loaded }),
  closed: ({ places }) => (places.length > 1 ? undefined : { key: 'flows/part-address:none' }),
  opens: () => ({}),
  finish: ({ place, sure }, { store, contact, facts, now }): Outcome & { readonly contact?: Contact } => {
    const chosen = chosenOf(facts, { place });
    const { person, held, move } = facts;
    if (sure !== true || !chosen) return noChange('address_kept', { key: 'flows/part-address:kept' });
    const isFirst = chosen.urn === person.urn;
    // Cases name an organiser by a name that comes from the first address.
    if (isFirst && contact.grants) return noChange('address_kept', { key: 'flows/part-address:has_role' });
    const rest = withoutAddress(contact, person.urn, chosen.urn);
    const other = otherAddress(person, chosen.urn);
    const isHere = person.address === chosen.urn;
    const values = { channel: channelName(isHere ? other : chosen.urn) };
    const says = [{ key: isHere ? 'flows/part-address:done_here' : 'flows/part-address:done', values } as const];
    const writes: readonly Write[] = forgetAddress(store, chosen.urn);
    if (!isFirst)
      return {
        outcome: 'address_parted',
        checks: [],
        writes,
        says,
        tells: toldAt(person.urn, other, held),
        contact: rest,
      };
    if (!move) return noChange('address_kept', { key: 'flows/part-address:kept' });
    const root = newRootWrites(store, move.root, rest, now);
    return {
      outcome: 'address_parted',
      checks: [...move.checks, ...root.checks],
      writes: [...move.writes, ...writes, ...root.writes],
      says: isHere ? says : [...says, ...held.map(asItIs)],
      forgets: true,
    };
  },
});

/** All places of a person, the first one first. */
function placesOf({ urn, contact }: Person, nameOf: (urn: Urn) => string): readonly Place[] {
  const all = [{ urn, since: contact?.since ?? 0 }, ...(contact?.addresses ?? [])];
  return all.map((one) => ({ ...one, id: nameOf(one.urn) }));
}

function chosenOf({ places }: Pick<PartFacts, 'places'>, { place }: PartAnswers): Place | undefined {
  return places.find(({ id }) => id === place);
}

function valuesOf(place: Place | undefined) {
  return place ? { channel: channelName(place.urn), since: { day: place.since } } : {};
}

function toldAt(to: Urn, at: Urn, held: readonly Outgoing[]): NonNullable<Outcome['tells']> {
  return held.map((message) => ({ to, at, said: asItIs(message) }));
}

/** A message that was worded before. */
function asItIs(message: Outgoing): LocalizedMessage {
  return { key: 'flows/part-address:title', wordedBy: () => message };
}

function channelName(address: Urn) {
  return { key: `common:channels.${schemeOf(address)}` as FixedKey };
}
