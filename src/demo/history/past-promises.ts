import { DAY_MS } from '../../calendar.ts';
import { officeOf } from '../../city/unit.ts';
import type { TopicPromise } from '../../deliberation/promise/promise.ts';
import { stateOfPromise } from '../../deliberation/promise/promise.ts';
import type { Topic } from '../../deliberation/topic/topic.ts';
import { addMonths, monthOf, monthStart } from '../../review/score/month.ts';
import past from './past-promises.json' with { type: 'json' };

/** From the proposal to the promise, and from there to its date. */
const [DISCUSSED_MS, WORK_MS] = [35 * DAY_MS, 30 * DAY_MS];

/** Topics whose promises were settled in the frozen months, on fixed days, so that their bulletins count them. */
export function pastPromises(now: number): readonly Topic[] {
  return past.map(({ id, region, words, measure, back, due: dueDay, done }): Topic => {
    const dayOfMonth = (n: number) => monthStart(addMonths(monthOf(now), -back)) + (n - 1) * DAY_MS + DAY_MS / 2;
    const due = dayOfMonth(dueDay);
    const at = due - WORK_MS;
    const promise: TopicPromise = {
      unit: officeOf(`${region.slice(0, 9)}000`),
      measure,
      due,
      by: 'demo',
      at,
      cases: [],
      doneAt: dayOfMonth(done),
      proof: { as: 'resident' },
    };
    const state = stateOfPromise(promise, [], now);
    if (state.type !== 'settled') throw new Error(`The past promise of ${id} is ${state.type}.`);
    const { verdict, settledAt } = state;
    return {
      id: id as Topic['id'], // as the file has it
      kind: 'sounding',
      state: 'reviewed',
      region,
      words,
      whom: 'property',
      proposedAt: at - DISCUSSED_MS,
      since: settledAt,
      until: settledAt,
      needed: 5,
      seconds: 11,
      promise: { ...promise, verdict, settledAt },
    };
  });
}
