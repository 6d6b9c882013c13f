import type { Condition } from './condition.ts';
import type { ReadForm } from './form-draft.ts';
import { languageOf } from './form-draft.ts';
import type { FormPart } from './form-part.ts';
import type { SurveyQuestion } from './questionnaire.ts';
import { SurveyJsFile } from './survey-js-file.ts';
import { optionsIn, orderIn, typeIn } from './survey-js-options.ts';
import { GROUP_RULES, QUESTION_RULES, SURVEY_RULES } from './survey-js-properties.ts';

/** Reads a SurveyJS definition (surveyjs.io, JSON schema of a survey), every property of it. */
export function fromSurveyJs(json: unknown): ReadForm {
  const file = new SurveyJsFile();
  const part = file.open(json, '$');
  const { key, version, valid } = part ? keysIn(file, part) : { key: '', version: 1, valid: [] };
  const title = (part && file.text(part, 'title')) ?? {};
  if (part) {
    file.draft.addHeading(file.text(part, 'description') ?? {}, undefined);
    if (!part.names.some((name) => name === 'pages' || name === 'elements'))
      part.refuse('pages', 'There are no pages: this is not what SurveyJS writes.');
    file.each(part, 'elements', (element, path) => readElement(file, element, path, undefined));
    file.each(part, 'pages', (page, path) => readGroup(file, page, path, undefined));
    part.close(SURVEY_RULES);
  }
  return file.draft.finish({ key, version, title, valid });
}

function keysIn(file: SurveyJsFile, part: FormPart): { key: string; version: number; valid: readonly string[] } {
  const [locale, key, version, valid] = ['locale', 'anlinKey', 'anlinVersion', 'anlinValid'].map((name) =>
    part.take(name),
  );
  if (typeof locale === 'string') file.language = languageOf(locale);
  if (key !== undefined && typeof key !== 'string') part.refuse('anlinKey', 'It is a text.');
  if (version !== undefined && !Number.isInteger(version)) part.refuse('anlinVersion', 'It is a whole number.');
  const needed = valid ?? [];
  const isList = Array.isArray(needed) && needed.every((one) => typeof one === 'string');
  if (!isList) part.refuse('anlinValid', 'It is a list of question names.');
  return {
    key: typeof key === 'string' ? key : 'imported',
    version: typeof version === 'number' ? version : 1,
    valid: isList ? needed : [],
  };
}

/** Reads a page or panel. Its title becomes a text before its questions. */
function readGroup(file: SurveyJsFile, json: unknown, path: string, outer: Condition | undefined): void {
  const part = file.open(json, path);
  if (!part || isHidden(part)) return;
  part.take('type');
  const inner = file.draft.condition(part, 'visibleIf', 'surveyjs', outer);
  file.draft.addHeading(file.titleWithDescription(part, 'title'), inner);
  file.each(part, 'elements', (element, at) => readElement(file, element, at, inner));
  part.close(GROUP_RULES);
}

function readElement(file: SurveyJsFile, json: unknown, path: string, outer: Condition | undefined): void {
  const part = file.open(json, path);
  if (part?.take('type') === 'panel') return readGroup(file, json, path, outer);
  if (!part || isHidden(part)) return;
  const type = typeIn(part);
  if (!type) return;
  const code = String(part.takeAny('name') ?? '');
  if (code === '' && type !== 'info') part.refuse('name', 'The question has no name. Give it one.');
  const usual = file.language && type !== 'info' ? { [file.language]: code } : {};
  const text = file.titleWithDescription(part, type === 'info' ? 'html' : 'title', usual);
  const showIf = file.draft.condition(part, 'visibleIf', 'surveyjs', outer);
  const options = optionsIn(file, part, type);
  const order = orderIn(part);
  const max = part.take('maxSelectedChoices');
  if (max !== undefined && (typeof max !== 'number' || type !== 'several'))
    part.refuse('maxSelectedChoices', 'It is a number, of a checkbox or tagbox.');
  const question: SurveyQuestion = {
    code,
    type,
    text,
    ...(options.length > 0 ? { options } : {}),
    ...(order ? { order } : {}),
    ...(typeof max === 'number' ? { max } : {}),
    ...(showIf ? { showIf } : {}),
  };
  if (part.take('isRequired') !== undefined) file.draft.require(part, 'isRequired', question);
  file.draft.add(question);
  if (options.length > 0 && part.take('showOtherItem') === true)
    file.draft.addOtherWords(code, file.text(part, 'otherPlaceholder'));
  part.close(QUESTION_RULES);
}

/** Returns true for a part that is never shown; it is left out whole. */
function isHidden(part: FormPart): boolean {
  if (part.takeAny('visible') !== false) return false;
  if (part.take('visibleIf') === undefined) part.ignore('', 'It is never shown (visible: false).');
  else part.refuse('visible', 'It is hidden and has a condition. Keep one of the two.');
  return true;
}
