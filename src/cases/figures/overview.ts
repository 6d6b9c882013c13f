import { isOverdue } from '../deadlines.ts';
import type { CaseState, HazardCase } from '../hazard-case.ts';
import { isOpen, OPEN_STATES } from '../hazard-case.ts';

/** Open cases of one street by state, with those past a deadline. */
export type Overview = {
  readonly open: number;
  readonly late: number;
  readonly states: readonly { readonly state: CaseState; readonly open: number; readonly late: number }[];
  /** The longest open cases, the oldest first. */
  readonly oldest: readonly HazardCase[];
};

/** Counts the open cases among these at a time (ms since the epoch); states without a case are left out. */
export function overviewOf(cases: readonly HazardCase[], now: number, oldestMax: number): Overview {
  const open = cases.filter(isOpen);
  const isLate = (record: HazardCase) => isOverdue(record, now);
  const states = OPEN_STATES.map((state) => {
    const inState = open.filter((record) => record.state === state);
    return { state, open: inState.length, late: inState.filter(isLate).length };
  });
  return {
    open: open.length,
    late: open.filter(isLate).length,
    states: states.filter((one) => one.open > 0),
    oldest: open.toSorted((a, b) => a.filedAt - b.filedAt).slice(0, oldestMax),
  };
}
