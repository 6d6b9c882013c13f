import { DAY_MS, dayOf } from '../../calendar.ts';
import { keepFrame, keepHalf } from '../../inspections/draw/draw-store.ts';
import { CHECKERS, drawVisits } from '../../inspections/draw/draw-visits.ts';
import { frameText } from '../../inspections/draw/frame.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import { makeVisits } from '../../inspections/visits/make-visits.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Store } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import { joinChanges } from '../../store/versioned-record.ts';
import { hashOf, lotOf, newHalf } from '../../surveys/wave/draw.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import { claimsHash, frameFor, roundSeed } from './draw-round.ts';
import type { Recheck, RecheckPlan } from './recheck-plan.ts';
import {
  drawRechecks,
  RECHECK_DAYS,
  readRecheckList,
  recheckFrame,
  recheckFrameText,
  recheckListText,
  recheckTargets,
} from './recheck-plan.ts';
import { keepRecheckPlan, loadRecheckPlan } from './recheck-plan-store.ts';
import type { Round } from './round.ts';
import { HOLDING } from './round.ts';
import { loadPairings, loadRounds } from './round-store.ts';

/** Takes the plan of the year one step further: its half, a day later its draw, then the visits of each day. */
export async function runRecheckPlan(services: Services, now: number): Promise<number> {
  const { store } = services;
  const year = Number(dayOf(now).slice(0, 4));
  const holding = (await loadRounds(store)).map(({ record }) => record).filter(({ state }) => HOLDING.includes(state));
  await publish(year - 1, services);
  const plan = await loadRecheckPlan(store, year);
  if (!plan) {
    if (holding.length > 0) await keep(beginPlan(store, year, now), 'begun', services);
    return 0;
  }
  if (plan.list === undefined) {
    if (now - plan.madeAt >= DAY_MS && holding.length > 0)
      await keep(drawPlan(store, plan, holding, now), 'drawn', services);
    return 0;
  }
  return makeDueVisits(plan, holding, services, now);
}

function beginPlan(store: Store, year: number, now: number): Change {
  const half = newHalf();
  return keepRecheckPlan(store, {
    year,
    madeAt: now,
    halfHash: hashOf(half),
    half: store.seal(half, `recheck ${year}`),
    made: {},
  });
}

/** The other half is what contacts claimed: it was fixed by them, and the server's half a day before the frame. */
function drawPlan(store: Store, plan: RecheckPlan, holding: readonly Round[], now: number): Change {
  const frame = recheckFrame(holding, plan.year);
  const frameHash = hashOf(recheckFrameText(frame));
  const seed = seedOfPlan(store, plan, frameHash, holding);
  const rechecks = drawRechecks(frame, now, (name) => lotOf(seed, name));
  const text = recheckListText(rechecks);
  const drawn = {
    ...plan,
    frame,
    frameHash,
    listHash: hashOf(text),
    list: store.seal(text, `recheck ${plan.year} list`),
    targets: recheckTargets(rechecks),
    half: store.seal(seed, `recheck ${plan.year} seed`),
  };
  return keepRecheckPlan(store, drawn, plan);
}

function seedOfPlan(store: Store, { year, half }: RecheckPlan, frameHash: string, holding: readonly Round[]): string {
  const own = store.unseal(half, `recheck ${year}`);
  if (own === undefined) throw new Error(`The plan of re-checks of ${year} was sealed with another DATA_KEY.`);
  const claims = holding.map((round) => `${round.id} ${claimsHash(round)}`).toSorted();
  return roundSeed(frameHash, own, hashOf(claims.join('\n')));
}

/** Publishes the seed of a year that is over. */
async function publish(year: number, services: Services): Promise<void> {
  const { store } = services;
  const plan = await loadRecheckPlan(store, year);
  if (!plan?.list || plan.seed !== undefined) return;
  const seed = store.unseal(plan.half, `recheck ${year} seed`);
  if (seed !== undefined) await keep(keepRecheckPlan(store, { ...plan, seed }, plan), 'published', services);
}

async function makeDueVisits(
  plan: RecheckPlan,
  holding: readonly Round[],
  services: Services,
  now: number,
): Promise<number> {
  const { store } = services;
  const text = store.unseal(plan.list ?? '', `recheck ${plan.year} list`) ?? '';
  let current = plan;
  let made = 0;
  for (const recheck of readRecheckList(text)) {
    const round = holding.find(({ premises }) => premises === recheck.premises);
    if (!round || recheck.day > dayOf(now) || (await isMade(store, current, recheck))) continue;
    const visit = await makeRecheck(round, services, now);
    if (!visit) continue;
    const next = { ...current, made: { ...current.made, [recheck.premises]: visit.of } };
    await keep(joinChanges([keepRecheckPlan(store, next, current), visit.change]), `made:${visit.of}`, services);
    current = next;
    made += 1;
  }
  return made;
}

/** A visit that was missed is made once more. */
async function isMade(store: Store, { made }: RecheckPlan, { premises }: Recheck): Promise<boolean> {
  const of = made[premises];
  if (of === undefined) return false;
  return (await loadVisitsOf(store, of)).some(({ record }) => record.state !== 'missed');
}

/** Draws two checkers and the items of one re-check; undefined with fewer than two. */
async function makeRecheck(round: Round, { store, city }: Services, now: number) {
  const premises = city.premises.get(round.premises);
  const standard = await loadVersion(store, round.series, round.standard);
  if (!premises || !standard) return undefined;
  const of = `recheck_${shortId()}`;
  const context = { store, city, premises, standard, pairings: await loadPairings(store, now), now };
  const { frame: own, checkers } = await frameFor({ ...round, projects: [] }, context, of);
  const frame = { ...own, premises: own.premises.map((one) => ({ ...one, named: false })) };
  const frameLines = frameText(frame);
  const [half, other] = [newHalf(), claimsHash(round)];
  const seed = roundSeed(hashOf(frameLines), half, other);
  const [drawn] = drawVisits(frame, (name) => lotOf(seed, name));
  if (!drawn || drawn.checkers.length < CHECKERS) return undefined;
  const days = {
    id: of,
    from: dayOf(now),
    until: dayOf(now + RECHECK_DAYS * DAY_MS),
    standards: { [round.series]: round.standard },
  };
  const change = joinChanges([
    {
      checks: [],
      writes: [
        keepFrame(store, of, frameLines),
        keepHalf(store, of, 'office', half),
        keepHalf(store, of, 'auditor', other),
      ],
    },
    await makeVisits(store, days, [drawn], { city, checkers, now }),
  ]);
  return { of, change };
}

async function keep({ checks, writes }: Change, part: string, services: Services): Promise<void> {
  const op = `recheck-plan:${part}:${services.now()}`;
  await commitAndNotify({ op, what: 'recheck_plan_stepped', checks, writes }, [], services);
}
