import type { Value } from '../delivery/effects.ts';
import type { Broadcast } from './broadcast.ts';
import type { Progress } from './ledger.ts';

/** The usual pace of announcements; a city with another one finds out by watching. */
const PER_MINUTE = 25 * 60;

/** About how long so many messages take, minutes. */
export function minutesFor(count: number): number {
  return Math.max(1, Math.ceil(count / PER_MINUTE));
}

/** How a sending stands: every number there is, so that they add up to the audience. */
export function countsText(progress: Progress | undefined): Value {
  if (!progress) return { key: 'flows/my-broadcasts:progress.none' };
  const { state, why = '', total, counts, left } = progress;
  const known = ['done', 'late', 'cancelled', 'by_hand', 'token'].includes(why);
  const reason: readonly Value[] =
    state === 'sending' || why === '' || why === 'done'
      ? []
      : [
          known
            ? { key: `flows/my-broadcasts:why.${why}` as const }
            : { key: 'flows/my-broadcasts:why.other', values: { why } },
        ];
  return {
    list: [
      { key: `flows/my-broadcasts:progress.${state}` as const, values: { total } },
      ...reason,
      ...Object.entries(counts).map(
        ([name, n]): Value => ({ key: `flows/my-broadcasts:counted.${name}` as const, values: { n } }),
      ),
      ...(left > 0
        ? [
            {
              key: `flows/my-broadcasts:counted.${state === 'ended' ? 'passed_over' : 'left'}` as const,
              values: { n: left },
            },
          ]
        : []),
    ],
  };
}

/** When it goes out next, or how it will be repeated. */
export function whenText({ schedule, next }: Broadcast, now: number): Value {
  if (next !== undefined && next > now) return { key: 'flows/my-broadcasts:when.at', values: { at: { at: next } } };
  switch (schedule.type) {
    case 'once':
      return schedule.at === 'now'
        ? { key: 'flows/my-broadcasts:when.now' }
        : { key: 'flows/my-broadcasts:when.at', values: { at: { at: schedule.at } } };
    case 'cron':
    case 'holiday':
    case 'first_working_day':
      return { key: `flows/my-broadcasts:when.${schedule.type}` };
  }
}
