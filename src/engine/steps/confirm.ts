import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';

type Spec<Facts, Answers> = Common<Facts, Answers> & {
  /** What "no" does: it is an answer (the default), or it ends the talk kindly. */
  readonly no?: 'answer' | 'ends';
};

/** Yes or no. */
export function confirm<Facts, Answers>(spec: Spec<Facts, Answers> = {}): Step<Facts, Answers, boolean> {
  const { no = 'answer', ...common } = spec;
  return {
    ...common,
    kind: 'confirm',
    ask: () => ({ options: [{ id: 'yes' }, { id: 'no' }] }),
    read: (input) => {
      const option = input.type === 'choice' ? input.option : undefined;
      if (option === 'yes') return { type: 'answer', value: true };
      if (option !== 'no') return again('invalid');
      return no === 'ends' ? { type: 'declined' } : { type: 'answer', value: false };
    },
    holds: (answer) => answer === true || (answer === false && no === 'answer'),
  };
}

/** The card with all answers: "send" ends the talk, and each answer can be corrected with one tap. */
export function review<Facts, Answers>(): Step<Facts, Answers, true> {
  return {
    kind: 'confirm',
    review: true,
    reviewed: false,
    ask: () => ({ options: [{ id: 'send' }] }),
    read: (input) => {
      if (input.type !== 'choice') return again('invalid');
      if (input.option === 'send') return { type: 'answer', value: true };
      if (input.option.startsWith('fix.')) return { type: 'go', step: input.option.slice('fix.'.length) };
      return again('invalid');
    },
    // A review is only ever valid for the answers it showed, so that none is kept.
    holds: () => false,
  };
}
