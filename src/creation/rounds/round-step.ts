import type { Round, RoundState } from './round.ts';

/** Reasons why a step is refused; each has a sentence in locales. */
export type Refusal =
  | 'gone'
  | 'no_evidence'
  | 'open_items'
  | 'na_points'
  | 'same_person'
  | 'no_level'
  | 'open_objection'
  | 'was_checker'
  | 'no_basis'
  | 'open_projects'
  | 'half_project'
  | 'objected'
  | 'no_gaps';

/** The result of a step. */
export type RoundStep =
  | { readonly type: 'done'; readonly round: Round }
  | { readonly type: 'refused'; readonly why: Refusal };

/** A refusal with its reason. */
export const refused = (why: Refusal): RoundStep => ({ type: 'refused', why });

/** Moves a round on and notes it in its history. */
export function moved(
  round: Round,
  event: string,
  state: RoundState,
  now: number,
  more: Partial<Round> = {},
): RoundStep {
  const history = [...round.history, { event, at: now }];
  return { type: 'done', round: { ...round, ...more, state, since: now, history } };
}
