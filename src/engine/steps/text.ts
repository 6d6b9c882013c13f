import type { Mark, Media } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Screen } from '../screen.ts';
import { askScreened, isScreened, keepScreened } from '../screen.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** What a person said, in writing or as a voice message that staff can listen to. */
export type Words =
  | { readonly text: string; readonly marks?: readonly Mark[] }
  | { readonly voice: Media; readonly seconds: number };

/**
 * Free words, `minLength` to `maxLength` characters; voice messages count as words. `screen` holds back what may not be kept,
 * `fits` asks again for what is none; emphasis is kept where it is `marked`, and what must be `written` cannot be spoken.
 * Where it `suggests`, the `suggestion` among the values may be taken with one tap as it stands.
 */
export function text<Facts, Answers>(
  spec: Common<Facts, Answers> & {
    readonly minLength?: number;
    readonly maxLength: number;
    readonly screen?: Screen;
    readonly fits?: (text: string) => boolean;
    readonly marked?: true;
    readonly written?: true;
    readonly suggests?: true;
  },
): Step<Facts, Answers, Words> {
  const { minLength = 1, maxLength, screen, fits = () => true, marked, written, suggests, ...common } = spec;
  const values = { minLength, maxLength };
  return {
    ...common,
    kind: 'text',
    ask: (_scene, draft) =>
      isScreened(draft) ? askScreened(draft) : { values, ...(suggests ? { options: [{ id: 'usual' }] } : {}) },
    draftOf: (answer) => {
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

/** Where emphasis stands once the text is tidied: behind what is then left of the words before it. */
function marksIn(tidied: string, { text, marks = [] }: { readonly text: string; readonly marks?: readonly Mark[] }) {
  // A letter holds the end open, or the space before emphasised words would count as an end and go.
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
