import type { Names } from '../../engine/step.ts';
import { NO, specialOption, YES } from './form-draft.ts';
import type { FormPart } from './form-part.ts';
import { ownValue } from './form-part.ts';
import type { OptionRole, QuestionType, SurveyOption, SurveyQuestion } from './questionnaire.ts';
import { OPTION_ROLES, ORDERS } from './questionnaire.ts';
import type { SurveyJsFile } from './survey-js-file.ts';
import { CHOICE_RULES } from './survey-js-properties.ts';

/** Question types by SurveyJS type. The first is the usual one; `anlinType` chooses another. */
const TYPES: Readonly<Record<string, readonly QuestionType[]>> = {
  radiogroup: ['single', 'scale'],
  dropdown: ['single', 'scale'],
  boolean: ['single'],
  rating: ['scale', 'single'],
  checkbox: ['several'],
  tagbox: ['several'],
  comment: ['text'],
  text: ['text'],
  html: ['info'],
};
const RATES_MAX = 100;
/** Options that a flag adds, in the order in which SurveyJS shows them. */
const SPECIAL_OPTIONS = [
  ['none', 'showNoneItem', 'noneText'],
  ['refused', 'showRefuseItem', 'refuseText'],
  ['dontknow', 'showDontKnowItem', 'dontKnowText'],
  ['other', 'showOtherItem', 'otherText'],
] as const;

/** Reads the type of a question; refuses those that a chat cannot ask. */
export function typeIn(part: FormPart): QuestionType | undefined {
  const written = String(part.takeAny('type') ?? '');
  const declared = part.take('anlinType');
  const types = ownValue(TYPES, written);
  if (!types) {
    part.refuse('type', `Questions of the type "${written}" cannot be asked in a chat. Use options, or a comment.`);
    return undefined;
  }
  const type = declared === undefined ? types[0] : types.find((one) => one === declared);
  if (!type) part.refuse('anlinType', `A ${written} is ${types.join(' or ')}.`);
  return type;
}

/** Reads the order of the options. */
export function orderIn(part: FormPart): SurveyQuestion['order'] {
  const [own, usual] = [part.take('anlinOrder'), part.take('choicesOrder')];
  const order = ORDERS.find((one) => one === own);
  if (own !== undefined && !order) part.refuse('anlinOrder', `It is one of ${ORDERS.join(', ')}.`);
  if (usual !== undefined && usual !== 'none' && usual !== 'random')
    part.refuse('choicesOrder', 'Options are shown as written, or shuffled. Write them in their order.');
  return order ?? (usual === 'random' ? 'shuffled' : undefined);
}

/** Reads all options of a question, those that a flag adds included. */
export function optionsIn(file: SurveyJsFile, part: FormPart, type: QuestionType): readonly SurveyOption[] {
  if (type === 'text' || type === 'info') return [];
  const written = part.take('type');
  const own =
    written === 'boolean'
      ? booleanOptions(file, part)
      : written === 'rating'
        ? ratingOptions(file, part)
        : listOptions(file, part, 'choices');
  const special = SPECIAL_OPTIONS.flatMap(([option, flag, words]) =>
    part.take(flag) === true ? [specialOption(option, file.text(part, words))] : [],
  );
  return [...own, ...special];
}

function booleanOptions(file: SurveyJsFile, part: FormPart): readonly SurveyOption[] {
  return [
    { code: String(part.takeAny('valueTrue') ?? 'true'), text: file.text(part, 'labelTrue') ?? YES },
    { code: String(part.takeAny('valueFalse') ?? 'false'), text: file.text(part, 'labelFalse') ?? NO },
  ];
}

/** Rates from the list, or from the least to the most. Numbers score evenly from 0 to 100. */
function ratingOptions(file: SurveyJsFile, part: FormPart): readonly SurveyOption[] {
  const listed = listOptions(file, part, 'rateValues');
  const rates = listed.length > 0 ? listed : countedRates(part);
  const ends = [file.text(part, 'minRateDescription'), file.text(part, 'maxRateDescription')];
  const numbers = rates.filter(({ role }) => role === undefined).map((rate) => Number(rate.code));
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const isOpinion = ({ role }: SurveyOption) => role === undefined;
  const [first, last] = [rates.findIndex(isOpinion), rates.findLastIndex(isOpinion)];
  return rates.map((rate, i) => {
    const described = i === first ? ends[0] : i === last ? ends[1] : undefined;
    const text = described ? withWords(rate.text, described) : rate.text;
    if (!isOpinion(rate) || rate.score !== undefined || !numbers.every(Number.isFinite) || least === most)
      return { ...rate, text };
    return { ...rate, text, score: Math.round((100 * (Number(rate.code) - least)) / (most - least)) };
  });
}

function countedRates(part: FormPart): readonly SurveyOption[] {
  const number = (name: string, usual: number): number => {
    const written = part.takeAny(name) ?? usual;
    if (typeof written === 'number' && Number.isFinite(written)) return written;
    part.refuse(name, 'It is a number.');
    return usual;
  };
  const [least, step, count] = [number('rateMin', 1), number('rateStep', 1), number('rateCount', 0)];
  const most = number('rateMax', count > 0 ? least + step * (count - 1) : 5);
  const rates = step > 0 ? Math.floor((most - least) / step) + 1 : 0;
  if (rates < 2 || rates > RATES_MAX) part.refuse('type', `The rates run from ${least} to ${most} by ${step}.`);
  return Array.from({ length: Math.min(Math.max(rates, 0), RATES_MAX) }, (_, i) => {
    const rate = String(least + i * step);
    return { code: rate, text: { 'zh-CN': rate } };
  });
}

function withWords(rate: Names, words: Names): Names {
  const described = Object.entries(words).map(([language, word]) => [
    language,
    `${rate[language] ?? rate['zh-CN']} ${word}`,
  ]);
  return { ...rate, ...Object.fromEntries(described) };
}

function listOptions(file: SurveyJsFile, part: FormPart, name: string): readonly SurveyOption[] {
  const written = part.take(name) ?? [];
  if (!Array.isArray(written)) {
    part.refuse(name, 'It is a list.');
    return [];
  }
  return written.flatMap((one, i) => optionOf(file, one, `${part.placeOf(name)}[${i}]`));
}

function optionOf(file: SurveyJsFile, json: unknown, path: string): readonly SurveyOption[] {
  // SurveyJS splits a text at the bar: `yes|I agree`.
  const [value, ...label] = typeof json === 'string' ? json.split('|') : [json];
  const isPlain = typeof value !== 'object';
  const part = file.open(isPlain ? { value, ...(label.length > 0 ? { text: label.join('|') } : {}) } : json, path);
  if (!part) return [];
  const code = part.takeAny('value');
  if (typeof code === 'object') part.refuse('value', 'It is a text or a number.');
  const text = file.text(part, 'text') ?? file.text(part, 'value') ?? {};
  const { score, role } = { score: part.takeAny('score'), role: part.take('anlinRole') };
  if (score !== undefined && (typeof score !== 'number' || score < 0 || score > 100))
    part.refuse('score', 'It is a number from 0 to 100.');
  const known = OPTION_ROLES.find((one): one is OptionRole => one === role);
  if (role !== undefined && !known) part.refuse('anlinRole', `It is one of ${OPTION_ROLES.join(', ')}.`);
  // An option that excludes all others says that none of them holds.
  const isExclusive = part.take('isExclusive') === true;
  const option: SurveyOption = {
    code: String(code ?? ''),
    text,
    ...(typeof score === 'number' ? { score } : {}),
    ...(known || isExclusive ? { role: known ?? 'none' } : {}),
  };
  part.close(CHOICE_RULES);
  return [option];
}
