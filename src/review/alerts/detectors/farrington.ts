/** Mean, dispersion and upper limit of a baseline of several years. */
export type FarringtonLimit = {
  readonly mean: number;
  readonly dispersion: number;
  readonly upper: number;
  /** Standard score of a count on the scale of the limit. */
  readonly scoreOf: (count: number) => number;
};

/**
 * Farrington 1996 without a trend, in closed form. Quasi-Poisson mean μ = ȳ and dispersion φ; weeks with an Anscombe
 * residual s > 1 get the weight s⁻², so that one flood does not blind the later years; then both are fitted again.
 * Upper limit: (μ^⅔ + z √(4 μ^⅓ τ / 9))^1.5 with τ = φ (1 + 1/n). `weighted: false` leaves the second fit out.
 */
export function farringtonLimit(baseline: readonly number[], z: number, { weighted = true } = {}): FarringtonLimit {
  const n = baseline.length;
  const first = fitMean(
    baseline,
    baseline.map(() => 1),
  );
  const { mean, dispersion } = weighted ? fitMean(baseline, weightsOf(baseline, first)) : first;
  const tau = dispersion * (1 + 1 / n);
  const spread = Math.sqrt((4 * mean ** (1 / 3) * tau) / 9);
  const upper = Math.max(0, mean ** (2 / 3) + z * spread) ** 1.5;
  return { mean, dispersion, upper, scoreOf: (count) => (count ** (2 / 3) - mean ** (2 / 3)) / spread };
}

type Fit = { readonly mean: number; readonly dispersion: number };

function fitMean(baseline: readonly number[], weights: readonly number[]): Fit {
  const n = baseline.length;
  const mean = baseline.reduce((sum, count, i) => sum + count * (weights[i] ?? 0), 0) / n;
  if (mean <= 0) return { mean: 0, dispersion: 1 };
  const squares = baseline.reduce((sum, count, i) => sum + ((weights[i] ?? 0) * (count - mean) ** 2) / mean, 0);
  return { mean, dispersion: Math.max(1, squares / (n - 1)) };
}

/** Weights that add up to n. */
function weightsOf(baseline: readonly number[], { mean, dispersion }: Fit): readonly number[] {
  const n = baseline.length;
  if (mean <= 0) return baseline.map(() => 1);
  const scale = Math.sqrt(dispersion * (1 - 1 / n));
  const raw = baseline.map((count) => {
    const residual = (1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - Math.sqrt(mean))) / scale;
    return residual > 1 ? residual ** -2 : 1;
  });
  const gamma = n / raw.reduce((sum, one) => sum + one, 0);
  return raw.map((one) => one * gamma);
}
