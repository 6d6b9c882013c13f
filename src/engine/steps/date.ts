import { readDate } from '../read-date.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';

/** A day (`2026-05-01`) or, with `time`, a minute (`2026-05-01T15:00`) in the city's time, typed as people say it. */
export function date<Facts, Answers>(
  spec: Common<Facts, Answers> & { readonly time?: boolean; readonly past?: boolean },
): Step<Facts, Answers, string> {
  const { time = false, past = false, ...common } = spec;
  return {
    ...common,
    kind: 'date',
    ask: () => ({}),
    read: (input, scene) => {
      const moment = input.type === 'text' ? readDate(input.text, scene.now, past ? 'past' : 'future') : undefined;
      if (!moment || (time && !moment.time)) return again('invalid');
      const value = time ? `${moment.day}T${moment.time}` : moment.day;
      if (!past && moment.over) return again('past');
      return { type: 'answer', value };
    },
    holds: (answer) => typeof answer === 'string' && (time ? answer.length === 16 : answer.length === 10),
  };
}
