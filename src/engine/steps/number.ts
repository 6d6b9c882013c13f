import { readNumber } from '../read-number.ts';
import type { Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';

/** A number from `min` to `max`, typed as 3, ３, 三 or 两百; whole unless `decimals` is set. */
export function number<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly min: Bound<Facts, Answers>;
    readonly max: Bound<Facts, Answers>;
    readonly decimals?: boolean;
  },
): Step<Facts, Answers, number> {
  const { min, max, decimals = false, ...settings } = spec;
  return {
    ...settings,
    kind: 'number',
    ask: (context) => ({ values: { min: boundIn(min, context), max: boundIn(max, context) } }),
    read: (input, context) => {
      const value = input.type === 'text' ? readNumber(input.text) : undefined;
      if (value === undefined || (!decimals && !Number.isInteger(value))) return again('invalid');
      if (value < boundIn(min, context)) return again('too_small');
      if (value > boundIn(max, context)) return again('too_large');
      return { type: 'answer', value };
    },
    isStillValid: (answer, context) =>
      typeof answer === 'number' && answer >= boundIn(min, context) && answer <= boundIn(max, context),
  };
}

/** A number, or one that follows from facts and earlier answers. */
type Bound<Facts, Answers> = number | ((context: StepContext<Facts, Answers>) => number);

function boundIn<Facts, Answers>(bound: Bound<Facts, Answers>, context: StepContext<Facts, Answers>): number {
  return typeof bound === 'number' ? bound : bound(context);
}
