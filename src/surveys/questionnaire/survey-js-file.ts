import type { Names } from '../../engine/step.ts';
import { FormDraft, languageOf } from './form-draft.ts';
import type { FormEntry } from './form-part.ts';
import { FormPart } from './form-part.ts';
import { plainText } from './plain-text.ts';
import { FORMER_NAMES } from './survey-js-properties.ts';

/** The objects and texts of a SurveyJS definition, and the form that they become. */
export class SurveyJsFile {
  readonly draft = new FormDraft();
  /** The language of texts that are not translated. */
  language: 'zh-CN' | 'en' | undefined = 'zh-CN';

  /** Opens an object; refuses anything else. */
  open(json: unknown, path: string): FormPart | undefined {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.draft.inventory.refuse(path, 'It is not what SurveyJS writes. Write an object.');
      return undefined;
    }
    const entries = new Map<string, FormEntry>();
    for (const [written, value] of Object.entries(json)) {
      const name = FORMER_NAMES.get(written) ?? written;
      const at = `${path}.${written}`;
      if (entries.has(name))
        this.draft.inventory.refuse(at, `It is the former name of "${name}". Keep one of the two.`);
      else entries.set(name, { at, value });
    }
    return new FormPart(path, entries, this.draft.inventory);
  }

  /** Opens each object of a list. */
  each(part: FormPart, name: string, read: (json: unknown, path: string) => void): void {
    const list = part.take(name);
    if (list === undefined) return;
    if (!Array.isArray(list)) part.refuse(name, 'It is a list.');
    else for (const [i, one] of list.entries()) read(one, `${part.placeOf(name)}[${i}]`);
  }

  /** Reads a text, or a text by locale. Texts of languages that the product does not have are ignored. */
  text(part: FormPart, name: string): Names | undefined {
    const written = part.takeAny(name);
    if (written === undefined) return undefined;
    const byLocale: Readonly<Record<string, unknown>> =
      typeof written === 'object' ? (written as Record<string, unknown>) : { default: written };
    // The text without a locale stands in for a language that has none of its own.
    const locales = Object.keys(byLocale).sort((a, b) => Number(a === 'default') - Number(b === 'default'));
    const texts: Record<string, string> = {};
    for (const locale of locales) {
      const language = locale === 'default' ? this.language : languageOf(locale);
      const text = byLocale[locale];
      if (typeof text === 'object') part.refuse(name, 'It is a text.');
      else if (language === undefined || texts[language] !== undefined) this.#ignore(part, name, locale, text, texts);
      else texts[language] = this.#plain(part, name, String(text));
    }
    return texts;
  }

  /** Reads a title with the description below it, since both are part of what people read. */
  titleWithDescription(part: FormPart, name: string, usual: Names = {}): Names {
    const title = this.text(part, name) ?? usual;
    const description = this.text(part, 'description') ?? {};
    const languages = new Set([...Object.keys(title), ...Object.keys(description)]);
    const lines = (language: string) => [title[language], description[language]].filter((line) => Boolean(line));
    return Object.fromEntries([...languages].map((language) => [language, lines(language).join('\n')]));
  }

  #ignore(part: FormPart, name: string, locale: string, text: unknown, texts: Names): void {
    if (Object.values(texts).includes(String(text))) return;
    this.draft.inventory.ignore(`${part.placeOf(name)}.${locale}`, 'It is a text for another language.');
  }

  #plain(part: FormPart, name: string, text: string): string {
    const plain = part.accept(name, plainText(text)) ?? '';
    if (/\{[^{}\s]+\}/.test(plain)) part.refuse(name, `"${plain}" repeats an answer. Write the text without {…}.`);
    return plain;
  }
}
