import type { Choice, MenuButton, MessageRef, Outgoing } from '../channels/channel.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { AskReason } from '../engine/advance-result.ts';
import type { AnswerLine, Question } from '../engine/question.ts';
import type { StepKind } from '../engine/step.ts';
import type { FixedKey, Say } from '../i18n.ts';
import type { Reader } from '../notify/reader.ts';
import { bareLabel, flowKey, inLanguage, sayValues } from '../notify/reader.ts';
import { buttonChoice } from '../notify/render-message.ts';
import type { Labelled } from './question-wording.ts';
import { controlLabels, fixLabels, labelsOf, lineValues, optionLabels, questionText } from './question-wording.ts';
import { MENU, menuOfRoles } from './talk-list.ts';

/** Questions whose answer may be a number itself: a floor, a building, a code. */
const TAKES_NUMBERS: readonly (StepKind | 'leave')[] = ['number', 'date', 'phone', 'text', 'spot'];
/** The parts of a place in which words are the answer; in the others a number means an entry of a list. */
const PLACE_WORDS = ['ask', 'ask_words', 'detail'];
/** Two labels up to this width share a row; unit: wide characters. */
const SHORT_LABEL = 8;

/** Builds the menu at the bottom of the chat; organisers get what their roles may do first. */
export function menuOf({ say, roles }: Pick<Reader, 'say' | 'roles'>): Menu {
  const menus = MENUS.get(say) ?? new Map<string, Menu>();
  MENUS.set(say, menus);
  const name = roles.join();
  const known = menus.get(name);
  if (known) return known;
  const buttons = [...menuOfRoles(roles), ...MENU, 'help'];
  const menu = inPairs(buttons.map((id) => ({ label: say(`common:buttons.${id}` as FixedKey) })));
  menus.set(name, menu);
  return menu;
}
type Menu = readonly (readonly MenuButton[])[];
/** Menus by language and roles: most messages carry one. */
const MENUS = new WeakMap<Say, Map<string, Menu>>();

/** Renders a question. A question for a location or phone number replaces the menu by its buttons. */
export function renderQuestion(
  question: Question,
  reader: Reader,
  lead: readonly string[] = [],
  edits?: MessageRef,
): Outgoing {
  const { say } = reader;
  const text = [...lead, questionText(question, reader)].join('\n\n');
  const asksNumber = takesNumber(question) ? ({ asksNumber: true } as const) : {};
  if (question.takes) {
    const share: MenuButton =
      question.takes === 'location'
        ? { label: say('common:share_location'), shares: 'location' }
        : { label: say('common:share_contact'), shares: 'contact' };
    const rest = labelsOf(question, reader).map(({ label }) => ({ label }));
    return { text, menu: [[share], ...inPairs(rest)], ...asksNumber };
  }
  const rows = [
    ...arranged(optionLabels(question, reader)),
    ...inPairs(fixLabels(question, reader)),
    ...inPairs(controlLabels(question, reader)),
  ];
  const choices = rows.map((row) => row.map((button) => choiceOf(question, button)));
  const several = question.kind === 'choices' && question.part === 'ask' ? say('common:several_numbers') : undefined;
  return {
    text,
    choices,
    ...asksNumber,
    ...(several === undefined ? {} : { severalNumbers: several }),
    ...(edits ? { edits } : {}),
  };
}

function takesNumber({ kind, part }: Question): boolean {
  if (part === 'screened') return false;
  return TAKES_NUMBERS.includes(kind) || (kind === 'place' && PLACE_WORDS.includes(part));
}

/** Words the reason for asking again, as lines above the question. */
export function becauseText(because: AskReason, question: Question, reader: Reader): readonly string[] {
  const { say } = reader;
  switch (because.type) {
    case 'old_button':
    case 'changed':
      return [say(`common:${because.type}`)];
    case 'photo_kept':
      return [say('common:photo_kept')];
    case 'place_kept':
      return [say('common:place_kept')];
    case 'found':
      return [say('common:found', { name: inLanguage(because.name, reader.language) })];
    case 'photo_full':
      return [say('common:again.photo_full', { max: because.max })];
    case 'again': {
      const values = sayValues(question.values as LocalizedMessage['values'] & object, reader);
      const known = because.reason === 'invalid';
      const partly = flowKey(question.flow, `${question.step}.invalid_${question.part}`);
      const own = flowKey(question.flow, `${question.step}.${because.reason}`);
      const key =
        known && reader.has(partly) ? partly : reader.has(own) ? own : (`common:again.${because.reason}` as FixedKey);
      if (question.kind === 'leave') return [say('common:leave.invalid')];
      if (known && question.part === 'screened') return [say('common:screened.invalid')];
      const reason = say(key, values);
      // From the second miss on, the text also names the buttons.
      return because.misses > 1 ? [reason, say('common:buttons_help')] : [reason];
    }
  }
}

/** Renders an answered question: with its answer, without buttons. */
export function renderAnswered(question: Question, noted: string, reader: Reader, edits: MessageRef): Outgoing {
  return { text: `${questionText(question, reader)}\n\n${noted}`, edits };
}

/** Words an answer: “✓ 类别：电动车飞线充电”. Without a step name it shows the tapped label. */
export function notedText(question: Question, chosen: string, reader: Reader, answered?: AnswerLine): string {
  const { say } = reader;
  if (answered && reader.has(flowKey(question.flow, `${answered.step}.label`))) {
    return say('common:noted_answer', lineValues(question.flow, answered, reader));
  }
  const label = labelsOf(question, reader).find(({ option }) => option === chosen)?.label ?? '';
  return say('common:noted', { label: bareLabel(label) });
}

function choiceOf({ flow, step, talk, seal, options }: Question, { option, label }: Labelled): Choice {
  const opens = options.find(({ id }) => id === option)?.opens;
  if (opens) return buttonChoice({ type: 'go', ...opens }, label);
  return buttonChoice({ type: 'answer', flow, step, option, talk, seal }, label);
}

/** Puts two short labels in a row and a longer one alone. */
function arranged(options: readonly Labelled[]): readonly (readonly Labelled[])[] {
  const rows: Labelled[][] = [];
  for (const option of options) {
    const last = rows.at(-1);
    const fits = (one: Labelled | undefined) => one !== undefined && width(one.label) <= SHORT_LABEL;
    if (last?.length === 1 && fits(last[0]) && fits(option)) last.push(option);
    else rows.push([option]);
  }
  return rows;
}

/** Width of a label: wide characters count 1, narrow ones 0.5. */
function width(label: string): number {
  return [...label].reduce((sum, letter) => sum + (letter.charCodeAt(0) < 0x300 ? 0.5 : 1), 0);
}

function inPairs<T>(list: readonly T[]): readonly (readonly T[])[] {
  const rows: (readonly T[])[] = [];
  for (let at = 0; at < list.length; at += 2) rows.push(list.slice(at, at + 2));
  return rows;
}
