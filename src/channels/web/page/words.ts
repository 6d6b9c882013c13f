import en from '../../../../locales/en/web-chat.json' with { type: 'json' };
import zh from '../../../../locales/zh-CN/web-chat.json' with { type: 'json' };

export type WordKey = keyof typeof zh;

/** Chinese unless the browser prefers English to it. */
export const language = navigator.languages.find((tag) => /^(zh|en)/.test(tag))?.startsWith('en') ? 'en' : 'zh-CN';
const words: Readonly<Record<string, string>> = language === 'en' ? en : zh;

/** A text of the page. */
export function word(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  return (words[key] ?? zh[key]).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'short' });

export const timeText = (ms: number): string => clock.format(ms);

/** 今天, 昨天, or the date. */
export function dayText(ms: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(ms)) / 86_400_000);
  if (days === 0) return word('today');
  return days === 1 ? word('yesterday') : date.format(ms);
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
