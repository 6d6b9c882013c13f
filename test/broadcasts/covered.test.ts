import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreedText } from '../../src/broadcasts/board/agreed-text.ts';
import { whenText } from '../../src/broadcasts/board/board-card.ts';
import { coveredValues } from '../../src/broadcasts/board/covered-values.ts';
import { scheduleText } from '../../src/broadcasts/board/schedule-text.ts';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { coveredBy, sealOf } from '../../src/broadcasts/broadcast.ts';
import { approveBroadcast, breakGlass, submitBroadcast } from '../../src/broadcasts/lifecycle.ts';
import type { Schedule } from '../../src/broadcasts/schedule.ts';
import { isCron, isDailyCron } from '../../src/broadcasts/schedule.ts';
import { RECIPIENT_OUTCOMES } from '../../src/broadcasts/sending/ledger.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import { readerOf } from '../../src/notify/notify.ts';
import { sayAny, sayValues } from '../../src/notify/reader.ts';

const NOON = Date.parse('2026-11-27T12:00:00+08:00');
const wording = openWording();
const city = cityOf({ ...NEW_CITY, ...demoCityData() }, wording.languageNames);
const reader = readerOf('zh-CN', { wording, city });

/** The card as an approver reads it; what an approval does not cover is left empty. */
function cardOf(record: Broadcast): string {
  const rest = { state: '', minutes: '', second: '', progress: '', heard: '', replies: '' };
  const values = coveredValues(record, { regions: city.regions, now: NOON });
  return reader.say('flows/my-broadcasts:next.ask', { ...rest, ...sayValues(values, reader) });
}

const repeats = { zone: 'Asia/Shanghai', misfire: fc.constantFrom('skip', 'latest', 'all') } as const;
const until = fc.option(
  fc.integer({ min: 1, max: 400 }).map((days) => NOON + days * 86_400_000),
  { nil: undefined },
);
const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  fc.record({
    type: fc.constant('once' as const),
    at: fc.constantFrom('now' as const, NOON + 3600_000, NOON + 7200_000),
  }),
  fc
    .tuple(
      fc.constantFrom('*', '1', '1,15', '28'),
      fc.constantFrom('*', '6', '1-3'),
      fc.constantFrom('*', '1', '0,6', '1-5'),
      fc.integer({ min: 0, max: 59 }),
      fc.constantFrom('9', '20', '*', '8-10'),
      repeats.misfire,
      until,
    )
    .map(([day, month, weekday, minute, hour, misfire, end]) => ({
      type: 'cron' as const,
      cron: `${minute} ${hour} ${day} ${month} ${weekday}`,
      zone: repeats.zone,
      misfire,
      ...(end === undefined ? {} : { until: end }),
    })),
  fc
    .tuple(fc.constantFrom('春节', '国庆节'), fc.integer({ min: -1, max: 5 }), time, repeats.misfire)
    .map(([holiday, daysBefore, at, misfire]) => ({
      type: 'holiday' as const,
      holiday,
      daysBefore,
      time: at,
      zone: repeats.zone,
      misfire,
    })),
  fc
    .tuple(time, repeats.misfire)
    .map(([at, misfire]) => ({ type: 'first_working_day' as const, time: at, zone: repeats.zone, misfire })),
);
const words = fc.constantFrom('请清理楼道。', '今晚停水。', `${'长'.repeat(2000)}。`, `${'长'.repeat(2000)}！`);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const regions = fc.constantFrom(
  ...demoCityData()
    .regions.slice(0, 40)
    .map(({ id }) => id),
);

const broadcasts = fc
  .record({
    kind: fc.constantFrom('announcement' as const, 'urgent' as const),
    topic: fc.constantFrom('fraud' as const, 'fire' as const, 'flood' as const, 'notices' as const),
    title: fc.constantFrom('防火', '停水'),
    english: optional(fc.constantFrom('Please clear the stairs.', 'No water tonight.')),
    englishTitle: optional(fc.constantFrom('Fire', 'Water')),
    words,
    link: optional(fc.constantFrom('https://www.gov.cn/a', 'https://www.gov.cn/b')),
    photo: optional(fc.constantFrom('file-aaaaaa', 'file-bbbbbb')),
    mark: optional(fc.constantFrom('bold' as const, 'italic' as const)),
    target: optional(fc.constantFrom('https://www.gov.cn/x', 'https://www.gov.cn/y')),
    buttons: fc.subarray(['heard', 'reply', 'report', 'link'] as const, { maxLength: 3 }),
    region: regions,
    also: optional(fc.uniqueArray(regions, { minLength: 1, maxLength: 2 })),
    who: fc.constantFrom('everybody' as const, 'volunteers' as const, 'organisers' as const),
    silentDays: optional(fc.constantFrom(30, 90)),
    notWithinDays: optional(fc.constantFrom(7, 14)),
    language: optional(fc.constantFrom('zh-CN', 'en')),
    earlier: optional(
      fc.subarray(Object.keys(RECIPIENT_OUTCOMES) as (keyof typeof RECIPIENT_OUTCOMES)[], { minLength: 1 }),
    ),
    schedule: schedules,
    staleAfterMs: fc.constantFrom(3600_000, 2 * 3600_000, 12 * 3600_000),
    count: fc.integer({ min: 1, max: 5 }),
    recalls: fc.boolean(),
    sender: optional(
      fc.record({ region: regions, role: fc.constantFrom('dispatcher' as const, 'lead' as const, 'office' as const) }),
    ),
  })
  .map(
    (one): Broadcast => ({
      id: 'broadcast_x',
      state: 'proposed',
      kind: one.kind,
      topic: one.kind === 'urgent' ? 'urgent' : one.topic,
      content: {
        title: one.title,
        ...(one.englishTitle ? { titles: { en: one.englishTitle } } : {}),
        words: { 'zh-CN': one.words, ...(one.english ? { en: one.english } : {}) },
        marks: {
          'zh-CN': [
            ...(one.mark ? [{ type: one.mark, offset: 0, length: 2 }] : []),
            ...(one.target ? [{ type: 'link' as const, url: one.target, offset: 0, length: 2 }] : []),
          ],
        },
        ...(one.photo ? { photo: { file: one.photo, same: one.photo } } : {}),
        buttons: one.buttons,
        ...(one.link ? { link: one.link } : {}),
        ...(one.sender ? { sender: one.sender } : {}),
      },
      audience: one.earlier
        ? { type: 'of', run: 'broadcast_earlier.1', outcomes: one.earlier }
        : {
            type: 'people',
            region: one.region,
            ...(one.also ? { also: one.also } : {}),
            who: one.who,
            ...(one.silentDays ? { silentDays: one.silentDays } : {}),
            ...(one.notWithinDays ? { notWithinDays: one.notWithinDays } : {}),
            ...(one.language ? { language: one.language } : {}),
          },
      schedule: one.schedule,
      staleAfterMs: one.staleAfterMs,
      count: one.count,
      ...(one.recalls ? { recalls: 'broadcast_earlier.1' as const } : {}),
      by: 'ann',
      region: '990100000000',
      madeAt: NOON,
      runs: [],
    }),
  );

/** Copies of `one` that take a single value from `other`, for every value that both have in the same place. */
function changedLeaves(
  one: Broadcast,
  part: object,
  other: object,
  path: readonly string[] = [],
): readonly Broadcast[] {
  return Object.entries(part).flatMap(([name, value]): readonly Broadcast[] => {
    const theirs = (other as Readonly<Record<string, unknown>>)[name];
    if (name === 'type' || theirs === undefined || typeof theirs !== typeof value) return [];
    const here = [...path, name];
    const whole = Array.isArray(value) || typeof value !== 'object' || name === 'photo';
    if (whole) return [withLeaf(one, here, theirs)];
    return changedLeaves(one, value, theirs as object, here);
  });
}

function withLeaf<T extends object>(record: T, [first = '', ...rest]: readonly string[], value: unknown): T {
  const inner = (record as Readonly<Record<string, unknown>>)[first];
  return { ...record, [first]: rest.length === 0 ? value : withLeaf(inner as object, rest, value) };
}

test('two announcements with different seals have different cards: an approver sees all that the approval covers', () => {
  fc.assert(
    fc.property(broadcasts, broadcasts, (one, other) => {
      const [seal, card] = [sealOf(one), cardOf(one)];
      for (const changed of changedLeaves(one, coveredBy(one), other)) {
        if (sealOf(changed) !== seal) expect(cardOf(changed)).not.toBe(card);
      }
      for (const field of [
        'kind',
        'topic',
        'content',
        'audience',
        'schedule',
        'staleAfterMs',
        'count',
        'recalls',
      ] as const) {
        const changed = { ...one, [field]: other[field] };
        if (sealOf(changed) !== seal) expect(cardOf(changed), field).not.toBe(card);
      }
    }),
    { numRuns: 150 },
  );
});

describe('a timetable', () => {
  const cron = (line: string, more: object = {}): Schedule => ({
    type: 'cron',
    cron: line,
    zone: 'Asia/Shanghai',
    misfire: 'latest',
    ...more,
  });
  const read = (schedule: Schedule) => String(sayAny(scheduleText(schedule, NOON), reader)).split('\n');

  test.each([
    ['* * * * *', /^每天、一天 1440 次，从 00:00 到 23:59$/],
    ['30 9 * * 1', /^每逢星期一、09:30$/],
    ['0 9 1,15 * *', /^每月 1、15 号、09:00$/],
    ['0 9 1 * 1', /^每月 1 号、只在星期一、09:00$/],
    ['5 8 * 6-8 *', /^只在 6、7、8 月、每天、08:05$/],
  ])('%s is read back in words', (line, rule) => {
    expect(read(cron(line))[0]).toMatch(rule);
  });

  test('is shown with its next five times and its end', () => {
    const [, next = '', end] = read(cron('0 9 * * 1', { until: Date.parse('2026-12-31T00:00:00+08:00') }));
    expect(next.split('、')).toHaveLength(5);
    expect(next).toMatch(/11月30日.*12月7日.*12月14日/);
    expect(end).toMatch(/到 2026年12月30日 23:59/);
    expect(read(cron('0 9 * * 1'))[2]).toBe('没有截止，一直发下去');
  });

  test('of an urgent message is refused, and one with several times a day too, at submission and at approval', () => {
    const record = fc.sample(broadcasts, { numRuns: 1, seed: 1 })[0] as Broadcast;
    const draft: Broadcast = { ...record, kind: 'announcement', state: 'draft' };
    const refusalOf = (changes: Partial<Broadcast>) => {
      const submitted = submitBroadcast({ ...draft, ...changes }, 'ann', 5, 0, NOON);
      const proposed: Broadcast = { ...draft, ...changes, state: 'proposed', count: 5 };
      const approved = approveBroadcast(proposed, 'second', sealOf(proposed), 5, NOON);
      return [submitted, approved].map((decided) => (decided.type === 'refused' ? decided.why : 'done'));
    };
    expect(refusalOf({ kind: 'urgent', schedule: cron('0 9 * * 1') })).toEqual(['urgent_repeats', 'urgent_repeats']);
    expect(refusalOf({ schedule: cron('0,30 9 * * 1') })).toEqual(['too_often', 'too_often']);
    expect(refusalOf({ schedule: cron('0 9 * * 1') })).toEqual(['done', 'done']);
  });

  test('of an urgent message is refused to a single organiser too, if an earlier release took the proposal', () => {
    const record = fc.sample(broadcasts, { numRuns: 1, seed: 1 })[0] as Broadcast;
    const proposed: Broadcast = { ...record, kind: 'urgent', state: 'proposed', schedule: cron('0 9 * * 1') };
    const glass = { brokenAt: undefined, unreviewed: false };
    expect(breakGlass(proposed, 'ann', glass, NOON)).toEqual({ type: 'refused', why: 'urgent_repeats' });
    const once = { ...proposed, schedule: { type: 'once', at: 'now' } as const };
    expect(breakGlass(once, 'ann', glass, NOON).type).toBe('done');
  });

  test('is named in a sentence by its coming time, never by one that is over', () => {
    const record = fc.sample(broadcasts, { numRuns: 1, seed: 1 })[0] as Broadcast;
    const said = (changes: Partial<Broadcast>) => sayAny(whenText({ ...record, ...changes }, NOON), reader);
    const over = NOON - 86_400_000;
    expect(said({ schedule: cron('0 9 * * 1'), next: over })).toMatch(/2026年11月30日/);
    expect(said({ schedule: cron('0 9 * * 1', { until: over }), next: over })).toBe('一次也轮不到');
    expect(said({ schedule: { type: 'once', at: 'now' } })).toBe('审好就发');
    expect(said({ schedule: { type: 'once', at: over } })).toMatch(/2026年11月26日/);
  });

  test('is named in the words of the agreement, with an undo only where there is one', () => {
    const record = fc.sample(broadcasts, { numRuns: 1, seed: 1 })[0] as Broadcast;
    const { recalls: _recalls, ...draft } = { ...record, kind: 'announcement' as const, state: 'draft' as const };
    const agreed = (changes: Partial<Broadcast>) => {
      const decided = submitBroadcast({ ...draft, ...changes }, 'ann', 10, 0, NOON);
      if (decided.type !== 'done') throw new Error(decided.why);
      return sayAny(agreedText(decided.broadcast, NOON), reader);
    };
    const once = (at: number | 'now'): Schedule => ({ type: 'once', at });
    expect(agreed({ schedule: once('now') })).toBe('60 秒以后发给 10 个人，这之前还可以撤掉。');
    expect(agreed({ schedule: once(NOON + 3_600_000) })).toBe(
      '2026年11月27日 13:00 发给 10 个人，到点以前都可以撤掉。',
    );
    expect(agreed({ schedule: cron('0 9 * * 1') })).toMatch(/^2026年11月30日 09:00 第一次发，照现在算是 10 个人/);
    expect(agreed({ schedule: once('now'), recalls: 'broadcast_y.1' })).toMatch(/^60 秒以后从 10 个人那里撤回/);
    expect(sayAny(agreedText({ ...draft, count: 10, kind: 'urgent', next: NOON }, NOON), reader)).toBe(
      '正在发给 10 个人。',
    );
  });

  test('in parts that the search for times does not know is refused when it is typed', () => {
    expect(['0 9 L * *', '0 9 * * 1#2', '0 9 * *', 'x 9 * * *'].map(isCron)).toEqual([false, false, false, false]);
    expect(['0 9 * jan mon', '0 9 1 * *'].map(isDailyCron)).toEqual([true, true]);
    expect(['* * * * *', '0 9,10 * * *'].map(isDailyCron)).toEqual([false, false]);
  });
});
