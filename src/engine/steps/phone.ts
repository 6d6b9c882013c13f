import { readPhone } from '../read-phone.ts';
import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';

/** Prefix of an encrypted answer; no phone number starts with it. */
export const SEALED = '~';

/** A phone number, typed or shared with one tap; kept as digits. */
export function phone<Facts, Answers>(spec: StepSettings<Facts, Answers> = {}): Step<Facts, Answers, string> {
  return {
    ...spec,
    kind: 'phone',
    ask: () => ({ takes: 'contact' }),
    read: (input) => {
      const typed = input.type === 'contact' ? input.phone : input.type === 'text' ? input.text : '';
      const value = readPhone(typed);
      return value ? { type: 'answer', value } : again('invalid');
    },
    isStillValid: (answer) => typeof answer === 'string' && (answer.startsWith(SEALED) || readPhone(answer) === answer),
  };
}
