import { randomFrom } from '../../random.ts';
import { adjustedRand } from './adjusted-rand.ts';
import { assign, kMeans, silhouette } from './k-means.ts';
import type { Dot, Opinions } from './principal-plane.ts';
import { principalPlane } from './principal-plane.ts';

/** Bounds below which no clusters are shown. */
export const CLUSTER_RULES = {
  /** Fewer voters give no map at all. */
  votersMin: 100,
  silhouetteMin: 0.25,
  randMin: 0.6,
  resamples: 100,
  /** Clusters at most; fewer with few voters. */
  clustersMax: 5,
  /** A voter counts from this many votes on, or with a vote on every statement. */
  votesMin: 7,
} as const;

/** The map of opinions. `clusters` has an index for each dot; undefined where no stable parting was found. */
export type OpinionMap = { readonly dots: readonly Dot[]; readonly clusters: readonly number[] | undefined };

/** Voters with at least seven votes, or a vote on every statement. A pass is a vote. */
export function countedVoters(voters: readonly Opinions[], statements: number): readonly Opinions[] {
  const least = Math.min(CLUSTER_RULES.votesMin, statements);
  return voters.filter((voter) => voter.filter((vote) => vote !== undefined).length >= least);
}

/**
 * Maps voters and parts them into clusters. Undefined below 100 voters. Clusters need a silhouette of .25, and a mean adjusted
 * Rand index of .6 between the parting of all voters and those of 100 bootstrap samples.
 */
export function mapOpinions(voters: readonly Opinions[]): OpinionMap | undefined {
  if (voters.length < CLUSTER_RULES.votersMin) return undefined;
  const dots = voters.map(principalPlane(voters));
  const most = Math.min(CLUSTER_RULES.clustersMax, Math.floor(2 + voters.length / 12));
  const partings = Array.from({ length: most - 1 }, (_, i) => {
    const clusters = assign(dots, kMeans(dots, i + 2));
    return { clusters, k: i + 2, quality: silhouette(dots, clusters) };
  });
  const best = partings.reduce((one, other) => (other.quality > one.quality ? other : one));
  const isClear = best.quality >= CLUSTER_RULES.silhouetteMin;
  return { dots, clusters: isClear && isStable(voters, best) ? best.clusters : undefined };
}

type Parting = { readonly clusters: readonly number[]; readonly k: number };

/** Parts bootstrap samples anew, plane included, and compares where each parting puts all voters. */
function isStable(voters: readonly Opinions[], { clusters, k }: Parting): boolean {
  // The seed depends on the number of voters only, so that a repeated count finds the same.
  const random = randomFrom(voters.length);
  let total = 0;
  for (let n = 0; n < CLUSTER_RULES.resamples; n += 1) {
    const sample = voters.map(() => voters[Math.floor(random() * voters.length)] ?? []);
    const project = principalPlane(sample);
    total += adjustedRand(clusters, assign(voters.map(project), kMeans(sample.map(project), k)));
  }
  return total / CLUSTER_RULES.resamples >= CLUSTER_RULES.randMin;
}
