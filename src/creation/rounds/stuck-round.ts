import { DAY_MS } from '../../calendar.ts';
import { openObjection } from '../notice/notice-rules.ts';
import type { Round } from './round.ts';

/** Reasons why a round stands still until a person acts; each has a sentence in locales. */
export const STUCK = ['not_claimed', 'no_checkers', 'long_checks', 'not_decided', 'gaps_late', 'no_answer'] as const;
export type Stuck = (typeof STUCK)[number];

/** A draw takes seconds: a claim that waits longer lacks two free checkers. */
const DRAW_MS = DAY_MS;
/** Five working days for a visit, twice, with a weekend each. */
const CHECKS_MS = 14 * DAY_MS;
/** Time for a decision, and for the answer to an objection. */
const DECISION_MS = 7 * DAY_MS;

/** The reason why a round is stuck, and since when (ms); undefined for a round that moves. */
export function stuckAt(round: Round, now: number): { readonly why: Stuck; readonly since: number } | undefined {
  const { state, since, due, projects } = round;
  const late = (why: Stuck, from: number, after: number) => (now - from > after ? { why, since: from } : undefined);
  switch (state) {
    case 'planned':
      return late('not_claimed', due, 0);
    case 'claimed':
      return late('no_checkers', since, DRAW_MS);
    case 'checking':
      return late('long_checks', since, CHECKS_MS);
    case 'judged':
      return late('not_decided', since, DECISION_MS);
    case 'curing': {
      const open = projects.filter(({ doneAt }) => doneAt === undefined).map((project) => project.due);
      // With all gaps cured, the claim is what is missing.
      return late(
        'gaps_late',
        open.length > 0 ? Math.min(...open) : Math.max(since, ...projects.map((one) => one.due)),
        0,
      );
    }
    case 'public_notice': {
      const objection = openObjection(round);
      return objection && late('no_answer', objection.at, DECISION_MS);
    }
    default:
      return undefined;
  }
}
