import { DAY_MS } from '../../calendar.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Item, Standard, Veto } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import { CURE_DAYS } from '../checks/project-rules.ts';
import type { LegalBasis, Round } from '../rounds/round.ts';
import { HOLDING } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { moved, refused } from '../rounds/round-step.ts';

/** A level lapses after three years; its contact is told 90 days before. */
export const LEVEL_MS = 3 * 365 * DAY_MS;
export const LAPSE_TOLD_MS = 90 * DAY_MS;

/** Names a met level: only under a basis that is entered and in force, and with the document of the naming. */
export function nameLevel(round: Round, basis: LegalBasis | undefined, document: string, now: number): RoundStep {
  if (round.state !== 'met') return refused('gone');
  if (!basis || basis.until < now) return refused('no_basis');
  return moved(round, 'named', 'named', now, { naming: { document, body: basis.body, at: now } });
}

/** Takes a drawn visit to premises that hold a level: a failed ★ item suspends it, anything else passes. */
export function takeRecheck(
  round: Round,
  standard: Standard,
  { visit, marks }: { readonly visit: string; readonly marks: Readonly<Record<number, Mark>> },
  now: number,
): RoundStep {
  if (!HOLDING.includes(round.state)) return refused('gone');
  const read: Round = { ...round, visits: [...round.visits, visit] };
  const isOpen = ({ no, critical }: Item) => critical && (marks[no] === 'none' || marks[no] === 'half');
  const items = standard.items.filter(isOpen).map(({ no }) => no);
  if (items.length > 0) return suspend({ ...read, failed: { visit, items } }, now);
  const history = [...round.history, { event: 'recheck_passed', at: now }];
  return { type: 'done', round: { ...read, visitPassedAt: now, history } };
}

/** Suspends a level in public. */
export function suspend(round: Round, now: number): RoundStep {
  if (!HOLDING.includes(round.state)) return refused('gone');
  return moved(round, 'suspended', 'suspended', now, { cureBy: now + CURE_DAYS * DAY_MS });
}

/** Notes once that the contact reports the cure; the lead looks and lifts the suspension. */
export function tellCure(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended' || round.cureToldAt !== undefined) return refused('gone');
  const history = [...round.history, { event: 'cure_told', at: now }];
  return { type: 'done', round: { ...round, cureToldAt: now, history } };
}

/** Ends a suspension: the level stands again, named if it was. */
export function liftSuspension(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended') return refused('gone');
  const { cureBy: _by, failed: _failed, cureToldAt: _told, ...rest } = round;
  return moved(rest, 'cured', round.naming ? 'named' : 'met', now);
}

/** Withdraws a level, or ends a round, for a veto. Its reason is public. */
export function vetoRound(round: Round, veto: Veto, words: Words, now: number): RoundStep {
  if (round.state === 'withdrawn' || round.state === 'lapsed') return refused('gone');
  return moved(round, 'withdrawn', 'withdrawn', now, { veto: { veto, words, at: now } });
}

/** Withdraws a level whose suspension was not cured in time. */
export function endSuspension(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended' || now < (round.cureBy ?? 0)) return refused('gone');
  return moved(round, 'withdrawn', 'withdrawn', now);
}

/** Ends a level after three years. Nothing renews it silently. */
export function lapse(round: Round, now: number): RoundStep {
  if (![...HOLDING, 'suspended'].includes(round.state) || now < (round.until ?? 0)) return refused('gone');
  return moved(round, 'lapsed', 'lapsed', now);
}
