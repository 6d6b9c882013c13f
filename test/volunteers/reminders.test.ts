import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { openWording } from '../../src/i18n.ts';
import type { KeptTask, Task } from '../../src/volunteers/tasks/task.ts';
import { reminderMessage } from '../../src/volunteers/tasks/task-messages.ts';
import type { Reminder } from '../../src/volunteers/tasks/task-reminders.ts';
import { dueReminders, markReminders, nextReminderAt, REMINDERS } from '../../src/volunteers/tasks/task-reminders.ts';
import { nextClockAt } from '../../src/volunteers/tasks/task-rules.ts';

const NOON = Date.parse('2026-11-30T12:00:00+08:00');
const NIGHT = Date.parse('2026-11-30T21:00:00+08:00');
const SOON: Reminder = { id: 'soon', beforeMs: 2 * HOUR_MS, mark: 'reminded' };
const ONE: readonly Reminder[] = [SOON];
const TWO: readonly Reminder[] = [SOON, { id: 'day_before', beforeMs: DAY_MS, mark: 'reminded_day_before' }];

const task = (more: Partial<Task> = {}): Task => ({
  id: 'task_aaaaaaaa',
  kind: 'patrol',
  state: 'open',
  words: '走一圈',
  place: { region: '990101001001' },
  region: '990101001001',
  from: NOON,
  until: NOON + 2 * HOUR_MS,
  needed: 2,
  skills: [],
  checkIn: 'place',
  code: '1234',
  proof: 'nothing',
  by: 'p',
  madeAt: NOON - 7 * DAY_MS,
  waves: 0,
  ...more,
});
const kept = (record: Task, takers: KeptTask['takers']): KeptTask => ({
  version: 1,
  clockEpoch: '',
  record,
  takers,
  waiting: [],
  parts: {},
});

/** Runs the clock of a task until only its end is due, and lists the reminders sent. */
function sent(record: Task, table: readonly Reminder[]): readonly (readonly [string, number])[] {
  const list: [string, number][] = [];
  let now = nextClockAt(record, table) ?? Infinity;
  for (let after = record; now < record.until; now = nextClockAt(after, table) ?? Infinity) {
    const due = dueReminders(after, now, table);
    if (due[0]) list.push([due[0].id, now]);
    after = markReminders(after, due);
  }
  return list;
}

describe('reminders of a task', () => {
  test('are sent once each at their own times', () => {
    expect(sent(task(), ONE)).toEqual([['soon', NOON - 2 * HOUR_MS]]);
    expect(sent(task(), TWO)).toEqual([
      ['day_before', NOON - DAY_MS],
      ['soon', NOON - 2 * HOUR_MS],
    ]);
    expect(sent(task(), [...TWO].reverse())).toEqual(sent(task(), TWO));
  });

  test('that are due together send only the latest, and are all marked', () => {
    const due = dueReminders(task(), NOON - HOUR_MS, TWO);
    expect(due.map(({ id }) => id)).toEqual(['soon', 'day_before']);
    const after = markReminders(task(), due);
    expect(after).toEqual({ ...task(), reminded: true, reminded_day_before: true });
    expect(dueReminders(after, NOON, TWO)).toEqual([]);
    expect(nextReminderAt(after, TWO)).toBeUndefined();
  });

  test('read a stored task as before: `reminded` marks the reminder two hours before', () => {
    const stored: Task = JSON.parse(JSON.stringify(task({ reminded: true })));
    expect(REMINDERS).toContainEqual(expect.objectContaining(SOON));
    expect(nextReminderAt(stored, ONE)).toBeUndefined();
    expect(sent(stored, ONE)).toEqual([]);
    expect(sent(stored, TWO)).toEqual([['day_before', NOON - DAY_MS]]);
    expect(markReminders(task(), dueReminders(task(), NOON - 2 * HOUR_MS, ONE))).toEqual(stored);
    expect(nextClockAt(stored, ONE)).toBe(NOON + 4 * HOUR_MS);
  });

  test.each(REMINDERS.map((reminder) => [reminder.id, reminder] as const))(
    '%s is worded in every language, for a single taker at night too',
    (id, reminder) => {
      const wording = openWording();
      const atNight = task({ from: NIGHT, until: NIGHT + HOUR_MS });
      const pair = reminderMessage(kept(atNight, ['volunteer_a', 'volunteer_b']), reminder);
      const alone = reminderMessage(kept(atNight, ['volunteer_a']), reminder);
      const byDay = reminderMessage(kept(task(), ['volunteer_a']), reminder);
      expect([pair.key, alone.key, byDay.key]).toEqual(
        ['', '_alone', ''].map((ending) => `flows/my-tasks:news.${id}${ending}`),
      );
      for (const language of wording.languages)
        for (const { key } of [pair, alone])
          expect([language, key, wording.has(language, key)]).toEqual([language, key, true]);
    },
  );

  test('have a mark and an id of their own each', () => {
    expect(new Set(REMINDERS.map(({ id }) => id)).size).toBe(REMINDERS.length);
    expect(new Set(REMINDERS.map(({ mark }) => mark)).size).toBe(REMINDERS.length);
  });
});
