import { randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Grant, Role } from '../../people/role.ts';

export type VolunteerId = `volunteer_${string}`;

/** What somebody is good at, or would like to do: 巡逻 消防 急救 调解 反诈 宣传 助老 语言 驾驶. */
export const SKILLS = [
  'patrol',
  'fire',
  'first_aid',
  'mediation',
  'anti_fraud',
  'publicity',
  'elderly',
  'languages',
  'driving',
] as const;
export type Skill = (typeof SKILLS)[number];

/** When somebody has time: days of the week (0 is Sunday) and parts of the day. */
export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '0'] as const;
export const DAY_PARTS = ['morning', 'afternoon', 'evening'] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/** `youth` is 14 to 17 with a guardian's consent, for publicity by day only. The age itself is not kept. */
export type VolunteerAgeGroup = 'adult' | 'youth';

/** `asked`: an organiser wants to know more before they say yes. */
export const VOLUNTEER_STATES = ['applied', 'asked', 'active', 'declined'] as const;

/** Somebody who offers to help. What they are called is what they chose to be called; no name is asked for. */
export type Volunteer = {
  readonly id: VolunteerId;
  readonly urn: Urn;
  readonly state: (typeof VOLUNTEER_STATES)[number];
  readonly called: string;
  readonly age: VolunteerAgeGroup;
  /** The community where they want to help. */
  readonly region: string;
  readonly skills: readonly Skill[];
  readonly days: readonly string[];
  readonly parts: readonly DayPart[];
  /** Sealed, for calling back only. */
  readonly phone?: string;
  /** The team whose link brought them. */
  readonly team?: string;
  readonly appliedAt: number; // ms since the epoch
  /** Since when they may be asked. */
  readonly since?: number; // ms since the epoch
  /** Who said yes, asked or declined (a pseudonym), and what they said. */
  readonly reviewed?: { readonly by: string; readonly at: number; readonly words?: Words };
};

/** Who says yes to a volunteer and gives tasks, each on their own ground. */
export const ORGANISER_ROLES: readonly Role[] = ['grid_worker', 'dispatcher', 'lead', 'office'];

/** Of these grants those by which somebody may. */
export function organiserGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => ORGANISER_ROLES.includes(role));
}

export function newVolunteerId(): VolunteerId {
  return `volunteer_${shortId()}`;
}

/** Eight letters that nobody guesses, and that a button carries. */
export function shortId(): string {
  return randomBytes(6).toString('base64url').replaceAll('-', 'x');
}
