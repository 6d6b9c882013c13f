import type { Job } from '../../background/job.ts';
import { HOUR_MS } from '../../calendar.ts';
import type { Services } from '../../notify/services.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { loadOpenMonths } from '../snapshot-store.ts';
import { readChangedCases } from './cells/case-facts-job.ts';
import { freezeMonth } from './freeze.ts';
import type { Month } from './month.ts';
import { FREEZES_ON_WORKING_DAY, monthEnd, workingDayAfter } from './month.ts';

/** Freezes each month after its tenth working day, the oldest first. A refusal freezes nothing. */
export function freezeMonthJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'freeze-month',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      let frozen = 0;
      for (const month of await monthsDue(store, now)) {
        if (stopping()) break;
        await readChangedCases(store, now, stopping);
        const result = await freezeMonth({ store, city: services.city, month, now });
        if (result.type === 'refused') {
          log.warn({ month, why: result.why }, 'a month was not frozen; the page of the score names the cure');
          // A month without data has no cure; it must not hold back those after it.
          if (result.why === 'no_data') continue;
          // A later month would take its prior from a gap.
          return { frozen, refused: 1 };
        }
        const { snapshot, change } = result;
        const op = `freeze:${month}:${snapshot.version}`;
        const done = await commitAsSystem(store, { op, what: 'month_frozen', ...change }, now);
        if (done.type === 'ok') frozen += 1;
      }
      return { frozen };
    },
  };
}

/** Open months whose tenth working day is over, the oldest first. */
async function monthsDue(store: Store, now: number): Promise<readonly Month[]> {
  const open = await loadOpenMonths(store, now);
  const isOver = (month: Month) => now >= (workingDayAfter(month, FREEZES_ON_WORKING_DAY) ?? monthEnd(month));
  return open.filter(isOver).toReversed();
}
