import type { Urn } from '../../channels/channel.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { newToken } from '../../people/invitation.ts';
import type { ScopeFacts } from '../../people/join-flow.ts';
import { scopeName } from '../../people/join-flow.ts';
import { WHO_LENGTH } from '../../people/staff-list.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { changeCase } from '../case-store.ts';
import { attempt, attemptAs } from '../lifecycle.ts';
import type { HandOverOffer } from './hand-over.ts';
import { HAND_OVER_LINK, loadOffers, OFFER_MS, offerWrites } from './hand-over.ts';
import { loadOwnWork } from './load-work.ts';
import type { Around, Colleague, InHand, Taker } from './move-work.ts';
import { loadAround, loadColleagues, stillHolds } from './move-work.ts';

/** Cases that change hands with one deed. */
const HANDED_MAX = 100;

type GiveFacts = ScopeFacts & {
  readonly me: string;
  readonly held: readonly InHand[];
  readonly offers: readonly HandOverOffer[];
  /** Colleagues whose cases this lead or office may move. */
  readonly colleagues: readonly Colleague[];
  readonly around: Around;
  /** The colleague that a button named has nothing in hand. */
  readonly isEmpty: boolean;
};
type TakeFacts = { readonly offer: HandOverOffer | undefined; readonly held: readonly InHand[] };

/** The option for the own cases. */
const MINE = 'mine';
type GiveAnswers = { readonly whose?: string | null | undefined; readonly to?: string | null | undefined };
type Giving = { readonly facts: GiveFacts; readonly answers: GiveAnswers };

const isOthers = ({ answers: { whose } }: Giving) => whose != null && whose !== MINE;

/**
 * An organiser offers all that is in hand to a colleague, by a link.
 * A lead or the office also gives what a colleague has in hand to another one, without a link: the colleague may be away.
 */
export const handOver = flow<GiveFacts>({ id: 'hand-over', version: 2, lifetimeSeconds: 3600, light: true })
  .step(
    'whose',
    choice({
      relevant: ({ facts }) => facts.colleagues.length > 0,
      options: ({ facts }) => [
        ...(facts.held.length > 0 ? [{ id: MINE, values: { count: facts.held.length } }] : []),
        ...facts.colleagues.map((one) => ({ id: one.id, wording: 'work_of', values: colleagueValues(one) })),
      ],
      resets: ['to'],
      reviewed: false,
    }),
  )
  .step('sure', confirm({ relevant: (here) => !isOthers(here), values: ({ facts }) => ({ count: facts.held.length }) }))
  .step(
    'to',
    choice({
      relevant: isOthers,
      options: ({ facts }) => takerOptions(facts),
      reviewed: false,
    }),
  )
  .step('move', confirm({ relevant: isOthers, values: moveValues }))
  .end();

export const handOverTalk = talk({
  flow: handOver,
  loadsBy: ['whose'],
  load: async (loading: LoadContext) => {
    const { store, city, position } = loading;
    const { whose } = position.answers;
    const [work, offers, colleagues] = await Promise.all([
      loadHeld(loading),
      loadOffers(store),
      loadColleagues(loading),
    ]);
    const chosen = colleagues.find(({ id }) => id === whose);
    const around = chosen ? await loadAround(store, city, chosen) : { takers: [], giver: undefined };
    return { ...work, offers, colleagues, around, isEmpty: whose != null && whose !== MINE && !chosen };
  },
  facts: ({ regions, units, scopes }: ScopeFacts, _person, loaded): GiveFacts => ({
    regions,
    units,
    scopes,
    ...loaded,
  }),
  closed: ({ held, colleagues, isEmpty }) => {
    if (isEmpty) return { key: 'flows/hand-over:nothing_left' };
    return held.length + colleagues.length === 0 ? { key: 'flows/hand-over:none' } : undefined;
  },
  opens: (argument) => (argument === 'all' ? {} : { whose: argument }),
  finish: ({ whose, to, sure, move }, { store, person, facts, now }): Outcome => {
    if (isOthers({ facts, answers: { whose } })) {
      if (move !== true) return noChange('hand_over_declined', { key: 'common:closed' });
      return moveWork({ facts, answers: { whose, to } }, store, person, now);
    }
    if (sure !== true) return noChange('hand_over_declined', { key: 'common:closed' });
    const token = newToken();
    return {
      outcome: 'hand_over_offered',
      checks: [],
      writes: offerWrites(store, { token, from: facts.me, until: now + OFFER_MS }, facts.offers, now),
      says: [{ key: 'flows/hand-over:forward', values: { link: { link: `${HAND_OVER_LINK}${token}` } } }],
    };
  },
});

/** Gives the colleague's cases to the taker, and tells both once. */
function moveWork(here: Giving, store: Store, mover: Urn, now: number): Outcome {
  const { colleague, taker } = chosenOf(here);
  const { giver } = here.facts.around;
  const moved = (taker?.able ?? []).slice(0, HANDED_MAX).flatMap(({ kept, actors }) => {
    const tried = attemptAs(actors, (actor) =>
      attempt(kept.record, 'handed_over', actor, { holder: taker?.who ?? '' }, now),
    );
    return tried.type === 'done' ? [changeCase(store, kept, tried.event)] : [];
  });
  const count = moved.length;
  if (!colleague || !taker || count === 0) return noChange('move_refused', { key: 'flows/hand-over:not_moved' });
  const left = colleague.held.length - count;
  const values = { count, left, from: shortName(colleague), to: shortName(taker) };
  const { checks, writes } = joinChanges(moved);
  const more = { label: 'flows/hand-over:more', flow: 'hand-over', argument: colleague.id } as const;
  return {
    outcome: 'cases_moved',
    checks: [...checks, ...stillHolds(store, taker)],
    writes,
    says: [
      left > 0
        ? { key: 'flows/hand-over:moved_part', values, buttons: [more] }
        : { key: 'flows/hand-over:moved', values },
    ],
    tells: [
      ...(taker.urn === mover
        ? []
        : [{ to: taker.urn, said: { key: 'flows/hand-over:moved_to_you', values, buttons: [OWN_WORK] } } as const]),
      ...(giver ? [{ to: giver, said: { key: 'flows/hand-over:moved_from_you', values } } as const] : []),
    ],
  };
}

const OWN_WORK = { label: 'flows/my-work:others', flow: 'my-work', argument: 'all' } as const;

function chosenOf({ facts, answers }: Giving) {
  return {
    colleague: facts.colleagues.find(({ id }) => id === answers.whose),
    taker: facts.around.takers.find(({ id }) => id === answers.to),
  };
}

function shortName({ who }: { readonly who: string }): string {
  return who.slice(0, WHO_LENGTH);
}

function colleagueValues(one: Colleague) {
  return { who: shortName(one), count: one.held.length };
}

/** Who may get the cases; without any, the way to a further organiser. */
function takerOptions(facts: GiveFacts): readonly (Option & { readonly id: string })[] {
  if (facts.around.takers.length === 0) return [INVITE];
  return facts.around.takers.map((one) => ({
    id: one.id,
    wording: one.who === facts.me ? 'work_to_me' : 'work_to',
    values: takerValues(one, facts),
  }));
}

const INVITE = { id: 'invite', opens: { flow: 'invite-staff', argument: 'all' } };

function takerValues(one: Taker, facts: GiveFacts) {
  const [grant] = one.grants;
  const role = grant ? { role: { key: `common:roles.${grant.role}` as const }, scope: scopeName(grant, facts) } : {};
  return { ...role, who: shortName(one), count: one.able.length };
}

function moveValues(here: Giving) {
  const { colleague, taker } = chosenOf(here);
  if (!colleague || !taker) return {};
  const count = Math.min(taker.able.length, HANDED_MAX);
  return { count, from: shortName(colleague), to: shortName(taker) };
}

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
          buttons: [OWN_WORK],
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
