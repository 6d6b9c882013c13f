import type { Question } from '../../engine/question.ts';
import { LEAVE_OPTIONS } from '../../engine/question.ts';
import { foldText } from '../../engine/tidy-text.ts';
import type { Reader } from '../../notify/reader.ts';
import { labelsOf } from '../question-wording.ts';
import { bare, isWord } from './known-words.ts';

/** Finds the option or control that typed words name, by label or by a word such as 返回. */
export function readTyped(text: string, question: Question, reader: Reader): string | undefined {
  // A turn asks twice: for the intent and for the answer.
  if (last?.text !== text || last.question !== question || last.reader !== reader)
    last = { text, question, reader, option: findTyped(text, question, reader) };
  return last.option;
}
type Typed = {
  readonly text: string;
  readonly question: Question;
  readonly reader: Reader;
  readonly option: string | undefined;
};
let last: Typed | undefined;

function findTyped(text: string, question: Question, reader: Reader): string | undefined {
  const { say } = reader;
  const said = foldText(text);
  const words = bare(text);
  const labelled = labelsTyped(question, reader).find(({ label }) => foldText(label) === said || bare(label) === words);
  if (labelled) return labelled.option;
  if (question.kind === 'leave') return LEAVE_OPTIONS.find((name) => isWord(said, say, name));
  // In a question for free text "没有" is an answer; "上一步" and "取消" stay controls.
  const names =
    question.kind === 'text' ? (['back', 'leave'] as const) : (['back', 'leave', 'skip', 'done', 'keep'] as const);
  const control = names.find((name) => isWord(said, say, name) && question.controls.includes(`~${name}`));
  if (control) return `~${control}`;
  const meant = question.options.find(({ means }) => means !== undefined && isWord(said, say, means))?.id;
  return meant ?? onlyOne(question, text, reader);
}

/** The buttons that typed words may name; where the step looks names up itself, only those that are no data. */
function labelsTyped(question: Question, reader: Reader): ReturnType<typeof labelsOf> {
  const labels = labelsOf(question, reader);
  if (!question.searches) return labels;
  const names = new Set(question.options.flatMap(({ id, name }) => (name ? [id] : [])));
  return labels.filter(({ option }) => !names.has(option));
}

/** Finds the only option whose label contains the text, from two characters on: 英文. */
function onlyOne(question: Question, text: string, reader: Reader): string | undefined {
  const part = bare(text);
  if (part.length < 2 || question.kind === 'place') return undefined;
  const options = labelsTyped(question, reader).filter(({ option }) => !option.startsWith('~'));
  const [first, ...more] = options.filter(({ label }) => bare(label).includes(part));
  return more.length === 0 ? first?.option : undefined;
}
