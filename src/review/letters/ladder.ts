import type { CaseNumber } from '../../cases/case-number.ts';

/** Steps after a letter that was not done: 约谈, then 结对帮扶 or 挂牌督办. */
export const LADDER = ['talk', 'pairing', 'listing'] as const;
export type LadderKind = (typeof LADDER)[number];

/** A pairing ends after this many days at the latest. */
export const PAIRING_MAX_DAYS = 90;

/** The record of a step: day, issues, agreed measures and due day; it names no person. Days are `2026-10-09`. */
export type LadderStep = {
  readonly kind: LadderKind;
  readonly day: string;
  readonly issues: string;
  readonly measures: string;
  readonly due: string;
  /** The region that helps; it gains nothing in its score and does not check. */
  readonly helper?: string;
  /** The case that the office lists publicly in its own talk. */
  readonly listed?: CaseNumber;
  readonly by: string;
  readonly at: number; // ms since the epoch
  readonly ending?: 'done' | 'not_done';
};

/** The steps that may follow. Each needs the step before it closed as not done, and a person who takes it. */
export function nextSteps(letterNotDone: boolean, steps: readonly LadderStep[]): readonly LadderKind[] {
  const last = steps.at(-1);
  if (!last) return letterNotDone ? ['talk'] : [];
  if (last.ending !== 'not_done') return [];
  if (last.kind === 'talk') return ['pairing', 'listing'];
  return last.kind === 'pairing' ? ['listing'] : [];
}
