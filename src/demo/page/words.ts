import en from '../../../locales/en/phones.json' with { type: 'json' };
import zh from '../../../locales/zh-CN/phones.json' with { type: 'json' };

const languages: Readonly<Record<string, Record<string, string>>> = { zh, en };
const chosen = new URLSearchParams(location.search).get('lang') ?? (navigator.language.startsWith('zh') ? 'zh' : 'zh');
const words = { ...zh, ...languages[chosen] };

/** Returns a text of the page. The language is Chinese unless the URL has ?lang=en. */
export function word(key: keyof typeof zh, values: Readonly<Record<string, string | number>> = {}): string {
  return words[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** The page's language tag. */
export const LANGUAGE = chosen === 'en' ? 'en' : 'zh-CN';

const TIME = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });

/** The time of day on the demo's phones. `date`: s since the epoch. */
export function timeOf(date: number): string {
  return TIME.format(date * 1000);
}
