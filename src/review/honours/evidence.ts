import type { CaseNumber } from '../../cases/case-number.ts';
import type { VisitId } from '../../inspections/visits/visit.ts';
import { changeOf } from '../../surveys/estimate/compare.ts';
import type { Interval } from '../../surveys/estimate/intervals.ts';
import { wilson } from '../../surveys/estimate/intervals.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';

/** The lower bound of the 95 % Wilson interval that confirmed_solved must reach. */
export const BAR = 0.85;

/** A row of the evidence: a case, or a task of a team. */
export type EvidenceRow = CaseNumber | TaskId;

/** Closed cases of a quarter with a resident to ask, and those of them that a resident confirmed as solved. */
export type SolvedRows = { readonly closed: readonly EvidenceRow[]; readonly solved: readonly EvidenceRow[] };

/** Conditions besides the share. `not_known`: the city has no figure of this kind for the subject. */
export const SCREENS = ['funnel', 'reports', 'letter', 'listing', 'visit'] as const;
export type Screen = (typeof SCREENS)[number];
export type ScreenResult = 'passed' | 'failed' | 'not_known';

/** The way in: a share above the bar, or a change for the better that chance does not explain. */
export type Door = 'bar' | 'progress';

/** The evidence of an honour: rows, figure and screens at one time (ms since the epoch). */
export type Evidence = {
  readonly at: number;
  readonly newer: SolvedRows;
  readonly older: SolvedRows;
  readonly screens: Readonly<Record<Screen, ScreenResult>>;
  /** The drawn visit that was read, and the draw whose lot chose the premises. */
  readonly visit?: { readonly id: VisitId; readonly of: string; readonly until: string };
};

/** The share of confirmed cases with its 95 % Wilson interval; undefined without closed cases. */
export function solvedShare({ closed, solved }: SolvedRows): Interval | undefined {
  return closed.length === 0 ? undefined : wilson(solved.length / closed.length, closed.length);
}

/** The change older → newer with its 95 % interval (Newcombe 1998, method 10); undefined if a quarter has no closed case. */
export function solvedChange({ newer, older }: Pick<Evidence, 'newer' | 'older'>): Interval | undefined {
  const [after, before] = [estimateOf(newer), estimateOf(older)];
  return after && before && changeOf(after, before);
}

/** The door that the figure opens; undefined if neither lower bound is high enough. */
export function doorOf(evidence: Pick<Evidence, 'newer' | 'older'>): Door | undefined {
  if ((solvedShare(evidence.newer)?.lo ?? 0) >= BAR) return 'bar';
  return (solvedChange(evidence)?.lo ?? 0) > 0 ? 'progress' : undefined;
}

/** The screens that failed, in their order. A figure that the city does not have fails none. */
export function failedScreens({ screens }: Pick<Evidence, 'screens'>): readonly Screen[] {
  return SCREENS.filter((screen) => screens[screen] === 'failed');
}

/** True if a door is open and no screen failed. There is no rank and no quota: all who pass go on. */
export function isEnough(evidence: Evidence): boolean {
  return doorOf(evidence) !== undefined && failedScreens(evidence).length === 0;
}

function estimateOf(rows: SolvedRows) {
  const share = solvedShare(rows);
  const n = rows.closed.length;
  return share && { ...share, nEff: n, variance: (share.p * (1 - share.p)) / n };
}
