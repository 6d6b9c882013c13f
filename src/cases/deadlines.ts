import type { Limit } from '../calendar.ts';
import { delayedEnd, limitEnd, movedEnd } from '../calendar.ts';
import type { CaseState, HazardCase } from './hazard-case.ts';

/** A running deadline: the step it belongs to, its start and its end (ms since the epoch). */
export type Clock = {
  readonly for: 'accept' | 'look' | 'dispatch' | 'sign' | 'contain' | 'cure' | 'check' | 'rate' | 'review' | 'answer';
  readonly from: number;
  readonly due: number;
};

const ACCEPT = { for: 'accept', usual: '2wh', urgent: '15min' } as const;

/** Time limit of each state, usual and urgent. The two work clocks run in addition. */
const STATE_LIMITS: Readonly<
  Partial<Record<CaseState, { readonly for: Clock['for']; readonly usual: Limit; readonly urgent: Limit }>>
> = {
  submitted: ACCEPT,
  verifying: { for: 'look', usual: '1wd', urgent: '2h' },
  filed: { for: 'dispatch', usual: '1wh', urgent: '15min' },
  dispatched: { for: 'sign', usual: '4wh', urgent: '30min' },
  checking: { for: 'check', usual: '1wd', urgent: '1wd' },
  confirming: { for: 'rate', usual: '72h', urgent: '72h' },
};

/** The end that a reporter is promised: the cure runs from the acceptance, at the latest from when that is due. */
export function promisedEnd(filedAt: number, cure: Limit, urgent: boolean): number {
  return limitEnd(limitEnd(filedAt, urgent ? ACCEPT.urgent : ACCEPT.usual), cure);
}

/** Computes the running deadlines of a case, earliest first. They are never stored. */
export function clocksOf(record: HazardCase): readonly Clock[] {
  const clocks: Clock[] = [];
  // The look ends its clock; from then on the desk decides.
  const decides = record.state === 'verifying' && record.found !== undefined;
  const step = STATE_LIMITS[decides ? 'submitted' : record.state];
  if (step) {
    const from = (decides ? record.foundAt : undefined) ?? record.since;
    clocks.push(pausedClock({ for: step.for, from }, record.urgent ? step.urgent : step.usual, record.pauses));
  }
  const working = record.state === 'filed' || record.state === 'dispatched' || record.state === 'in_progress';
  const { clock, contained, frozenMs = 0 } = record;
  if (working && clock) {
    if (clock.contain && contained === undefined) {
      clocks.push({ for: 'contain', from: clock.from, due: movedEnd(clock.from, clock.contain, frozenMs) });
    }
    clocks.push({ for: 'cure', from: clock.from, due: cureDue(record) ?? 0 });
  }
  if (record.state === 'shelved' && record.shelvedUntil !== undefined) {
    clocks.push({ for: 'review', from: record.since, due: record.shelvedUntil });
  }
  return clocks.sort((a, b) => a.due - b.due);
}

/** The clock of a state with its pauses. During a pause the clock of the answer runs instead. */
function pausedClock(clock: Pick<Clock, 'for' | 'from'>, limit: Limit, pauses: HazardCase['pauses'] = []): Clock {
  let due = limitEnd(clock.from, limit);
  for (const { from, until } of pauses) {
    if (until === undefined) return { for: 'answer', from, due: limitEnd(from, ANSWER_LIMIT) };
    due = delayedEnd(due, { from, until }, limit);
  }
  return { ...clock, due };
}

/** After this time without an answer the desk is reminded to decide. */
const ANSWER_LIMIT: Limit = '72h';

/** Deadline of the cure (根治), ms since the epoch; undefined before acceptance. */
export function cureDue({ clock, extended, frozenMs = 0 }: HazardCase): number | undefined {
  if (!clock) return undefined;
  return extended?.until ?? movedEnd(clock.from, clock.cure, frozenMs);
}

/** Green (绿), amber (黄) from 80 % of the time on, red (红) after the deadline. */
export function stageOf({ from, due }: Clock, now: number): 'green' | 'amber' | 'red' {
  if (now >= due) return 'red';
  return now >= from + (due - from) * AMBER_FRACTION ? 'amber' : 'green';
}
const AMBER_FRACTION = 0.8;

/** True if any deadline of the case is over. */
export function isOverdue(record: HazardCase, now: number): boolean {
  return clocksOf(record).some((clock) => stageOf(clock, now) === 'red');
}

/** A point in time with an effect: a warning, a supervision step, or the end of a wait. */
export type ClockMark = {
  readonly key: string;
  readonly at: number; // ms since the epoch
  readonly for: Clock['for'];
  readonly what: 'amber' | 'red' | 'supervise' | 'list' | 'over';
};

/** Lists the marks of a case whose reminder was not sent yet, earliest first. */
export function marksOf(record: HazardCase): readonly ClockMark[] {
  return clocksOf(record)
    .flatMap((clock) => marksOfClock(clock))
    .filter(({ key }) => !record.told?.includes(key))
    .sort((a, b) => a.at - b.at);
}

function marksOfClock({ for: what, from, due }: Clock): readonly ClockMark[] {
  const mark = (kind: ClockMark['what'], at: number): ClockMark => ({
    key: `${what}:${due}:${kind}`,
    at,
    for: what,
    what: kind,
  });
  // Ratings and shelved cases get no warnings; the wait only ends.
  if (what === 'rate' || what === 'review') return [mark('over', due)];
  const ladder = [mark('amber', from + (due - from) * AMBER_FRACTION), mark('red', due)];
  if (what !== 'cure' && what !== 'contain') return ladder;
  return [...ladder, mark('supervise', limitEnd(due, '1wd')), mark('list', limitEnd(due, '5wd'))];
}
