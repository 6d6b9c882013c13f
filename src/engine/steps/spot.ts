import type { Point } from '../input.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';
import { foldText } from '../tidy-text.ts';

/** Where somebody stands now, or a code that is told there. */
export type Spot = { readonly point: Point } | { readonly code: string };

/** That somebody is where they should be: their location with one tap, or the code that they hear on the spot. */
export function spot<Facts, Answers>(spec: Common<Facts, Answers> = {}): Step<Facts, Answers, Spot> {
  return {
    ...spec,
    kind: 'spot',
    ask: () => ({ takes: 'location' }),
    read: (input) => {
      if (input.type === 'location') return { type: 'answer', value: { point: input.point } };
      const code = input.type === 'text' ? foldText(input.text) : '';
      return /^\d{4}$/.test(code) ? { type: 'answer', value: { code } } : again('invalid');
    },
    isStillValid: (answer) => typeof answer === 'object' && answer !== null && ('point' in answer || 'code' in answer),
  };
}
