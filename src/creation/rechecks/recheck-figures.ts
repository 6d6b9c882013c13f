import { dayOf } from '../../calendar.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import type { Store } from '../../store/store.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { readRecheckList } from './recheck-draw.ts';
import type { RecheckPlan } from './recheck-plan.ts';
import { loadRecheckPlan } from './recheck-plan-store.ts';
import { openRecheckPlan } from './recheck-proof.ts';

/** The re-checks of this year and of the one before, by quarter: planned and done. Those of a year that is over are open. */
export async function loadRecheckFigures(store: Store, now: number) {
  const year = Number(dayOf(now).slice(0, 4));
  const plans = await Promise.all([year, year - 1].map((one) => loadRecheckPlan(store, one)));
  const figures = await Promise.all(plans.flatMap((plan) => (plan ? [figuresOf(store, plan, plan.year < year)] : [])));
  // A plan that its year left without a draw says nothing any more.
  return figures.filter((one) => one.year === year || one.open);
}

/** Names and days of planned visits stay sealed until the year is over. */
async function figuresOf(store: Store, plan: RecheckPlan, isOver: boolean) {
  const { year, targets = {}, list, made } = plan;
  const rechecks = list === undefined ? [] : readRecheckList(store.unseal(list, `recheck ${year} list`) ?? '');
  const done = await Promise.all(
    rechecks.map(async ({ premises, quarter }) => {
      const visits = await loadVisitsOf(store, made[premises] ?? '');
      return visits.some(({ record }) => record.state === 'left') ? [quarter] : [];
    }),
  );
  const open = isOver ? openRecheckPlan(store, plan) : undefined;
  return {
    year,
    quarters: Object.entries(targets)
      .toSorted()
      .map(([quarter, target = 0]) => ({ quarter, target, done: done.flat().filter((one) => one === quarter).length })),
    hashes: recheckHashes(plan),
    ...(open ? { open } : {}),
  };
}

/** The hashes of a plan that are fixed so far. */
export function recheckHashes({ halfHash, claims, frameHash, listHash }: RecheckPlan) {
  return {
    first: halfHash,
    ...(claims ? { second: hashOf(claims) } : {}),
    ...(frameHash ? { frame: frameHash } : {}),
    ...(listHash ? { list: listHash } : {}),
  };
}
