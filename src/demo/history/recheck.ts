import { DAY_MS, dayOf, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { takeRecheck } from '../../creation/level/level-rules.ts';
import { beginRecheckPlan, drawRecheckPlan } from '../../creation/rechecks/make-recheck-plan.ts';
import { RECHECK_DAYS, readRecheckList } from '../../creation/rechecks/recheck-draw.ts';
import type { RecheckPlan } from '../../creation/rechecks/recheck-plan.ts';
import { keepRecheckPlan } from '../../creation/rechecks/recheck-plan-store.ts';
import type { Round } from '../../creation/rounds/round.ts';
import { marksOf } from '../../creation/rounds/settle-round.ts';
import type { InspectionDraw } from '../../inspections/draw/draw.ts';
import { keepFrame, keepHalf } from '../../inspections/draw/draw-store.ts';
import { drawVisits } from '../../inspections/draw/draw-visits.ts';
import { frameText } from '../../inspections/draw/frame.ts';
import { frameOf } from '../../inspections/draw/plan-draw.ts';
import { defaultStandard } from '../../inspections/standards/default-standards.ts';
import { addVisit, visitEndsAt } from '../../inspections/visits/visit-store.ts';
import { randomFrom } from '../../random.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { demoCheckers, visitOf } from './inspections.ts';

const OF = 'recheck_demo0001';
/** Days before the demo's first start: the draw of the plan, and the last day on which its visit may begin. */
const [DRAWN_DAYS, BEGINS_DAYS] = [11, 4] as const;
/** Seeds that are tried until the lot of the day lies behind the demo's first start. */
const TRIES = 1000;

/** The year's plan of re-checks with its one visit, which the premises of this round passed. */
export function recheckWrites(
  store: Store,
  city: City,
  round: Round,
  now: number,
): { readonly round: Round; readonly writes: readonly Write[] } {
  const drawnAt = now - DRAWN_DAYS * DAY_MS;
  const last = dayOf(now - BEGINS_DAYS * DAY_MS);
  const { plan, day } = planBefore(store, round, drawnAt, last);
  const draw: InspectionDraw = {
    // A re-check has a frame and halves under its own id, and no record of a draw.
    id: OF as InspectionDraw['id'],
    state: 'done',
    series: [round.series],
    region: round.region,
    each: 1,
    named: [],
    from: day,
    until: dayOf(momentOf(`${day}T10:00`) + RECHECK_DAYS * DAY_MS),
    by: '',
    madeAt: drawnAt,
    doneAt: momentOf(`${day}T10:00`) + 2 * DAY_MS,
  };
  const standard = defaultStandard(round.series);
  const premises = new Map([...city.premises].filter(([id]) => id === round.premises));
  const sources = { checkers: demoCheckers(), standards: [standard], last: new Map(), pairings: [] };
  const frame = frameOf(draw, { ...city, premises }, sources);
  const halves = [hashOf(`${OF} server`), hashOf(`${OF} claims`)] as const;
  const seed = seedOf(hashOf(frameText(frame)), halves);
  const [drawn] = drawVisits(frame, (name) => lotOf(seed, name));
  if (!drawn) throw new Error('The demo has no premises to re-check.');
  const random = randomFrom(20261201);
  const visit = visitOf(drawn, 0, { city, draw, random, mark: () => ({ mark: 'full' }) });
  const step = takeRecheck(round, standard, { visit: visit.id, marks: marksOf(visit) }, visit.leftAt ?? now);
  if (step.type === 'refused') throw new Error(`The demo's re-check was refused: ${step.why}.`);
  return {
    round: step.round,
    writes: [
      ...keepRecheckPlan(store, { ...plan, made: { [round.premises]: OF } }).writes,
      keepFrame(store, OF, frameText(frame)),
      keepHalf(store, OF, 'office', halves[0]),
      keepHalf(store, OF, 'auditor', halves[1]),
      ...addVisit(store, visit, { place: 0, pseudonyms: [], due: visitEndsAt(visit) }).writes,
      ['ZREM', store.keys.visitsClock, visit.id],
    ],
  };
}

/** A plan whose day has come. */
function planBefore(store: Store, round: Round, drawnAt: number, last: string): { plan: RecheckPlan; day: string } {
  const year = Number(dayOf(drawnAt).slice(0, 4));
  for (let n = 0; n < TRIES; n += 1) {
    const begun = beginRecheckPlan(store, year, hashOf(`demo re-checks ${n}`), drawnAt - DAY_MS);
    const plan = drawRecheckPlan(store, begun, [round], drawnAt);
    const [recheck] = readRecheckList(store.unseal(plan.list ?? '', `recheck ${year} list`) ?? '');
    if (recheck && recheck.day <= last) return { plan, day: recheck.day };
  }
  throw new Error('No seed gives the demo a re-check before its first start.');
}
