import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { premisesScope, seriesScope } from '../../city/series.ts';
import type { Pairing } from '../../inspections/draw/pairing.ts';
import { loadPairings } from '../../inspections/draw/pairing.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { loadStandard, loadVersion } from '../../inspections/standards/standard-store.ts';
import type { Grant } from '../../people/role.ts';
import { staffAt, staffIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { openObjection } from '../notice/notice-rules.ts';
import type { LegalBasis, Round } from '../rounds/round.ts';
import { ENDED, HOLDING } from '../rounds/round.ts';
import { loadBases, loadRounds, loadRoundsOf } from '../rounds/round-store.ts';
import { isContact, isLead } from './rights.ts';

/** Premises offered as buttons. */
const OFFERED_MAX = 12;

/** What the talk about premises knows. */
export type PremisesFacts = {
  readonly city: City;
  readonly grants: readonly Grant[];
  /** The person's pseudonym. */
  readonly me: string;
  /** Own premises first, then those whose round waits for a lead. */
  readonly list: readonly Premises[];
  readonly premises: Premises | undefined;
  /** Newest first. */
  readonly rounds: readonly Kept<Round>[];
  /** The version of the round that moves now, else the one in use. */
  readonly standard: Standard | undefined;
  /** The version in use, with which the next round begins. */
  readonly newest: Standard | undefined;
  readonly basis: LegalBasis | undefined;
  readonly pairing: Pairing | undefined;
  /** Premises of the series that hold a level and may help. */
  readonly helpers: readonly Premises[];
  readonly contacts: readonly Urn[];
  readonly leads: readonly Urn[];
};

/** Loads the premises in the person's scope, and the chosen ones with their rounds. */
export async function loadPremises({ store, city, person, position, now }: LoadContext): Promise<PremisesFacts> {
  const grants = person.contact?.grants ?? [];
  const all = [...city.premises.values()];
  const own = all.filter((one) => isContact(grants, one));
  const led = all.filter((one) => isLead(grants, one, city));
  const chosen = city.premises.get(String(position.answers.premises ?? ''));
  const premises = chosen && [...own, ...led].includes(chosen) ? chosen : undefined;
  const whole = premises ? await loadWhole(store, city, premises, now) : NOTHING;
  const waiting = premises || led.length === 0 ? [] : await waitingFor(store, led);
  const first = [...new Set([...own, ...waiting])];
  // Without a waiting round a lead may look at, or plan, any of the premises.
  const list = premises ? [premises] : (first.length > 0 ? first : led).slice(0, OFFERED_MAX);
  return { city, grants, me: store.pseudonym(person.urn), list, premises, ...whole };
}

const NOTHING = {
  rounds: [],
  standard: undefined,
  newest: undefined,
  basis: undefined,
  pairing: undefined,
  helpers: [],
  contacts: [],
  leads: [],
} as const;

async function loadWhole(store: Store, city: City, premises: Premises, now: number) {
  const { id, series } = premises;
  const [rounds, bases, pairings, all, people] = await Promise.all([
    loadRoundsOf(store, id),
    loadBases(store),
    loadPairings(store, now),
    loadRounds(store),
    peopleOf(store, city, premises),
  ]);
  const newest = await loadStandard(store, series);
  const version = currentRound({ rounds })?.record.standard;
  const standard = version === undefined ? newest : await loadVersion(store, series, version);
  const helping = new Set(
    all
      .filter(({ record }) => record.series === series && HOLDING.includes(record.state))
      .map(({ record }) => record.premises),
  );
  helping.delete(id);
  return {
    rounds,
    standard,
    newest,
    basis: bases[series],
    pairing: pairings.find(({ weak }) => weak === id),
    helpers: [...helping].flatMap((one) => city.premises.get(one) ?? []).slice(0, OFFERED_MAX),
    ...people,
  };
}

/** Contacts of premises and leads of their series. A series without a lead has the offices of the region. */
export async function peopleOf(store: Store, city: City, { id, series, region }: Premises) {
  const [contacts, department, offices] = await Promise.all([
    staffAt(store, 'unit_staff', [premisesScope(id)]),
    staffAt(store, 'unit_staff', [seriesScope(series)]),
    staffIn(store, 'office', city.regions.chain(region)),
  ]);
  return { contacts, department, leads: [...new Set([...department, ...offices])] };
}

/** Premises of a lead whose round waits for a person, the longest first. */
async function waitingFor(store: Store, led: readonly Premises[]): Promise<readonly Premises[]> {
  const byId = new Map(led.map((one) => [one.id, one]));
  const rounds = await loadRounds(store);
  const waiting = rounds.filter(
    ({ record }) =>
      ['judged', 'suspended'].includes(record.state) || (record.state === 'public_notice' && openObjection(record)),
  );
  return waiting
    .toSorted((a, b) => a.record.since - b.record.since)
    .flatMap(({ record }) => byId.get(record.premises) ?? []);
}

/**
 * The round that moves now; undefined if the premises may be planned anew. A suspended one comes before a newer one: its cure has
 * a date.
 */
export function currentRound({ rounds }: Pick<PremisesFacts, 'rounds'>): Kept<Round> | undefined {
  const live = rounds.filter(({ record }) => !ENDED.includes(record.state));
  return live.find(({ record }) => record.state === 'suspended') ?? live[0];
}
