import type { Task } from './task.ts';

/** Buttons under the messages to volunteers. */
export const TASK_BUTTONS = {
  all: { label: 'flows/my-tasks:buttons.all', flow: 'my-tasks', argument: 'all' },
  join: { label: 'flows/my-tasks:buttons.join', flow: 'join-volunteers', argument: 'new' },
  change: { label: 'flows/my-tasks:buttons.change', flow: 'join-volunteers', argument: 'change' },
  hours: { label: 'flows/my-tasks:buttons.hours', flow: 'my-hours', argument: 'all' },
  mediator: { label: 'flows/my-tasks:buttons.mediator', flow: 'ask-mediator', argument: 'new' },
  look: ({ id }: Pick<Task, 'id'>) =>
    [{ label: 'flows/my-tasks:buttons.look', flow: 'my-tasks', argument: id }] as const,
  action: ({ id }: Pick<Task, 'id'>, action: 'taken' | 'waited' | 'handed_back' | 'checked_in' | 'proven') =>
    ({ label: `flows/my-tasks:next.options.${action}`, flow: 'my-tasks', argument: `${id}.${action}` }) as const,
} as const;
