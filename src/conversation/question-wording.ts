import type { Values } from '../delivery/outcome.ts';
import type { Place } from '../engine/place.ts';
import type { AnswerLine, Question } from '../engine/question.ts';
import type { Screened } from '../engine/screen.ts';
import type { Option } from '../engine/step.ts';
import { SEALED } from '../engine/steps/phone.ts';
import type { Words } from '../engine/steps/text.ts';
import type { FixedKey, Key } from '../i18n.ts';
import type { Reader } from '../notify/reader.ts';
import { bareLabel, dateText, flowKey, inLanguage, sayAny, sayValues } from '../notify/reader.ts';

export type Labelled = { readonly option: string; readonly label: string };

/** Words all buttons of a question: options, corrections of a review, controls. */
export function labelsOf(question: Question, reader: Reader): readonly Labelled[] {
  if (last?.question !== question || last.reader !== reader) {
    const labels = [
      ...optionLabels(question, reader),
      ...fixLabels(question, reader),
      ...controlLabels(question, reader),
    ];
    last = { question, reader, labels };
  }
  return last.labels;
}
/** A turn compares typed words several times with the labels of one question. */
let last: { readonly question: Question; readonly reader: Reader; readonly labels: readonly Labelled[] } | undefined;

/** Words the options of a question. */
export function optionLabels(question: Question, reader: Reader): readonly Labelled[] {
  return question.options.map((option) => ({ option: option.id, label: optionLabel(question, option, reader) }));
}

/** Words the buttons that correct a line of the review card. */
export function fixLabels(question: Question, reader: Reader): readonly Labelled[] {
  const { say } = reader;
  return question.review.map((line) => {
    const key = flowKey(question.flow, `${line.step}.add`);
    // The button of an empty answer has its own words: 📷 加照片.
    if (line.answer === null && reader.has(key))
      return { option: `fix.${line.step}`, label: say(key, sayValues(line.values as Values, reader)) };
    // A name that is a question or a half sentence needs its own words: 重新答：是一盏还是一片.
    const own = flowKey(question.flow, `${line.step}.fix`);
    const label = reader.has(own)
      ? say(own, sayValues(line.values as Values, reader))
      : say('common:fix', { label: labelOf(question.flow, line, reader) });
    return { option: `fix.${line.step}`, label };
  });
}

/** Words the control buttons: back, skip, leave. */
export function controlLabels(question: Question, { say }: Reader): readonly Labelled[] {
  return question.controls.map((control) => {
    const name =
      control === '~leave' && question.light
        ? 'close'
        : control === '~done' && question.kind === 'choices'
          ? 'chosen'
          : control.slice(1);
    return { option: control, label: say(`common:controls.${name}` as FixedKey) };
  });
}

function optionLabel(question: Question, option: Option, reader: Reader): string {
  const { say, has } = reader;
  if (question.kind === 'leave') {
    const own = flowKey(question.flow, `leave.options.${option.id}`);
    return say(has(own) ? own : (`common:leave.options.${option.id}` as FixedKey));
  }
  if (question.part === 'screened') return say('common:screened.mask');
  const label = optionName(question, option, reader);
  return question.chosen.includes(option.id) ? say('common:ticked', { label }) : label;
}

/** Words an option: by its own name, or by its wording in locales. */
function optionName(
  { flow, step }: Pick<Question, 'flow' | 'step'>,
  { id, name, wording, values }: Option,
  reader: Reader,
): string {
  if (name) return inLanguage(name, reader.language);
  if (wording) return reader.say(`common:${wording}` as FixedKey, values && sayValues(values as Values, reader));
  return reader.say(flowKey(flow, `${step}.options.${id}`), values && sayValues(values as Values, reader));
}

/** Words a question; a review lists the answers so far. */
export function questionText(question: Question, reader: Reader): string {
  const { say } = reader;
  if (question.kind === 'leave') return say('common:leave.ask');
  if (question.part === 'screened') return screenedText(question, reader);
  if (question.name) {
    const words = {
      ...sayValues(question.values as Values, reader),
      question: inLanguage(question.name, reader.language),
    };
    return say(flowKey(question.flow, question.part), words);
  }
  const asked = say(
    flowKey(question.flow, `${question.step}.${question.part}`),
    sayValues(question.values as Values, reader),
  );
  if (question.review.length === 0) return asked;
  const lines = question.review.map((line) => say('common:line', lineValues(question.flow, line, reader)));
  return [asked, lines.join('\n')].join('\n\n');
}

/** Names the personal detail found, the reason to remove it, and the text without it. */
function screenedText({ flow, values }: Question, { say, has }: Reader): string {
  const { found, what, without } = values as Screened; // the engine's screened part
  const own = flowKey(flow, 'screened');
  return say(has(own) ? own : 'common:screened.ask', {
    found,
    without,
    why: say(`common:screened.why.${what}` as FixedKey),
  });
}

/** Words one line of the review card: step name and answer. */
export function lineValues(flow: string, line: AnswerLine, reader: Reader): { label: string; answer: string } {
  return { label: labelOf(flow, line, reader), answer: answerText(flow, line, reader) };
}

/** The name of a line; a question that is data names itself. */
function labelOf(flow: string, { step, values }: AnswerLine, reader: Reader): string {
  return bareLabel(reader.say(flowKey(flow, `${step}.label`), sayValues(values as Values, reader)));
}

function answerText(flow: string, line: AnswerLine, reader: Reader): string {
  const { say, language } = reader;
  const { answer, kind } = line;
  if (answer === null) return say('common:skipped');
  switch (kind) {
    case 'choice':
    case 'tree':
    case 'choices': {
      if (Array.isArray(answer) && answer.length === 0) return say('common:skipped');
      const ids = Array.isArray(answer) ? (answer as readonly string[]) : [String(answer)];
      const named = ids.map((id): Option => line.options.find((option) => option.id === id) ?? { id });
      return named.map((option) => optionName({ flow, step: line.step }, option, reader)).join(say('common:comma'));
    }
    case 'place':
      return String(sayAny({ place: answer as Place }, reader));
    case 'text':
    case 'voice':
      return String(sayAny({ words: answer as Words }, reader));
    case 'photos':
      return say('common:photos_count' as Key, { count: (answer as readonly unknown[]).length });
    case 'confirm': {
      const own = flowKey(flow, `${line.step}.options.${answer === true ? 'yes' : 'no'}`);
      return bareLabel(say(reader.has(own) ? own : answer === true ? 'common:yes' : 'common:no'));
    }
    case 'spot':
      // The position was checked once; the review card does not repeat it.
      return say('common:yes');
    case 'date':
      return dateText(String(answer), language);
    case 'phone':
      return String(answer).startsWith(SEALED) ? say('common:sealed') : String(answer);
    case 'number':
      return String(answer);
    default:
      return kind satisfies never;
  }
}
