/** Votes on one statement in one group: how many agree, and how many voted at all, passes included. */
export type Votes = { readonly agree: number; readonly seen: number };

/** Estimates a group's agreement as (A + 1) / (S + 2), the rule of succession of Laplace. */
export function agreement({ agree, seen }: Votes): number {
  return (agree + 1) / (seen + 2);
}

/** Group-informed consensus: the product of the groups' agreements (Small et al. 2021, “Polis”, Recerca 26(2)). */
export function consensus(groups: readonly Votes[]): number {
  return groups.reduce((product, group) => product * agreement(group), 1);
}

/** The lowest agreement of any group; 1 without groups. */
export function lowestAgreement(groups: readonly Votes[]): number {
  return Math.min(1, ...groups.map(agreement));
}
