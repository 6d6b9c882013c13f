import { HOUR_MS } from '../../calendar.ts';
import type { ReminderMark, Task } from './task.ts';

/** A timed reminder to the takers of a task.
 * Wording: `flows/my-tasks:news.<id>`; `news.<id>_alone` for a single taker at night. */
export type Reminder = {
  readonly id: string;
  /** Due this long before the task begins, ms. */
  readonly beforeMs: number;
  readonly mark: ReminderMark;
  /** Tells the organisers too if places are still free. */
  readonly reportsShortage?: true;
};

/** All reminders of a task, in any order. A new one needs an entry here and its wording in `locales/`. */
export const REMINDERS = [
  { id: 'soon', beforeMs: 2 * HOUR_MS, mark: 'reminded', reportsShortage: true },
] as const satisfies readonly Reminder[];

/** The time when the next reminder is due, ms since the epoch; undefined if none is left. */
export function nextReminderAt(task: Task, reminders: readonly Reminder[] = REMINDERS): number | undefined {
  const left = reminders.filter(({ mark }) => !task[mark]).map(({ beforeMs }) => task.from - beforeMs);
  return left.length === 0 ? undefined : Math.min(...left);
}

/** The reminders that are due and not marked yet, the latest first. Only the first is worth sending. */
export function dueReminders(task: Task, now: number, reminders: readonly Reminder[] = REMINDERS): readonly Reminder[] {
  return reminders
    .filter(({ mark, beforeMs }) => !task[mark] && now >= task.from - beforeMs)
    .toSorted((a, b) => a.beforeMs - b.beforeMs);
}

/** Marks reminders, so that each is due once. */
export function markReminders(task: Task, reminders: readonly Reminder[]): Task {
  return { ...task, ...Object.fromEntries(reminders.map(({ mark }) => [mark, true as const])) };
}
