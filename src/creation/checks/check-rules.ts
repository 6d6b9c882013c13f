import type { Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import { levelOf, needsFullCheck } from '../points/level.ts';
import type { ScoredItem } from '../points/score.ts';
import { scoreOf } from '../points/score.ts';
import type { Round } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { moved, refused } from '../rounds/round-step.ts';
import { countedMark } from './counted-mark.ts';
import { failedStars } from './gaps.ts';

/** Notes the drawn items; visits are on their way. */
export function startChecks(round: Round, drawn: readonly number[], now: number, more: Partial<Round>): RoundStep {
  if (round.state !== 'claimed') return refused('gone');
  return moved(round, 'drawn', 'checking', now, { ...more, drawn });
}

/** The points of a round by item, for its score. */
export function scoredItems(round: Round, { items }: Standard): readonly ScoredItem[] {
  return items.map((item): ScoredItem => {
    const { no, max } = item;
    if (!isChecked(item)) return { no, max, machine: round.evidence[no]?.result ?? { type: 'na' } };
    const [claim = 'none', check] = [round.claims[no], round.checks[no]].map((mark) => countedMark(item, mark, round));
    return { no, max, claim, ...(check === undefined ? {} : { check }) };
  });
}

/** What a round has to show besides its points. `heldDays`: days of the level below in an earlier round. */
export type Standing = { readonly heldDays: number; readonly unannounced: boolean };

/** Takes the marks of a visit; judges the round, or asks for a check of all items. */
export function takeChecks(
  round: Round,
  standard: Standard,
  found: { readonly visit: string; readonly marks: Round['checks']; readonly checkers: readonly string[] },
  standing: Standing,
  now: number,
): RoundStep & { readonly full?: readonly number[] } {
  if (round.state !== 'checking') return refused('gone');
  const taken: Round = {
    ...round,
    checks: { ...round.checks, ...found.marks },
    visits: [...round.visits, found.visit],
    checkers: [...new Set([...round.checkers, ...found.checkers])],
  };
  const score = scoreOf(scoredItems(taken, standard));
  const rest = standard.items.filter((item) => isChecked(item) && taken.checks[item.no] === undefined);
  // A failed ★ item leaves no level to extrapolate.
  const mayReach = rest.length > 0 && failedStars(taken, standard).length === 0;
  if (mayReach && needsFullCheck(score, standard.levels)) {
    const full = rest.map(({ no }) => no);
    return { type: 'done', full, round: { ...taken, full: true, drawn: [...taken.drawn, ...full] } };
  }
  return judge(taken, standard, standing, now);
}

function judge(round: Round, standard: Standard, standing: Standing, now: number): RoundStep {
  const score = scoreOf(scoredItems(round, standard));
  const level = levelOf(score.score, standard.levels, {
    ...standing,
    starsMet: failedStars(round, standard).length === 0,
    vetoed: round.veto !== undefined,
    feelingKnown: Object.values(round.evidence).every(({ result }) => result.type !== 'unknown'),
  });
  const { level: _before, ...rest } = round;
  return moved(rest, 'checked', 'judged', now, { score, ...(level ? { level } : {}) });
}

/** Starts a check of all items by others after an upheld objection of the premises to a visit: its marks do not count. */
export function annulChecks(round: Round, visit: string, now: number): RoundStep {
  if (round.state !== 'judged' && round.state !== 'public_notice') return refused('gone');
  return checkAnew({ ...round, visits: round.visits.filter((one) => one !== visit) }, now);
}

export function checkAnew(round: Round, now: number): RoundStep {
  const { proposedBy: _by, noticeUntil: _until, level: _level, ...rest } = round;
  return moved(rest, 'upheld', 'claimed', now, { full: true, checks: {}, drawn: [] });
}
