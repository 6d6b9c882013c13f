import en from '../../../../locales/en/web-chat.json' with { type: 'json' };
import zh from '../../../../locales/zh-CN/web-chat.json' with { type: 'json' };
import { language } from './language.ts';

export type WordKey = keyof typeof zh;

const words: Readonly<Record<string, string>> = language === 'en' ? en : zh;

/** A text of the page. */
export function word(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  return (words[key] ?? zh[key]).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** Times are those of the city, wherever the browser is: 15:00 means the task's hour. */
const timeZone = 'Asia/Shanghai';
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
const date = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'short', timeZone });

export const timeText = (ms: number): string => clock.format(ms);

/** 今天, 昨天, or the date. */
export function dayText(ms: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ms);
  if (days === 0) return word('today');
  return days === 1 ? word('yesterday') : date.format(ms);
}

const dayNumber = (ms: number): number => Math.floor((ms + OFFSET_MS) / DAY_MS);
