/** Density of the standard normal distribution. */
function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Terms of a series or continued fraction; each use converges long before. */
const TERMS_MAX = 500;
/** From here on the continued fraction converges faster than the series. */
const SERIES_UNTIL = 1.5;

/** Distribution function of the standard normal distribution, to about 15 digits (Abramowitz & Stegun 26.2.11, 26.2.14). */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  const t = -x;
  if (t > 40) return 0;
  if (t < SERIES_UNTIL) {
    let [term, sum] = [t, t];
    for (let k = 3; k < TERMS_MAX && term > sum * Number.EPSILON; k += 2) {
      term *= (t * t) / k;
      sum += term;
    }
    return 0.5 - normalDensity(t) * sum;
  }
  let fraction = t;
  for (let k = TERMS_MAX; k > 0; k -= 1) fraction = t + k / fraction;
  return normalDensity(t) / fraction;
}

/** Inverse of `normalCdf` for 0 < p < 1. */
export function normalQuantile(p: number): number {
  return invert(p, normalCdf, normalDensity, { from: 0, low: -40, high: 40 });
}

/** Quantile of the beta distribution with parameters a and b, for 0 < p < 1. */
export function betaQuantile(p: number, a: number, b: number): number {
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b);
  const cdf = (x: number) => incompleteBeta(x, a, b, scale);
  const density = (x: number) => Math.exp(scale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x));
  return invert(p, cdf, density, { from: a / (a + b), low: 0, high: 1 });
}

/** Distribution function of the beta distribution with parameters a and b: the regularised incomplete beta function. */
export function betaCdf(x: number, a: number, b: number): number {
  return incompleteBeta(x, a, b, logGamma(a + b) - logGamma(a) - logGamma(b));
}

/** P(X ≤ k) of n trials with success probability p (Abramowitz & Stegun 26.5.24). */
export function binomialCdf(k: number, n: number, p: number): number {
  return k < 0 ? 0 : k >= n ? 1 : betaCdf(1 - p, n - k, k + 1);
}

/** P(X ≤ k) of a negative binomial count with this mean and the variance `dispersion` · mean, dispersion > 1. */
export function negativeBinomialCdf(k: number, mean: number, dispersion: number): number {
  return betaCdf(1 / dispersion, mean / (dispersion - 1), k + 1);
}

/** Solves cdf(x) = p by Newton's method; a step that leaves the bracket becomes a bisection. */
function invert(
  p: number,
  cdf: (x: number) => number,
  density: (x: number) => number,
  bracket: { readonly from: number; readonly low: number; readonly high: number },
): number {
  let { from: x, low, high } = bracket;
  for (let i = 0; i < TERMS_MAX; i += 1) {
    const excess = cdf(x) - p;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const newton = x - excess / density(x);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 2 * Number.EPSILON * Math.abs(next)) return next;
    x = next;
  }
  return x;
}

/**
 * Regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated as Lentz 1976).
 * `scale` is log(1 / B(a, b)).
 */
function incompleteBeta(x: number, a: number, b: number, scale: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // Beyond this point the fraction of the mirrored function converges faster.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a, scale);
  const front = Math.exp(scale + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < TERMS_MAX * 20; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < Number.EPSILON) break;
  }
  return front * fraction;
}

/** Below this argument the recurrence x·Γ(x) = Γ(x + 1) comes first. */
const STIRLING_FROM = 15;

/** Logarithm of the gamma function for x > 0 (Stirling's series, Abramowitz & Stegun 6.1.40). */
function logGamma(x: number): number {
  if (x < STIRLING_FROM) {
    let product = 1;
    let shifted = x;
    for (; shifted < STIRLING_FROM; shifted += 1) product *= shifted;
    return logGamma(shifted) - Math.log(product);
  }
  const inverse = 1 / (x * x);
  const series =
    1 / 12 -
    inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - (inverse * 691) / 360360))));
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series / x;
}

/** Adjusts p-values for multiple tests, in their order: Holm 1979, or Benjamini & Hochberg 1995. R: p.adjust. */
export function adjustPValues(pValues: readonly number[], method: 'bh' | 'holm'): readonly number[] {
  const count = pValues.length;
  const ascending = pValues.map((p, i) => ({ p, i })).sort((one, other) => one.p - other.p);
  const adjusted = new Array<number>(count);
  if (method === 'holm') {
    let most = 0;
    for (const [rank, { p, i }] of ascending.entries()) {
      most = Math.max(most, p * (count - rank));
      adjusted[i] = Math.min(1, most);
    }
    return adjusted;
  }
  let least = 1;
  for (const [rank, { p, i }] of [...ascending.entries()].reverse()) {
    least = Math.min(least, (p * count) / (rank + 1));
    adjusted[i] = least;
  }
  return adjusted;
}
