import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, textIn } from '../tencent/platform-json.ts';
import type { Template } from './account.ts';
import { refuse } from './errors.ts';

/** The form of each kind of field: the letters of its name, before its number. */
const FORMS: Readonly<Record<string, RegExp>> = {
  thing: /^.{1,20}$/u,
  character_string: /^[\x21-\x7e]{1,32}$/,
  number: /^\d{1,32}$/,
  phrase: /^\p{Script=Han}{1,5}$/u,
  time: /^(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}(:\d{2})?$/,
  date: /^\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d{2}(:\d{2})?)?$/,
  const: /^.{1,20}$/u,
};

/** Checks the values of a template's fields and returns the rows of the card. */
export function checkTemplateData(data: Fields | undefined, { fields }: Template, blockedWords: readonly string[]) {
  const rows = Object.entries(fields).map(([name, label]) => {
    const value = textIn(fieldsIn(data, name), 'value');
    const form = FORMS[name.replace(/\d+$/, '')];
    if (!form?.test(value)) throw refuse(47003, ` data.${name}.value invalid`);
    return { label, value };
  });
  const unknown = Object.keys(data ?? {}).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw refuse(47003, ` data.${unknown} unknown`);
  if (rows.some(({ value }) => blockedWords.some((word) => value.includes(word)))) throw refuse(40249);
  return rows;
}
