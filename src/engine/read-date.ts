import { parse as parseEnglish } from 'chrono-node/en';
import { parse as parseChinese } from 'chrono-node/zh/hans';
import { readNumber } from './read-number.ts';
import { tidyText } from './tidy-text.ts';

/** China Standard Time is this many minutes ahead of UTC, all year. */
const OFFSET_MINUTES = 480;

/** A day and, if given, a time of day, in China Standard Time. `over` is true if it lies before `now`. */
export type Moment = { readonly day: string; readonly time?: string; readonly over: boolean };

/** Reads a typed day: 5月1日, 明天下午三点, 12-05, 二十五号; undefined if it is none. `now` in ms since the epoch. */
export function readDate(text: string, now: number, lean: 'past' | 'future' = 'future'): Moment | undefined {
  const said = tidyText(text).normalize('NFKC');
  return readNumeric(said, now, lean) ?? readDayOfMonth(said, now, lean) ?? readSpoken(said, now, lean);
}

function readSpoken(said: string, now: number, lean: 'past' | 'future'): Moment | undefined {
  // The parser fails on "周五上午" without an hour; keep the day only.
  const bare = said.replace(/(早上|上午|中午|下午|傍晚|晚上)(?![\d零一二两三四五六七八九十])/g, '') || said;
  const reference = asWallClock(now);
  const forwardDate = lean === 'future';
  const [found] = parseChinese(bare, reference, { forwardDate });
  const [english] = found ? [found] : parseEnglish(bare, reference, { forwardDate });
  if (!english) return undefined;
  const [year = 0, month = 0, day = 0] = (['year', 'month', 'day'] as const).map(
    (part) => english.start.get(part) ?? 0,
  );
  const timed = english.start.isCertain('hour');
  const [hour, minute] = timed ? [english.start.get('hour') ?? 0, english.start.get('minute') ?? 0] : [12, 0];
  return momentOf(utc(year, month, day, hour, minute), timed, now);
}

/** A reference whose local fields show China time: the parser ignores zones and reads the machine's local fields. */
function asWallClock(now: number): Date {
  const local = new Date(now + OFFSET_MINUTES * 60_000);
  const day = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()] as const;
  return new Date(...day, local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds());
}

/** Reads 12-05, 12/5, 12月5日, 2026-12-05, 2026年12月5号, optionally followed by 15:00. */
function readNumeric(said: string, now: number, lean: 'past' | 'future'): Moment | undefined {
  const match = /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?(?:\s+(\d{1,2}):(\d{2}))?$/.exec(said);
  if (!match) return undefined;
  const [, year, month, day, hour, minute] = match;
  const thisYear = new Date(now + OFFSET_MINUTES * 60_000).getUTCFullYear();
  const at = (y: number) => utc(y, Number(month), Number(day), Number(hour ?? 12), Number(minute ?? 0));
  const timed = hour !== undefined;
  if (year) return momentOf(at(Number(year)), timed, now);
  const here = momentOf(at(thisYear), timed, now);
  if (here && lean === 'future' && here.over) return momentOf(at(thisYear + 1), timed, now);
  if (here && lean === 'past' && !here.over && here.day > today(now)) return momentOf(at(thisYear - 1), timed, now);
  return here;
}

/** Reads 二十五号, 下个月3号, 本月10日. */
function readDayOfMonth(said: string, now: number, lean: 'past' | 'future'): Moment | undefined {
  const match = /^(下个月|下月|本月|这个月|上个月|上月)?\s*([\d零一二两三四五六七八九十]+)[号日]$/.exec(said);
  const day = match?.[2] === undefined ? undefined : readNumber(match[2]);
  if (!match || day === undefined) return undefined;
  const local = new Date(now + OFFSET_MINUTES * 60_000);
  const shift = match[1]?.startsWith('下') ? 1 : match[1]?.startsWith('上') ? -1 : 0;
  const at = (months: number) => utc(local.getUTCFullYear(), local.getUTCMonth() + 1 + months, day, 12, 0, months);
  if (match[1]) return momentOf(at(shift), false, now);
  // The next or last such day; a month that is too short (31号 in November) is skipped.
  const months = lean === 'future' ? [0, 1, 2] : [0, -1, -2];
  const moments = months.flatMap((month) => momentOf(at(month), false, now) ?? []);
  return moments.find(({ day: found, over }) => (lean === 'future' ? !over : found <= today(now)));
}

/** Undefined for a day that does not exist (31 April). */
function utc(year: number, month: number, day: number, hour: number, minute: number, months = 0): number | undefined {
  const made = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const normalised = new Date(Date.UTC(year, month - 1, 1));
  if (made.getUTCMonth() !== normalised.getUTCMonth() || hour > 23 || minute > 59) return undefined;
  if (months === 0 && (month < 1 || month > 12)) return undefined;
  return made.getTime() - OFFSET_MINUTES * 60_000;
}

function momentOf(at: number | undefined, timed: boolean, now: number): Moment | undefined {
  return at === undefined ? undefined : moment(at, timed, now);
}

function moment(at: number, timed: boolean, now: number): Moment {
  const local = new Date(at + OFFSET_MINUTES * 60_000).toISOString();
  const day = local.slice(0, 10);
  const over = timed ? at < now : day < today(now);
  return timed ? { day, time: local.slice(11, 16), over } : { day, over };
}

function today(now: number): string {
  return new Date(now + OFFSET_MINUTES * 60_000).toISOString().slice(0, 10);
}
