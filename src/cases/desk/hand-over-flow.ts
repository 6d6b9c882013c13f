import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { newToken } from '../../people/invitation.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { joinChanges } from '../../store/versioned-record.ts';
import { changeCase } from '../case-store.ts';
import type { Actor } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import { attempt, attemptAs } from '../lifecycle.ts';
import type { HandOverOffer } from './hand-over.ts';
import { HAND_OVER_LINK, loadOffers, OFFER_MS, offerWrites } from './hand-over.ts';
import { loadOwnWork } from './load-work.ts';

/** Cases that change hands with one deed. */
const HANDED_MAX = 100;

type InHand = { readonly kept: Kept<HazardCase>; readonly actors: readonly Actor[] };
type GiveFacts = { readonly me: string; readonly held: readonly InHand[]; readonly offers: readonly HandOverOffer[] };
type TakeFacts = { readonly offer: HandOverOffer | undefined; readonly held: readonly InHand[] };

/** An organiser offers all that is in hand to a colleague, by a link. */
export const handOver = flow<GiveFacts>({ id: 'hand-over', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm({ values: ({ facts }) => ({ count: facts.held.length }) }))
  .end();

export const handOverTalk = talk({
  flow: handOver,
  load: async (loading: LoadContext) => {
    const [work, offers] = await Promise.all([loadHeld(loading), loadOffers(loading.store)]);
    return { ...work, offers };
  },
  facts: (_city, _person, loaded) => loaded,
  closed: ({ held }) => (held.length === 0 ? { key: 'flows/hand-over:none' } : undefined),
  opens: () => ({}),
  finish: ({ sure }, { store, facts: { me, offers }, now }) => {
    if (sure !== true) return noChange('hand_over_declined', { key: 'common:closed' });
    const token = newToken();
    return {
      outcome: 'hand_over_offered',
      checks: [],
      writes: offerWrites(store, { token, from: me, until: now + OFFER_MS }, offers, now),
      says: [{ key: 'flows/hand-over:forward', values: { link: { link: `${HAND_OVER_LINK}${token}` } } }],
    };
  },
});

/** The colleague who opened the link takes over what this organiser may handle. */
export const takeOver = flow<TakeFacts>({ id: 'take-over', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm({ values: ({ facts }) => ({ count: facts.held.length }) }))
  .end();

export const takeOverTalk = talk({
  flow: takeOver,
  load: async (loading: LoadContext) => {
    const { store, position, now } = loading;
    const offers = await loadOffers(store);
    const offer = offers.find(({ token, until }) => token === position.answers.token && until >= now);
    return { offer, held: offer ? (await loadHeld(loading, offer.from)).held : [] };
  },
  facts: (_city, _person, loaded) => loaded,
  closed: ({ offer, held }) => (offer && held.length > 0 ? undefined : { key: 'flows/take-over:gone' }),
  finish: ({ sure }, { store, facts: { offer, held }, now }) => {
    if (!offer || sure !== true) return noChange('take_over_declined', { key: 'flows/take-over:declined' });
    const taken = held.flatMap(({ kept, actors }) => {
      const tried = attemptAs(actors, (actor) => attempt(kept.record, 'handed_over', actor, {}, now));
      return tried.type === 'done' ? [{ kept, event: tried.event }] : [];
    });
    const count = taken.length;
    // The first event tells the giver of all of them.
    const { checks, writes } = joinChanges(
      taken.map(({ kept, event }, i) => changeCase(store, kept, i === 0 ? { ...event, count } : event)),
    );
    if (count === 0) return noChange('take_over_refused', { key: 'flows/take-over:gone' });
    return {
      outcome: 'cases_taken_over',
      checks: [
        { key: store.keys.handOvers, field: offer.token, is: JSON.stringify({ from: offer.from, until: offer.until }) },
        ...checks,
      ],
      writes: [...writes, ['HDEL', store.keys.handOvers, offer.token] as const],
      says: [
        {
          key: 'flows/take-over:done',
          values: { count },
          buttons: [{ label: 'flows/my-work:others', flow: 'my-work', argument: 'all' }],
        },
      ],
    };
  },
});

/** The cases that `holder` has in hand and this person may take or give, the earliest deadline first. */
async function loadHeld(
  loading: LoadContext,
  holder?: string,
): Promise<{ readonly me: string; readonly held: readonly InHand[] }> {
  const { me, found, actorsFor } = await loadOwnWork(loading);
  const held = found
    .filter(({ record }) => record.holder === (holder ?? me))
    .map((kept) => ({ kept, actors: actorsFor(kept.record) }))
    .filter(({ actors }) => actors.length > 0);
  return { me, held: held.slice(0, HANDED_MAX) };
}
