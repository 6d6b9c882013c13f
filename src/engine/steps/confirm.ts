import { pickOne } from '../pick-one.ts';
import type { Common, Option, Step, StepContext } from '../step.ts';
import { again } from '../step.ts';

const YES_NO: readonly Option[] = [
  { id: 'yes', means: 'yes' },
  { id: 'no', means: 'no' },
];
const SEND: readonly Option[] = [{ id: 'send', means: 'yes' }];

type ConfirmSpec<Facts, Answers> = Common<Facts, Answers> & {
  /** What "no" does: it is an answer (the default), or it ends the talk kindly. */
  readonly no?: 'answer' | 'ends';
  /** What the buttons were shown with; where it is another by now, they are old buttons. */
  readonly confirms?: (context: StepContext<Facts, Answers>) => unknown;
};

/** Yes or no. */
export function confirm<Facts, Answers>(spec: ConfirmSpec<Facts, Answers> = {}): Step<Facts, Answers, boolean> {
  const { no = 'answer', confirms, ...common } = spec;
  return {
    ...common,
    kind: 'confirm',
    ask: (context) => ({ options: YES_NO, ...(confirms ? { confirms: confirms(context) } : {}) }),
    read: (input) => {
      const option = pickOne(YES_NO, input);
      if (option === 'yes') return { type: 'answer', value: true };
      if (option !== 'no') return again('invalid');
      return no === 'ends' ? { type: 'declined' } : { type: 'answer', value: false };
    },
    isStillValid: (answer) => answer === true || (answer === false && no === 'answer'),
  };
}

/**
 * The card with all answers: "send" ends the talk, and each answer can be corrected with one tap.
 * `refuses` says why answers that are each right cannot be sent together now (a reason worded under the step): the card stays.
 */
export function review<Facts, Answers>(
  spec: { readonly refuses?: (context: StepContext<Facts, Answers>) => string | undefined } = {},
): Step<Facts, Answers, true> {
  return {
    kind: 'confirm',
    review: true,
    reviewed: false,
    ask: (context) => ({ options: SEND, confirms: context.answers }),
    read: (input, context) => {
      if (pickOne(SEND, input)) {
        const refusal = spec.refuses?.(context);
        return refusal === undefined ? { type: 'answer', value: true } : again(refusal);
      }
      if (input.type === 'choice' && input.option.startsWith('fix.'))
        return { type: 'go', step: input.option.slice('fix.'.length) };
      return again('invalid');
    },
    // A review is only ever valid for the answers it showed, so that none is kept.
    isStillValid: () => false,
  };
}
