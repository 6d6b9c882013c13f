import { DAY_MS, dayOf } from '../../calendar.ts';
import { readDate } from '../dates/read-date.ts';
import type { Reading, Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';

/** The day is given; the hour is still to be asked. */
type DateDraft = { readonly day: string };

/** A typed day (`2026-05-01`) or, with `time`, a minute (`2026-05-01T15:00`), in China time. */
export function date<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly time?: boolean;
    /** A day that has been, or today. */
    readonly past?: boolean;
    /** Days ahead at most; of a past day, days back. Without it, a past day typed without a year is read as next year's. */
    readonly withinDays?: number;
  },
): Step<Facts, Answers, string> {
  const { time = false, past = false, withinDays, ...settings } = spec;
  const bounds = withinDays === undefined ? {} : { withinDays };
  return {
    ...settings,
    kind: 'date',
    ...(time ? { wordings: ['hour'] } : {}),
    ask: (_context, draft) =>
      draft === undefined
        ? { values: bounds }
        : { part: 'hour', values: { ...bounds, day: { date: (draft as DateDraft).day } } },
    read: (input, { now }, draft): Reading<string> => {
      if (input.type !== 'text') return again('invalid');
      const lean = past ? 'past' : 'future';
      const before = draft as DateDraft | undefined;
      // 上午九点 after 12月5日: the hour belongs to that day, unless the words name a day of their own.
      const onDay = before && readDate(`${before.day} ${input.text}`, now, lean);
      const moment = onDay?.time ? onDay : readDate(input.text, now, lean);
      if (!moment) return again('invalid');
      if (!past && moment.over) return again('past');
      const ahead = (Date.parse(moment.day) - now) / DAY_MS;
      if (past && moment.day > dayOf(now)) return again('too_far');
      if (withinDays !== undefined && (past ? -ahead : ahead) > withinDays) return again('too_far');
      if (!time) return { type: 'answer', value: moment.day };
      if (!moment.time) return { type: 'more', draft: { day: moment.day } satisfies DateDraft };
      return { type: 'answer', value: `${moment.day}T${moment.time}` };
    },
    backInside: () => ({ draft: undefined }),
    isStillValid: (answer) => typeof answer === 'string' && (time ? answer.length === 16 : answer.length === 10),
  };
}
