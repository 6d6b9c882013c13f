import type { LadderKind } from './ladder.ts';
import { nextSteps } from './ladder.ts';
import type { Letter } from './letter.ts';
import { isOverdueLetter } from './letter.ts';
import type { LetterPart } from './letter-access.ts';
import { mayContest, mayDesignate } from './letter-rules.ts';

/** Acts on a letter, in the order of their buttons. */
export const LETTER_ACTIONS = [
  'agreed',
  'withdrawn',
  'rows',
  'replied',
  'contested',
  'settled',
  'designated',
  'not_done',
  'talk',
  'pairing',
  'listing',
  'step_done',
  'step_not_done',
] as const;
export type LetterAction = (typeof LETTER_ACTIONS)[number];

/** The acts that a person may do on a letter now. `me` is the person's pseudonym. */
export function letterActions(
  letter: Letter,
  parts: readonly LetterPart[],
  me: string,
  now: number,
): readonly LetterAction[] {
  const { state, by, ending, steps = [] } = letter;
  const is = (part: LetterPart) => parts.includes(part);
  const last = steps.at(-1);
  const allowed: Readonly<Record<LetterAction, boolean>> = {
    agreed: state === 'drafted' && is('agree') && by !== me,
    withdrawn: (state === 'drafted' || state === 'agreed') && is('draft'),
    rows: letter.rows.length > 0,
    replied: is('answer') && (state === 'sent' || state === 'read' || state === 'settled'),
    contested: is('answer') && mayContest(letter, now),
    settled: state === 'contested' && is('settle') && by !== me && letter.agreedBy !== me,
    designated: is('agree') && mayDesignate(letter),
    not_done: is('agree') && isOverdueLetter(letter, now),
    ...stepsAllowed(is('agree') ? nextSteps(ending === 'not_done', steps) : []),
    step_done: is('agree') && last !== undefined && last.ending === undefined,
    step_not_done: is('agree') && last !== undefined && last.ending === undefined,
  };
  return LETTER_ACTIONS.filter((action) => allowed[action]);
}

function stepsAllowed(next: readonly LadderKind[]): Readonly<Record<LadderKind, boolean>> {
  return { talk: next.includes('talk'), pairing: next.includes('pairing'), listing: next.includes('listing') };
}
