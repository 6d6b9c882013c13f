import type { Media } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Screen } from '../screen.ts';
import { askScreened, holdBack, isHeldBack } from '../screen.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** What a person said, in writing or as a voice message that staff can listen to. */
export type Words = { readonly text: string } | { readonly voice: Media; readonly seconds: number };

/** Free words, `minLength` to `maxLength` characters; voice messages count as words. `screen` holds back what may not be kept. */
export function text<Facts, Answers>(
  spec: Common<Facts, Answers> & { readonly minLength?: number; readonly maxLength: number; readonly screen?: Screen },
): Step<Facts, Answers, Words> {
  const { minLength = 1, maxLength, screen, ...common } = spec;
  const values = { minLength, maxLength };
  return {
    ...common,
    kind: 'text',
    ask: (_scene, draft) => (isHeldBack(draft) ? askScreened(draft) : { values }),
    draftOf: (answer) => {
      const screened = isWords(answer) && 'text' in answer ? screen?.(answer.text) : undefined;
      return screened && { part: 'screened', screened };
    },
    read: (input, _scene, draft) => {
      if (input.type === 'voice') return { type: 'answer', value: { voice: input.voice, seconds: input.seconds } };
      if (isHeldBack(draft) && pickOne([{ id: 'mask' }], input)) {
        return { type: 'answer', value: { text: draft.screened.without } };
      }
      if (input.type !== 'text') return again('invalid');
      const tidied = tidyText(input.text);
      const length = [...tidied].length;
      if (length < minLength) return again('too_short');
      if (length > maxLength) return again('too_long');
      const screened = screen?.(tidied);
      return screened ? holdBack(screened) : { type: 'answer', value: { text: tidied } };
    },
    holds: (answer) =>
      isWords(answer) && (!('text' in answer) || ([...answer.text].length <= maxLength && !screen?.(answer.text))),
  };
}

function isWords(answer: unknown): answer is Words {
  return typeof answer === 'object' && answer !== null && ('text' in answer || 'voice' in answer);
}
