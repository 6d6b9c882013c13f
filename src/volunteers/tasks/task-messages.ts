import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Notice } from '../../notify/notify.ts';
import type { Store } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteers } from '../volunteer/volunteer-store.ts';
import type { KeptTask, Task } from './task.ts';
import { isAtNight } from './task.ts';
import { TASK_BUTTONS } from './task-buttons.ts';
import { taskValues } from './task-card.ts';
import type { Reminder } from './task-reminders.ts';

/** Addresses one message to each of these volunteers. */
export async function noticesFor(
  store: Store,
  ids: readonly VolunteerId[],
  said: LocalizedMessage,
): Promise<readonly Notice[]> {
  return (await loadVolunteers(store, ids)).map(({ record }) => ({ to: record.urn, said }));
}

/** Offers a task to a volunteer. */
export function offerMessage(record: Task): LocalizedMessage {
  const buttons = [TASK_BUTTONS.action(record, 'taken'), ...TASK_BUTTONS.look(record)];
  return {
    key: `flows/my-tasks:news.${record.case === undefined ? 'offered' : 'offered_look'}`,
    values: taskValues(record),
    buttons,
  };
}

/** Reminds a taker; a single taker at night is warned not to go alone. */
export function reminderMessage({ record, takers }: KeptTask, { id }: Reminder): LocalizedMessage {
  const buttons = [TASK_BUTTONS.action(record, 'checked_in'), TASK_BUTTONS.action(record, 'handed_back')];
  const alone = isAtNight(record) && takers.length < 2;
  return { key: `flows/my-tasks:news.${alone ? `${id}_alone` : id}`, values: taskValues(record), buttons };
}

/** Tells a waiting volunteer that a free place is now theirs. */
export function promotionMessage(record: Task): LocalizedMessage {
  const buttons = [TASK_BUTTONS.action(record, 'handed_back'), ...TASK_BUTTONS.look(record)];
  return { key: 'flows/my-tasks:news.promoted', values: taskValues(record), buttons };
}

/** Tells a taker that the task was cancelled, finished by another taker, or urged by an organiser. */
export function takerMessage(record: Task, what: 'cancelled' | 'finished' | 'urged'): LocalizedMessage {
  const buttons =
    what === 'urged' ? [TASK_BUTTONS.action(record, 'checked_in'), ...TASK_BUTTONS.look(record)] : [TASK_BUTTONS.all];
  return { key: `flows/my-tasks:news.${what}`, values: taskValues(record), buttons };
}
