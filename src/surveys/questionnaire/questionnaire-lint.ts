import words from './lint-words.json' with { type: 'json' };
import type { Questionnaire, SurveyQuestion } from './questionnaire.ts';
import { PLACES } from './questionnaire.ts';

/** Something that keeps a questionnaire from being asked: where, and why (worded in locales). `found` is what was read there. */
export type QuestionnaireFault = { readonly question: string; readonly what: string; readonly found: string };

/** More than this takes longer than three minutes, and people stop. */
const QUESTIONS_MAX = 15;
const TEXT_MAX = 160;
const LABEL_MAX = 40;
const OPTIONS_MAX = 16;
const CODE = /^[A-Za-z][A-Za-z0-9]{0,7}$/;
const OPTION_CODE = /^\w{1,4}$/;
/** Every questionnaire asks it, so that coached answers are noticed. */
const COACHING = 'C1';

/** Everything that is wrong with a questionnaire: what nobody may be asked, what leads to an answer, and what cannot be asked at all. */
export function faultsIn(questionnaire: Questionnaire): readonly QuestionnaireFault[] {
  const { questions, valid, title } = questionnaire;
  const asked = questions.filter(({ type }) => type !== 'info');
  const codes = questions.map(({ code }) => code);
  const whole: readonly QuestionnaireFault[] = [
    ...(asked.length === 0 ? [fault('', 'empty')] : []),
    ...(asked.length > QUESTIONS_MAX || questions.length > PLACES
      ? [fault('', 'too_many', String(questions.length))]
      : []),
    ...(title['zh-CN'] ? [] : [fault('', 'no_title')]),
    ...(codes.includes(COACHING) ? [] : [fault('', 'no_coaching_check')]),
    ...codes.filter((code, i) => codes.indexOf(code) !== i).map((code) => fault(code, 'same_code')),
    ...valid.filter((code) => !codes.includes(code)).map((code) => fault(code, 'unknown_question')),
  ];
  return [...whole, ...questions.flatMap((question, i) => faultsOf(question, questions.slice(0, i)))];
}

function faultsOf(question: SurveyQuestion, before: readonly SurveyQuestion[]): readonly QuestionnaireFault[] {
  const { code, type, text, options = [], showIf, max } = question;
  const said = [...Object.values(text), ...options.flatMap((option) => Object.values(option.text))];
  const chosen = type === 'single' || type === 'several' || type === 'scale';
  const optionCodes = options.map((option) => option.code);
  return [
    ...(CODE.test(code) ? [] : [fault(code, 'bad_code', code)]),
    ...(text['zh-CN'] ? [] : [fault(code, 'no_text')]),
    ...Object.values(text)
      .filter(({ length }) => length > TEXT_MAX)
      .map((one) => fault(code, 'too_long', one)),
    ...(chosen && options.length < 2 ? [fault(code, 'too_few_options')] : []),
    ...(options.length > OPTIONS_MAX ? [fault(code, 'too_many_options', String(options.length))] : []),
    ...optionCodes.filter((one) => !OPTION_CODE.test(one)).map((one) => fault(code, 'bad_option_code', one)),
    ...optionCodes
      .filter((one, i) => optionCodes.indexOf(one) !== i)
      .map((one) => fault(code, 'same_option_code', one)),
    ...options.filter((option) => !option.text['zh-CN']).map((option) => fault(code, 'no_text', option.code)),
    ...options
      .flatMap((option) => Object.values(option.text).filter(({ length }) => length > LABEL_MAX))
      .map((one) => fault(code, 'too_long', one)),
    // Whoever has no opinion must be able to say so.
    ...(chosen && !options.some(({ role }) => role === 'dont_know' || role === 'none')
      ? [fault(code, 'no_way_out')]
      : []),
    ...(type === 'scale' && !isBalanced(question) ? [fault(code, 'one_sided')] : []),
    ...(max !== undefined && (max < 1 || max > options.length) ? [fault(code, 'bad_max', String(max))] : []),
    ...(showIf && !refers(showIf, before) ? [fault(code, 'bad_condition', showIf.question)] : []),
    ...said.flatMap((one) => wordFaults(code, one)),
  ];
}

/** As many better as worse answers, as far as scores tell. */
function isBalanced({ options = [] }: SurveyQuestion): boolean {
  const scores = options.flatMap(({ score }) => (score === undefined ? [] : [score]));
  return scores.filter((score) => score > 50).length === scores.filter((score) => score < 50).length;
}

function refers(
  { question, in: codes }: NonNullable<SurveyQuestion['showIf']>,
  before: readonly SurveyQuestion[],
): boolean {
  const known = before.find(({ code }) => code === question)?.options?.map(({ code }) => code) ?? [];
  return codes.length > 0 && codes.every((code) => known.includes(code));
}

function wordFaults(code: string, text: string): readonly QuestionnaireFault[] {
  const small = text.toLowerCase();
  // Latin words are looked for as words: an “address” is none in “addressed”.
  const has = (word: string) =>
    /^[\x20-\x7e]+$/.test(word) ? new RegExp(`\\b${word}\\b`, 'i').test(small) : small.includes(word);
  const forbidden = Object.entries(words.forbidden).flatMap(([topic, list]) =>
    list.filter(has).map((word) => fault(code, `forbidden_${topic}`, word)),
  );
  return [...forbidden, ...words.leading.filter(has).map((word) => fault(code, 'leading', word))];
}

function fault(question: string, what: string, found = ''): QuestionnaireFault {
  return { question, what, found };
}
