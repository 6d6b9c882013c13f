import { randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Grant, Role } from '../../people/role.ts';

export type VolunteerId = `volunteer_${string}`;

/** Skills or wishes of a volunteer: 巡逻 消防 急救 调解 反诈 宣传 助老 语言 驾驶. */
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

/** Days of the week; 0 is Sunday. */
export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '0'] as const;
/** Parts of the day: until 12, until 18, and after. */
export const DAY_PARTS = ['morning', 'afternoon', 'evening'] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/** `youth`: 14 to 17 with a guardian's consent, for publicity by day only. The age itself is not stored. */
export type VolunteerAgeGroup = 'adult' | 'youth';

/** States of a volunteer. `asked`: an organiser has a question before deciding. */
export const VOLUNTEER_STATES = ['applied', 'asked', 'active', 'declined'] as const;

/** A volunteer, as stored. No real name is requested. */
export type Volunteer = {
  readonly id: VolunteerId;
  readonly urn: Urn;
  readonly state: (typeof VOLUNTEER_STATES)[number];
  /** The name that the volunteer chose to go by. */
  readonly called: string;
  readonly age: VolunteerAgeGroup;
  /** The community, or the larger region, where the volunteer wants to help. */
  readonly region: string;
  readonly skills: readonly Skill[];
  readonly days: readonly string[];
  readonly parts: readonly DayPart[];
  /** The sealed phone number, for calls by organisers. */
  readonly phone?: string;
  /** The team whose link was used for the sign-up. */
  readonly team?: string;
  /** The code of the last certificate. */
  readonly certificate?: string;
  readonly appliedAt: number; // ms since the epoch
  /** When the volunteer was accepted. */
  readonly since?: number; // ms since the epoch
  /** The latest decision: the organiser's pseudonym, time (ms since the epoch) and message. */
  readonly reviewed?: { readonly by: string; readonly at: number; readonly words?: Words };
};

/** Roles that review volunteers and give tasks, each in the regions of its grant. */
export const ORGANISER_ROLES: readonly Role[] = ['grid_worker', 'dispatcher', 'lead', 'office'];

/** Filters the grants of organiser roles. */
export function organiserGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => ORGANISER_ROLES.includes(role));
}

/** Makes a random volunteer id. */
export function newVolunteerId(): VolunteerId {
  return `volunteer_${shortId()}`;
}

/** Makes eight random characters (48 bits): unguessable, and short enough for callback data. */
export function shortId(): string {
  return randomBytes(6).toString('base64url').replaceAll('-', 'x');
}
