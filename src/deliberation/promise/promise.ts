import { DAY_MS } from '../../calendar.ts';
import type { CaseId } from '../../cases/hazard-case.ts';
import type { RoundId } from '../../creation/rounds/round.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';

/** How a promise ended: in time, after its time, in its changed time, not at all, or done without a proof by another person. */
export const VERDICTS = ['kept', 'late', 'changed', 'broken', 'unproven'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A project (gap of a standard's item) of premises, as a promise names it. */
export type LinkedProject = { readonly round: RoundId; readonly no: number };

/**
 * The state of one linked piece of work. `proven`: a person other than the promiser photographed or checked it. A dropped task
 * was cancelled and says nothing.
 */
export type Work =
  | { readonly type: 'open' | 'failed' | 'dropped' }
  | { readonly type: 'solved'; readonly at: number; readonly proven: boolean };

/** What a unit promised: who, what and by when. Times in ms since the epoch. */
export type TopicPromise = {
  readonly unit: string;
  readonly measure: string;
  readonly due: number;
  /** Pseudonym of the lead who entered it. */
  readonly by: string;
  readonly at: number;
  /** The cases, tasks and projects in which the work is done. With one of them, their state is that of the promise. */
  readonly cases: readonly CaseId[];
  readonly tasks?: readonly TaskId[];
  readonly projects?: readonly LinkedProject[];
  /** The first date, and why a later one was set; a change stays on the ledger. */
  readonly changed?: { readonly why: string; readonly from: number; readonly at: number };
  /** A lead stated that the work is done, and the lead's pseudonym. Only without linked work. */
  readonly doneAt?: number;
  readonly doneBy?: string;
  /** The work was found done, and a proof by another person is awaited. */
  readonly awaitsProof?: true;
  /** Another person saw the work done: an organiser (pseudonym), or a resident who took part, who is not named. */
  readonly proof?: { readonly as: 'organiser'; readonly by: string } | { readonly as: 'resident' };
  /** A lead stated that it will not be done, and why. */
  readonly givenUp?: string;
  readonly verdict?: Verdict;
  readonly settledAt?: number;
};

/** A promise counts as broken, or done work as unproven, so long after its date, ms. Until then it is late. */
export const BROKEN_AFTER_MS = 30 * DAY_MS;

/** Where a promise stands; `done` waits for a proof by another person. */
export type PromiseState =
  | { readonly type: 'open' | 'done' }
  | { readonly type: 'settled'; readonly verdict: Verdict; readonly settledAt: number };

/** True if a promise names work that tells its state. */
export function hasLinks({ cases, tasks = [], projects = [] }: TopicPromise): boolean {
  return cases.length + tasks.length + projects.length > 0;
}

/**
 * The state of a promise follows that of its work. It is kept when all linked work is solved and proven by a person other than
 * the promiser. Work that ended otherwise breaks the promise once its date is over.
 */
export function stateOfPromise(promise: TopicPromise, linked: readonly Work[], now: number): PromiseState {
  const { due, changed, givenUp, proof } = promise;
  if (givenUp !== undefined) return { type: 'settled', verdict: 'broken', settledAt: now };
  const work = linked.filter(({ type }) => type !== 'dropped');
  const solvedAt = hasLinks(promise) ? solvedTime(work, promise.at) : promise.doneAt;
  const isOver = now > due + BROKEN_AFTER_MS;
  if (solvedAt === undefined) {
    const isBroken = isOver || (now > due && work.some(({ type }) => type === 'failed'));
    return isBroken ? { type: 'settled', verdict: 'broken', settledAt: now } : { type: 'open' };
  }
  const isProven = proof !== undefined || (work.length > 0 && work.every((one) => one.type === 'solved' && one.proven));
  if (isProven) {
    const verdict = solvedAt > due ? 'late' : changed ? 'changed' : 'kept';
    return { type: 'settled', verdict, settledAt: solvedAt };
  }
  const isUnproven = isOver && now > solvedAt + BROKEN_AFTER_MS;
  return isUnproven ? { type: 'settled', verdict: 'unproven', settledAt: solvedAt } : { type: 'done' };
}

/** When the last of all linked work was done; undefined while one is not. */
function solvedTime(work: readonly Work[], promisedAt: number): number | undefined {
  const times = work.flatMap((one) => (one.type === 'solved' ? [one.at] : []));
  return times.length > 0 && times.length === work.length ? Math.max(promisedAt, ...times) : undefined;
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
    unproven: count('unproven'),
    open: open.length,
    overdue: open.filter(({ due }) => due < now).length,
    due: promises.filter(({ due, changed, verdict }) => verdict !== undefined || (changed?.from ?? due) < now).length,
  };
}
