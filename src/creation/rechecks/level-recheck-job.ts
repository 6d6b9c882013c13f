import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS, limitEnd } from '../../calendar.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import { isAnnulled } from '../../inspections/visits/visit-rules.ts';
import { loadVisit, loadVisitsTo } from '../../inspections/visits/visit-store.ts';
import type { Services } from '../../notify/services.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { annulChecks } from '../checks/check-rules.ts';
import type { DrawContext } from '../checks/draw-round.ts';
import { liftSuspension, takeRecheck } from '../level/level-rules.ts';
import type { Round } from '../rounds/round.ts';
import { loadRound } from '../rounds/round-store.ts';
import { marksOf, settleRound } from '../rounds/settle-round.ts';
import { runRecheckPlan } from './run-recheck-plan.ts';

/** Time to answer an objection of the premises to a visit. */
const ANSWER_WITHIN = '5wd';

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

/** True if a visit passed or suspended the level, or an upheld objection to one changed the round. */
async function recheck(id: string, services: Services, now: number): Promise<boolean> {
  const { store, city } = services;
  const kept = await loadRound(store, id);
  const premises = kept && city.premises.get(kept.record.premises);
  if (!kept || !premises) return false;
  const { record } = kept;
  const standard = await loadVersion(store, record.series, record.standard);
  if (!standard) return false;
  const context: DrawContext = { store, city, premises, standard, pairings: [], now };
  switch (record.state) {
    case 'met':
    case 'named':
      return readVisit(kept, services, context);
    case 'suspended': {
      const [annulled] = await annulledOf(store, record.failed ? [record.failed.visit] : []);
      return annulled ? settleRound(kept, liftSuspension(record, now), 'recheck_annulled', services, context) : false;
    }
    case 'judged':
    case 'public_notice': {
      const [annulled] = await annulledOf(store, record.visits);
      if (!annulled) return false;
      return settleRound(kept, annulChecks(record, annulled, now), 'checks_annulled', services, context);
    }
    default:
      return false;
  }
}

/** Those of the visits whose marks do not count. */
async function annulledOf(store: Store, visits: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(visits.map((id) => loadVisit(store, id)));
  return found.flatMap((visit) => (visit && isAnnulled(visit.record) ? [visit.record.id] : []));
}

/** Reads a drawn visit to premises that hold a level. */
async function readVisit(kept: Kept<Round>, services: Services, context: DrawContext): Promise<boolean> {
  const { record } = kept;
  const { store, standard, now } = context;
  const visits = (await loadVisitsTo(store, record.premises)).map((one) => one.record);
  const visit = visits.find(
    ({ id, of, leftAt = 0, objection }) =>
      of !== record.id &&
      leftAt > (record.metAt ?? 0) &&
      !record.visits.includes(id) &&
      (objection === undefined || counts(objection, now)),
  );
  if (!visit) return false;
  const step = takeRecheck(record, standard, { visit: visit.id, marks: marksOf(visit) }, now);
  const part = step.type === 'done' && step.round.state === 'suspended' ? 'suspended' : 'recheck_passed';
  return settleRound(kept, step, part, services, context);
}

/** An objection is answered first; after five working days without an answer the marks count until there is one. */
function counts({ at, answer }: NonNullable<Visit['objection']>, now: number): boolean {
  return answer ? !answer.upheld : now > limitEnd(at, ANSWER_WITHIN);
}
