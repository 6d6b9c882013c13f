import type { Names } from '../../engine/step.ts';
import { readWhole } from '../../files/strict-number.ts';
import type { Condition } from './condition.ts';
import type { ReadForm } from './form-draft.ts';
import { FormDraft, specialOption } from './form-draft.ts';
import type { FormPart } from './form-part.ts';
import type { SurveyOption, SurveyQuestion } from './questionnaire.ts';
import { ORDERS } from './questionnaire.ts';
import type { Lists } from './xls-form-choices.ts';
import { listsIn, Texts } from './xls-form-choices.ts';
import { CHOICE_COLUMNS, SETTING_COLUMNS, SURVEY_COLUMNS } from './xls-form-columns.ts';
import type { QuestionKind } from './xls-form-types.ts';
import { isNo, isYes, kindOf } from './xls-form-types.ts';
import { readSheets } from './xls-sheet.ts';

/** Reads an XLSForm (xlsform.org), every cell of its sheets. */
export async function fromXlsForm(file: Buffer): Promise<ReadForm> {
  const draft = new FormDraft();
  const form = await readSheets(file, draft.inventory);
  const [settings, ...more] = form?.settings ?? [];
  for (const { at, names } of more)
    if (names.length > 0) draft.inventory.ignore(at, 'Only the first row of settings counts.');
  const texts = new Texts(settings?.take('default_language'));
  const title = settings ? { ...texts.in(settings, 'form_title'), ...texts.in(settings, 'form_title_en', 'en') } : {};
  const [key, version] = [settings?.take('form_id'), settings?.take('version')];
  const number = readWhole(version as string | undefined);
  if (version !== undefined && number === undefined)
    settings?.ignore('version', 'The import counts versions itself, in whole numbers.');
  settings?.close(SETTING_COLUMNS);
  const lists = listsIn(form?.choices ?? [], texts, draft.inventory);
  const survey = new SurveySheet(draft, texts, lists);
  for (const row of form?.survey ?? []) survey.read(row);
  survey.close();
  return draft.finish({ key: String(key ?? 'imported'), version: number ?? 1, title, valid: survey.valid });
}

type Group = { readonly at: string; readonly outer: Condition | undefined };

/** Reads the rows of the survey sheet one after the other, with the groups that they stand in. */
class SurveySheet {
  readonly valid: string[] = [];
  readonly #draft: FormDraft;
  readonly #texts: Texts;
  readonly #lists: Lists;
  readonly #used = new Set<string>();
  readonly #groups: Group[] = [];

  constructor(draft: FormDraft, texts: Texts, lists: Lists) {
    this.#draft = draft;
    this.#texts = texts;
    this.#lists = lists;
  }

  read(row: FormPart): void {
    if (row.names.length === 0) return;
    const disabled = row.take('disabled');
    if (isYes(disabled)) return this.#draft.inventory.ignore(row.placeOf('disabled'), 'The row is disabled.');
    if (disabled !== undefined && !isNo(disabled)) row.refuse('disabled', 'Write yes or no.');
    const type = row.take('type');
    if (typeof type !== 'string') return this.#readUntyped(row);
    const kind = kindOf(type);
    switch (kind.kind) {
      case 'begin':
        this.#begin(row);
        break;
      case 'end':
        if (!this.#groups.pop()) row.refuse('type', 'No group was begun. Remove the row.');
        break;
      case 'ignored':
        return this.#draft.inventory.ignore(row.placeOf('type'), kind.why);
      case 'refused':
        row.refuse('type', kind.refused);
        // The other columns of the row are accounted for all the same.
        for (const name of row.names) if (!isRefused(name)) row.take(name);
        break;
      case 'question':
        this.#question(row, kind);
    }
    row.close(SURVEY_COLUMNS);
  }

  close(): void {
    for (const { at } of this.#groups) this.#draft.inventory.refuse(at, 'The group has no end. Add "end group".');
    for (const [list, { rows }] of this.#lists) {
      for (const row of rows) {
        if (this.#used.has(list)) row.close(CHOICE_COLUMNS);
        else this.#draft.inventory.ignore(row.at, `No question uses the list ${list}.`);
      }
    }
  }

  /** pyxform skips rows of notes, which have neither a name nor a label. */
  #readUntyped(row: FormPart): void {
    const isNote = !row.names.some((name) => /^(name|label|relevant)(::|$)/.test(name));
    if (isNote) this.#draft.inventory.ignore(row.at, 'It is a row of notes, without a type.');
    else this.#draft.inventory.refuse(row.at, 'The row has no type. Fill it in.');
  }

  /** A group has no meaning of its own: its label becomes a text, its condition that of its questions. */
  #begin(row: FormPart): void {
    const outer = this.#groups.at(-1)?.outer;
    const inner = this.#draft.condition(row, 'relevant', 'xpath', outer);
    row.take('name');
    this.#checkLocked(row);
    this.#checkAppearance(row);
    this.#draft.addHeading(this.#labelIn(row), inner);
    this.#groups.push({ at: row.placeOf('type'), outer: inner });
  }

  #question(row: FormPart, { type: usual, list, hasOther }: QuestionKind): void {
    const declared = row.take('anlin_type');
    const type = declared === 'scale' && usual === 'single' ? 'scale' : usual;
    if (declared !== undefined && declared !== type) row.refuse('anlin_type', `This row is of the type ${usual}.`);
    const code = String(row.take('name') ?? '');
    if (code === '' && type !== 'info') row.refuse('name', 'The question has no name. Fill it in.');
    const showIf = this.#draft.condition(row, 'relevant', 'xpath', this.#groups.at(-1)?.outer);
    const options = list === undefined ? [] : this.#optionsOf(row, list, hasOther);
    const { order, max } = { order: orderIn(row, type), max: maxIn(row, type) };
    this.#checkAppearance(row);
    const question: SurveyQuestion = {
      code,
      type,
      text: this.#labelIn(row),
      ...(options.length > 0 ? { options } : {}),
      ...(order ? { order } : {}),
      ...(max === undefined ? {} : { max }),
      ...(showIf ? { showIf } : {}),
    };
    this.#checkFlags(row, question);
    this.#draft.add(question);
    if (hasOther) this.#draft.addOtherWords(code);
  }

  #optionsOf(row: FormPart, list: string, hasOther: boolean): readonly SurveyOption[] {
    this.#used.add(list);
    const options = this.#lists.get(list)?.options ?? [];
    if (options.length === 0) row.refuse('type', `The sheet choices has no list "${list}". Add it.`);
    const isMissing = hasOther && options.every(({ code }) => code !== 'other');
    return isMissing ? [...options, specialOption('other')] : options;
  }

  #labelIn(row: FormPart): Names {
    const [label, hint] = [this.#texts.in(row, 'label'), this.#texts.in(row, 'hint')];
    const both = Object.keys(hint).map((language) => [
      language,
      [label[language], hint[language]].filter(Boolean).join('\n'),
    ]);
    return { ...label, ...Object.fromEntries(both) };
  }

  #checkFlags(row: FormPart, question: SurveyQuestion): void {
    const required = row.take('required');
    if (isYes(required)) this.#draft.require(row, 'required', question);
    else if (required !== undefined && !isNo(required))
      row.refuse('required', 'The chat computes nothing. Write yes or no.');
    if (question.type !== 'info') this.#checkLocked(row);
    const needed = row.take('anlin_valid');
    if (isYes(needed)) this.valid.push(question.code);
    else if (needed !== undefined && !isNo(needed)) row.refuse('anlin_valid', 'Write yes or no.');
  }

  #checkLocked(row: FormPart): void {
    const locked = row.take('read_only');
    if (locked !== undefined && !isNo(locked))
      row.refuse('read_only', 'A question that cannot be answered is a text. Write the type note.');
  }

  #checkAppearance(row: FormPart): void {
    const looks = row.take('appearance');
    if (typeof looks !== 'string') return;
    const meant = /search\s*\(|\bex:|(?:^|\s)(?:label|numbers)(?=\s|$)/i.exec(looks)?.[0].trim();
    if (meant) row.refuse('appearance', `"${meant}" changes what is asked. Remove it, or ask in another way.`);
    else row.ignore('appearance', 'It concerns the looks of a form.');
  }
}

/** Returns true for a column that no row may fill. */
function isRefused(column: string): boolean {
  return Object.hasOwn(SURVEY_COLUMNS.refused, column.split('::')[0] ?? '');
}

/** Reads the order from `parameters` (`randomize=true`) and from our own column. */
function orderIn(row: FormPart, type: SurveyQuestion['type']): SurveyQuestion['order'] {
  const [own, parameters] = [row.take('anlin_order'), row.take('parameters')];
  const order = ORDERS.find((one) => one === own);
  if (own !== undefined && !order) row.refuse('anlin_order', `It is one of ${ORDERS.join(', ')}.`);
  const pairs = String(parameters ?? '')
    .toLowerCase()
    .replace(/\s*=\s*/g, '=')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const isChosen = type !== 'text' && type !== 'info';
  const strange = pairs.find((pair) => !(isChosen ? /^randomize=(true|false)$/ : /^rows=/).test(pair));
  if (strange) row.refuse('parameters', `"${strange}" is not carried. Remove it.`);
  return order ?? (pairs.includes('randomize=true') ? 'shuffled' : undefined);
}

/** Reads the most options that may be ticked. The chat checks nothing else. */
function maxIn(row: FormPart, type: SurveyQuestion['type']): number | undefined {
  const written = row.take('constraint');
  if (typeof written !== 'string') return undefined;
  const text = written.replace(/\s+/g, '');
  const [, below, bound] = /^count-selected\(\.\)(<=?)(\d+)$/.exec(text) ?? [];
  const [, turned, above] = /^(\d+)(>=?)count-selected\(\.\)$/.exec(text) ?? [];
  const [sign, most] = [below ?? above, readWhole(bound ?? turned)];
  if (type === 'several' && most !== undefined) return sign?.endsWith('=') ? most : most - 1;
  row.refuse('constraint', 'Of constraints the chat knows count-selected(.) <= n of select_multiple. Remove it.');
  return undefined;
}
