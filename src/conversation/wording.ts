import { dayOf } from '../calendar.ts';
import type { Value, Values } from '../delivery/effects.ts';
import type { AnswerLine, Question } from '../engine/question.ts';
import type { Screened } from '../engine/screen.ts';
import type { Names, Option } from '../engine/step.ts';
import { SEALED } from '../engine/steps/phone.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import type { FixedKey, FlowKey, Key, Say } from '../i18n.ts';
import type { RegionTree } from '../regions/region-tree.ts';

/** Everything that is needed to put something into words for one reader. */
export type Reader = {
  readonly say: Say;
  readonly has: (key: string) => boolean;
  readonly language: string;
  readonly regions: RegionTree;
  readonly link: (payload: string) => string;
  /** The reader has a role as an organiser. */
  readonly staff: boolean;
};

export type Labelled = { readonly option: string; readonly label: string };

/** The city's clock, whatever the machine's. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** All of a question's buttons with their labels: options, corrections of a review, controls. */
export function labelsOf(question: Question, say: Say, language: string): readonly Labelled[] {
  return [...optionLabels(question, say, language), ...fixLabels(question, say), ...controlLabels(question, say)];
}

export function optionLabels(question: Question, say: Say, language: string): readonly Labelled[] {
  return question.options.map((option) => ({ option: option.id, label: optionLabel(question, option, say, language) }));
}

/** The lines of a review card can be corrected. */
export function fixLabels(question: Question, say: Say): readonly Labelled[] {
  return question.review.map(({ step }) => ({
    option: `fix.${step}`,
    label: say('common:fix', { label: say(flowKey(question.flow, `${step}.label`)) }),
  }));
}

export function controlLabels(question: Question, say: Say): readonly Labelled[] {
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

function optionLabel(question: Question, option: Option, say: Say, language: string): string {
  if (question.kind === 'leave') return say(`common:leave.options.${option.id}` as FixedKey);
  if (question.part === 'screened') return say('common:screened.mask');
  const label = option.name
    ? inLanguage(option.name, language)
    : say(flowKey(question.flow, `${question.step}.options.${option.id}`));
  return question.chosen.includes(option.id) ? say('common:ticked', { label }) : label;
}

/** The question itself, with the answers so far if it is a review. */
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

/** What was found in the words, why it may not stay, and the words without it. */
function screenedText({ flow, values }: Question, { say, has }: Reader): string {
  const { found, what, without } = values as Screened; // the engine's screened part
  const own = flowKey(flow, 'screened');
  return say(has(own) ? own : 'common:screened.ask', {
    found,
    without,
    why: say(`common:screened.why.${what}` as FixedKey),
  });
}

/** An answer with the name of its step, for a line of the review card. */
export function lineValues(flow: string, line: AnswerLine, reader: Reader): { label: string; answer: string } {
  return { label: reader.say(flowKey(flow, `${line.step}.label`)), answer: answerText(flow, line, reader) };
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
      const named = ids.map((id) => line.options.find((option) => option.id === id) ?? { id });
      return named
        .map(({ id, name }) => (name ? inLanguage(name, language) : say(flowKey(flow, `${line.step}.options.${id}`))))
        .join(say('common:comma'));
    }
    case 'place':
      return sayValue({ place: answer as Place }, reader);
    case 'text':
    case 'voice':
      return sayValue({ words: answer as Words }, reader);
    case 'photos':
      return say('common:photos_count' as Key, { count: (answer as readonly unknown[]).length });
    case 'confirm': {
      const own = flowKey(flow, `${line.step}.options.${answer === true ? 'yes' : 'no'}`);
      return bareLabel(say(reader.has(own) ? own : answer === true ? 'common:yes' : 'common:no'));
    }
    case 'spot':
      // Where somebody stood is looked at once and not repeated.
      return say('common:yes');
    case 'number':
    case 'date':
      return String(answer).replace('T', ' ');
    case 'phone':
      return String(answer).startsWith(SEALED) ? say('common:sealed') : String(answer);
  }
}

/** A label without the signs around it, as it reads in the middle of a line. */
export function bareLabel(label: string): string {
  return label.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}）)]+$/gu, '');
}

export function sayValues(values: Values, reader: Reader): Record<string, string | number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sayAny(value, reader)]));
}

export function sayAny(value: Value, reader: Reader): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : sayValue(value, reader);
}

function sayValue(value: Exclude<Value, string | number>, reader: Reader): string {
  const { say, has, language } = reader;
  if ('names' in value) return inLanguage(value.names, language);
  if ('key' in value) return say(value.key, value.values && sayValues(value.values, reader));
  if ('joined' in value) return value.joined.map((one) => sayAny(one, reader)).join(say('common:comma'));
  if ('list' in value) return value.list.map((one) => sayAny(one, reader)).join('\n');
  if ('hotline' in value) {
    const key = `common:hotline.${value.hotline}`;
    return has(key) ? say(key as FixedKey) : say('common:hotline.other');
  }
  if ('link' in value) return reader.link(value.link);
  if ('at' in value) return clockFor(language).format(value.at);
  if ('from' in value) return spanText(value, language);
  if ('day' in value) return dayOf(value.day);
  if ('words' in value) {
    return 'text' in value.words ? value.words.text : say('common:voice_message', { seconds: value.words.seconds });
  }
  return placeText(value.place, reader);
}

/** A place in one line: the region as far as it is known, then the person's own words. */
function placeText({ point, region, text, voice }: Place, { say, language, regions }: Reader): string {
  const names = region ? regions.nameOf(region) : undefined;
  const where = names ? inLanguage(names, language) : point && say('common:place.point', pointValues(point));
  // Whoever names the community in their own words has said it.
  if (where && text?.includes(where)) return text;
  if (where && text) return say('common:place.join', { region: where, text });
  const spoken = voice && say('common:place.voice');
  if (where && spoken) return say('common:place.join', { region: where, text: spoken });
  return where ?? text ?? spoken ?? say('common:place.none');
}

/** Five decimals are about a metre. */
function pointValues({ latitude, longitude }: { latitude: number; longitude: number }) {
  return { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) };
}

function inLanguage(names: Names, language: string | undefined): string {
  return (language ? names[language] : undefined) ?? names['zh-CN'] ?? Object.values(names)[0] ?? '';
}

export function flowKey(flow: string, rest: string): FlowKey {
  return `flows/${flow}:${rest}`;
}

/** The day is said once where the end lies on the same. */
function spanText({ from, until }: { from: number; until: number }, language: string): string {
  const [begins, ends] = [clockFor(language).format(from), clockFor(language).format(until)];
  const [day = '', hour] = begins.split(/(?=\b\d{1,2}:\d{2})/);
  return `${begins}–${hour && ends.startsWith(day) ? ends.slice(day.length) : ends}`;
}

function clockFor(language: string): Intl.DateTimeFormat {
  const known = CLOCKS.get(language);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  });
  CLOCKS.set(language, made);
  return made;
}
