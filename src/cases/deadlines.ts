import type { Limit } from '../calendar.ts';
import { after } from '../calendar.ts';
import type { CaseState, HazardCase } from './hazard-case.ts';

/** What runs at the moment: what has to be done, from when it runs, and by when it should be done (ms). */
export type Clock = {
  readonly for: 'accept' | 'look' | 'dispatch' | 'sign' | 'contain' | 'cure' | 'check' | 'rate' | 'review';
  readonly from: number;
  readonly due: number;
};

/** How long each state may take, with the shorter time for what is urgent. The two clocks of the work come on top. */
const STATE_LIMITS: Readonly<
  Partial<Record<CaseState, { readonly for: Clock['for']; readonly usual: Limit; readonly urgent: Limit }>>
> = {
  submitted: { for: 'accept', usual: '2wh', urgent: '15min' },
  verifying: { for: 'look', usual: '1wd', urgent: '2h' },
  filed: { for: 'dispatch', usual: '1wh', urgent: '15min' },
  dispatched: { for: 'sign', usual: '4wh', urgent: '30min' },
  checking: { for: 'check', usual: '1wd', urgent: '1wd' },
  confirming: { for: 'rate', usual: '72h', urgent: '72h' },
};

/** Everything that runs for a case, the most pressing first. Computed from what happened; nothing of it is stored. */
export function clocksOf(kept: HazardCase): readonly Clock[] {
  const clocks: Clock[] = [];
  const step = STATE_LIMITS[kept.state];
  if (step) {
    clocks.push({ for: step.for, from: kept.since, due: after(kept.since, kept.urgent ? step.urgent : step.usual) });
  }
  const working = kept.state === 'filed' || kept.state === 'dispatched' || kept.state === 'in_progress';
  const { clock, contained, frozenMs = 0 } = kept;
  if (working && clock) {
    if (clock.contain && contained === undefined) {
      clocks.push({ for: 'contain', from: clock.from, due: after(clock.from, clock.contain) + frozenMs });
    }
    clocks.push({ for: 'cure', from: clock.from, due: cureDue(kept) ?? 0 });
  }
  if (kept.state === 'shelved' && kept.shelvedUntil !== undefined) {
    clocks.push({ for: 'review', from: kept.since, due: kept.shelvedUntil });
  }
  return clocks.sort((a, b) => a.due - b.due);
}

/** By when the hazard must be gone, ms; undefined before it is accepted. */
export function cureDue({ clock, extended, frozenMs = 0 }: HazardCase): number | undefined {
  if (!clock) return undefined;
  return extended?.until ?? after(clock.from, clock.cure) + frozenMs;
}

/** 绿, 黄 from 80 % of the time on, 红 when it is over. */
export function stageOf({ from, due }: Clock, now: number): 'green' | 'amber' | 'red' {
  if (now >= due) return 'red';
  return now >= from + (due - from) * AMBER ? 'amber' : 'green';
}
const AMBER = 0.8;

/** Something that time brings about: a warning, a step of the ladder, or an end. */
export type ClockMark = {
  readonly key: string;
  readonly at: number; // ms since the epoch
  readonly for: Clock['for'];
  readonly what: 'amber' | 'red' | 'supervise' | 'list' | 'over';
};

/** The marks of a case that were not told yet, the next one first. Whose turn it is hears of amber; the ladder goes up from red. */
export function marksOf(kept: HazardCase): readonly ClockMark[] {
  return clocksOf(kept)
    .flatMap((clock) => marksOfClock(clock))
    .filter(({ key }) => !kept.told?.includes(key))
    .sort((a, b) => a.at - b.at);
}

function marksOfClock({ for: what, from, due }: Clock): readonly ClockMark[] {
  const mark = (kind: ClockMark['what'], at: number): ClockMark => ({
    key: `${what}:${due}:${kind}`,
    at,
    for: what,
    what: kind,
  });
  // Whoever is asked how it ended, or what was put off, is not pressed: the time is simply over.
  if (what === 'rate' || what === 'review') return [mark('over', due)];
  const ladder = [mark('amber', from + (due - from) * AMBER), mark('red', due)];
  if (what !== 'cure' && what !== 'contain') return ladder;
  return [...ladder, mark('supervise', after(due, '1wd')), mark('list', after(due, '5wd'))];
}
