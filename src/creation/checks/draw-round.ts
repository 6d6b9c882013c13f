import { dayOf, limitEnd } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import type { Checker } from '../../inspections/draw/checkers.ts';
import { checkersOf, loadCheckers, loadCheckersOf, loadLastCheckers } from '../../inspections/draw/checkers.ts';
import { keepFrame, keepHalf, loadFixedHalf } from '../../inspections/draw/draw-store.ts';
import type { DrawnVisit } from '../../inspections/draw/draw-visits.ts';
import { CHECKERS, drawVisits } from '../../inspections/draw/draw-visits.ts';
import type { Frame } from '../../inspections/draw/frame.ts';
import { frameText } from '../../inspections/draw/frame.ts';
import type { Pairing } from '../../inspections/draw/pairing.ts';
import { pairsAt } from '../../inspections/draw/pairing.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import { makeVisits } from '../../inspections/visits/make-visits.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import type { Round } from '../rounds/round.ts';
import { keepRound } from '../rounds/round-store.ts';
import { startChecks } from './check-rules.ts';

/** Working days that the checkers have. */
const VISIT_LIMIT = '5wd';

/** Everything that a draw for a round needs. */
export type DrawContext = {
  readonly store: Store;
  readonly city: City;
  readonly premises: Premises;
  readonly standard: Standard;
  readonly pairings: readonly Pairing[];
  readonly now: number;
};

/**
 * Draws checkers and items for a locked claim. The server's half was fixed when the round was planned, the contact's half is
 * the claim: seed = SHA-256 of "<frame hash> <half> <claims hash>". Undefined with fewer than two checkers.
 */
export async function drawRound(kept: Kept<Round>, context: DrawContext): Promise<Change | undefined> {
  const { store, now } = context;
  const round = kept.record;
  const { frame, checkers, ground } = await frameFor(round, context);
  const text = frameText(frame);
  const half = await loadFixedHalf(store, { of: round.id, halfHash: round.halfHash }, 'Plan the round again.');
  const seed = seedOf(hashOf(text), [half, claimsHash(round)]);
  const [visit] = drawVisits(frame, (name) => lotOf(seed, name));
  if (!visit || visit.checkers.length < CHECKERS) return undefined;
  const items = round.full ? frame.items.map(({ no }) => no) : visit.items;
  const step = startChecks(round, items, now, { frameHash: hashOf(text), seed });
  if (step.type === 'refused') return undefined;
  const visits = await visitsFor(round, [{ ...visit, items }], context, { checkers, ground });
  return joinChanges([
    keepRound(store, step.round, now, kept),
    // With frame and both halves, a third checker and a replacement are drawn from the same seed.
    { checks: [], writes: [keepFrame(store, round.id, text), keepHalf(store, round.id, 'auditor', claimsHash(round))] },
    visits,
  ]);
}

/** A second visit for the items that no checker saw, by the same two. */
export async function visitRest(
  round: Round,
  rest: readonly number[],
  { checkers: codes, ground, of, region }: Visit,
  context: DrawContext,
): Promise<Change> {
  const known = { of, region, ...(ground === undefined ? {} : { ground }) };
  const checkers = await loadCheckersOf(context.store, known, context.city, codes);
  const visit = { premises: round.premises, series: round.series, named: true, checkers: codes, items: rest };
  return visitsFor(round, [visit], context, { checkers, ground });
}

async function visitsFor(
  round: Round,
  visits: readonly DrawnVisit[],
  { store, city, now }: DrawContext,
  { checkers, ground }: { readonly checkers: readonly Checker[]; readonly ground: string | undefined },
): Promise<Change> {
  const days = {
    id: round.id,
    from: dayOf(now),
    until: dayOf(limitEnd(now, VISIT_LIMIT)),
    ground,
    // The version in use may be newer than the one that the round began with.
    standards: { [round.series]: round.standard },
  };
  return makeVisits(store, days, visits, { city, checkers, now });
}

/**
 * The frame of one round, or of a re-check `of` its premises. Items of projects and “not applicable” ones are always seen, like ★
 * items. Where fewer than two checkers of the community are free, those of the street take part, then those of the district.
 */
export async function frameFor(
  round: Round,
  { store, city, premises, standard, pairings, now }: DrawContext,
  of: string = round.id,
) {
  const { id, series, region } = premises;
  const conflicts = { last: await loadLastCheckers(store), pairings, ground: city };
  const wider = (['street', 'district'] as const).flatMap((level) => city.regions.above(region, level) ?? []);
  const grounds = [...new Set([region, ...wider])];
  let ground = region;
  let checkers: readonly Checker[] = [];
  let listed: Frame['checkers'] = [];
  for (ground of grounds) {
    checkers = await loadCheckers(store, ground, city, now);
    listed = checkersOf(of, checkers, [premises], conflicts);
    if (listed.filter(({ not }) => !not.includes(id)).length >= CHECKERS) break;
  }
  const one = { id, series, street: city.regions.above(region, 'street') ?? region, named: true };
  const always = new Set(round.projects.map(({ no }) => no));
  const frame: Frame = {
    each: 1,
    premises: [one],
    checkers: listed,
    pairs: pairsAt([premises], pairings, city),
    items: standard.items.filter(isChecked).map(({ no, critical = false }) => ({
      series,
      no,
      critical: critical || always.has(no) || round.claims[no] === 'na',
    })),
  };
  return { frame, checkers, ground: ground === region ? undefined : ground };
}

/** The contact's half: SHA-256 of the claims as JSON, in the order of the items. */
export function claimsHash({ claims }: Pick<Round, 'claims'>): string {
  return hashOf(JSON.stringify(claims));
}
