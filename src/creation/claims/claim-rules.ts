import type { Words } from '../../engine/steps/text.ts';
import type { Item, Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import type { Round } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { moved, refused } from '../rounds/round-step.ts';

/** Most points that a claim leaves out as not applicable. */
export const NA_POINTS_MAX = 15;

/** True while the contact fills the claim. */
export function isClaiming({ state }: Pick<Round, 'state'>): boolean {
  return state === 'planned' || state === 'curing';
}

/** Items that the contact still has to claim, in their order. */
export function openItems({ claims }: Pick<Round, 'claims'>, { items }: Standard): readonly Item[] {
  return items.filter((item) => isChecked(item) && claims[item.no] === undefined);
}

/** Claims one item. A computed item is never claimed; not applicable are at most 15 points, each with a reason. */
export function claimItem(
  round: Round,
  standard: Standard,
  { no, mark, why }: { readonly no: number; readonly mark: Mark; readonly why?: Words | undefined },
): RoundStep {
  const item = standard.items.find((one) => one.no === no);
  if (!isClaiming(round) || !item || !isChecked(item)) return refused('gone');
  const { [no]: _before, ...reasons } = round.reasons;
  const claims = { ...round.claims, [no]: mark };
  if (naPoints(claims, standard) > NA_POINTS_MAX) return refused('na_points');
  return {
    type: 'done',
    round: { ...round, claims, reasons: mark === 'na' && why ? { ...reasons, [no]: why } : reasons },
  };
}

/** Points that a claim leaves out. */
export function naPoints(claims: Round['claims'], { items }: Standard): number {
  return items.reduce((sum, { no, max }) => sum + (claims[no] === 'na' ? max : 0), 0);
}

/** Locks the claim. Every item has a mark, and every project of the last time is done. */
export function lockClaim(round: Round, standard: Standard, now: number): RoundStep {
  if (!isClaiming(round)) return refused('gone');
  if (round.projects.some(({ doneAt }) => doneAt === undefined)) return refused('open_projects');
  if (openItems(round, standard).length > 0) return refused('open_items');
  if (round.evidenceAt === undefined) return refused('no_evidence');
  return moved(round, 'claimed', 'claimed', now, { checks: {}, drawn: [] });
}
