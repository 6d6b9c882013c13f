import { readNumber } from '../read-number.ts';
import type { Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';

/** A number from `min` to `max`, typed as 3, ３, 三 or 两百; whole unless `decimals` is set. */
export function number<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly min: number | ((context: StepContext<Facts, Answers>) => number);
    readonly max: number;
    readonly decimals?: boolean;
  },
): Step<Facts, Answers, number> {
  const { min: lowest, max, decimals = false, ...settings } = spec;
  const minIn = (context: StepContext<Facts, Answers>) => (typeof lowest === 'number' ? lowest : lowest(context));
  return {
    ...settings,
    kind: 'number',
    ask: (context) => ({ values: { min: minIn(context), max } }),
    read: (input, context) => {
      const value = input.type === 'text' ? readNumber(input.text) : undefined;
      if (value === undefined || (!decimals && !Number.isInteger(value))) return again('invalid');
      if (value < minIn(context)) return again('too_small');
      if (value > max) return again('too_large');
      return { type: 'answer', value };
    },
    isStillValid: (answer, context) => typeof answer === 'number' && answer >= minIn(context) && answer <= max,
  };
}
