/** Time in which a topic gathers its seconds, days. */
export const SECONDING_DAYS = 30;

/** Fewest seconds of any topic, and the share of members: one in fifty. */
const [SECONDS_MIN, MEMBERS_A_SECOND] = [5, 50];

/** The number of seconds that a topic needs: max(5, ⌈2 % of the members⌉). */
export function secondsNeeded(members: number): number {
  return Math.max(SECONDS_MIN, Math.ceil(members / MEMBERS_A_SECOND));
}
