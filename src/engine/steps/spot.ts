import type { Point } from '../input.ts';
import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';
import { foldText } from '../tidy-text.ts';

/** Proof of presence: a location, or the code given out at the place. */
export type Spot = { readonly point: Point } | { readonly code: string };

/** Proof of presence: the location by one tap, or the four-digit code given out at the place. */
export function spot<Facts, Answers>(spec: StepSettings<Facts, Answers> = {}): Step<Facts, Answers, Spot> {
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
