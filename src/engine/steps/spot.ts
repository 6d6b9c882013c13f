import type { Point } from '../input.ts';
import { readNumber } from '../read-number.ts';
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
      const code = input.type === 'text' ? readCode(input.text) : undefined;
      return code === undefined ? again('invalid') : { type: 'answer', value: { code } };
    },
    isStillValid: (answer) => typeof answer === 'object' && answer !== null && ('point' in answer || 'code' in answer),
  };
}

const DIGITS = 4;

/** Reads a code as it is typed or heard: 0427, 04-27。, 零四二七. */
function readCode(text: string): string | undefined {
  const signs = [...foldText(text).replace(/[\p{P}\p{S}\p{M}]/gu, '')];
  const digits = signs.map((sign) => readNumber(sign) ?? Number.NaN);
  return digits.length === DIGITS && digits.every((digit) => digit < 10) ? digits.join('') : undefined;
}
