import { DAY_MS } from '../../calendar.ts';
import { readDate } from '../read-date.ts';
import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';

/** A typed day (`2026-05-01`) or, with `time`, a minute (`2026-05-01T15:00`), in China time. */
export function date<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly time?: boolean;
    readonly past?: boolean;
    /** Days ahead at most. Without it, a past day typed without a year is read as next year's. */
    readonly withinDays?: number;
  },
): Step<Facts, Answers, string> {
  const { time = false, past = false, withinDays, ...settings } = spec;
  return {
    ...settings,
    kind: 'date',
    ask: () => (withinDays === undefined ? {} : { values: { withinDays } }),
    read: (input, context) => {
      const moment = input.type === 'text' ? readDate(input.text, context.now, past ? 'past' : 'future') : undefined;
      if (!moment || (time && !moment.time)) return again('invalid');
      const value = time ? `${moment.day}T${moment.time}` : moment.day;
      if (!past && moment.over) return again('past');
      const ahead = (Date.parse(moment.day) - context.now) / DAY_MS;
      if (withinDays !== undefined && ahead > withinDays) return again('too_far');
      return { type: 'answer', value };
    },
    isStillValid: (answer) => typeof answer === 'string' && (time ? answer.length === 16 : answer.length === 10),
  };
}
