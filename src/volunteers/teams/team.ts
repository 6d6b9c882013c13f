import type { VolunteerId } from '../volunteer/volunteer.ts';

export type TeamId = `team_${string}`;

/** The kind of place that a team serves: a neighbourhood, or one of the 平安系列 (车站 校园 医院 市场 景区). */
export const SERIES = ['community', 'station', 'campus', 'hospital', 'market', 'scenic_spot'] as const;

/** A team of volunteers, as stored; its members are kept beside it. */
export type Team = {
  readonly id: TeamId;
  readonly name: string;
  readonly series: (typeof SERIES)[number];
  /** The team's home region. */
  readonly region: string;
  /** Most members. */
  readonly capacity: number;
  /** The leader, who sees the team's tasks, tells the code on the spot, and confirms proofs. */
  readonly leader?: VolunteerId;
  /** The creator's pseudonym. */
  readonly by: string;
  readonly madeAt: number; // ms since the epoch
};

/** Prefix of the /start parameter in a team's invitation link. */
export const TEAM_LINK = 'team_';
