import { CHINA_AHEAD_MS, clockAt, MINUTE_MS, momentOf } from '../../calendar.ts';
import { onUse } from '../../on-use.ts';
import { tidyText } from '../tidy-text.ts';
import { readDayWord } from './day-words.ts';
import type { Day } from './days.ts';
import { chinaDay, isoOf } from './days.ts';
import type { Period, TimeWord } from './time-words.ts';
import { inPeriod, readTimeWord } from './time-words.ts';

const english = onUse<Pick<typeof import('chrono-node/en'), 'parse'>>('chrono-node/en');

/** A day and, if given, a time of day, in China Standard Time. `over` is true if it lies before `now`. */
export type Moment = {
  readonly day: string;
  readonly time?: string;
  readonly over: boolean;
  /** The hour may be before or after noon: 明天八点. */
  readonly either?: true;
};

/** Words without a meaning for the moment. Anything else that is not understood leads to a question. */
const FILLER =
  /[\s,，。.!！~～、;；:"'“”()（）]+|我们|大家|打算|安排|准备|定在|定为|定到|改到|改在|改成|约在|约好|集合|碰头|见面|开会|开始|出发|大概|大约|左右|差不多|时候|这天|那天|当天|应该|就是|行吗|可以吗|行不行|那个|好了|截止到|截止|最晚|最迟|[的在是就吧呢啊呀嘛哦哈嗯好那我想定约行钟整]/y;

/** Variants of one letter: traditional forms, and the short forms of 二十 and 三十. */
const VARIANTS: Readonly<Record<string, string>> = {
  週: '周',
  點: '点',
  號: '号',
  後: '后',
  個: '个',
  時: '时',
  鐘: '钟',
  兩: '二',
  两: '二',
  〇: '零',
  禮: '礼',
  開: '开',
  過: '过',
  節: '节',
  國: '国',
  慶: '庆',
  農: '农',
  曆: '历',
  臘: '腊',
  廿: '二十',
  卅: '三十',
  這: '这',
  來: '来',
};

/**
 * Reads a typed moment: 12月5日下午三点, 下周三, 国庆前三天, 腊月廿三, 今晚12点 (the next day's 0:00).
 * Undefined if it is none, if it may mean several moments, or if a part of it is not understood.
 * `now` in ms since the epoch; `lean` is the side of now that a day without a year lies on.
 */
export function readDate(text: string, now: number, lean: 'past' | 'future' = 'future'): Moment | undefined {
  const said = plain(text);
  if (/^[\x20-\x7e]*[a-z]{3}[\x20-\x7e]*$/.test(said)) return readInEnglish(said, now, lean);
  const words = readWords(said, now, lean);
  return words && resolve(words, now, lean);
}

function plain(text: string): string {
  return (
    [...tidyText(text).normalize('NFKC').toLowerCase()]
      .map((letter) => VARIANTS[letter] ?? letter)
      .join('')
      .replace(/(?<=\p{Script=Han})\s+|\s+(?=\p{Script=Han})/gu, '')
      .replace(/(\d)\s*:\s*(\d)/g, '$1:$2')
      // 差一刻下午五点
      .replace(/(差.{1,3}(?:分|刻)钟?)([上下中]午|早上|晚上)/g, '$2$1')
  );
}

/** What the words say, before it is put together. */
type Words = {
  readonly day?: Day;
  readonly period?: Period;
  readonly minutes?: number;
  readonly exact?: boolean;
  readonly fromNow?: number;
};

/** Reads a text word by word; undefined if one is not understood, asks back, or contradicts another. */
function readWords(said: string, now: number, lean: 'past' | 'future'): Words | undefined {
  let found: Words = {};
  let asks = false;
  for (let at = 0; at < said.length; ) {
    const day = readDayWord(said, at, { today: chinaDay(now), lean });
    if (day) {
      const joined = joinDay(found.day, day);
      if (joined === undefined) return undefined;
      asks = joined === 'ask';
      found = joined === 'ask' ? found : { ...found, day: joined };
      at += day.length;
      continue;
    }
    const time = readTimeWord(said, at);
    if (time) {
      const { length, ...word } = time;
      if (contradicts(found, word)) return undefined;
      found = { ...found, ...word };
      at += length;
      continue;
    }
    FILLER.lastIndex = at;
    const filler = FILLER.exec(said);
    if (!filler) return undefined;
    at += filler[0].length;
  }
  return asks || Object.keys(found).length === 0 ? undefined : found;
}

/** A second word about the day must agree; a weekday may only confirm. */
function joinDay(
  before: Day | undefined,
  word: { readonly day: Day | 'ask'; readonly weekday?: number },
): Day | 'ask' | undefined {
  if (before === undefined) return word.day;
  if (word.weekday !== undefined) return ((before + 3) % 7) + 1 === word.weekday ? before : undefined;
  return word.day === before ? before : undefined;
}

function contradicts(found: Words, word: TimeWord): boolean {
  if ('fromNow' in word) return Object.keys(found).length > 0;
  if (found.fromNow !== undefined) return true;
  return 'period' in word ? found.period !== undefined && found.period !== word.period : found.minutes !== undefined;
}

const DAY_MINUTES = 1440;

function resolve(
  { day, period, minutes, exact = false, fromNow }: Words,
  now: number,
  lean: 'past' | 'future',
): Moment | undefined {
  const today = chinaDay(now);
  if (fromNow !== undefined) return momentAt(Math.ceil((now + fromNow * MINUTE_MS) / MINUTE_MS) * MINUTE_MS, now);
  if (minutes === undefined) return day === undefined ? undefined : dayMoment(day, today);
  const named = day ?? today;
  const candidates =
    period !== undefined
      ? [inPeriod(minutes, period)].flatMap((one) => one ?? [])
      : exact || minutes >= 13 * 60
        ? [minutes]
        : withoutPeriod(minutes);
  const [usual, other] = candidates.map((one) => momentAt(timeOf(named, one), now));
  if (!usual) return undefined;
  const either = period === undefined && other !== undefined && isEither(minutes);
  if (either && !usual.over && !other.over) return day === undefined ? undefined : { ...dayMoment(day, today), either };
  if (lean === 'past' || !usual.over) return usual;
  // 今天八点, said at ten, is eight in the evening. Without a day it may be tomorrow's: ask.
  if (other && !other.over && (day !== undefined || minutes < 7 * 60)) return other;
  return day === undefined ? undefined : usual;
}

/** An hour without a period, the usual meaning first: 三点 is after noon, 十点 in the morning; 八点 may be either. */
function withoutPeriod(minutes: number): readonly number[] {
  const hour = Math.floor(minutes / 60);
  if (hour === 12) return [minutes];
  return hour < 6 ? [minutes + 720, minutes] : [minutes, minutes + 720];
}

const isEither = (minutes: number): boolean => minutes >= 6 * 60 && minutes < 10 * 60;

const timeOf = (day: Day, minutes: number): number =>
  momentOf(`${isoOf(day + Math.floor(minutes / DAY_MINUTES))}T00:00`) + (minutes % DAY_MINUTES) * MINUTE_MS;

function dayMoment(day: Day, today: Day): Moment {
  return { day: isoOf(day), over: day < today };
}

function momentAt(at: number, now: number): Moment {
  const clock = clockAt(at);
  return { day: clock.slice(0, 10), time: clock.slice(11, 16), over: at < now };
}

/** Reads English words, if the parser understands all of them. */
function readInEnglish(said: string, now: number, lean: 'past' | 'future'): Moment | undefined {
  const [found] = english().parse(said, asWallClock(now), { forwardDate: lean === 'future' });
  if (!found || found.text.trim() !== said.replace(/^(on|at|by) /, '').trim()) return undefined;
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0] = (
    ['year', 'month', 'day', 'hour', 'minute'] as const
  ).map((part) => found.start.get(part) ?? 0);
  const day = Date.UTC(year, month - 1, date) / (DAY_MINUTES * MINUTE_MS);
  return found.start.isCertain('hour') ? momentAt(timeOf(day, hour * 60 + minute), now) : dayMoment(day, chinaDay(now));
}

/** A reference whose local fields show China time: the parser ignores zones and reads the machine's local fields. */
function asWallClock(now: number): Date {
  const local = new Date(now + CHINA_AHEAD_MS);
  const day = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()] as const;
  return new Date(...day, local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds());
}
