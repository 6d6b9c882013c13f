import { readPhone } from '../read-phone.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';

/** What a sealed answer begins with: no number does. */
export const SEALED = '~';

/** A phone number that can be called back, typed or shared with one tap; kept as digits. */
export function phone<Facts, Answers>(spec: Common<Facts, Answers> = {}): Step<Facts, Answers, string> {
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
