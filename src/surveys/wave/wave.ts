import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../../calendar.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Stratum } from './draw.ts';

export type WaveId = `wave_${string}`;

/** drawing: its frame is being drawn; sealing: nobody can answer any more, its ballots are counted; published: nothing can be traced any more. */
export const WAVE_STATES = ['drawing', 'open', 'sealing', 'closed', 'published', 'called_off'] as const;

/** One time that a region is asked. Its questionnaire is frozen with it. */
export type Wave = {
  readonly id: WaveId;
  readonly state: (typeof WAVE_STATES)[number];
  readonly questionnaire: Questionnaire;
  readonly indicators: string;
  readonly region: string;
  /** How many answers are wanted in all. */
  readonly target: number;
  readonly by: string;
  readonly openedAt: number; // ms since the epoch
  readonly closesAt: number; // ms since the epoch
  readonly strata: readonly Stratum[];
  /** What is published at the opening: the seed's digest, and that of the frame. */
  readonly seedHash?: string;
  readonly frameHash?: string;
  /** Published at the closing. */
  readonly seed?: string;
  /** Until when (ms) the last look released invitations. */
  readonly releasedAt?: number;
};

/**
 * How far somebody is in a wave. blank: handed in without what counts; passed_over: was asked by another wave meanwhile.
 * `doneSlot` is the quarter of an hour in which they finished.
 */
export type LedgerEntry = {
  readonly stratum: number;
  readonly place: number;
  readonly disposition:
    | 'drawn'
    | 'invited'
    | 'started'
    | 'complete'
    | 'blank'
    | 'refused'
    | 'unreachable'
    | 'passed_over';
  readonly invitedAt?: number;
  readonly reminders?: number;
  readonly remindedAt?: number;
  readonly doneSlot?: number;
};

/** When what happens after an invitation, ms. */
export const TIMES = {
  firstReminderMs: DAY_MS,
  secondReminderMs: 3 * DAY_MS,
  closesMs: 7 * DAY_MS,
  releaseEveryMs: DAY_MS,
  /** Nobody is invited who would have less than this. */
  lastInvitationMs: 2 * DAY_MS,
  /** So long somebody who was invited is counted on. */
  pendingMs: 2 * DAY_MS,
  burstSlotMs: 15 * 60_000,
} as const;

export function newWaveId(): WaveId {
  return `wave_${randomBytes(6).toString('base64url').replaceAll('-', 'x')}`;
}

/** A look at the ledger by stratum: how many more are to be invited now so that the targets are met. */
export function toRelease(
  { strata, closesAt }: Pick<Wave, 'strata' | 'closesAt'>,
  entries: readonly LedgerEntry[],
  now: number,
): readonly number[] {
  if (closesAt - now < TIMES.lastInvitationMs) return strata.map(() => 0);
  return strata.map(({ target }, stratum) => {
    const here = entries.filter((entry) => entry.stratum === stratum);
    const complete = here.filter(({ disposition }) => disposition === 'complete').length;
    const pending = here.filter(
      ({ disposition, invitedAt = 0 }) =>
        (disposition === 'invited' || disposition === 'started') && now - invitedAt < TIMES.pendingMs,
    ).length;
    const drawn = here.filter(({ disposition }) => disposition === 'drawn').length;
    // Of those who were asked lately about half are counted on.
    return Math.max(0, Math.min(drawn, target - complete - Math.floor(pending / 2)));
  });
}

/** What is due for somebody now. A refusal is an answer; nobody is reminded more than twice, twice within a day, or at first while they answer. */
export function reminderDue(
  { disposition, invitedAt, reminders = 0, remindedAt = 0 }: LedgerEntry,
  now: number,
): boolean {
  if (invitedAt === undefined || (disposition !== 'invited' && disposition !== 'started')) return false;
  if (now - remindedAt < DAY_MS || reminders >= 2) return false;
  const first = reminders === 0 && disposition === 'invited';
  return now - invitedAt >= (first ? TIMES.firstReminderMs : TIMES.secondReminderMs);
}
