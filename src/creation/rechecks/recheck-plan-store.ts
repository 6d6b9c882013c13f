import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { RecheckPlan } from './recheck-plan.ts';

/** Loads the plan of re-checks of a year; undefined before it was begun. */
export async function loadRecheckPlan({ redis, keys }: Store, year: number): Promise<RecheckPlan | undefined> {
  const text = await orStoreAway(redis.hget(keys.recheckPlans, String(year)));
  return text === null ? undefined : (JSON.parse(text) as RecheckPlan); // written by keepRecheckPlan
}

/** Keeps a plan; the commit conflicts if it changed since `before`. */
export function keepRecheckPlan({ keys }: Store, plan: RecheckPlan, before?: RecheckPlan): Change {
  const field = String(plan.year);
  return {
    checks: [{ key: keys.recheckPlans, field, is: before ? JSON.stringify(before) : '' }],
    writes: [['HSET', keys.recheckPlans, field, JSON.stringify(plan)]],
  };
}
