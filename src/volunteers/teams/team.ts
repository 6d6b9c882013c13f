import type { Series } from '../../city/series.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';

export type TeamId = `team_${string}`;

/** A team of volunteers, as stored; its members are kept beside it. */
export type Team = {
  readonly id: TeamId;
  readonly name: string;
  readonly series: Series;
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
