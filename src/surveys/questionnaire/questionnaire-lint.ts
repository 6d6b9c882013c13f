import words from './lint-words.json' with { type: 'json' };
import type { Questionnaire, SurveyQuestion } from './questionnaire.ts';
import { QUESTION_SLOTS } from './questionnaire.ts';

/** A reason not to accept a questionnaire; `what` is worded in locales, `found` is the offending text. */
export type QuestionnaireFault = { readonly question: string; readonly what: string; readonly found: string };

/** More questions take longer than three minutes, and people break off. */
const QUESTIONS_MAX = 15;
const TEXT_MAX = 160;
const LABEL_MAX = 40;
const OPTIONS_MAX = 16;
const CODE = /^[A-Za-z][A-Za-z0-9]{0,7}$/;
const OPTION_CODE = /^\w{1,8}$/;
/** Code of the required question by which coached answers are detected. */
const COACHING_CODE = 'C1';

/** Lists all faults of a questionnaire: forbidden topics, leading words, and questions that a chat cannot ask. */
export function faultsIn(questionnaire: Questionnaire): readonly QuestionnaireFault[] {
  const { questions, valid, title } = questionnaire;
  const asked = questions.filter(({ type }) => type !== 'info');
  const codes = questions.map(({ code }) => code);
  const whole: readonly QuestionnaireFault[] = [
    ...(asked.length === 0 ? [fault('', 'empty')] : []),
    ...(asked.length > QUESTIONS_MAX || questions.length > QUESTION_SLOTS
      ? [fault('', 'too_many', String(questions.length))]
      : []),
    ...(title['zh-CN'] ? [] : [fault('', 'no_title')]),
    ...(codes.includes(COACHING_CODE) ? [] : [fault('', 'no_coaching_check')]),
    ...codes.filter((code, i) => codes.indexOf(code) !== i).map((code) => fault(code, 'same_code')),
    ...valid.filter((code) => !codes.includes(code)).map((code) => fault(code, 'unknown_question')),
  ];
  return [...whole, ...questions.flatMap((question, i) => faultsOf(question, questions.slice(0, i)))];
}

function faultsOf(question: SurveyQuestion, before: readonly SurveyQuestion[]): readonly QuestionnaireFault[] {
  const { code, type, text, options = [], showIf, max } = question;
  const texts = [...Object.values(text), ...options.flatMap((option) => Object.values(option.text))];
  const hasOptions = type === 'single' || type === 'several' || type === 'scale';
  const optionCodes = options.map((option) => option.code);
  return [
    ...(CODE.test(code) ? [] : [fault(code, 'bad_code', code)]),
    ...(text['zh-CN'] ? [] : [fault(code, 'no_text')]),
    ...Object.values(text)
      .filter(({ length }) => length > TEXT_MAX)
      .map((one) => fault(code, 'too_long', one)),
    ...(hasOptions && options.length < 2 ? [fault(code, 'too_few_options')] : []),
    ...(options.length > OPTIONS_MAX ? [fault(code, 'too_many_options', String(options.length))] : []),
    ...optionCodes.filter((one) => !OPTION_CODE.test(one)).map((one) => fault(code, 'bad_option_code', one)),
    ...optionCodes
      .filter((one, i) => optionCodes.indexOf(one) !== i)
      .map((one) => fault(code, 'same_option_code', one)),
    ...options.filter((option) => !option.text['zh-CN']).map((option) => fault(code, 'no_text', option.code)),
    ...options
      .flatMap((option) => Object.values(option.text).filter(({ length }) => length > LABEL_MAX))
      .map((one) => fault(code, 'too_long', one)),
    // A person without an opinion needs an option for it.
    ...(hasOptions && !options.some(({ role }) => role === 'dont_know' || role === 'none')
      ? [fault(code, 'no_way_out')]
      : []),
    ...(type === 'scale' && !isBalanced(question) ? [fault(code, 'one_sided')] : []),
    ...(max !== undefined && (max < 1 || max > options.length) ? [fault(code, 'bad_max', String(max))] : []),
    ...(showIf && !refersToEarlier(showIf, before) ? [fault(code, 'bad_condition', showIf.question)] : []),
    ...texts.flatMap((one) => wordFaults(code, one)),
  ];
}

/** Returns true if as many options score above the middle as below it. */
function isBalanced({ options = [] }: SurveyQuestion): boolean {
  const scores = options.flatMap(({ score }) => (score === undefined ? [] : [score]));
  return scores.filter((score) => score > 50).length === scores.filter((score) => score < 50).length;
}

function refersToEarlier(
  { question, in: codes }: NonNullable<SurveyQuestion['showIf']>,
  before: readonly SurveyQuestion[],
): boolean {
  const known = before.find(({ code }) => code === question)?.options?.map(({ code }) => code) ?? [];
  return codes.length > 0 && codes.every((code) => known.includes(code));
}

function wordFaults(code: string, text: string): readonly QuestionnaireFault[] {
  const lower = text.toLowerCase();
  // Latin terms match whole words only: “address” does not match “addressed”.
  const has = (word: string) =>
    /^[\x20-\x7e]+$/.test(word) ? new RegExp(`\\b${word}\\b`, 'i').test(lower) : lower.includes(word);
  const forbidden = Object.entries(words.forbidden).flatMap(([topic, list]) =>
    list.filter(has).map((word) => fault(code, `forbidden_${topic}`, word)),
  );
  return [...forbidden, ...words.leading.filter(has).map((word) => fault(code, 'leading', word))];
}

function fault(question: string, what: string, found = ''): QuestionnaireFault {
  return { question, what, found };
}
