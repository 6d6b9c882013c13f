import type { Media } from '../input.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** What a person said, in writing or as a voice message that staff can listen to. */
export type Words = { readonly text: string } | { readonly voice: Media; readonly seconds: number };

/** Free words, `minLength` to `maxLength` characters; voice messages count as words. */
export function text<Facts, Answers>(
  spec: Common<Facts, Answers> & { readonly minLength?: number; readonly maxLength: number },
): Step<Facts, Answers, Words> {
  const { minLength = 1, maxLength, ...common } = spec;
  const values = { minLength, maxLength };
  return {
    ...common,
    kind: 'text',
    ask: () => ({ values }),
    read: (input) => {
      if (input.type === 'voice') return { type: 'answer', value: { voice: input.voice, seconds: input.seconds } };
      if (input.type !== 'text') return again('invalid');
      const tidied = tidyText(input.text);
      const length = [...tidied].length;
      if (length < minLength) return again('too_short');
      if (length > maxLength) return again('too_long');
      return { type: 'answer', value: { text: tidied } };
    },
    holds: (answer) => isWords(answer) && (!('text' in answer) || [...answer.text].length <= maxLength),
  };
}

function isWords(answer: unknown): answer is Words {
  return typeof answer === 'object' && answer !== null && ('text' in answer || 'voice' in answer);
}
