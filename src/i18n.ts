import type { TFunction } from 'i18next';
import { createInstance } from 'i18next';
import type audit from '../locales/zh-CN/audit.json';
import type cityPage from '../locales/zh-CN/city-page.json';
import type common from '../locales/zh-CN/common.json';
import type consoleWords from '../locales/zh-CN/console.json';
import type imports from '../locales/zh-CN/import.json';
import type questionnaires from '../locales/zh-CN/questionnaire.json';
import { readLocales } from './read-locales.ts';

/** The default language. Its wording is complete; every other language falls back to it. */
export const DEFAULT_LANGUAGE = 'zh-CN';

type Paths<T> = T extends string
  ? never
  : { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];
/** Keys of fixed wording, checked by the compiler. */
export type FixedKey =
  | `audit:${Paths<typeof audit>}`
  | `common:${Paths<typeof common>}`
  | `city-page:${Paths<typeof cityPage>}`
  | `console:${Paths<typeof consoleWords>}`
  | `import:${Paths<typeof imports>}`
  | `questionnaire:${Paths<typeof questionnaires>}`;
/** Keys of flow wording, made of ids; test/locales.test.ts checks them all. */
export type FlowKey = `flows/${string}:${string}`;
export type Key = FixedKey | FlowKey;

/** Words a key in one language. */
export type Say = (key: Key, values?: Readonly<Record<string, unknown>>) => string;

export type Wording = {
  readonly languages: readonly string[];
  /** Names of all languages, by the language of the reader. */
  readonly languageNames: readonly LanguageName[];
  /** The closest language for a tag such as `zh-hans` or `en-GB`; the default if none is close. */
  readonly languageFor: (tag: string | undefined) => string;
  /** The words of a language; with a channel, they say truly who carries the messages. */
  readonly in: (language: string, channel?: string) => Say;
  /** True if the language itself words the key. */
  readonly has: (language: string, key: string) => boolean;
  /** True if the language or the default words the key. */
  readonly canSay: (language: string, key: string) => boolean;
  /** Keys of the default language that a language lacks, sorted, without plural endings. */
  readonly missingKeys: (language: string) => readonly string[];
};

/** A language with its name by the language of the reader. */
export type LanguageName = { readonly id: string; readonly names: Readonly<Record<string, string>> };

/** Prefix of the key of a language's name. Its own file must have it; others may name it in their words. */
const NAME_KEY = 'flows/choose-language:language.options.';

/** Reads all of locales/: each folder is a language, each file a namespace named by its path. */
export function openWording(folder = new URL('../locales/', import.meta.url)): Wording {
  const resources = readLocales(folder);
  const others = Object.keys(resources).filter((language) => language !== DEFAULT_LANGUAGE);
  const languages = [DEFAULT_LANGUAGE, ...others];
  const i18next = createInstance();
  i18next.init({
    resources,
    fallbackLng: DEFAULT_LANGUAGE,
    supportedLngs: languages,
    ns: Object.keys(resources[DEFAULT_LANGUAGE] ?? {}),
    initAsync: false,
    // Messages are plain text, so values are not escaped; people's words are not searched for keys.
    interpolation: { escapeValue: false, skipOnVariables: true },
  });
  const sayerFor = (language: string, fixed?: FixedValues) =>
    sayer(i18next.getFixedT(language), new Intl.PluralRules(language), fixed);
  const sayers = new Map(languages.map((language) => [language, sayerFor(language)]));
  const defaultSayer = sayerFor(DEFAULT_LANGUAGE);
  const ofChannels = new Map<string, Say>();
  const onChannel = (language: string, channel: string): Say => {
    const name = `${language} ${channel}`;
    const known = ofChannels.get(name);
    if (known) return known;
    const plain = sayers.get(language) ?? defaultSayer;
    const key = `common:carried.${channel}` as FixedKey;
    const said = sayerFor(sayers.has(language) ? language : DEFAULT_LANGUAGE, { carried: plain(key) });
    ofChannels.set(name, said);
    return said;
  };
  const has = cached((language, key) => i18next.exists(key, { lng: language, fallbackLng: [] }));
  const nameOf = (language: string, reader: string) => {
    const key: FlowKey = `${NAME_KEY}${language}`;
    return has(reader, key) ? sayers.get(reader)?.(key) : undefined;
  };
  const namesOf = (language: string) => {
    const own = nameOf(language, language) ?? language;
    return Object.fromEntries(languages.map((reader) => [reader, nameOf(language, reader) ?? own]));
  };
  return {
    languages,
    languageNames: languages.map((id) => ({ id, names: namesOf(id) })),
    languageFor: (tag) => closestLanguage(tag, languages) ?? DEFAULT_LANGUAGE,
    in: (language, channel) =>
      channel === undefined ? (sayers.get(language) ?? defaultSayer) : onChannel(language, channel),
    has,
    canSay: (language, key) => has(language, key) || has(DEFAULT_LANGUAGE, key),
    missingKeys: (language) => {
      const own = new Set(keysOf(resources[language] ?? {}));
      return [...new Set(keysOf(resources[DEFAULT_LANGUAGE] ?? {}))].filter((key) => !own.has(key)).sort();
    },
  };
}

/** Keys are made of flow ids, so the cache stays small. */
function cached(has: Wording['has']): Wording['has'] {
  const results = new Map<string, boolean>();
  return (language, key) => {
    const both = `${language} ${key}`;
    const result = results.get(both) ?? has(language, key);
    results.set(both, result);
    return result;
  };
}

/** All keys of a language, as `namespace:path` without plural endings. */
function keysOf(namespaces: Readonly<Record<string, object>>): readonly string[] {
  return Object.entries(namespaces).flatMap(([namespace, tree]) => pathsOf(tree).map((path) => `${namespace}:${path}`));
}

function pathsOf(tree: object): readonly string[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? pathsOf(value).map((path) => `${name}.${path}`)
      : [name.replace(/_(zero|one|two|few|many|other)$/, '')],
  );
}

/**
 * Asks i18next once per sentence, language and plural form, then only fills in values. A lookup costs microseconds, and a
 * message needs several. Nested keys and formats stay with i18next.
 */
function sayer(translate: TFunction, plurals: Intl.PluralRules, fixed: FixedValues = {}): Say {
  /** A sentence without values, the parts of one with values, or null for what only i18next can word. */
  const sentences = new Map<string, string | readonly string[] | null>();
  return (key, values) => {
    const count = values?.count;
    const form = typeof count === 'number' ? `${key} ${plurals.select(count)}` : key;
    let found = sentences.get(form);
    if (found === undefined) {
      const asWritten = { interpolation: { skipOnVariables: false, prefix: '\0', suffix: '\0' } };
      const parts = partsOf(translate(key, count === undefined ? asWritten : { count, ...asWritten }));
      found = (parts?.length === 1 ? parts[0] : parts) ?? null;
      sentences.set(form, found);
    }
    if (typeof found === 'string') return found;
    return found ? fillIn(found, values ?? {}, fixed) : translate(key, values ?? {});
  };
}

/** Splits a sentence into text, value name, text, …; undefined if only i18next can word it. */
function partsOf(sentence: string): readonly string[] | undefined {
  if (sentence.includes('$t(')) return undefined;
  const parts = sentence.split(/\{\{\s*([^{}]*?)\s*\}\}/);
  return parts.every((part, i) => i % 2 === 0 || /^\w+$/.test(part)) ? parts : undefined;
}

/** Values that each sentence of a sayer may use. */
type FixedValues = Readonly<Record<string, string>>;

function fillIn(parts: readonly string[], values: Readonly<Record<string, unknown>>, fixed: FixedValues): string {
  let text = '';
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? '';
    text += i % 2 === 0 ? part : String(values[part] ?? fixed[part] ?? `{{${part}}}`);
  }
  return text;
}

/**
 * Finds the closest of our languages for a BCP 47 tag; undefined if none shares its base language.
 * The full tag wins, then language and script, then the language alone; the earlier of equals wins.
 * Thus `zh-TW` and `zh-hant` prefer `zh-HK` to `zh-CN`. The script follows from the likely subtags of Unicode CLDR.
 */
function closestLanguage(tag: string | undefined, languages: readonly string[]): string | undefined {
  const wanted = parseTag(tag ?? '');
  if (!wanted) return undefined;
  const scored = languages.map((language) => ({ language, score: similarity(wanted, parseTag(language)) }));
  const best = Math.max(...scored.map(({ score }) => score));
  return best > 0 ? scored.find(({ score }) => score === best)?.language : undefined;
}

function similarity(wanted: Intl.Locale, offered: Intl.Locale | undefined): number {
  if (offered?.language !== wanted.language) return 0;
  const sameScript = offered.script === wanted.script;
  return 1 + (sameScript ? 2 : 0) + (offered.region === wanted.region ? 1 : 0);
}

/** Parses language, script and region of a tag. Clients send invalid tags such as `zh-hans-raw`; invalid ends are cut off. */
function parseTag(tag: string): Intl.Locale | undefined {
  const parts = tag.replaceAll('_', '-').split('-', 3);
  for (let length = parts.length; length > 0; length -= 1) {
    try {
      return new Intl.Locale(parts.slice(0, length).join('-')).maximize();
    } catch {
      // Invalid; try without the last part.
    }
  }
  return undefined;
}
