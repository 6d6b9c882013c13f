import { createHash } from 'node:crypto';
import { randomFrom } from '../../random.ts';
import type { Rank } from '../../surveys/estimate/compare.ts';
import { ranksOf } from '../../surveys/estimate/compare.ts';
import type { Term } from './formula.ts';
import type { Score, ScoredCell } from './score.ts';
import { earned } from './score.ts';
import { medianOf } from './shrink.ts';

/** A tier says only what is sure: the rank interval lies in the upper half, in the lower half, or in neither. */
export const TIERS = ['upper', 'level', 'lower'] as const;
export type Tier = (typeof TIERS)[number];

/** The place of a region: its rank interval, its tier, and the number of regions from which no test parts it. */
export type Place = Rank & { readonly tier: Tier; readonly ties: number };

type Ranked = Pick<Score, 'score' | 'se' | 'lo' | 'hi'> & { readonly cells: readonly ScoredCell[] };

/** Draws of shaken weights, the width of a shake, and the share of draws in which an order must hold. */
const [DRAWS, SHAKE, HOLDS] = [1000, 0.25, 0.95] as const;

/** The share of the spread between scores that is no chance; below LEAST_RANKABILITY no ranks leave. */
export const LEAST_RANKABILITY = 0.5;

/** Rankability of scores: τ² / (τ² + median SE²), with τ² = variance of the scores − mean SE², at least 0. */
export function scoreRankability(scores: readonly Pick<Score, 'score' | 'se'>[]): number {
  if (scores.length < 2) return 0;
  const mean = scores.reduce((all, { score }) => all + score, 0) / scores.length;
  const variance = scores.reduce((all, { score }) => all + (score - mean) ** 2, 0) / (scores.length - 1);
  const chance = scores.reduce((all, { se }) => all + se * se, 0) / scores.length;
  const between = Math.max(0, variance - chance);
  return between === 0 ? 0 : between / (between + medianOf(scores.map(({ se }) => se * se)));
}

/**
 * Places scores: two regions part if the z test of their scores is significant over all pairs (Holm 1979) and their order
 * holds in 95 % of 1,000 draws of weights ± 25 %. `lot` fixes the draws: anybody can repeat them.
 */
export function placesOf(ranked: readonly Ranked[], terms: readonly Term[], lot: string): readonly Place[] {
  // Only pairs that the test parts need the draws.
  let shaken: readonly Float64Array[] | undefined;
  const ties = ranked.map(() => ranked.length - 1);
  const holds = (winner: number, loser: number) => {
    shaken ??= shakenScores(ranked, terms, lot);
    const wins = shaken.reduce((all, draw) => all + Number((draw[winner] ?? 0) > (draw[loser] ?? 0)), 0);
    if (wins < HOLDS * DRAWS) return false;
    ties[winner] = (ties[winner] ?? 0) - 1;
    ties[loser] = (ties[loser] ?? 0) - 1;
    return true;
  };
  const estimates = ranked.map(({ score, se, lo, hi }) => ({
    p: score / 100,
    lo: lo / 100,
    hi: hi / 100,
    // A score whose terms all lie beyond their goalposts has no spread; its variance stays above 0.
    variance: Math.max(1e-12, (se / 100) ** 2),
    nEff: 1,
  }));
  const ranks = ranksOf(estimates, holds);
  const half = ranked.length / 2;
  return ranks.map(({ from, to }, i) => ({
    from,
    to,
    tier: to <= half ? 'upper' : from > half ? 'lower' : 'level',
    ties: ties[i] ?? 0,
  }));
}

/** The scores of each draw of weights; the seed is SHA-256 of the lot. */
function shakenScores(ranked: readonly Ranked[], terms: readonly Term[], lot: string): readonly Float64Array[] {
  const random = randomFrom(createHash('sha256').update(lot).digest().readInt32BE(0));
  const shares = ranked.map(({ cells }) =>
    terms.map((term) => {
      const cell = cells.find(({ code }) => code === term.code);
      return cell ? earned(term, cell.theta) : undefined;
    }),
  );
  return Array.from({ length: DRAWS }, () => {
    const weights = terms.map(({ w }) => w * (1 - SHAKE + 2 * SHAKE * random()));
    return Float64Array.from(shares, (us) => {
      let [sum, total] = [0, 0];
      for (const [k, u] of us.entries()) {
        if (u === undefined) continue;
        sum += (weights[k] ?? 0) * u;
        total += weights[k] ?? 0;
      }
      return sum / total;
    });
  });
}
