import type { Names } from '../../engine/step.ts';
import type { Condition } from './condition.ts';
import type { Questionnaire, QuestionType, SurveyQuestion } from './questionnaire.ts';

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
    pages: [{ name: 'page1', elements: questions.map((question) => toElement(question, questions)) }],
  };
}

function toElement(question: SurveyQuestion, questions: readonly SurveyQuestion[]): Json {
  const { code, type, text, options, order, max, showIf } = question;
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
    ...(showIf ? { visibleIf: toCondition(showIf, questions) } : {}),
  };
}

/** `contains` would find a part of a single answer. */
function toCondition({ question, in: codes }: Condition, questions: readonly SurveyQuestion[]): string {
  const isSeveral = questions.some(({ code, type }) => code === question && type === 'several');
  const asks = ['{', question, '} ', isSeveral ? 'contains' : '='].join('');
  return codes.map((code) => `${asks} '${code}'`).join(' or ');
}

function toSurveyText({ 'zh-CN': chinese = '', ...others }: Names): Json {
  return { default: chinese, 'zh-cn': chinese, ...others };
}
