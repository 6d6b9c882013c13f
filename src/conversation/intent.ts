import { readCaseNumber } from '../cases/case-number.ts';
import type { Content } from '../channels/channel.ts';
import type { Known } from '../engine/advance.ts';
import type { Question } from '../engine/question.ts';
import { LEAVE_OPTIONS } from '../engine/question.ts';
import { foldText } from '../engine/tidy-text.ts';
import type { FixedKey, Say } from '../i18n.ts';
import { readButton } from './button.ts';
import { TALKS } from './talks.ts';
import { labelsOf } from './wording.ts';

/** What a person wants with one input, seen from outside any talk. */
export type Intent =
  | { readonly type: 'start' }
  | { readonly type: 'help' }
  | { readonly type: 'stop' }
  | { readonly type: 'open'; readonly flow: string; readonly known?: Known }
  /** A photo out of the blue is the beginning of a report. */
  | { readonly type: 'photo'; readonly flow: 'report-hazard'; readonly photo: Extract<Content, { type: 'photo' }> }
  | { readonly type: 'resume' | 'drop'; readonly talk: string }
  | { readonly type: 'fresh'; readonly flow: string }
  | { readonly type: 'emergency' }
  | { readonly type: 'thanks' }
  | { readonly type: 'answer' };

/** A number in the middle of a sentence, or copied with the words around it. */
const CASE_NUMBER = /(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-–—\s]?[0-9A-Za-z]{4}(?![0-9A-Za-z])/;

/** The commands, which are Latin because Telegram allows no others. */
const COMMANDS = {
  '/help': { type: 'help' },
  '/stop': { type: 'stop' },
  '/report': { type: 'open', flow: 'report-hazard' },
  '/mine': { type: 'open', flow: 'my-cases' },
  '/language': { type: 'open', flow: 'choose-language' },
} as const satisfies Readonly<Record<string, Intent>>;

/** What a channel may list in its own menu. */
export function commandsIn(say: Say): readonly { readonly command: string; readonly description: string }[] {
  return Object.keys(COMMANDS).map((slashed) => {
    const command = slashed.slice(1);
    return { command, description: say(`common:commands.${command}` as FixedKey) };
  });
}

/**
 * Reads what somebody wants. `asked` is the question they stand on: where it takes free words, bare words such as
 * “帮助” belong to the answer, while commands and the menu's own buttons always lead out.
 */
export function readIntent(
  content: Content,
  say: Say,
  asked: Question | undefined,
  light: boolean,
  language: string,
): Intent {
  if (content.type === 'start') return { type: 'start' };
  if (content.type === 'choice') {
    const button = readButton(content.id);
    return button && button.type !== 'answer' ? button : { type: 'answer' };
  }
  if (content.type === 'photo' && (light || !asked)) {
    return { type: 'photo', flow: 'report-hazard', photo: content };
  }
  if (content.type !== 'text') return { type: 'answer' };
  const said = foldText(content.text);
  const command = (COMMANDS as Readonly<Record<string, Intent>>)[said.replace(/@\w+$/, '')];
  if (command) return command;
  const wanted = TALKS.find(({ flow }) => said === foldText(say(`common:buttons.${flow.id}` as FixedKey)));
  if (wanted) return { type: 'open', flow: wanted.flow.id };
  if (said === foldText(say('common:buttons.help'))) return { type: 'help' };
  // What the question itself can be answered with comes before what the same word would open.
  if (asked && readTyped(content.text, asked, say, language) !== undefined) return { type: 'answer' };
  const freeWords = asked?.kind === 'text' || (asked?.kind === 'place' && asked.seal === '');
  return freeWords ? { type: 'answer' } : readWord(said, content.text, say, asked !== undefined);
}

function readWord(said: string, text: string, say: Say, inTalk: boolean): Intent {
  const opened = TALKS.find(({ flow }) => isWord(said, say, flow.id));
  if (opened) return { type: 'open', flow: opened.flow.id };
  if (isWord(said, say, 'help')) return { type: 'help' };
  if (isWord(said, say, 'stop')) return { type: 'stop' };
  if (inTalk) return { type: 'answer' };
  if (
    say('common:words.emergency')
      .split('|')
      .some((word) => said.includes(foldText(word)))
  )
    return { type: 'emergency' };
  if (isWord(said, say, 'thanks')) return { type: 'thanks' };
  const number = readCaseNumber(CASE_NUMBER.exec(text)?.[0] ?? text);
  return number ? { type: 'open', flow: 'my-cases', known: { answers: { case: number } } } : { type: 'answer' };
}

/** The control or option that typed words stand for: the label of a button, or a word such as 返回 or 好的. */
export function readTyped(text: string, question: Question, say: Say, language: string): string | undefined {
  const said = foldText(text);
  const labelled = labelsOf(question, say, language).find(
    ({ label }) => foldText(label) === said || bare(label) === bare(text),
  );
  if (labelled) return labelled.option;
  if (question.kind === 'leave') return LEAVE_OPTIONS.find((name) => isWord(said, say, name));
  // Inside free words "没有" is an answer; "上一步" and "取消" are what they say everywhere.
  const names =
    question.kind === 'text' ? (['back', 'leave'] as const) : (['back', 'leave', 'skip', 'done', 'keep'] as const);
  const control = names.find((name) => isWord(said, say, name) && question.controls.includes(`~${name}`));
  if (control) return `~${control}`;
  const meaning = (['yes', 'no'] as const).find((name) => isWord(said, say, name));
  return meaning && question.options.find(({ means }) => means === meaning)?.id;
}

function isWord(said: string, say: Say, name: string): boolean {
  return say(`common:words.${name}` as FixedKey)
    .split('|')
    .some((word) => foldText(word) === said);
}

/** A label without its emoji and signs. */
function bare(label: string): string {
  return foldText(label).replace(/[^\p{L}\p{N}]/gu, '') || label;
}
