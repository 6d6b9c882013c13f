import chinese from '../../../locales/zh-CN/flows/alerts.json' with { type: 'json' };
import { DAY_MS, dayOf, HOUR_MS, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Task } from '../../volunteers/tasks/task.ts';
import { openedTask } from '../../volunteers/tasks/task.ts';
import type { Alert } from './alert.ts';

/** The look takes the working hours of the next day. */
const BEGINS = '09:00';
const LASTS_MS = 8 * HOUR_MS;

/** The task of walking a region of the alert, for two volunteers by day. Its words are Chinese, as all given tasks are. */
export function lookTask(alert: Alert, region: string, by: string, { categories }: City, now: number): Task {
  const from = momentOf(`${dayOf(now + DAY_MS)}T${BEGINS}`);
  const what = categories.nameOf(alert.leading?.category ?? alert.what)['zh-CN'] ?? '';
  return {
    ...openedTask(now),
    kind: 'patrol',
    words: chinese.task.replace('{{what}}', what),
    place: { region },
    region,
    from,
    until: from + LASTS_MS,
    needed: 2,
    skills: [],
    checkIn: 'place',
    proof: 'words',
    by,
  };
}
