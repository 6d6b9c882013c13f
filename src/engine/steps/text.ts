import type { Mark, Media } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Screen } from '../screen.ts';
import { askScreened, isScreened, keepScreened } from '../screen.ts';
import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** Free words: a text, or a voice message that staff can listen to. */
export type Words =
  | { readonly text: string; readonly marks?: readonly Mark[] }
  | { readonly voice: Media; readonly seconds: number };

/** The typed words of an answer; '' for a voice message or none. */
export function writtenOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}

/** Free words, `minLength` to `maxLength` characters; a voice message is accepted too. */
export function text<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly minLength?: number;
    readonly maxLength: number;
    /** Holds back a text that must not be kept. */
    readonly screen?: Screen;
    /** False for a text that is no answer; the step then asks again. */
    readonly fits?: (text: string) => boolean;
    /** Keeps emphasis. */
    readonly marked?: true;
    /** Refuses voice messages. */
    readonly written?: true;
    /** Offers the `suggestion` among the step's values as a button. */
    readonly suggests?: true;
  },
): Step<Facts, Answers, Words> {
  const { minLength = 1, maxLength, screen, fits = () => true, marked, written, suggests, ...settings } = spec;
  const values = { minLength, maxLength };
  return {
    ...settings,
    kind: 'text',
    ask: (_scene, draft) =>
      isScreened(draft)
        ? { ...askScreened(draft), takesWords: true }
        : { values, takesWords: true, ...(suggests ? { options: [{ id: 'usual' }] } : {}) },
    draftFromAnswer: (answer) => {
      const screened = isWords(answer) && 'text' in answer ? screen?.(answer.text) : undefined;
      return screened && { part: 'screened', screened };
    },
    read: (input, _scene, draft) => {
      if (input.type === 'voice' && !written)
        return { type: 'answer', value: { voice: input.voice, seconds: input.seconds } };
      if (isScreened(draft) && pickOne([{ id: 'mask' }], input)) {
        return { type: 'answer', value: { text: draft.screened.without } };
      }
      const said = input.type === 'text' ? input.text : input.type === 'choice' && suggests ? input.says : undefined;
      if (said === undefined) return again('invalid');
      const tidied = tidyText(said);
      const length = [...tidied].length;
      if (length < minLength) return again('too_short');
      if (length > maxLength) return again('too_long');
      if (!fits(tidied)) return again('invalid');
      const screened = screen?.(tidied);
      if (screened) return keepScreened(screened);
      const marks = marked && input.type === 'text' ? marksIn(tidied, input) : [];
      return { type: 'answer', value: { text: tidied, ...(marks.length > 0 ? { marks } : {}) } };
    },
    isStillValid: (answer) =>
      isWords(answer) && (!('text' in answer) || ([...answer.text].length <= maxLength && !screen?.(answer.text))),
  };
}

/** Moves emphasis to its position in the tidied text, after the text left before it. */
function marksIn(tidied: string, { text, marks = [] }: { readonly text: string; readonly marks?: readonly Mark[] }) {
  // The appended letter keeps tidyText from trimming a space right before the emphasis.
  const placed = (at: number) => Math.min(tidyText(`${text.slice(0, at)}x`).length - 1, tidied.length);
  return marks.flatMap((mark): readonly Mark[] => {
    const offset = placed(mark.offset);
    const length = placed(mark.offset + mark.length) - offset;
    return length > 0 ? [{ ...mark, offset, length }] : [];
  });
}

function isWords(answer: unknown): answer is Words {
  return typeof answer === 'object' && answer !== null && ('text' in answer || 'voice' in answer);
}
