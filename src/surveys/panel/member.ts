import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../../calendar.ts';

/** Lower bounds (years) of the age bands that people choose from. */
export const AGES = ['16', '25', '35', '45', '55', '65'] as const;
export type Age = (typeof AGES)[number];
/** The coarser age groups that responses keep. */
export const AGE_GROUPS = ['16-34', '35-54', '55+'] as const;
export type SurveyAgeGroup = (typeof AGE_GROUPS)[number];
export const SEXES = ['male', 'female', 'unsaid'] as const;
export type Sex = (typeof SEXES)[number];
/** Time of residence: under half a year, up to a year, longer. */
export const STAYS = ['short', 'months', 'long'] as const;
/** Household registration: 本市, 外地. */
export const HUKOUS = ['local', 'elsewhere'] as const;
export type Hukou = (typeof HUKOUS)[number];

/** A resident who agreed to take part in surveys. The record never holds an answer. */
export type Member = {
  /** Identifies the member in the published frame, so that a draw can be verified without addresses. */
  readonly number: string;
  readonly community: string;
  readonly age: Age;
  readonly sex: Sex;
  readonly stay: (typeof STAYS)[number];
  readonly hukou: Hukou;
  readonly since: number; // ms since the epoch
  /** Times of invitations (ms since the epoch) within the last 365 days. */
  readonly invited: readonly number[];
  /** Number of waves in a row that the member did not begin. */
  readonly ignored: number;
  readonly pausedUntil?: number; // ms since the epoch
};

/** Limits on how often one member is invited. */
export const FATIGUE = {
  /** The least time between two invitations. */
  restMs: 28 * DAY_MS,
  perYear: 8,
  /** After this many ignored waves in a row the member pauses for `pauseMs`. */
  ignoredMax: 3,
  pauseMs: 90 * DAY_MS,
  /** A member is invited only for this long after joining, so that the panel rotates. */
  rotationMs: 365 * DAY_MS,
} as const;

export function newMemberNumber(): string {
  return randomBytes(9).toString('base64url');
}

export function ageGroupOf(age: Age): SurveyAgeGroup {
  return age < '35' ? '16-34' : age < '55' ? '35-54' : '55+';
}

/** Returns true if the limits of FATIGUE allow an invitation now. */
export function mayBeInvited({ since, invited, pausedUntil = 0 }: Member, now: number): boolean {
  const lastYear = invited.filter((at) => now - at < 365 * DAY_MS);
  const rested = lastYear.every((at) => now - at >= FATIGUE.restMs);
  return rested && lastYear.length < FATIGUE.perYear && now >= pausedUntil && now - since < FATIGUE.rotationMs;
}

/** Returns the member with an invitation at `now`; older than 365 days are dropped. */
export function withInvitation(member: Member, now: number): Member {
  return { ...member, invited: [...member.invited.filter((at) => now - at < 365 * DAY_MS), now] };
}

/** Returns the member after a wave: beginning resets the count of ignored waves, `ignoredMax` in a row start a pause. */
export function afterWave(member: Member, began: boolean, now: number): Member {
  // The number was published with this wave's frame; a new one keeps waves unlinkable.
  const { pausedUntil: _expired, ...rest } = { ...member, number: newMemberNumber() };
  if (began) return { ...rest, ignored: 0 };
  const ignored = member.ignored + 1;
  return ignored < FATIGUE.ignoredMax
    ? { ...rest, ignored, ...(member.pausedUntil === undefined ? {} : { pausedUntil: member.pausedUntil }) }
    : { ...rest, ignored: 0, pausedUntil: now + FATIGUE.pauseMs };
}
