import type { DisclosedNumber } from '../../../surveys/disclosure/disclosure.ts';
import type { WaveResults } from '../../../surveys/results/results.ts';
import { loadResults } from '../../../surveys/results/results-store.ts';
import type { Wave } from '../../../surveys/wave/wave.ts';
import { loadWaves } from '../../../surveys/wave/wave-store.ts';
import type { IndicatorCode } from '../indicator.ts';
import { addMonths, monthEnd, monthStart } from '../month.ts';
import type { CellFlag, CollectedCell, CollectedCells } from '../month-score.ts';
import type { CellReader, ReadMonth } from './cell-reader.ts';

/** Survey indicators of the score, with their codes in an indicator set. */
const SURVEY_INDICATORS = ['satisfied', 'aware', 'took_part'] as const satisfies readonly IndicatorCode[];

/** A survey counts for this many months. */
const MONTHS = 12;
const WAVES_MAX = 200;

/** A share that left the disclosure rules, with its effective number of answers. */
type Shown = { readonly p: number; readonly nEff: number; readonly flag?: CellFlag };
type Counted = { readonly wave: Wave; readonly results: WaveResults };

/**
 * Reads survey cells from disclosed results only. A withheld cell takes the value of the nearest region above that is shown,
 * so that the score tells nothing of it.
 */
export const readSurveyCells: CellReader = async (reading) => {
  const { regions } = reading.city;
  const counted = await countedWaves(reading);
  const all = (['city', 'district', 'street'] as const).flatMap((level) => regions.all(level));
  return new Map(all.map((region) => [region, cellsOf(region, regions.chain(region), counted)]));
};

/** Survey indicators that were asked within the year and whose number for the city is withheld. */
export async function readWithheld(reading: ReadMonth): Promise<readonly IndicatorCode[]> {
  const [city = ''] = reading.city.regions.all('city');
  const counted = await countedWaves(reading);
  const isAsked = (code: IndicatorCode) =>
    counted.some(({ results }) => results.indicators.find((one) => one.code === code)?.cells[city] !== undefined);
  return SURVEY_INDICATORS.filter((code) => isAsked(code) && newest(city, code, counted) === undefined);
}

/** The counted waves of the year that ends with a month, the newest first. */
async function countedWaves({ store, month }: Pick<ReadMonth, 'store' | 'month'>): Promise<readonly Counted[]> {
  const [from, to] = [monthStart(addMonths(month, 1 - MONTHS)), monthEnd(month)];
  const waves = (await loadWaves(store, WAVES_MAX))
    .map(({ record }) => record)
    .filter(({ state, closesAt }) => (state === 'closed' || state === 'published') && closesAt >= from && closesAt < to)
    .toSorted((a, b) => b.closesAt - a.closesAt);
  const counted: Counted[] = [];
  for (const wave of waves) {
    const results = await loadResults(store, wave.id);
    if (results) counted.push({ wave, results });
  }
  return counted;
}

/** The cells of a region; `chain` begins with it. `counted`: the newest wave first. */
export function cellsOf(region: string, chain: readonly string[], counted: readonly Counted[]): CollectedCells {
  return Object.fromEntries(
    SURVEY_INDICATORS.flatMap((code): readonly (readonly [string, CollectedCell])[] => {
      const shown = chain.flatMap((one) => {
        const found = newest(one, code, counted);
        return found ? [{ region: one, ...found }] : [];
      });
      const [nearest, above] = shown;
      if (!nearest) return [];
      const count = { y: nearest.p * nearest.nEff, n: nearest.nEff };
      if (nearest.region !== region) return [[code, { ...count, from: nearest.region }]];
      const { flag } = nearest;
      return [[code, { ...count, ...(above ? { mean: above.p } : {}), ...(flag ? { flag } : {}) }]];
    }),
  );
}

function newest(region: string, code: IndicatorCode, counted: readonly Counted[]): Shown | undefined {
  for (const { wave, results } of counted) {
    const shown = shownOf(results.indicators.find((one) => one.code === code)?.cells[region]);
    if (!shown) continue;
    if (code === 'satisfied' && isCoached(region, results)) return { ...shown, flag: 'coached' };
    if (code !== 'aware') return shown;
    const decoy = decoyShare(wave, results);
    const p = correctedAwareness(shown.p, decoy);
    return shown.p < decoy ? { ...shown, p, flag: 'below_decoy' } : { ...shown, p };
  }
  return undefined;
}

/** A finding of coaching names the region above its street. */
function isCoached(region: string, { findings = [] }: Partial<WaveResults>): boolean {
  return findings.some((finding) => finding.kind === 'coached' && finding.region === region);
}

function shownOf(cell: DisclosedNumber | undefined): Shown | undefined {
  switch (cell?.type) {
    case 'shown':
      return { p: cell.percent / 100, nEff: cell.nEff ?? cell.n };
    case 'at_least':
      return { p: 0.95, nEff: cell.n };
    case 'at_most':
      return { p: 0.05, nEff: cell.n };
    default:
      return undefined;
  }
}

/** Corrects a claimed awareness `k` by the share `d` that claims a thing that does not exist: (k − d)/(1 − d), at least 0. */
export function correctedAwareness(k: number, d: number): number {
  return d >= 1 ? 0 : Math.max(0, (k - d) / (1 - d));
}

/** The disclosed share of the decoy option of a wave; 0 where none is asked or shown. */
function decoyShare({ questionnaire }: Wave, { questions }: WaveResults): number {
  for (const { code, options = [] } of questionnaire.questions) {
    const decoy = options.find(({ role }) => role === 'decoy');
    if (!decoy) continue;
    const share = questions.find((one) => one.code === code)?.options.find((one) => one.code === decoy.code)?.share;
    return shownOf(share)?.p ?? 0;
  }
  return 0;
}
