import en from '../../../locales/en/visit-page.json' with { type: 'json' };
import zh from '../../../locales/zh-CN/visit-page.json' with { type: 'json' };
import { language } from '../../channels/web/page/language.ts';

export type WordKey = keyof typeof zh;

const words: Readonly<Record<string, string>> = language === 'en' ? en : zh;

/** A text of the page. */
export function word(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  return (words[key] ?? zh[key]).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** The sentence for a refusal; an unknown one has a general sentence. */
export function refusal(why: string): string {
  const key = `refused_${why}`;
  return key in zh ? word(key as WordKey) : word('refused_other');
}

/** A name in the language of the page. */
export function nameIn(names: Readonly<Record<string, string>>): string {
  return names[language] ?? names['zh-CN'] ?? '';
}
