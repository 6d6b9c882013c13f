import { readNumber } from '../read-number.ts';
import type { Common, Scene, Step } from '../step.ts';
import { again } from '../step.ts';

/** A number between `min` and `max`, typed as 3, ３, 三 or 两百. Whole unless `decimals` is set. */
export function number<Facts, Answers>(
  spec: Common<Facts, Answers> & {
    readonly min: number | ((scene: Scene<Facts, Answers>) => number);
    readonly max: number;
    readonly decimals?: boolean;
  },
): Step<Facts, Answers, number> {
  const { min: least, max, decimals = false, ...common } = spec;
  const minIn = (scene: Scene<Facts, Answers>) => (typeof least === 'number' ? least : least(scene));
  return {
    ...common,
    kind: 'number',
    ask: (scene) => ({ values: { min: minIn(scene), max } }),
    read: (input, scene) => {
      const value = input.type === 'text' ? readNumber(input.text) : undefined;
      if (value === undefined || (!decimals && !Number.isInteger(value))) return again('invalid');
      if (value < minIn(scene)) return again('too_small');
      if (value > max) return again('too_large');
      return { type: 'answer', value };
    },
    holds: (answer, scene) => typeof answer === 'number' && answer >= minIn(scene) && answer <= max,
  };
}
