import chinese from '../../../locales/zh-CN/flows/my-premises.json' with { type: 'json' };
import { DAY_MS, dayOf, HOUR_MS, limitEnd, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import type { Task } from '../../volunteers/tasks/task.ts';
import { openedTask } from '../../volunteers/tasks/task.ts';

/** Days from the start of a pairing to each of its visits: walk through the standard, look at the cures, walk again. */
const VISITS = [
  { words: 'walk', afterDays: 7 },
  { words: 'cures', afterDays: 60 },
  { words: 'again', afterDays: 150 },
] as const;

/** A visit takes two hours of a working morning. */
const [BEGINS, LASTS_MS] = ['10:00', 2 * HOUR_MS];

/**
 * The tasks of a pairing (结对帮创), at the weak premises. The helper gains nothing by them and does not check the weak premises.
 * Their words are Chinese, as all given tasks are.
 */
export function pairingTasks(
  weak: Premises,
  helper: Premises,
  by: string,
  { regions }: Pick<City, 'regions'>,
  now: number,
): readonly Task[] {
  const nameOf = ({ names }: Premises) => names['zh-CN'] ?? '';
  return VISITS.map(({ words, afterDays }): Task => {
    // The working day that ends one working day later.
    const from = momentOf(`${dayOf(limitEnd(now + afterDays * DAY_MS, '1wd'))}T${BEGINS}`);
    return {
      ...openedTask(now),
      kind: 'help',
      words: chinese.pair_tasks[words].replace('{{helper}}', nameOf(helper)).replace('{{weak}}', nameOf(weak)),
      place: { region: weak.region, ...(weak.point ? { point: weak.point } : {}) },
      region: regions.above(weak.region, 'community') ?? weak.region,
      from,
      until: from + LASTS_MS,
      needed: 2,
      skills: [],
      checkIn: weak.point ? 'place' : 'code',
      proof: 'words',
      by,
    };
  });
}
