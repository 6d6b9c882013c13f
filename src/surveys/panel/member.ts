import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../../calendar.ts';

/** Age bands as people choose them, from this age on (years); the three by which answers are kept. */
export const AGES = ['16', '25', '35', '45', '55', '65'] as const;
export type Age = (typeof AGES)[number];
export const AGE_GROUPS = ['16-34', '35-54', '55+'] as const;
export type SurveyAgeGroup = (typeof AGE_GROUPS)[number];
export const SEXES = ['male', 'female', 'unsaid'] as const;
export type Sex = (typeof SEXES)[number];
/** How long they have lived here: less than half a year, up to a year, longer. */
export const STAYS = ['short', 'months', 'long'] as const;
/** Where they are registered: 本市, 外地. */
export const HUKOUS = ['local', 'elsewhere'] as const;
export type Hukou = (typeof HUKOUS)[number];

/** Somebody who agreed to be asked how safe they feel. Nothing here says what they answered. */
export type Member = {
  /** Names them in the draw, so that anybody can draw again without knowing who they are. */
  readonly number: string;
  readonly community: string;
  readonly age: Age;
  readonly sex: Sex;
  readonly stay: (typeof STAYS)[number];
  readonly hukou: Hukou;
  readonly since: number; // ms since the epoch
  /** When they were invited, ms; the last twelve months. */
  readonly invited: readonly number[];
  /** How many waves in a row they did not begin. */
  readonly ignored: number;
  readonly pausedUntil?: number;
};

/** Nobody is asked more often than this. */
export const FATIGUE = {
  restMs: 28 * DAY_MS,
  perYear: 8,
  ignoredMax: 3,
  pauseMs: 90 * DAY_MS,
  /** After so long others take the place. */
  rotationMs: 365 * DAY_MS,
} as const;

export function newMemberNumber(): string {
  return randomBytes(9).toString('base64url');
}

export function ageGroupOf(age: Age): SurveyAgeGroup {
  return age < '35' ? '16-34' : age < '55' ? '35-54' : '55+';
}

/** Whether somebody may be invited now: not lately, not too often, not while they rest, not after a year. */
export function mayBeInvited({ since, invited, pausedUntil = 0 }: Member, now: number): boolean {
  const lastYear = invited.filter((at) => now - at < 365 * DAY_MS);
  const rested = lastYear.every((at) => now - at >= FATIGUE.restMs);
  return rested && lastYear.length < FATIGUE.perYear && now >= pausedUntil && now - since < FATIGUE.rotationMs;
}

/** Noted when an invitation goes out. */
export function asInvited(member: Member, now: number): Member {
  return { ...member, invited: [...member.invited.filter((at) => now - at < 365 * DAY_MS), now] };
}

/** Noted when a wave ends: who began is as fresh as ever; who let three pass rests. */
export function afterWave(member: Member, began: boolean, now: number): Member {
  // A number that was published with one wave names nobody in the next.
  const { pausedUntil: _over, ...rest } = { ...member, number: newMemberNumber() };
  if (began) return { ...rest, ignored: 0 };
  const ignored = member.ignored + 1;
  return ignored < FATIGUE.ignoredMax
    ? { ...rest, ignored, ...(member.pausedUntil === undefined ? {} : { pausedUntil: member.pausedUntil }) }
    : { ...rest, ignored: 0, pausedUntil: now + FATIGUE.pauseMs };
}
