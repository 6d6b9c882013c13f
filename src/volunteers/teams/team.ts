import type { VolunteerId } from '../volunteer/volunteer.ts';

export type TeamId = `team_${string}`;

/** Of what kind of place a team takes care: a neighbourhood, or one of the 平安系列 (车站 校园 医院 市场 景区). */
export const SERIES = ['community', 'station', 'campus', 'hospital', 'market', 'scenic_spot'] as const;

export type Team = {
  readonly id: TeamId;
  readonly name: string;
  readonly series: (typeof SERIES)[number];
  /** Where it is at home. */
  readonly region: string;
  /** How many it takes. */
  readonly capacity: number;
  /** Who leads it: may tell the code on the spot, and says yes to what was done. */
  readonly leader?: VolunteerId;
  readonly by: string;
  readonly madeAt: number; // ms since the epoch
};

/** Follows /start in a link: what opens a team's door. */
export const TEAM_LINK = 'team_';
