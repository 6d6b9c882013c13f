import type { Question } from '../../engine/question.ts';
import { LEAVE_OPTIONS } from '../../engine/question.ts';
import { foldText } from '../../engine/tidy-text.ts';
import type { FixedKey } from '../../i18n.ts';
import type { Reader } from '../../notify/reader.ts';
import { flowKey } from '../../notify/reader.ts';
import { labelsOf } from '../question-wording.ts';
import { bare, foldedWords, isRequest, isWord, withoutThanks } from './known-words.ts';

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
  const plain = withoutThanks(said, say);
  const meant = question.options.find(({ means }) => means !== undefined && isWord(plain, say, means))?.id;
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

/**
 * The numbers of the options that typed words name, where several can be ticked: 周末 is 星期六 and 星期天, 都行 is all.
 * A flow lists other names of an option under `said`.
 */
export function numbersNamed(text: string, question: Question, reader: Reader): string | undefined {
  if (question.kind !== 'choices' || question.searches) return undefined;
  const { say, has } = reader;
  const said = bare(text);
  // 除了周末 tells what the person does not mean. The question is asked again.
  if (foldedWords('common:words.except', say).some((word) => said.includes(bare(word)))) return undefined;
  const isAll = isRequest(foldText(text), say, 'all');
  const labels = labelsOf(question, reader);
  const numbers = question.options.flatMap(({ id }, at) => {
    const label = labels.find(({ option }) => option === id)?.label ?? '';
    const others = flowKey(question.flow, `${question.step}.said.${id}`);
    const names = [bare(label), ...(has(others) ? foldedWords(others as FixedKey, say) : [])];
    return isAll || names.some((name) => name.length > 1 && said.includes(name)) ? [at + 1] : [];
  });
  return numbers.length === 0 ? undefined : numbers.join(' ');
}
