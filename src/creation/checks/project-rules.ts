import { DAY_MS } from '../../calendar.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import type { Project, Round } from '../rounds/round.ts';
import { PROJECT_CONDITIONS } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { moved, refused } from '../rounds/round-step.ts';
import { gapsOf } from './gaps.ts';

/** Days for the projects of a round that was sent back, and for the cure of a suspension. */
export const CURE_DAYS = 30;

/** Sends a round back: each gap becomes a project, due in 30 days. The claims of gaps are open again. */
export function sendBack(round: Round, standard: Standard, now: number): RoundStep {
  if (round.state !== 'judged') return refused('gone');
  const gaps = gapsOf(round, standard);
  // Below a level the computed items may be what is missing; then the round waits for better figures.
  if (gaps.length === 0 && round.level) return refused('no_gaps');
  const projects = gaps.map(({ no }): Project => ({ no, due: now + CURE_DAYS * DAY_MS }));
  const claims = Object.fromEntries(
    Object.entries(round.claims).filter(([no]) => !gaps.some((gap) => gap.no === Number(no))),
  );
  // A round that cures its gaps holds no level.
  const { level: _level, proposedBy: _by, ...rest } = round;
  return moved(rest, 'sent_back', 'curing', now, { projects, claims });
}

/** Ends a project. 三不放过: all three conditions, and the measure in words. */
export function endProject(
  round: Round,
  { no, done, measure }: { readonly no: number; readonly done: readonly string[]; readonly measure: Words },
  now: number,
): RoundStep {
  if (round.state !== 'curing' || !round.projects.some((one) => one.no === no)) return refused('gone');
  if (PROJECT_CONDITIONS.some((one) => !done.includes(one))) return refused('half_project');
  const projects = round.projects.map((one) => (one.no === no ? { ...one, done, measure, doneAt: now } : one));
  return {
    type: 'done',
    round: { ...round, projects, history: [...round.history, { event: 'project_done', at: now }] },
  };
}
