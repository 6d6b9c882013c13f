import { dayOf } from '../../calendar.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import type { Store } from '../../store/store.ts';
import { readRecheckList } from './recheck-plan.ts';
import { loadRecheckPlan } from './recheck-plan-store.ts';

/** The year's re-checks by quarter: planned and done. Names and days of planned visits stay sealed. */
export async function loadRecheckFigures(store: Store, now: number) {
  const plan = await loadRecheckPlan(store, Number(dayOf(now).slice(0, 4)));
  if (!plan) return undefined;
  const { year, targets = {}, list, made, halfHash, frameHash, listHash } = plan;
  const rechecks = list === undefined ? [] : readRecheckList(store.unseal(list, `recheck ${year} list`) ?? '');
  const done = await Promise.all(
    rechecks.map(async ({ premises, quarter }) => {
      const visits = await loadVisitsOf(store, made[premises] ?? '');
      return visits.some(({ record }) => record.state === 'left') ? [quarter] : [];
    }),
  );
  return {
    year,
    quarters: Object.entries(targets)
      .toSorted()
      .map(([quarter, target = 0]) => ({ quarter, target, done: done.flat().filter((one) => one === quarter).length })),
    hashes: { half: halfHash, ...(frameHash ? { frame: frameHash } : {}), ...(listHash ? { list: listHash } : {}) },
  };
}
