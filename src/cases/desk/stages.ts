import { clocksOf } from '../deadlines.ts';
import type { CaseState, HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';
import { CITY_DESK } from './work-queues.ts';

/** Stages of a case as organisers look at them, in lifecycle order. */
export const STAGES = ['intake', 'work', 'check', 'shelved', 'ended'] as const;
export type Stage = (typeof STAGES)[number];

const STAGE_OF: Readonly<Record<CaseState, Stage>> = {
  submitted: 'intake',
  verifying: 'intake',
  filed: 'intake',
  dispatched: 'work',
  in_progress: 'work',
  checking: 'check',
  confirming: 'check',
  shelved: 'shelved',
  closed: 'ended',
  closed_unsolved: 'ended',
  rejected: 'ended',
  merged: 'ended',
  withdrawn: 'ended',
};

/** The stage of a case. */
export function stageOf({ state }: Pick<HazardCase, 'state'>): Stage {
  return STAGE_OF[state];
}

/** The desk of a case, and the units that work on it: each has an index of its cases by stage. */
export function stageOwners({ desk, unit, helpers = [] }: HazardCase): readonly string[] {
  const units = unit === undefined ? [] : [...new Set([unit, ...helpers])];
  return [`desk:${desk ?? CITY_DESK}`, ...units.map((one) => `unit:${one}`)];
}

/** Place of a case in its stage, ms since the epoch: the next deadline of an open case, the end of an ended one. */
export function stageScore(record: HazardCase): number {
  if (!isOpen(record)) return record.closedAt ?? record.since;
  return clocksOf(record)[0]?.due ?? record.since;
}
