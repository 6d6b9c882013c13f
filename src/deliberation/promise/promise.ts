import { DAY_MS } from '../../calendar.ts';
import type { CaseId, HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';

/** How a promise ended: in time, after its time, in its changed time, or not at all. */
export const VERDICTS = ['kept', 'late', 'changed', 'broken'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a unit promised: who, what and by when. Times in ms since the epoch. */
export type TopicPromise = {
  readonly unit: string;
  readonly measure: string;
  readonly due: number;
  /** Pseudonym of the lead who entered it. */
  readonly by: string;
  readonly at: number;
  /** The cases in which the work is done. With one, the cases tell whether the promise is kept. */
  readonly cases: readonly CaseId[];
  /** The first date, and why a later one was set; a change stays on the ledger. */
  readonly changed?: { readonly why: string; readonly from: number; readonly at: number };
  /** A lead stated that the work is done. Only where no case tells it. */
  readonly doneAt?: number;
  /** A lead stated that it will not be done, and why. */
  readonly givenUp?: string;
  readonly verdict?: Verdict;
  readonly settledAt?: number;
};

/** A promise counts as broken so long after its date, ms. Until then it is late. */
export const BROKEN_AFTER_MS = 30 * DAY_MS;

type LinkedCase = Pick<HazardCase, 'state' | 'since'>;

/**
 * The verdict on a promise, and when it fell; undefined while it is open. The work is done when every linked case is closed as
 * solved; a case that ended otherwise breaks the promise once its date is over.
 */
export function settlePromise(
  { due, cases, changed, doneAt, givenUp, at }: TopicPromise,
  linked: readonly LinkedCase[],
  now: number,
): { readonly verdict: Verdict; readonly settledAt: number } | undefined {
  if (givenUp !== undefined) return { verdict: 'broken', settledAt: now };
  const solvedAt = cases.length > 0 ? solvedTime(cases.length, linked, at) : doneAt;
  if (solvedAt !== undefined) {
    const verdict = solvedAt > due ? 'late' : changed ? 'changed' : 'kept';
    return { verdict, settledAt: solvedAt };
  }
  const ended = linked.some((one) => !isOpen(one) && one.state !== 'closed');
  const isBroken = now > due + BROKEN_AFTER_MS || (ended && now > due);
  return isBroken ? { verdict: 'broken', settledAt: now } : undefined;
}

/** When the last of all linked cases was closed as solved; undefined while one is not. A deleted case counts as open. */
function solvedTime(wanted: number, linked: readonly LinkedCase[], promisedAt: number): number | undefined {
  if (linked.length < wanted || linked.some(({ state }) => state !== 'closed')) return undefined;
  return Math.max(promisedAt, ...linked.map(({ since }) => since));
}

/** The ledger of promises: counts by verdict, those open, and those open whose date is over. */
export type PromiseLedger = Readonly<Record<Verdict, number>> & {
  readonly open: number;
  readonly overdue: number;
  /** Promises whose (first) date is over. */
  readonly due: number;
};

/** Counts promises. The share kept in time is kept ÷ due, where a changed date does not move what was due. */
export function promiseLedger(promises: readonly TopicPromise[], now: number): PromiseLedger {
  const count = (verdict: Verdict) => promises.filter((one) => one.verdict === verdict).length;
  const open = promises.filter(({ verdict }) => verdict === undefined);
  return {
    kept: count('kept'),
    late: count('late'),
    changed: count('changed'),
    broken: count('broken'),
    open: open.length,
    overdue: open.filter(({ due }) => due < now).length,
    due: promises.filter(({ due, changed, verdict }) => verdict !== undefined || (changed?.from ?? due) < now).length,
  };
}
