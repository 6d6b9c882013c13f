import { pickOne } from '../pick-one.ts';
import type { Option, Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';

const NO: Option = { id: 'no', means: 'no' };
const YES_NO: readonly Option[] = [{ id: 'yes', means: 'yes' }, NO];
const SEND: Option = { id: 'send', means: 'yes' };

type ConfirmSpec<Facts, Answers> = StepSettings<Facts, Answers> & {
  /** Effect of "no": an answer (the default), or the end of the flow. */
  readonly no?: 'answer' | 'ends';
  /** The value that the buttons were shown with. After it changes, they are old buttons. */
  readonly confirms?: (context: StepContext<Facts, Answers>) => unknown;
};

/** Yes or no. */
export function confirm<Facts, Answers>(spec: ConfirmSpec<Facts, Answers> = {}): Step<Facts, Answers, boolean> {
  const { no = 'answer', confirms, ...settings } = spec;
  return {
    ...settings,
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
 * The card with all answers: "send" ends the flow, and one tap corrects an answer.
 * `refuses` returns why valid answers cannot be sent together now, as a reason worded under the step; the card then stays.
 */
export function review<Facts, Answers>(
  spec: {
    readonly refuses?: (context: StepContext<Facts, Answers>, way: string) => string | undefined;
    readonly values?: StepSettings<Facts, Answers>['values'];
    readonly relevant?: StepSettings<Facts, Answers>['relevant'];
    /** Other ways to send, each a button; the answer is the button's id. */
    readonly ways?: (context: StepContext<Facts, Answers>) => readonly string[];
    /** What the buttons are tied to; all answers by default. */
    readonly confirms?: (context: StepContext<Facts, Answers>) => unknown;
    /** The step that words, or a voice message, sent at the card are for. */
    readonly words?: Step<Facts, Answers, string>['words'];
    /** The step to which a no leads; all answers stay. */
    readonly no?: string;
  } = {},
): Step<Facts, Answers, string> {
  const { refuses, ways, words, values, relevant, no, confirms = ({ answers }) => answers } = spec;
  const optionsOf = (context: StepContext<Facts, Answers>) => [
    SEND,
    ...(ways?.(context) ?? []).map((id) => ({ id })),
    ...(no === undefined ? [] : [NO]),
  ];
  return {
    ...(words === undefined ? {} : { words }),
    ...(values ? { values } : {}),
    ...(relevant ? { relevant } : {}),
    kind: 'confirm',
    review: true,
    reviewed: false,
    ask: (context) => ({ options: optionsOf(context), confirms: confirms(context) }),
    read: (input, context) => {
      const way = pickOne(optionsOf(context), input);
      if (way === NO.id && no !== undefined) return { type: 'go', step: no };
      if (way !== undefined) {
        const refusal = refuses?.(context, way);
        return refusal === undefined ? { type: 'answer', value: way } : again(refusal);
      }
      if (input.type === 'choice' && input.option.startsWith('fix.'))
        return { type: 'go', step: input.option.slice('fix.'.length) };
      return again('invalid');
    },
    // A review holds only for the answers it showed, so it is never kept.
    isStillValid: () => false,
  };
}
