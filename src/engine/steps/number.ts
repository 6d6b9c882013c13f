import { readNumber } from '../read-number.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';

/** A number between `min` and `max`, typed as 3, ３, 三 or 两百. Whole unless `decimals` is set. */
export function number<Facts, Answers>(
  spec: Common<Facts, Answers> & { readonly min: number; readonly max: number; readonly decimals?: boolean },
): Step<Facts, Answers, number> {
  const { min, max, decimals = false, ...common } = spec;
  return {
    ...common,
    kind: 'number',
    ask: () => ({ values: { min, max } }),
    read: (input) => {
      const value = input.type === 'text' ? readNumber(input.text) : undefined;
      if (value === undefined || (!decimals && !Number.isInteger(value))) return again('invalid');
      if (value < min) return again('too_small');
      if (value > max) return again('too_large');
      return { type: 'answer', value };
    },
    holds: (answer) => typeof answer === 'number' && answer >= min && answer <= max,
  };
}
