import { countOf, N } from './day-words.ts';

/** A part of the day. */
export type Period = 'small_hours' | 'morning' | 'noon' | 'afternoon' | 'dusk' | 'evening' | 'night';

/** A part of a text about a time of day: a period, minutes after midnight, or minutes from now. */
export type TimeWord =
  | { readonly period: Period }
  | { readonly minutes: number; readonly exact: boolean }
  | { readonly fromNow: number };

type Rule = readonly [pattern: RegExp, read: (match: readonly string[]) => TimeWord | undefined];

const PERIODS: Readonly<Record<Period, string>> = {
  small_hours: '凌晨|天没亮|天不亮',
  morning: '大清早|清早|清晨|一大早|一早|早上|早晨|早间|上午|上半天|早头|早浪|早',
  noon: '中午|晌午|中浪',
  afternoon: '下午|午后|下半天|后半天|下昼|下半日',
  dusk: '傍晚|黄昏|傍黑',
  evening: '晚上|晚间|晚头|夜饭后|晚',
  night: '半夜三更|深更半夜|大半夜|后半夜|半夜|夜里|夜间|深夜|午夜|夜头|夜',
};
const HOURS = `(?:小时|钟头)`;

function clock(hour: number, minute: number, exact: boolean): TimeWord | undefined {
  const sound = hour >= 0 && hour <= 24 && minute >= 0 && minute < 60 && (hour < 24 || minute === 0);
  return sound ? { minutes: hour * 60 + minute, exact } : undefined;
}

/** Minutes of 半, 一刻, 三刻, 零五, 十分; 0 for none. */
function minuteOf(text: string | undefined): number {
  if (!text || /^[钟整正]$/.test(text)) return 0;
  if (text.startsWith('半')) return 30;
  const quarters = /^(.)刻/.exec(text);
  return quarters
    ? 15 * countOf(quarters[1])
    : countOf(
        text
          .replace(/^过/, '')
          .replace(/分钟?$/, '')
          .replace(/^零(?=.)/, ''),
      );
}

const MINUTE = `半钟?|[一三1-3]刻钟?|过?零?${N}分?钟?|钟|整|正`;

const RULES: readonly Rule[] = [
  [/正午(?![\d一二十])/y, () => ({ minutes: 12 * 60, exact: true })],
  [/正午/y, () => ({ period: 'noon' })],
  // 一个半小时后, 两个钟头以后, 一小时二十分钟后, 再过半个小时
  [
    new RegExp(
      `(?:再?过)?(?:(${N})个?(半)?${HOURS}(?:(半|${N}分)钟?)?|(半)个?${HOURS}|(${N}|半)(分钟|刻钟))(?:之后|以后|过后|后)`,
      'y',
    ),
    span,
  ],
  [new RegExp(`再?过(?:(${N})个?(半)?${HOURS}(?:(半|${N}分)钟?)?|(半)个?${HOURS}|(${N})(分钟|刻钟))`, 'y'), span],
  ...Object.entries(PERIODS).map(
    ([period, words]): Rule => [new RegExp(words, 'y'), () => ({ period: period as Period })],
  ), // a key above
  // 差五分四点, 差一刻四点, 四点差五分
  [
    new RegExp(`差(${N})(分钟?|刻钟?)(?:到|就)?(${N})[点时]钟?`, 'y'),
    ([, n, unit = '', hour]) => clock(countOf(hour), 0, countOf(hour) > 12) && before(countOf(hour), countOf(n), unit),
  ],
  [
    new RegExp(`(${N})[点时]差(${N})(分钟?|刻钟?)`, 'y'),
    ([, hour, n, unit = '']) => before(countOf(hour), countOf(n), unit),
  ],
  [
    /(\d{1,2}):(\d{2})(?::\d{2})?\s*(am|pm)?(?!\d)/y,
    ([, hour = '', minute, half]) => {
      if (half) return clock((Number(hour) % 12) + (half === 'pm' ? 12 : 0), Number(minute), true);
      return clock(Number(hour), Number(minute), hour.startsWith('0') || Number(hour) > 12);
    },
  ],
  [
    new RegExp(`(${N})(?:点|时(?!间))(?!间)(${MINUTE})?`, 'y'),
    ([, hour, minute]) => clock(countOf(hour), minuteOf(minute), countOf(hour) > 12 || countOf(hour) === 0),
  ],
  [/(\d{1,2})\s*(am|pm)/y, ([, hour, half]) => clock((Number(hour) % 12) + (half === 'pm' ? 12 : 0), 0, true)],
];

function before(hour: number, n: number, unit: string): TimeWord | undefined {
  const minutes = hour * 60 - n * (unit.startsWith('刻') ? 15 : 1);
  return clock(Math.floor(minutes / 60), minutes % 60, hour > 12);
}

function span([, hours, half, rest, halfHour, n, unit]: readonly string[]): TimeWord | undefined {
  if (halfHour) return { fromNow: 30 };
  if (unit) return n === '半' ? undefined : { fromNow: countOf(n) * (unit === '刻钟' ? 15 : 1) };
  const minutes = rest === undefined ? 0 : rest === '半' ? 30 : countOf(rest.replace(/分$/, ''));
  const all = countOf(hours) * 60 + (half ? 30 : 0) + minutes;
  return Number.isNaN(all) ? undefined : { fromNow: all };
}

/** Reads a word about a time at a position of a tidied text; undefined if there is none. */
export function readTimeWord(said: string, at: number) {
  for (const [pattern, read] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(said);
    const word = match && read(match);
    if (match && word) return { ...word, length: match[0].length };
  }
  return undefined;
}

/** What an hour means beside a period: minutes after midnight, which may reach the next day; undefined to ask. */
export function inPeriod(minutes: number, period: Period): number | undefined {
  const hour = minutes / 60;
  const later = minutes + 720;
  switch (period) {
    case 'small_hours':
      return hour < 6 ? minutes : hour >= 12 && hour < 13 ? minutes - 720 : undefined;
    case 'morning':
      return hour >= 4 && hour < 12 ? minutes : undefined;
    case 'noon':
      return hour >= 11 && hour < 14 ? minutes : hour >= 1 && hour < 3 ? later : undefined;
    case 'afternoon':
      return hour >= 12 && hour < 20 ? minutes : hour >= 1 && hour < 8 ? later : undefined;
    case 'dusk':
      return hour >= 16 && hour < 20 ? minutes : hour >= 4 && hour < 8 ? later : undefined;
    case 'evening':
    case 'night':
      if (hour >= 17) return minutes;
      if (hour >= 5 && hour < 12) return later;
      // Midnight ends the day that was named.
      return hour === 0 || (hour >= 12 && hour < 13) ? 1440 + (minutes % 720) : undefined;
  }
}
