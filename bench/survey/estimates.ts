import { madeUpAnswers } from '../../src/demo/history/survey-residents.ts';
import { randomFrom } from '../../src/random.ts';
import type { Region } from '../../src/regions/region.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { CountedSheet } from '../../src/surveys/ballot/response.ts';
import { addAnswer, estimateOf, noSums } from '../../src/surveys/estimate/estimate.ts';
import { weigh } from '../../src/surveys/estimate/weigh.ts';
import { AGE_GROUPS, HUKOUS } from '../../src/surveys/panel/member.ts';
import { resultsOf } from '../../src/surveys/results/results.ts';
import { nowMs } from '../clock.ts';
import { INDICATOR_SET, QUESTIONNAIRE, waveOf } from './wave.ts';

const DISTRICTS = 20;
const STREETS_PER_DISTRICT = 25;
/** Number of streets in the measured city. */
export const STREETS = DISTRICTS * STREETS_PER_DISTRICT;

/** One run. `pass`: seconds of one pass that adds up one indicator by street. */
export type EstimateRun = { readonly seconds: number; readonly pass: number; readonly megabytes: number };

/** Estimates a wave of this many answers, and measures one plain pass over the same data. */
export function measureEstimates(count: number): EstimateRun {
  const random = randomFrom(5);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const regions = regionTree(makeRegions());
  const streets = regions.all('street');
  const sheets = Array.from(
    { length: count },
    (): CountedSheet => ({
      street: pick(streets),
      age: pick(AGE_GROUPS),
      sex: random() < 0.5 ? 'female' : 'male',
      hukou: pick(HUKOUS),
      answers: madeUpAnswers(QUESTIONNAIRE, random),
      flags: [],
      weight: Number.NaN,
    }),
  );
  const census = regions
    .all('district')
    .flatMap((region) =>
      (['female', 'male'] as const).flatMap((sex) =>
        [16, 35, 55].map((from) => ({ region, sex, from, to: from + 18, people: 40_000 })),
      ),
    );
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const began = nowMs();
  const weighting = weigh(sheets, [], 'city', { regions, census });
  const wave = { ...waveOf('city'), region: 'city' };
  const making = {
    wave,
    set: INDICATOR_SET,
    sheets,
    weighting,
    regions,
    earlier: [],
    findings: [],
    rates: undefined,
    dropOff: {},
    texts: [],
    people: () => 0,
  };
  const results = resultsOf(making);
  const seconds = (nowMs() - began) / 1000;
  const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
  if (results.indicators.length === 0) throw new Error('Nothing was estimated.');
  const from = nowMs();
  const sums = new Map(streets.map((street) => [street, noSums()]));
  for (const { street, answers, weight } of sheets) {
    const given = answers.S1?.[0];
    const at = sums.get(street);
    if (at && given !== undefined && given !== '9') addAnswer(at, given >= '4' ? 1 : 0, weight);
  }
  const found = [...sums.values()].map((one) => estimateOf(one));
  const pass = (nowMs() - from) / 1000;
  if (found.length !== streets.length) throw new Error('A street is missing.');
  return { seconds, pass, megabytes: Math.max(0, megabytes) };
}

/** Makes the regions of the measured city. */
export function makeRegions(): readonly Region[] {
  const districts = Array.from({ length: DISTRICTS }, (_, i) => `d${String(i).padStart(2, '0')}`);
  const region = (id: string, level: Region['level'], parent?: string): Region => ({
    id,
    level,
    names: { 'zh-CN': id },
    ...(parent ? { parent } : {}),
  });
  return [
    region('city', 'city'),
    ...districts.map((id) => region(id, 'district', 'city')),
    ...districts.flatMap((id) =>
      Array.from({ length: STREETS_PER_DISTRICT }, (_, i) =>
        region(`${id}s${String(i).padStart(2, '0')}`, 'street', id),
      ),
    ),
  ];
}
