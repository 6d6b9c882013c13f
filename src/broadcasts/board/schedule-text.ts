import type { Value } from '../../delivery/outcome.ts';
import type { FixedKey } from '../../i18n.ts';
import type { Schedule } from '../schedule.ts';
import { cronFields, nextSlots } from '../schedule.ts';

/** Times shown of a repeating schedule. */
const NEXT_SHOWN = 5;
const HOME_ZONE = 'Asia/Shanghai';

const key = (name: string, values: Readonly<Record<string, Value>> = {}): Value => ({
  key: `flows/my-broadcasts:when.${name}` as FixedKey,
  values,
});

/** Words all of a schedule: its rule, the next five times, its end, and what happens to a missed time. */
export function scheduleText(schedule: Schedule, now: number): Value {
  if (schedule.type === 'once') return schedule.at === 'now' ? key('now') : key('at', { at: { at: schedule.at } });
  const next = nextSlots(schedule, now, NEXT_SHOWN).map((at): Value => ({ at }));
  const { until, misfire, zone } = schedule;
  return {
    list: [
      ruleText(schedule),
      next.length > 0 ? key('next', { times: { joined: next } }) : key('never'),
      until === undefined ? key('endless') : key('until', { at: { at: until - 1 } }),
      key('missed', { what: { key: `flows/announce:misfire.options.${misfire}` as FixedKey } }),
      ...(zone === HOME_ZONE ? [] : [key('zone', { zone })]),
    ],
  };
}

function ruleText(schedule: Exclude<Schedule, { readonly type: 'once' }>): Value {
  switch (schedule.type) {
    case 'cron':
      return cronText(schedule.cron);
    case 'holiday':
      return key('holiday', { holiday: schedule.holiday, days: schedule.daysBefore, time: schedule.time });
    case 'first_working_day':
      return key('first_working_day', { time: schedule.time });
  }
}

/** Reads a cron line back in words: months, days and times of day. */
function cronText(cron: string): Value {
  const { months, days, weekdays, times } = cronFields(cron);
  const [anyDay, anyWeekday] = [days.length === 31, weekdays.length === 7];
  const parts: Value[] = [];
  if (months.length < 12) parts.push(key('months', { months: { joined: months } }));
  if (!anyDay) parts.push(key('days', { days: { joined: days } }));
  if (!anyWeekday) {
    const names = weekdays.map((day): Value => ({ key: `flows/announce:weekday.options.${day}` as FixedKey }));
    parts.push(key(anyDay ? 'weekdays' : 'only_weekdays', { days: { joined: names } }));
  }
  if (anyDay && anyWeekday) parts.push(key('daily'));
  const [first = '', last = first] = [times[0], times.at(-1)];
  parts.push(times.length > NEXT_SHOWN ? key('times', { n: times.length, first, last }) : { joined: times });
  return { joined: parts };
}
