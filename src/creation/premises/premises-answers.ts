import type { Words } from '../../engine/steps/text.ts';
import type { Item } from '../../inspections/standards/standard.ts';
import { openItems } from '../claims/claim-rules.ts';
import type { PremisesFacts } from './load-premises.ts';
import { currentRound } from './load-premises.ts';

/** Answers of the talk about premises. */
export type PremisesAnswers = {
  readonly premises?: string | null;
  readonly next?: string | null;
  readonly item?: string | null;
  readonly mark?: string | null;
  readonly quarter?: string | null;
  readonly three?: readonly string[] | null;
  readonly objection?: string | null;
  readonly upheld?: string | null;
  readonly veto?: string | null;
  readonly helper?: string | null;
  readonly words?: Words | null;
  readonly sure?: boolean | null;
};
/** The item that a mark is for: the chosen one, else the first without a mark. */
export function itemOf({
  answers,
  facts,
}: {
  readonly answers: PremisesAnswers;
  readonly facts: PremisesFacts;
}): Item | undefined {
  const { standard } = facts;
  const round = currentRound(facts)?.record;
  if (!standard || !round) return undefined;
  if (answers.next === 'claim') return openItems(round, standard)[0];
  return standard.items.find(({ no }) => String(no) === answers.item);
}
