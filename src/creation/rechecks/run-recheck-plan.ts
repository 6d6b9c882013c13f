import { DAY_MS, dayOf } from '../../calendar.ts';
import { keepFrame, keepHalf } from '../../inspections/draw/draw-store.ts';
import { CHECKERS, drawVisits } from '../../inspections/draw/draw-visits.ts';
import { frameText } from '../../inspections/draw/frame.ts';
import { loadPairings } from '../../inspections/draw/pairing.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import { makeVisits } from '../../inspections/visits/make-visits.ts';
import { isAnnulled } from '../../inspections/visits/visit-rules.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Halves } from '../../surveys/wave/draw.ts';
import { hashOf, lotOf, newHalf, seedOf } from '../../surveys/wave/draw.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import { claimsHash, frameFor } from '../checks/draw-round.ts';
import type { Round } from '../rounds/round.ts';
import { HOLDING } from '../rounds/round.ts';
import { loadRounds } from '../rounds/round-store.ts';
import { beginRecheckPlan, drawRecheckPlan } from './make-recheck-plan.ts';
import type { Recheck } from './recheck-draw.ts';
import { RECHECK_DAYS, readRecheckList } from './recheck-draw.ts';
import type { RecheckPlan } from './recheck-plan.ts';
import { keepRecheckPlan, loadRecheckPlan } from './recheck-plan-store.ts';

/** Takes the plan of the year one step further: its half, a day later its draw, then the visits of each day. */
export async function runRecheckPlan(services: Services, now: number): Promise<number> {
  const { store } = services;
  const year = Number(dayOf(now).slice(0, 4));
  const holding = (await loadRounds(store)).map(({ record }) => record).filter(({ state }) => HOLDING.includes(state));
  const plan = await loadRecheckPlan(store, year);
  if (!plan) {
    if (holding.length > 0) {
      const begun = beginRecheckPlan(store, year, newHalf(), now);
      await keep(keepRecheckPlan(store, begun), 'begun', services);
    }
    return 0;
  }
  if (plan.list === undefined) {
    if (now - plan.madeAt >= DAY_MS && holding.length > 0)
      await keep(keepRecheckPlan(store, drawRecheckPlan(store, plan, holding, now), plan), 'drawn', services);
    return 0;
  }
  return makeDueVisits(plan, holding, services, now);
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

/** A visit that was missed, or whose marks do not count, is made once more. */
async function isMade(store: Store, { made }: RecheckPlan, { premises }: Recheck): Promise<boolean> {
  const of = made[premises];
  if (of === undefined) return false;
  return (await loadVisitsOf(store, of)).some(({ record }) => record.state !== 'missed' && !isAnnulled(record));
}

/** Draws two checkers and the items of one re-check; undefined with fewer than two. */
async function makeRecheck(round: Round, { store, city }: Services, now: number) {
  const premises = city.premises.get(round.premises);
  const standard = await loadVersion(store, round.series, round.standard);
  if (!premises || !standard) return undefined;
  const of = `recheck_${shortId()}`;
  const context = { store, city, premises, standard, pairings: await loadPairings(store, now), now };
  const { frame: own, checkers, ground } = await frameFor({ ...round, projects: [] }, context, of);
  const frame = { ...own, premises: own.premises.map((one) => ({ ...one, named: false })) };
  const frameLines = frameText(frame);
  const halves: Halves = [newHalf(), claimsHash(round)];
  const seed = seedOf(hashOf(frameLines), halves);
  const [drawn] = drawVisits(frame, (name) => lotOf(seed, name));
  if (!drawn || drawn.checkers.length < CHECKERS) return undefined;
  const days = {
    id: of,
    from: dayOf(now),
    until: dayOf(now + RECHECK_DAYS * DAY_MS),
    ground,
    standards: { [round.series]: round.standard },
  };
  const change = joinChanges([
    {
      checks: [],
      writes: [
        keepFrame(store, of, frameLines),
        keepHalf(store, of, 'office', halves[0]),
        keepHalf(store, of, 'auditor', halves[1]),
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
