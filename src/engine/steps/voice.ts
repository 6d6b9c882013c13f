import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';
import type { Words } from './text.ts';

/** A voice message of at most `maxSeconds`. */
export function voice<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & { readonly maxSeconds: number },
): Step<Facts, Answers, Extract<Words, { voice: unknown }>> {
  const { maxSeconds, ...settings } = spec;
  return {
    ...settings,
    kind: 'voice',
    ask: () => ({ values: { maxSeconds } }),
    read: (input) => {
      if (input.type !== 'voice') return again('invalid');
      if (input.seconds > maxSeconds) return again('too_long');
      return { type: 'answer', value: { voice: input.voice, seconds: input.seconds } };
    },
    isStillValid: (answer) => typeof answer === 'object' && answer !== null && 'voice' in answer,
  };
}
