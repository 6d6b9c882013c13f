import { randomBytes } from 'node:crypto';
import { DAY_MS, MINUTE_MS } from '../../calendar.ts';
import type { Grant, Role } from '../../people/role.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Halves, Stratum } from './draw.ts';

export type WaveId = `wave_${string}`;

/** Roles that may open waves in their region, and see the results. */
export const MAY_RUN_SURVEYS: readonly Role[] = ['lead', 'office'];

/** Returns the grants with which a person runs surveys. */
export function surveyGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_RUN_SURVEYS.includes(role));
}

/**
 * drawing: the halves of the seed are made, then the frame, then the draw. sealing: answering has ended, ballots are being counted. closed: counted.
 * published: erased data is out of the store's file as well, so that no answer leads to a person.
 */
export const WAVE_STATES = ['drawing', 'open', 'sealing', 'closed', 'published', 'called_off'] as const;

/** One survey of a region. It holds a frozen copy of its questionnaire. */
export type Wave = {
  readonly id: WaveId;
  readonly state: (typeof WAVE_STATES)[number];
  readonly questionnaire: Questionnaire;
  /** The id of its indicator set. */
  readonly indicators: string;
  readonly region: string;
  /** Number of answers wanted in all. */
  readonly target: number;
  /** Pseudonym of the organiser. */
  readonly by: string;
  readonly openedAt: number; // ms since the epoch
  readonly closesAt: number; // ms since the epoch
  readonly strata: readonly Stratum[];
  /** SHA-256 of both halves of the seed, of the frame, and of the seed, in the order in which they become known. */
  readonly halfHashes?: Halves;
  readonly frameHash?: string;
  readonly seedHash?: string;
  /** An auditor added the second half, after the frame and the office's half were fixed; otherwise it is the server's. */
  readonly secondBy?: 'auditor';
  /** Published at the closing. */
  readonly halves?: Halves;
  readonly seed?: string;
  /** The last time (ms) at which all invitations then due had been sent. */
  readonly releasedAt?: number;
};

/**
 * The progress of one person in a wave. blank: handed in without the answers that make a ballot valid. passed_over: another
 * wave had invited the person since the draw. `doneSlot` is the quarter of an hour in which the ballot was handed in.
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
  readonly invitedAt?: number; // ms since the epoch
  readonly reminders?: number;
  readonly remindedAt?: number; // ms since the epoch
  readonly doneSlot?: number;
};

/** Durations in the life of a wave, ms. */
export const TIMES = {
  firstReminderMs: DAY_MS,
  secondReminderMs: 3 * DAY_MS,
  closesMs: 7 * DAY_MS,
  releaseEveryMs: DAY_MS,
  /** The least time to answer: no invitation is sent later than this before the close. */
  lastInvitationMs: 2 * DAY_MS,
  /** An answer is expected for this long after an invitation. */
  pendingMs: 2 * DAY_MS,
  burstSlotMs: 15 * MINUTE_MS,
  /** An auditor may add a half of the seed for this long. */
  auditorMs: DAY_MS,
} as const;

export function newWaveId(): WaveId {
  return `wave_${randomBytes(6).toString('base64url').replaceAll('-', 'x')}`;
}

/** Returns how many members of each stratum must be invited now to reach its target. */
export function invitationsDue(
  { strata, closesAt }: Pick<Wave, 'strata' | 'closesAt'>,
  entries: readonly LedgerEntry[],
  now: number,
): readonly number[] {
  if (closesAt - now < TIMES.lastInvitationMs) return strata.map(() => 0);
  return strata.map(({ target }, stratum) => {
    const own = entries.filter((entry) => entry.stratum === stratum);
    const complete = own.filter(({ disposition }) => disposition === 'complete').length;
    const pending = own.filter(
      ({ disposition, invitedAt = 0 }) =>
        (disposition === 'invited' || disposition === 'started') && now - invitedAt < TIMES.pendingMs,
    ).length;
    const drawn = own.filter(({ disposition }) => disposition === 'drawn').length;
    // About half of the pending invitations are expected to be answered.
    return Math.max(0, Math.min(drawn, target - complete - Math.floor(pending / 2)));
  });
}

/**
 * Returns true if a reminder is due. At most two are sent, at least a day apart. A refusal ends them; while a person answers,
 * the first waits as long as a second.
 */
export function isReminderDue(
  { disposition, invitedAt, reminders = 0, remindedAt = 0 }: LedgerEntry,
  now: number,
): boolean {
  if (invitedAt === undefined || (disposition !== 'invited' && disposition !== 'started')) return false;
  if (now - remindedAt < DAY_MS || reminders >= 2) return false;
  const first = reminders === 0 && disposition === 'invited';
  return now - invitedAt >= (first ? TIMES.firstReminderMs : TIMES.secondReminderMs);
}
