/** Successes `y` among `n` trials of one region. Survey cells hold p · nEff and nEff, not always whole. */
export type Count = { readonly y: number; readonly n: number };

/** A beta prior: its mean `m`, its weight `M` in trials, and the correlation `rho` = 1 / (1 + M) between trials of a region. */
export type Prior = { readonly m: number; readonly M: number; readonly rho: number };

/** A shrunken share and its posterior variance. */
export type Shrunken = { readonly theta: number; readonly v: number };

/** The prior weighs at least and at most this many trials. */
export const PRIOR_WEIGHT = { least: 2, most: 2000 } as const;

/**
 * Estimates a beta prior by moments (Kleinman 1973, JASA 68:46): with m = Σy/Σn, q = m(1 − m) and S = Σn(p − m)²,
 * ρ = (S − (J − 1)q) / (q(N − Σn²/N − (J − 1))) and M = (1 − ρ)/ρ. Undefined without a trial.
 */
export function priorOf(counts: readonly Count[]): Prior | undefined {
  const known = counts.filter(({ n }) => n > 0);
  const total = known.reduce((all, { n }) => all + n, 0);
  if (total === 0) return undefined;
  const sum = known.reduce((all, { y }) => all + y, 0);
  // Trials that all ended alike prove no certainty: half a trial ended the other way.
  const isAlike = sum === 0 || sum === total;
  const m = isAlike ? (sum + 0.5) / (total + 1) : sum / total;
  const q = m * (1 - m);
  const spread = known.reduce((all, { y, n }) => all + n * (y / n - m) ** 2, 0);
  const groups = known.length - 1;
  const room = q * (total - known.reduce((all, { n }) => all + n * n, 0) / total - groups);
  // Without room for a difference between regions, all count as equal.
  const rho = room > 0 ? Math.max(0, (spread - groups * q) / room) : 0;
  const weight = rho > 0 ? (1 - rho) / rho : PRIOR_WEIGHT.most;
  return { m, M: Math.min(PRIOR_WEIGHT.most, Math.max(PRIOR_WEIGHT.least, weight)), rho };
}

/** Shrinks a share towards the prior: θ̃ = (y + Mm)/(n + M), v = θ̃(1 − θ̃)/(n + M + 1). Without trials it is the prior itself. */
export function shrink({ y, n }: Count, { m, M }: Pick<Prior, 'm' | 'M'>): Shrunken {
  const theta = (y + M * m) / (n + M);
  return { theta, v: (theta * (1 - theta)) / (n + M + 1) };
}

/** The share of the spread between regions that is no chance: qρ / (qρ + median of q/n) (van Dishoeck 2011, BMC MRM 9:53). */
export function rankability(counts: readonly Count[], { m, rho }: Pick<Prior, 'm' | 'rho'>): number {
  const known = counts.filter(({ n }) => n > 0);
  const between = m * (1 - m) * rho;
  if (known.length < 2 || between === 0) return 0;
  return between / (between + medianOf(known.map(({ n }) => (m * (1 - m)) / n)));
}

/** The middle value; the mean of the two middle ones of an even number. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}
