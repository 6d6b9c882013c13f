import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS } from '../../calendar.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import { isAnnulled } from '../../inspections/visits/visit-rules.ts';
import { loadVisit, loadVisitsTo } from '../../inspections/visits/visit-store.ts';
import type { Services } from '../../notify/services.ts';
import { orStoreAway } from '../../store/store.ts';
import type { DrawContext } from './draw-round.ts';
import { HOLDING } from './round.ts';
import { liftSuspension, takeRecheck } from './round-rules.ts';
import { loadRound } from './round-store.ts';
import { runRecheckPlan } from './run-recheck-plan.ts';
import { marksOf, settleRound } from './settle-round.ts';

/** Once a day: reads drawn visits to premises that hold a level, and makes those of the year's plan. A failed ★ item suspends the level. */
export function levelRecheckJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'level-rechecks',
    every: DAY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const ids = await orStoreAway(store.redis.zrange(store.keys.rounds, '0', '-1'));
      let moved = 0;
      const work = async (id: string) => {
        if (await recheck(id, services, now)) moved += 1;
      };
      await eachOrLog(ids, { log, what: 'a re-check of premises', stopping, work });
      const made = await runRecheckPlan(services, now);
      return { moved, made };
    },
  };
}

/** True if a visit passed or suspended the level, or an upheld objection to it restored the level. */
async function recheck(id: string, services: Services, now: number): Promise<boolean> {
  const { store, city } = services;
  const kept = await loadRound(store, id);
  const premises = kept && city.premises.get(kept.record.premises);
  if (!kept || !premises) return false;
  const { record } = kept;
  const standard = await loadVersion(store, record.series, record.standard);
  if (!standard) return false;
  const context: DrawContext = { store, city, premises, standard, pairings: [], now };
  const by = record.state === 'suspended' && record.failed ? await loadVisit(store, record.failed.visit) : undefined;
  if (by && isAnnulled(by.record))
    return settleRound(kept, liftSuspension(record, now), 'recheck_annulled', services, context);
  if (!HOLDING.includes(record.state)) return false;
  const visits = (await loadVisitsTo(store, record.premises)).map((one) => one.record);
  const visit = visits.find(
    ({ id: visitId, of, leftAt = 0, objection }) =>
      of !== record.id &&
      leftAt > (record.metAt ?? 0) &&
      !record.visits.includes(visitId) &&
      // An objection is answered first; after an upheld one the marks do not count.
      (objection === undefined || objection.answer?.upheld === false),
  );
  if (!visit) return false;
  const step = takeRecheck(record, standard, { visit: visit.id, marks: marksOf(visit) }, now);
  if (step.type === 'refused') return false;
  return settleRound(kept, step, step.round.state === 'suspended' ? 'suspended' : 'recheck_passed', services, context);
}
