import type { Names } from '../../engine/step.ts';
import type { OptionRole, Questionnaire, QuestionType, SurveyOption, SurveyQuestion } from './questionnaire.ts';
import { OPTION_ROLES, ORDERS } from './questionnaire.ts';

/** A file that cannot be imported as a questionnaire; the message is for the operator. */
export class BadForm extends Error {
  override readonly name = 'BadForm';
}

type Json = Readonly<Record<string, unknown>>;

/** SurveyJS element types by question type. A scale is a radiogroup with `anlinType`. */
const ELEMENTS: Readonly<Record<QuestionType, string>> = {
  single: 'radiogroup',
  scale: 'radiogroup',
  several: 'checkbox',
  text: 'comment',
  info: 'html',
};

/**
 * Exports a questionnaire as a SurveyJS definition (surveyjs.io, JSON schema of a survey), one question a page. Properties that
 * SurveyJS does not have begin with `anlin`.
 */
export function toSurveyJs({ key, version, title, valid, questions }: Questionnaire): Json {
  return {
    title: toSurveyText(title),
    anlinKey: key,
    anlinVersion: version,
    anlinValid: valid,
    locale: 'zh-cn',
    questionsOnPageMode: 'questionPerPage',
    pages: [{ name: 'page1', elements: questions.map(toElement) }],
  };
}

function toElement({ code, type, text, options, order, max, showIf }: SurveyQuestion): Json {
  return {
    type: ELEMENTS[type],
    name: code,
    anlinType: type,
    ...(type === 'info' ? { html: toSurveyText(text) } : { title: toSurveyText(text) }),
    ...(options
      ? {
          choices: options.map(({ code: value, text: label, score, role }) => ({
            value,
            text: toSurveyText(label),
            ...(score === undefined ? {} : { score }),
            ...(role ? { anlinRole: role } : {}),
          })),
        }
      : {}),
    ...(order ? { anlinOrder: order, choicesOrder: order === 'shuffled' ? 'random' : 'none' } : {}),
    ...(max === undefined ? {} : { maxSelectedChoices: max }),
    ...(showIf
      ? { visibleIf: showIf.in.map((one) => ['{', showIf.question, "} contains '", one, "'"].join('')).join(' or ') }
      : {}),
  };
}

/** Imports a questionnaire from a SurveyJS definition. Throws BadForm for question types that a chat cannot ask. */
export function fromSurveyJs(json: unknown): Questionnaire {
  const survey = objectIn(json, 'the file');
  const elements = [survey, ...listIn(survey.pages)].flatMap((page) =>
    listIn(objectIn(page, 'a page').elements ?? objectIn(page, 'a page').questions),
  );
  const questions = elements.map(fromElement);
  return {
    key: typeof survey.anlinKey === 'string' ? survey.anlinKey : 'imported',
    version: typeof survey.anlinVersion === 'number' ? survey.anlinVersion : 1,
    title: fromSurveyText(survey.title),
    valid: Array.isArray(survey.anlinValid) ? survey.anlinValid.map(String) : [],
    questions,
  };
}

function fromElement(json: unknown): SurveyQuestion {
  const element = objectIn(json, 'a question');
  const code = String(element.name ?? '');
  const declared = Object.keys(ELEMENTS).find((kind) => kind === element.anlinType) as QuestionType | undefined;
  const type = declared ?? typeOf(String(element.type ?? ''), code);
  const choices = listIn(element.choices).map((choice) => fromChoice(choice, code));
  const { maxSelectedChoices: max } = element;
  const order =
    ORDERS.find((one) => one === element.anlinOrder) ?? (element.choicesOrder === 'random' ? 'shuffled' : undefined);
  return {
    code,
    type,
    text: fromSurveyText(type === 'info' ? element.html : (element.title ?? element.name)),
    ...(choices.length > 0 ? { options: choices } : {}),
    ...(order ? { order } : {}),
    ...(typeof max === 'number' && max > 0 ? { max } : {}),
    ...(typeof element.visibleIf === 'string' && element.visibleIf !== ''
      ? { showIf: parseCondition(element.visibleIf, code) }
      : {}),
  };
}

function typeOf(type: string, code: string): QuestionType {
  switch (type) {
    case 'radiogroup':
    case 'dropdown':
    case 'boolean':
      return 'single';
    case 'rating':
      return 'scale';
    case 'checkbox':
    case 'tagbox':
      return 'several';
    case 'comment':
    case 'text':
      return 'text';
    case 'html':
      return 'info';
    default:
      throw new BadForm(`${code}: questions of type "${type}" cannot be asked in a chat.`);
  }
}

function fromChoice(json: unknown, code: string): SurveyOption {
  if (typeof json === 'string' || typeof json === 'number')
    return { code: String(json), text: { 'zh-CN': String(json) } };
  const choice = objectIn(json, `a choice of ${code}`);
  const role = OPTION_ROLES.find((one): one is OptionRole => one === choice.anlinRole);
  return {
    code: String(choice.value ?? ''),
    text: fromSurveyText(choice.text ?? choice.value),
    ...(typeof choice.score === 'number' ? { score: choice.score } : {}),
    ...(role ? { role } : {}),
  };
}

/**
 * Parses a condition on one earlier question, such as `{V1} contains '1' or {V1} = '2'`. It reads SurveyJS and XLSForm syntax.
 * Throws BadForm for any other condition.
 */
export function parseCondition(expression: string, code: string): NonNullable<SurveyQuestion['showIf']> {
  const parts = expression.split(/\s+or\s+/i).map((part) => {
    const found =
      /^\(?\s*(?:\{(\w+)\}\s*(?:contains|=|==)\s*'?(\w+)'?|selected\(\s*\$\{(\w+)\}\s*,\s*'(\w+)'\s*\)|\$\{(\w+)\}\s*=\s*'(\w+)')\s*\)?$/i.exec(
        part.trim(),
      );
    if (!found) throw new BadForm(`${code}: the condition "${expression}" is more than one question and its answers.`);
    return { question: found[1] ?? found[3] ?? found[5] ?? '', answer: found[2] ?? found[4] ?? found[6] ?? '' };
  });
  const [first] = parts;
  if (!first || parts.some(({ question }) => question !== first.question))
    throw new BadForm(`${code}: the condition "${expression}" asks several questions.`);
  return { question: first.question, in: parts.map(({ answer }) => answer) };
}

function toSurveyText({ 'zh-CN': chinese = '', ...others }: Names): Json {
  return { default: chinese, 'zh-cn': chinese, ...others };
}

function fromSurveyText(text: unknown): Names {
  if (typeof text !== 'object' || text === null) return { 'zh-CN': String(text ?? '') };
  const { default: usual, 'zh-cn': chinese, ...others } = text as Readonly<Record<string, string>>;
  return { 'zh-CN': String(chinese ?? usual ?? Object.values(others)[0] ?? ''), ...others };
}

function objectIn(json: unknown, what: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new BadForm(`${what} is not what SurveyJS writes.`);
  return json as Json;
}

function listIn(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}
