import { readNumber } from '../read-number.ts';
import type { Day } from './days.ts';
import { addMonths, dayFrom, lastOfMonth, monthOf, nextLunar, weekdayOf, yearOf } from './days.ts';
import { FESTIVAL_NAMES, findFestival } from './festivals.ts';

/** What the reader of a day knows besides the words. */
export type DayContext = { readonly today: Day; readonly lean: 'past' | 'future' };

/**
 * A part of a text that names a day. `ask`: it is understood, but means several days.
 * A bare weekday only confirms a day that other words name.
 */
export type DayWord = { readonly day: Day | 'ask'; readonly weekday?: number };

type Rule = readonly [pattern: RegExp, read: (match: readonly string[], context: DayContext) => DayWord | undefined];

/** A number in a text: digits or Chinese. */
export const N = '(?:\\d{1,4}|[零一二三四五六七八九十百]{1,5})';
const WEEK = '(?:周|星期|礼拜|拜)';
const AFTER = '(?:之后|以后|过后|后)';

/** Reads a number of a text; NaN for 两三 and 七八, which say “a few”. */
export function countOf(text: string | undefined): number {
  if (text === undefined || /^[一二三四五六七八九]{2,3}$/.test(text)) return Number.NaN;
  return readNumber(text) ?? Number.NaN;
}
const on = (day: Day | undefined): DayWord | undefined => (day === undefined ? undefined : { day });
const ASK: DayWord = { day: 'ask' };

/** Days from today; 朝 and 儿 are Wu and northern speech. */
const NEAR: Readonly<Record<string, number>> = { 大前: -3, 前: -2, 昨: -1, 今: 0, 明: 1, 后: 2, 大后: 3 };
const YEARS: Readonly<Record<string, number>> = { 去: -1, 今: 0, 本: 0, 明: 1, 后: 2 };
const WEEKDAYS = '一二三四五六日';

/** Rules in order; the first that matches at a position wins. */
const RULES: readonly Rule[] = [
  [/(\d{4})(\d{2})(\d{2})(?!\d)/y, ([, year, month, date]) => on(dayFrom(Number(year), Number(month), Number(date)))],
  [
    /(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/y,
    ([, year, month, date]) => on(dayFrom(Number(year), Number(month), Number(date))),
  ],
  // 农历十月初八, 腊月廿三, 正月十五
  [
    new RegExp(`(农历|阴历|旧历)?(闰)?(正|腊|冬|${N})月(初?)(${N}|三十)[日号]?`, 'y'),
    ([, lunar, leap, month = '', first, date], context) => {
      const named = '正冬腊'.indexOf(month);
      if (!lunar && named < 0 && !first) return undefined;
      if (leap) return ASK;
      const inYear = named < 0 ? countOf(month) : ([1, 11, 12][named] ?? 0);
      return on(nearest((from) => nextLunar(from, inYear, countOf(date)), context));
    },
  ],
  [
    /(?:大年|年)初([二三四五六七八九十])/y,
    ([, date], context) => on(nearest((from) => nextLunar(from, 1, 1), context, countOf(date) - 1)),
  ],
  // 2025年12月5日, 明年3月8号, 十二月五号, 12月底
  [
    new RegExp(
      `(?:(\\d{4}|[零一二三四五六七八九]{4})年|([去今本明后])年的?)?(${N})月份?(${N}|(?:底|末)?的?最后一天|底|末)[日号]?`,
      'y',
    ),
    ([, year, near, month, date], context) =>
      monthDay(year ? (readNumber(year) ?? Number.NaN) : nearYear(near, context), countOf(month), date, context),
  ],
  [
    /(\d{1,2})([-/.])(\d{1,2})([号日])?(?![\d:点时])/y,
    // 3-5号 is from the third to the fifth.
    ([, month, sign, date, named], context) =>
      sign === '-' && named && Number(month) < Number(date) ? ASK : monthDay(undefined, Number(month), date, context),
  ],
  // 下个月十五号, 本月10日, 月底, 下月底
  [
    new RegExp(`(下下|上上|下|上|本|这)?个?月(底的?最后一天|的?最后一天|底|末|${N}[日号])`, 'y'),
    ([, which = '', date = ''], { today }) => inMonth(today, shiftOf(which), date),
  ],
  [
    /([去今本明后])?年(?:底|末)?的?最后一天/y,
    ([, near], context) => on(dayFrom(nearYear(near ?? '今', context) ?? 0, 12, 31)),
  ],
  [/[今本明后]?年(?:底|末)/y, () => ASK],
  [
    /赶?(大前|大后|前|昨|今|明|后)(?:天|日|儿个?|朝)/y,
    ([, near = ''], { today }) => on(today + (NEAR[near] ?? Number.NaN)),
  ],
  [/([昨今明])(?=早|晚|夜|晨)/y, ([, near = ''], { today }) => on(today + (NEAR[near] ?? Number.NaN))],
  // 三天后, 过三天, 两周以后, 3个月后
  [
    new RegExp(`(?:再?过)?(${N}|半)个?(天|日|${WEEK}|月|年)${AFTER}|再?过(${N}|半)个?(天|日|${WEEK}|月|年)`, 'y'),
    ([, n, unit, passed, passedUnit], context) =>
      later(context, n ?? passed ?? '', unit ?? passedUnit ?? '', n === undefined),
  ],
  [new RegExp(`(${N})天(?:之前|以前|前)`, 'y'), ([, n], { today }) => on(today - countOf(n))],
  // 下下周一, 这个礼拜天, 星期三, 周末
  [
    new RegExp(`((?:上|下)+|这|本)?个?${WEEK}([一二三四五六日天末1-7])`, 'y'),
    ([, which = '', weekday = ''], context) => inWeek(which, weekday, context),
  ],
  // 国庆前三天, 春节前一天, 中秋后第二天, 元旦
  [
    new RegExp(
      `(?:([去今本明后])年的?)?(${FESTIVAL_NAMES})(?:节)?(?:的?(?:当天|当日|那天|那一天))?(?:的?(前|后)(?:面)?(?:第?(${N}))天)?`,
      'y',
    ),
    ([, near, name = '', side, n], context) => festival(name, near, side, n, context),
  ],
  [new RegExp(`(${N})[号日](?![楼幢栋线院])`, 'y'), ([, date], context) => nearestDate(countOf(date), context)],
];

/** Reads a word about a day at a position of a tidied text; undefined if there is none. */
export function readDayWord(said: string, at: number, context: DayContext) {
  for (const [pattern, read] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(said);
    const word = match && read(match, context);
    if (match && word) return { ...word, length: match[0].length };
  }
  return undefined;
}

function nearYear(near: string | undefined, { today }: DayContext): number | undefined {
  return near === undefined ? undefined : yearOf(today) + (YEARS[near] ?? Number.NaN);
}

/** Days within which a date without a year is the one that has just passed, not the one of next year. */
const JUST_PASSED = 31;

/** A date of a month; without a year, the next or last such day. */
function monthDay(
  year: number | undefined,
  month: number,
  date: string | undefined,
  context: DayContext,
): DayWord | undefined {
  if (!(month >= 1 && month <= 12)) return undefined;
  const inYear = (one: number) =>
    /[底末]|最后/.test(date ?? '') ? lastOfMonth(one, month) : dayFrom(one, month, countOf(date));
  const here = yearOf(context.today);
  if (year !== undefined) return on(inYear(year));
  const years = context.lean === 'future' ? [here, here + 1] : [here, here - 1];
  const days = years.map(inYear);
  const [first] = days;
  if (context.lean === 'future' && first !== undefined && first < context.today && context.today - first <= JUST_PASSED)
    return on(first);
  return on(days.find((day) => day !== undefined && isAhead(day, context)));
}

/** True for a day on the side of today that a question leans to. */
function isAhead(day: Day, { today, lean }: DayContext): boolean {
  return lean === 'future' ? day >= today : day <= today;
}

const shiftOf = (which: string): number =>
  [...which].reduce((sum, one) => sum + (one === '下' ? 1 : one === '上' ? -1 : 0), 0);

function inMonth(today: Day, shift: number, date: string): DayWord | undefined {
  const month = monthOf(today) + shift;
  const [year, inYear] = [yearOf(today) + Math.floor((month - 1) / 12), ((((month - 1) % 12) + 12) % 12) + 1];
  return on(/[底末]|最后/.test(date) ? lastOfMonth(year, inYear) : dayFrom(year, inYear, countOf(date.slice(0, -1))));
}

/** 过两天 says “in a few days”, 半个月后 no exact day. */
function later({ today }: DayContext, n: string, unit: string, passed: boolean): DayWord | undefined {
  const count = countOf(n);
  if (Number.isNaN(count) || (passed && count === 2)) return ASK;
  if (unit === '天' || unit === '日') return on(today + count);
  if (unit === '月') return on(addMonths(today, count));
  return on(unit === '年' ? addMonths(today, 12 * count) : today + 7 * count);
}

function inWeek(which: string, weekday: string, { today, lean }: DayContext): DayWord {
  if (weekday === '末') return ASK;
  const wanted = /\d/.test(weekday) ? Number(weekday) : weekday === '天' ? 7 : WEEKDAYS.indexOf(weekday) + 1;
  const monday = today - weekdayOf(today) + 1;
  if (which !== '') return { day: monday + 7 * shiftOf(which) + wanted - 1, weekday: wanted };
  // On a Wednesday, 周三 may be today or in a week.
  if (wanted === weekdayOf(today)) return { day: 'ask', weekday: wanted };
  const day = monday + wanted - 1;
  const inNext = lean === 'future' ? day < today : day > today;
  return { day: day + (inNext ? (lean === 'future' ? 7 : -7) : 0), weekday: wanted };
}

function festival(
  name: string,
  near: string | undefined,
  side: string | undefined,
  n: string | undefined,
  context: DayContext,
): DayWord | undefined {
  const shift = side === undefined ? 0 : (side === '前' ? -1 : 1) * (n === undefined ? 1 : countOf(n));
  const year = nearYear(near, context);
  if (year === undefined) return on(nearest((from) => findFestival(name, from), context, shift));
  const day = findFestival(name, dayFrom(year, 1, 1) ?? 0);
  return day === undefined ? undefined : on(day + shift);
}

/** A lunar year and a leap month, days. */
const YEAR_SPAN = 390;

/** The next or last day so many days after one that comes once a year; `find` gives the first one from a day on. */
function nearest(find: (from: Day) => Day | undefined, context: DayContext, shift = 0): Day | undefined {
  const { today, lean } = context;
  let day = find(lean === 'future' ? today - shift : today - shift - YEAR_SPAN);
  // The year before the last day of this kind may be shorter than the span.
  for (let next = day; lean === 'past' && next !== undefined && next + shift <= today; next = find(next + 1))
    day = next;
  const found = day === undefined ? undefined : day + shift;
  return found !== undefined && isAhead(found, context) ? found : undefined;
}

/** The next or last day with this date; months that are too short are skipped. */
function nearestDate(date: number, context: DayContext): DayWord | undefined {
  const { today, lean } = context;
  for (const months of lean === 'future' ? [0, 1, 2] : [0, -1, -2]) {
    const month = monthOf(today) - 1 + months;
    const day = dayFrom(yearOf(today) + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, date);
    if (day !== undefined && isAhead(day, context)) return on(day);
  }
  return undefined;
}
