import { readdirSync, readFileSync } from 'node:fs';
import type { TFunction } from 'i18next';
import { createInstance } from 'i18next';
import type common from '../locales/zh-CN/common.json';
import type imports from '../locales/zh-CN/import.json';
import type questionnaires from '../locales/zh-CN/questionnaire.json';

/** The default language, complete, and the one to which every other falls back. */
export const DEFAULT_LANGUAGE = 'zh-CN';

type Paths<T> = T extends string
  ? never
  : { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];
/** Fixed wording, which the compiler knows. */
export type FixedKey =
  | `common:${Paths<typeof common>}`
  | `import:${Paths<typeof imports>}`
  | `questionnaire:${Paths<typeof questionnaires>}`;
/** Wording of flows, whose keys are made of ids; test/locales.test.ts walks them all. */
export type FlowKey = `flows/${string}:${string}`;
export type Key = FixedKey | FlowKey;

/** Says something in one language. */
export type Say = (key: Key, values?: Readonly<Record<string, unknown>>) => string;

export type Wording = {
  readonly languages: readonly string[];
  /** The language to use for a tag such as `zh-hans` or `en-GB`; the default if there is none like it. */
  readonly languageFor: (tag: string | undefined) => string;
  readonly in: (language: string) => Say;
  readonly has: (language: string, key: string) => boolean;
};

/** Reads all of locales/: a folder is a language, a file is a namespace named by its path. */
export function openWording(folder = new URL('../locales/', import.meta.url)): Wording {
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  const languages = [DEFAULT_LANGUAGE, ...found.filter((language) => language !== DEFAULT_LANGUAGE)];
  const resources = Object.fromEntries(languages.map((language) => [language, readNamespaces(folder, language)]));
  const i18next = createInstance();
  i18next.init({
    resources,
    fallbackLng: DEFAULT_LANGUAGE,
    supportedLngs: languages,
    ns: Object.keys(resources[DEFAULT_LANGUAGE] ?? {}),
    initAsync: false,
    // We send plain text with entities, never markup; and people's words are not looked through for keys.
    interpolation: { escapeValue: false, skipOnVariables: true },
  });
  const sayerFor = (language: string) => sayer(i18next.getFixedT(language), new Intl.PluralRules(language));
  const sayers = new Map(languages.map((language) => [language, sayerFor(language)]));
  const usual = sayerFor(DEFAULT_LANGUAGE);
  return {
    languages,
    languageFor: (tag) => languages.find((language) => sameLanguage(language, tag)) ?? DEFAULT_LANGUAGE,
    in: (language) => sayers.get(language) ?? usual,
    has: remembered((language, key) => i18next.exists(key, { lng: language, fallbackLng: [] })),
  };
}

/** Keys are made of the flows' own ids, so that there are only so many of them. */
function remembered(has: Wording['has']): Wording['has'] {
  const known = new Map<string, boolean>();
  return (language, key) => {
    const both = `${language} ${key}`;
    const had = known.get(both) ?? has(language, key);
    known.set(both, had);
    return had;
  };
}

/**
 * Each sentence is taken from i18next once a language (and plural form) and then only filled in: i18next costs microseconds,
 * a message says several things. What it alone can do (sentences within sentences, formats) stays with it.
 */
function sayer(translate: TFunction, plurals: Intl.PluralRules): Say {
  const known = new Map<string, readonly string[] | undefined>();
  return (key, values = {}) => {
    const { count } = values;
    const form = typeof count === 'number' ? `${key} ${plurals.select(count)}` : key;
    let parts = known.get(form);
    if (parts === undefined && !known.has(form)) {
      const asWritten = { interpolation: { skipOnVariables: false, prefix: '\0', suffix: '\0' } };
      parts = partsOf(translate(key, count === undefined ? asWritten : { count, ...asWritten }));
      known.set(form, parts);
    }
    if (!parts) return translate(key, values);
    return parts.length === 1 ? (parts[0] ?? '') : filled(parts, values);
  };
}

/** Text, name, text, name, … text; undefined for what only i18next can say. */
function partsOf(sentence: string): readonly string[] | undefined {
  if (sentence.includes('$t(')) return undefined;
  const parts = sentence.split(/\{\{\s*([^{}]*?)\s*\}\}/);
  return parts.every((part, i) => i % 2 === 0 || /^\w+$/.test(part)) ? parts : undefined;
}

function filled(parts: readonly string[], values: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? '';
    text += i % 2 === 0 ? part : String(values[part] ?? `{{${part}}}`);
  }
  return text;
}

function readNamespaces(folder: URL, language: string): Record<string, object> {
  const root = new URL(`${language}/`, folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => [
      file.replaceAll('\\', '/').replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(file, root), 'utf8')),
    ]),
  );
}

function sameLanguage(language: string, tag: string | undefined): boolean {
  return tag !== undefined && language.slice(0, 2).toLowerCase() === tag.slice(0, 2).toLowerCase();
}
