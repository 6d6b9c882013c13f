import { signal } from '@preact/signals';
import zh from '../../../locales/zh-CN/console.json' with { type: 'json' };

type Paths<T> = T extends string
  ? never
  : { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];
/** Keys of the page's words, checked by the compiler. Plural endings are left out. */
export type WordKey = Paths<typeof zh>;

const words = signal<unknown>(zh);
/** The page's language tag. */
export const language = signal('zh-CN');

/** Switches the page to another language; Chinese is always there. */
export async function useLanguage(tag: string): Promise<void> {
  if (tag === language.value) return;
  words.value = tag === 'en' ? (await import('../../../locales/en/console.json')).default : zh;
  language.value = tag;
  document.documentElement.lang = tag;
}

/** A text of the page. Chinese stands in for a missing one. */
export function word(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text = find(words.value, key) ?? find(zh, key) ?? key;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

function find(tree: unknown, key: string): string | undefined {
  let at = tree;
  for (const part of key.split('.')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
  return typeof at === 'string' ? at : undefined;
}

/** A short time in China: 12月5日 15:00. */
export function timeText(ms: number): string {
  return formatter({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/** Hours under the heading of their day: 20:00 – 22:00; an end on another day has its date. */
export function hoursText({ from, until }: { readonly from: number; readonly until: number }): string {
  const clock = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${clock.format(from)} – ${dayText(from) === dayText(until) ? clock.format(until) : timeText(until)}`;
}

/** A day in China: 12月5日周六. */
export function dayText(ms: number): string {
  return formatter({ month: 'short', day: 'numeric', weekday: 'short' }).format(ms);
}

/** A day in China with its year, for what lasts years: 2029年11月8日. */
export function yearDayText(ms: number): string {
  return formatter({ year: 'numeric', month: 'short', day: 'numeric' }).format(ms);
}

/** A day in China without its weekday, for the axis of a chart: 12月5日. */
export function shortDayText(ms: number): string {
  return formatter({ month: 'short', day: 'numeric' }).format(ms);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + JSON.stringify(form);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(language.value, { ...form, timeZone: 'Asia/Shanghai' });
  formatters.set(key, known);
  return known;
}

/** A duration in its largest whole unit: 20秒, 1小时. */
export function durationText(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one && ms % one === 0) ?? (['second', 1000] as const);
  return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'short' }).format(ms / size);
}
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How far a deadline is: 还有 3 小时, 超了 2 天. */
export function dueText(due: number, now: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(due - now) / 60_000));
  const [n, unit] =
    minutes < 60
      ? [minutes, 'minutes' as const]
      : minutes < 2880
        ? [Math.round(minutes / 60), 'hours' as const]
        : [Math.round(minutes / 1440), 'days' as const];
  const span = word(`due.${unit}`, { n });
  return word(due >= now ? 'due.left' : 'due.over', { span });
}
