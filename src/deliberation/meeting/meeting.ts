import { DAY_MS } from '../../calendar.ts';
import type { MeetingCounts, QuorumRuleId } from './quorum.ts';
import { QUORUM_RULES } from './quorum.ts';

/** A lawful meeting that is prepared here. It decides; taps in a chat are no votes of it. Times in ms since the epoch. */
export type Meeting = {
  readonly rule: QuorumRuleId;
  readonly at: number;
  readonly place: string;
  readonly agenda: string;
  /** When residents were told of it. */
  readonly noticedAt: number;
  /** The counts and the result, as the minute on paper states them. */
  readonly minute?: { readonly counts: MeetingCounts; readonly passed: boolean };
};

/** The earliest time of a meeting whose notice goes out now; the day of the notice does not count. */
export function earliestMeeting(rule: QuorumRuleId, now: number): number {
  const days = QUORUM_RULES.find(({ id }) => id === rule)?.noticeDays ?? 0;
  return now + days * DAY_MS;
}
