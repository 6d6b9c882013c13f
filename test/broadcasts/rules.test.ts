import { createTask } from 'node-cron';
import { describe, expect, test } from 'vitest';
import { followUpOf } from '../../src/broadcasts/board/follow-up.ts';
import type { BoardFacts } from '../../src/broadcasts/board/load-board.ts';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { sealOf } from '../../src/broadcasts/broadcast.ts';
import { findFaults } from '../../src/broadcasts/compose/lint.ts';
import {
  approveBroadcast,
  breakGlass,
  cancelBroadcast,
  editBroadcast,
  isEditable,
  isQuiet,
  isReschedulable,
  reviewBreakGlass,
  secondApproverReasons,
  submitBroadcast,
} from '../../src/broadcasts/lifecycle.ts';
import type { Schedule } from '../../src/broadcasts/schedule.ts';
import { dueSlots, isCron, MISFIRE_WINDOW_MS, nextSlot } from '../../src/broadcasts/schedule.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, QUIET_HOURS, remainingMs } from '../../src/calendar.ts';

const china = (text: string) => Date.parse(`${text}+08:00`);
const NOON = china('2026-11-27T12:00:00');
const ZONE = { zone: 'Asia/Shanghai', misfire: 'latest' } as const;

const DRAFT: Broadcast = {
  id: 'broadcast_x',
  state: 'draft',
  kind: 'announcement',
  topic: 'fire',
  content: { title: '冬季防火', words: { 'zh-CN': '请清理楼道。' }, buttons: ['heard'] },
  audience: { type: 'people', region: '990101', who: 'everybody' },
  schedule: { type: 'once', at: 'now' },
  staleAfterMs: 3600_000,
  by: 'ann',
  region: '990101',
  madeAt: NOON,
  runs: [],
};
const done = (decided: ReturnType<typeof submitBroadcast>): Broadcast => {
  if (decided.type !== 'done') throw new Error(decided.why);
  return decided.broadcast;
};

describe('approval', () => {
  test('more than 200 recipients, quiet hours or urgency need a second approver', () => {
    expect(secondApproverReasons(DRAFT, 200, NOON)).toEqual([]);
    expect(secondApproverReasons(DRAFT, 201, NOON)).toEqual(['many']);
    expect(secondApproverReasons({ ...DRAFT, kind: 'urgent' }, 1, NOON)).toEqual(['urgent']);
    const night: Schedule = { type: 'once', at: china('2026-11-27T22:30:00') };
    expect(secondApproverReasons({ ...DRAFT, schedule: night }, 1, NOON)).toEqual(['quiet']);
    const { from, until } = QUIET_HOURS.usual;
    expect(
      [from - 1, from, until - 1, until].map((hour) =>
        isQuiet(china(`2026-11-27T${String(hour).padStart(2, '0')}:00:00`)),
      ),
    ).toEqual([false, true, true, false]);
  });

  test.each([
    ['13:30', { from: 12, until: 15 }, 90],
    ['15:00', { from: 12, until: 15 }, 0],
    ['23:30', { from: 22, until: 7 }, 450],
    ['00:10', { from: 22, until: 7 }, 410],
    ['21:59', { from: 22, until: 7 }, 0],
  ] as const)('at %s the quiet hours %o last %i more minutes', (time, hours, minutes) => {
    expect(remainingMs(hours, china(`2026-11-27T${time}:00`))).toBe(minutes * 60_000);
  });

  test('a broadcast to few people is approved at once and can be cancelled for one minute', () => {
    const agreed = done(submitBroadcast(DRAFT, 'ann', 150, 0, NOON));
    expect(agreed).toMatchObject({ state: 'approved', next: NOON + 60_000, approval: { by: 'ann', alone: true } });
    expect(cancelBroadcast(agreed, NOON + 59_000)).toMatchObject({ type: 'done', broadcast: { state: 'cancelled' } });
    expect(cancelBroadcast(agreed, NOON + 61_000)).toEqual({ type: 'refused', why: 'undo_over' });
  });

  test('a second person approves exactly the shown content by typing the number of recipients', () => {
    const proposed = done(submitBroadcast(DRAFT, 'ann', 10_000, 0, NOON));
    const seal = sealOf(proposed);
    expect(proposed.state).toBe('proposed');
    expect(approveBroadcast(proposed, 'ann', seal, 10_000, NOON)).toEqual({ type: 'refused', why: 'same_person' });
    expect(approveBroadcast(proposed, 'bob', seal, 1000, NOON)).toEqual({ type: 'refused', why: 'other_count' });
    const edited = done(editBroadcast(proposed, 'ann', { content: { ...DRAFT.content, title: '冬季防火！' } }, NOON));
    const again = done(submitBroadcast(edited, 'ann', 10_000, 0, NOON));
    expect(approveBroadcast(again, 'bob', seal, 10_000, NOON)).toEqual({ type: 'refused', why: 'changed' });
    expect(approveBroadcast(proposed, 'bob', seal, 10_000, NOON)).toMatchObject({
      type: 'done',
      broadcast: { state: 'approved', next: NOON + 60_000 },
    });
  });

  test('any edit voids an approval', () => {
    const agreed = done(submitBroadcast(DRAFT, 'ann', 150, 0, NOON));
    const edited = done(
      editBroadcast(agreed, 'ann', { audience: { type: 'people', region: '99', who: 'everybody' } }, NOON),
    );
    expect(edited.state).toBe('draft');
    expect([edited.approval, edited.next, edited.count]).toEqual([undefined, undefined, undefined]);
    expect(editBroadcast(agreed, 'bob', {}, NOON)).toEqual({ type: 'refused', why: 'not_you' });
  });

  test('only the author sets a new time, and only for a missed announcement of one time', () => {
    const { next: _next, ...agreed } = done(submitBroadcast(DRAFT, 'ann', 150, 0, NOON));
    const ran = (...fates: readonly ('fired' | 'missed')[]): Broadcast => ({
      ...agreed,
      state: 'started',
      runs: fates.map((fate, i) => ({ slot: NOON + i, fate })),
    });
    const again = done(editBroadcast(ran('missed'), 'ann', {}, NOON));
    expect([again.state, again.approval, isEditable(again, 'ann')]).toEqual(['draft', undefined, false]);
    expect(isEditable({ ...again, written: {} }, 'ann')).toBe(true);
    // A correction carries no answers; it starts again as it stands.
    expect(
      isReschedulable({ ...ran('missed'), audience: { type: 'of', run: 'broadcast_y.1', outcomes: ['d'] } }, 'ann'),
    ).toBe(true);
    expect(editBroadcast(ran('missed'), 'bob', {}, NOON)).toEqual({ type: 'refused', why: 'not_you' });
    expect(editBroadcast(ran('missed', 'fired'), 'ann', {}, NOON)).toEqual({ type: 'refused', why: 'state' });
    const weekly: Schedule = { type: 'cron', cron: '0 9 * * 1', ...ZONE };
    expect(isReschedulable({ ...ran('fired', 'missed'), schedule: weekly }, 'ann')).toBe(true);
    expect(editBroadcast({ ...ran('fired', 'missed'), schedule: weekly }, 'ann', {}, NOON)).toEqual({
      type: 'refused',
      why: 'state',
    });
  });

  test('a fourth announcement a day, an empty audience and a past time are refused', () => {
    expect(submitBroadcast(DRAFT, 'ann', 10, 3, NOON)).toEqual({ type: 'refused', why: 'too_many' });
    expect(submitBroadcast(DRAFT, 'ann', 0, 0, NOON)).toEqual({ type: 'refused', why: 'nobody' });
    const past: Schedule = { type: 'once', at: NOON - 1 };
    expect(submitBroadcast({ ...DRAFT, schedule: past }, 'ann', 10, 0, NOON)).toEqual({ type: 'refused', why: 'over' });
  });

  test('of a last day has no time in the midnight after it', () => {
    const midnight = china('2026-12-03T00:00:00');
    const schedule: Schedule = { type: 'cron', cron: '0 0 * * *', ...ZONE, until: midnight };
    expect(nextSlot(schedule, midnight - DAY_MS - 1)).toBe(midnight - DAY_MS);
    expect(nextSlot(schedule, midnight - DAY_MS)).toBeUndefined();
  });

  test('a series that ended while it waited for its second person is over, and is not sent', () => {
    const schedule: Schedule = { type: 'cron', cron: '0 9 * * *', ...ZONE, until: NOON + 2 * DAY_MS };
    const proposed = done(submitBroadcast({ ...DRAFT, schedule }, 'ann', 10_000, 0, NOON));
    const approve = (now: number) => approveBroadcast(proposed, 'bob', sealOf(proposed), 10_000, now);
    expect(approve(NOON + DAY_MS)).toMatchObject({ broadcast: { next: china('2026-11-29T09:00:00') } });
    expect(approve(NOON + 3 * DAY_MS)).toEqual({ type: 'refused', why: 'over' });
  });

  test('an alert that is over is not sent, however late it is submitted, approved or sent alone', () => {
    const expires = NOON + 2 * HOUR_MS;
    const alert: Broadcast = { ...DRAFT, kind: 'urgent', topic: 'urgent', by: 'ann', expires };
    const over = { type: 'refused', why: 'expired' };
    expect(submitBroadcast(alert, 'ann', 10, 0, expires)).toEqual(over);
    const proposed = done(submitBroadcast(alert, 'ann', 10, 0, NOON));
    const approve = (now: number) => approveBroadcast(proposed, 'bob', sealOf(proposed), 10, now);
    expect(approve(expires)).toEqual(over);
    expect(breakGlass(proposed, 'ann', { brokenAt: undefined, unreviewed: false }, expires)).toEqual(over);
    // A run that begins shortly before the end of the alert does not outlast it.
    const late = done(approve(expires - 10 * MINUTE_MS));
    expect(late).toMatchObject({ state: 'approved', staleAfterMs: 10 * MINUTE_MS });
    expect(late.approval?.seal).toBe(sealOf(late));
    // It may still be corrected or recalled, but not sent once more.
    const facts = { run: 'broadcast_x.1', me: 'ann' } as unknown as BoardFacts; // all that a follow-up reads
    const again = (more: object) => followUpOf({ outcomes: ['u'], ...more }, late, facts, expires)?.expires;
    expect([again({}), again({ recalls: true })]).toEqual([expires, undefined]);
    // Few people need no second approver; the minute for second thoughts counts.
    expect(submitBroadcast({ ...alert, kind: 'announcement' }, 'ann', 10, 0, expires - 30_000)).toEqual(over);
  });

  test('break-glass sends only urgent broadcasts, by their author, once in 24 hours and not before a review', () => {
    const whole = { brokenAt: undefined, unreviewed: false };
    const urgent = done(submitBroadcast({ ...DRAFT, kind: 'urgent', topic: 'urgent' }, 'ann', 5000, 0, NOON));
    expect(breakGlass(urgent, 'ann', whole, NOON)).toMatchObject({
      type: 'done',
      broadcast: { state: 'approved', next: NOON, approval: { alone: true } },
    });
    expect(breakGlass(urgent, 'ann', { brokenAt: NOON - 3600_000, unreviewed: false }, NOON)).toEqual({
      type: 'refused',
      why: 'glass_broken',
    });
    expect(breakGlass(urgent, 'bob', whole, NOON)).toEqual({ type: 'refused', why: 'not_you' });
    const again = breakGlass(urgent, 'ann', { brokenAt: NOON - 2 * 86_400_000, unreviewed: true }, NOON);
    expect(again).toEqual({ type: 'refused', why: 'not_reviewed' });
    const sent = done(breakGlass(urgent, 'ann', whole, NOON));
    expect(reviewBreakGlass(sent, 'ann', NOON)).toEqual({ type: 'refused', why: 'same_person' });
    const reviewed = done(reviewBreakGlass(sent, 'bob', NOON));
    expect(reviewed.approval?.reviewed).toEqual({ by: 'bob', at: NOON });
    expect(reviewBreakGlass(reviewed, 'eve', NOON)).toEqual({ type: 'refused', why: 'state' });
    const proposed = done(submitBroadcast(DRAFT, 'ann', 5000, 0, NOON));
    expect(breakGlass(proposed, 'ann', whole, NOON)).toEqual({ type: 'refused', why: 'state' });
  });
});

describe('schedule', () => {
  test.each(['0 9 * * 1', '30 8,18 * * *', '0 9 1-7 * 1', '15 7 31 * *', '0 0 29 2 *', '*/20 10 * 6 *'])(
    'the next slots of %s equal those of node-cron',
    (cron) => {
      const task = createTask(cron, () => {}, { timezone: 'Asia/Shanghai' });
      task.start();
      const theirs = task.getNextRuns(5).map((date) => date.getTime());
      task.destroy();
      let at = Date.now();
      const ours = theirs.map(() => {
        at = nextSlot({ type: 'cron', cron, ...ZONE }, at) ?? Number.NaN;
        return at;
      });
      expect(ours.map((slot) => new Date(slot))).toEqual(theirs.map((slot) => new Date(slot)));
    },
  );

  test('invalid cron expressions and those with seconds are refused', () => {
    expect(['0 9 * * 1', '* * * * *'].map(isCron)).toEqual([true, true]);
    expect(['', '0 9 * *', '0 0 9 * * 1', '61 9 * * 1', 'rm -rf /'].map(isCron)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  test('a schedule finds three days before 国庆节 and the first working day of a month', () => {
    const before: Schedule = { type: 'holiday', holiday: '国庆节', daysBefore: 3, time: '09:00', ...ZONE };
    expect(nextSlot(before, china('2026-01-05T00:00:00'))).toBe(china('2026-09-28T09:00:00'));
    const monthly: Schedule = { type: 'first_working_day', time: '08:30', ...ZONE };
    expect(nextSlot(monthly, china('2026-09-15T00:00:00'))).toBe(china('2026-10-08T08:30:00'));
  });

  test('a local time that is skipped or repeated by daylight saving fires once', () => {
    const berlin: Schedule = { type: 'cron', cron: '30 2 * * *', zone: 'Europe/Berlin', misfire: 'latest' };
    const spring = nextSlot(berlin, Date.parse('2026-03-28T12:00:00Z')) ?? 0;
    expect(new Date(spring).toISOString()).toBe('2026-03-29T01:30:00.000Z');
    const autumn = nextSlot(berlin, Date.parse('2026-10-24T12:00:00Z')) ?? 0;
    expect(new Date(autumn).toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(new Date(nextSlot(berlin, autumn) ?? 0).toISOString()).toBe('2026-10-26T01:30:00.000Z');
  });

  test('a repeating schedule has no slot after its end', () => {
    const until = china('2026-12-01T00:00:00');
    const weekly: Schedule = { type: 'cron', cron: '0 9 * * 1', ...ZONE, until };
    expect(nextSlot(weekly, china('2026-11-27T12:00:00'))).toBe(china('2026-11-30T09:00:00'));
    expect(nextSlot(weekly, china('2026-11-30T09:00:00'))).toBeUndefined();
  });

  test('after a downtime of three hours, slots are caught up by the misfire rule and only within the window', () => {
    const every = (misfire: 'skip' | 'latest' | 'all'): Schedule => ({
      type: 'cron',
      cron: '*/5 * * * *',
      zone: 'Asia/Shanghai',
      misfire,
    });
    const next = china('2026-11-27T09:00:00');
    const now = next + 3 * 3600_000 + 60_000;
    const of = (misfire: 'skip' | 'latest' | 'all') => dueSlots(every(misfire), next, now);
    expect(of('latest').fire).toEqual([china('2026-11-27T12:00:00')]);
    expect(of('skip').fire).toEqual([]);
    expect(of('all').fire).toEqual(['11:50', '11:55', '12:00'].map((time) => china(`2026-11-27T${time}:00`)));
    for (const misfire of ['skip', 'latest', 'all'] as const) {
      const { fire, missed, next: after } = of(misfire);
      expect(fire.length + missed.length).toBe(37);
      expect(fire.every((slot) => now - slot <= MISFIRE_WINDOW_MS)).toBe(true);
      expect(after).toBe(china('2026-11-27T12:05:00'));
    }
    expect(dueSlots(every('skip'), next, next + 500).fire).toEqual([next]);
  });
});

describe('content', () => {
  const say = (text: string, more: Partial<Broadcast['content']> = {}) =>
    findFaults({ title: '通知', words: { 'zh-CN': text }, buttons: [], ...more }, ['zh-CN']).map(
      ({ type, what }) => `${type} ${what}`,
    );

  test.each([
    ['请拨打 119 或 12345，反诈专线 96110。', []],
    ['10月1日 19:30 在 3 号楼前集合，共 200 人，2026 年最后一次。', []],
    ['详见 https://www.nanjing.gov.cn/aqjy。', []],
    ['三小时内有 100 毫米以上的雨，已转移 12000 人，发放 30000 元。', []],
    ['请打 95588', ['phone 95588']],
    ['加微信领奖：http://bit.ly/xyz', ['link http://bit.ly/xyz']],
    ['看 www.gov.cn.evil.com/a', ['link www.gov.cn.evil.com/a']],
    ['联系电话 13912345678', ['phone 13912345678']],
    ['请打 025-83281234', ['phone 025-83281234']],
    ['请于〔日期〕前到〔地点〕', ['placeholder 〔日期〕', 'placeholder 〔地点〕']],
    ['您好 {{name}}', ['placeholder {{name}}']],
  ] as const)('%s', (text, wanted) => {
    expect(say(text)).toEqual(wanted);
  });

  test('a text or caption that is too long, a missing language and a non-public link are faults', () => {
    expect(say('好'.repeat(4100))).toEqual(['too_long 4096']);
    expect(say('好'.repeat(1100), { photo: { file: 'f', same: 's' } })).toEqual(['too_long 1024']);
    expect(findFaults({ title: 't', words: {}, buttons: [] }, ['zh-CN'])).toEqual([
      { type: 'language_missing', what: 'zh-CN' },
    ]);
    expect(say('好', { link: 'http://www.gov.cn/' })).toEqual(['link http://www.gov.cn/']);
  });
});
