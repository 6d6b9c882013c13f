import { afterEach, expect, test } from 'vitest';
import type { Schedule } from '../src/broadcasts/schedule.ts';
import { nextSlots } from '../src/broadcasts/schedule.ts';
import { DAY_MS, dayOf, isWorkingDay, limitEnd, momentOf, remainingMs } from '../src/calendar.ts';
import { readDate } from '../src/engine/dates/read-date.ts';

/** Zones west and east of China, two of them with a clock change, and China's own. */
const ZONES = ['America/Los_Angeles', 'UTC', 'Europe/Berlin', 'Asia/Shanghai', 'Pacific/Kiritimati'];
const own = process.env.TZ;
afterEach(() => {
  if (own === undefined) delete process.env.TZ;
  else process.env.TZ = own;
});

/** Runs the same questions in each machine zone; all answers must be the same. */
function inAllZones<T>(ask: () => T): T {
  const answers = ZONES.map((zone) => {
    process.env.TZ = zone;
    expect(new Date(0).getTimezoneOffset() === 0).toBe(zone === 'UTC');
    return ask();
  });
  for (const [i, answer] of answers.entries()) expect(answer, ZONES[i]).toEqual(answers[0]);
  return answers[0] as T;
}

const DAYS = Array.from({ length: 800 }, (_, i) => dayOf(momentOf('2026-01-01T00:00') + i * DAY_MS));

test('working days are those of the city in every zone of the machine', () => {
  const working = inAllZones(() => DAYS.filter(isWorkingDay));
  expect(working).toContain('2026-11-27');
  expect(working).not.toContain('2026-11-28');
  expect(working).toContain('2026-10-10');
  expect(working).not.toContain('2026-10-01');
});

test('limits and quiet hours end at the same moment in every zone', () => {
  inAllZones(() =>
    DAYS.flatMap((day) => {
      const at = momentOf(`${day}T23:30`);
      return [limitEnd(at, '3wd'), limitEnd(at, '4wh'), remainingMs({ from: 22, until: 7 }, at)];
    }),
  );
});

test('typed days are read alike in every zone, also around clock changes, 29 February and the end of a year', () => {
  const words = [
    '明天下午三点',
    '后天',
    '下周一',
    '12月31日',
    '2月29日',
    '5月1日',
    '二十五号',
    'tomorrow 3pm',
    '周五上午',
    '明天凌晨两点半',
  ];
  const moments = ['2026-03-08T18:30', '2026-03-29T09:30', '2026-10-25T08:30', '2026-12-31T23:59', '2028-02-28T23:30'];
  inAllZones(() => moments.flatMap((now) => words.map((text) => readDate(text, momentOf(now)))));
});

test('slots of a schedule fall on the same moments in every zone, also where the schedule’s zone changes its clock', () => {
  const repeats = { misfire: 'latest' } as const;
  const schedules: readonly Schedule[] = [
    { type: 'cron', cron: '30 2 * * *', zone: 'America/New_York', ...repeats },
    { type: 'cron', cron: '0 9 29 2 *', zone: 'Asia/Shanghai', ...repeats },
    { type: 'cron', cron: '59 23 31 12 *', zone: 'Asia/Shanghai', ...repeats },
    { type: 'first_working_day', time: '09:00', zone: 'Asia/Shanghai', ...repeats },
    { type: 'holiday', holiday: '国庆节', daysBefore: 3, time: '09:00', zone: 'Asia/Shanghai', ...repeats },
  ];
  const [nights = [], leap = [], years = []] = inAllZones(() =>
    schedules.map((schedule) => nextSlots(schedule, momentOf('2026-03-06T00:00'), 5)),
  );
  // 2:30 does not exist on 8 March in New York: it becomes 3:30 daylight time, and no night is left out.
  expect(nights.map((at) => new Date(at).toISOString().slice(0, 16))).toEqual([
    '2026-03-06T07:30',
    '2026-03-07T07:30',
    '2026-03-08T07:30',
    '2026-03-09T06:30',
    '2026-03-10T06:30',
  ]);
  expect(leap.map(dayOf)[0]).toBe('2028-02-29');
  expect(years.map(dayOf).slice(0, 2)).toEqual(['2026-12-31', '2027-12-31']);
});
