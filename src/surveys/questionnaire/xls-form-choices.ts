import type { Names } from '../../engine/step.ts';
import type { FileInventory } from '../../files/file-inventory.ts';
import { readDecimal } from '../../files/strict-number.ts';
import { languageOf } from './form-draft.ts';
import type { FormPart } from './form-part.ts';
import { plainText, withoutMarkdown } from './plain-text.ts';
import type { OptionRole, SurveyOption } from './questionnaire.ts';
import { OPTION_ROLES } from './questionnaire.ts';

const OTHER_LANGUAGE = 'It is a text for another language.';

/** Lists of options by name, with the rows that they stand in. */
export type Lists = ReadonlyMap<
  string,
  { readonly options: readonly SurveyOption[]; readonly rows: readonly FormPart[] }
>;

/** Reads labels by language. A label without a language is in the default language of the form. */
export class Texts {
  readonly #usual: 'zh-CN' | 'en' | undefined;

  constructor(defaultLanguage: unknown) {
    this.#usual = typeof defaultLanguage === 'string' ? languageOf(defaultLanguage) : 'zh-CN';
  }

  in(part: FormPart, column: string, usual = this.#usual): Names {
    const named = (['zh-CN', 'en'] as const).flatMap((language) => {
      const text = this.#plain(part, `${column}::${language}`);
      return text === undefined ? [] : [[language, text] as const];
    });
    const texts: Record<string, string> = Object.fromEntries(named);
    if (usual === undefined || texts[usual] !== undefined) {
      if (part.names.includes(column))
        part.ignore(column, usual === undefined ? OTHER_LANGUAGE : 'The column with its language stands beside it.');
      return texts;
    }
    const text = this.#plain(part, column);
    return text === undefined ? texts : { ...texts, [usual]: text };
  }

  #plain(part: FormPart, column: string): string | undefined {
    const written = part.take(column);
    if (typeof written !== 'string') return undefined;
    if (/\$\{[^{}]*\}/.test(written)) part.refuse(column, 'It repeats an answer. Write the text alone.');
    return part.accept(column, plainText(withoutMarkdown(written)));
  }
}

/** Reads the sheet choices. */
export function listsIn(rows: readonly FormPart[], texts: Texts, inventory: FileInventory): Lists {
  const lists = new Map<string, { options: SurveyOption[]; rows: FormPart[] }>();
  for (const row of rows) {
    const list = row.take('list_name');
    if (typeof list !== 'string') {
      if (row.names.some((name) => name === 'name' || name.startsWith('label')))
        inventory.refuse(row.at, 'The option has no list_name. Fill it in.');
      continue;
    }
    const found = lists.get(list) ?? { options: [], rows: [] };
    lists.set(list, found);
    found.options.push(optionIn(row, texts));
    found.rows.push(row);
  }
  return lists;
}

function optionIn(row: FormPart, texts: Texts): SurveyOption {
  const [written, role] = [row.take('score'), row.take('role')];
  const score = readDecimal(written as string | undefined);
  if (written !== undefined && (score === undefined || score < 0 || score > 100))
    row.refuse('score', 'It is a number from 0 to 100.');
  const known = OPTION_ROLES.find((one): one is OptionRole => one === role);
  if (role !== undefined && !known) row.refuse('role', `It is one of ${OPTION_ROLES.join(', ')}.`);
  return {
    code: String(row.take('name') ?? ''),
    text: texts.in(row, 'label'),
    ...(score === undefined ? {} : { score }),
    ...(known ? { role: known } : {}),
  };
}
