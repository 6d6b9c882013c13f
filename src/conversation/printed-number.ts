import type { Inbound } from '../channels/channel.ts';
import type { Question } from '../engine/question.ts';
import { readOrdinal } from '../engine/read-number.ts';
import type { StepKind } from '../engine/step.ts';
import type { Reader } from '../notify/reader.ts';
import { labelsOf } from './question-wording.ts';
import { menuOf } from './render-question.ts';

/** Questions whose answer may be a number itself; their buttons are typed by name. */
const TAKES_NUMBERS: readonly StepKind[] = ['number', 'date', 'phone'];

/**
 * On a channel that prints numbers instead of buttons, a typed number means the label that was printed with it: an option,
 * a correction, a control, or an entry of the menu. Elsewhere, and for a number that was not printed, the input stays.
 */
export function withPrintedLabel(
  inbound: Inbound,
  question: Question | undefined,
  { numbered, isIdle, reader }: { readonly numbered: boolean; readonly isIdle: boolean; readonly reader: () => Reader },
): Inbound {
  const { content } = inbound;
  if (!numbered || content.type !== 'text') return inbound;
  const nth = readOrdinal(content.text);
  if (nth === undefined || (!question && !isIdle)) return inbound;
  if (question && question.kind !== 'leave' && TAKES_NUMBERS.includes(question.kind)) return inbound;
  // The engine reads the numbers of options itself.
  if (question && nth <= question.options.length) return inbound;
  const labels = question ? labelsOf(question, reader()) : menuOf(reader()).flat();
  const label = labels[nth - 1]?.label;
  return label === undefined ? inbound : { ...inbound, content: { type: 'text', text: label } };
}
