import { negativeBinomialCdf } from '../../surveys/estimate/distributions.ts';
import { medianOf } from './shrink.ts';

/** Reports of a region: in the month, and in the months before with their exposure (residents · months, or months). */
export type Reports = { readonly now: number; readonly before: number; readonly exposure: number };

/** Reports and their expectation, with the one-sided p-value of so few. */
export type ReportCheck = {
  readonly observed: number;
  readonly expected: number;
  readonly p: number;
  readonly few: boolean;
};

/** The variance of monthly reports is this many times their mean. */
const DISPERSION = 2;
/** A flag proposes an announcement and inspections. It costs no point. */
const ALPHA = 0.01;

/** P(X ≤ observed) of a negative binomial count with the expected mean and twice its variance. */
export function fewReportsP(observed: number, expected: number): number {
  return expected <= 0 ? 1 : negativeBinomialCdf(observed, expected, DISPERSION);
}

/**
 * Compares reports with what a region's exposure leads one to expect: its rate of the months before, shrunken towards the
 * city's (gamma prior worth the median exposure), times the city's season. Undefined before the city has earlier months.
 */
export function checkReports(all: readonly Reports[]): readonly (ReportCheck | undefined)[] {
  const [now, before, exposure] = (['now', 'before', 'exposure'] as const).map((of) =>
    all.reduce((sum, one) => sum + one[of], 0),
  ) as [number, number, number];
  if (before === 0 || exposure === 0 || now === 0) return all.map(() => undefined);
  const rate = before / exposure;
  const weight = medianOf(all.map((one) => one.exposure));
  const raw = all.map((one) => ((one.before + rate * weight) / (one.exposure + weight)) * one.exposure);
  // The season is the city's: reports of the month over what the rates of the months before add up to.
  const season = now / raw.reduce((sum, one) => sum + one, 0);
  return all.map((one, i) => {
    const expected = (raw[i] ?? 0) * season;
    const p = fewReportsP(one.now, expected);
    return { observed: one.now, expected, p, few: p < ALPHA };
  });
}
