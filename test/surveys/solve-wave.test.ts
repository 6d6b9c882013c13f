import { expect, test } from 'vitest';
import { randomFrom } from '../../src/random.ts';
import type { Region } from '../../src/regions/region.ts';
import type { RegionTree } from '../../src/regions/region-tree.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { CountedSheet } from '../../src/surveys/ballot/response.ts';
import type { DisclosedNumber } from '../../src/surveys/disclosure/disclosure.ts';
import { discloseCell, isSuppressed } from '../../src/surveys/disclosure/disclosure.ts';
import { discloseAfter, leaves } from '../../src/surveys/disclosure/one-person.ts';
import type { Sums } from '../../src/surveys/estimate/estimate.ts';
import { estimateOf, noSums } from '../../src/surveys/estimate/estimate.ts';
import type { Indicator, IndicatorSet } from '../../src/surveys/estimate/indicator.ts';
import type { Dimension } from '../../src/surveys/estimate/tally.ts';
import { DIMENSIONS } from '../../src/surveys/estimate/tally.ts';
import type { SurveyQuestion } from '../../src/surveys/questionnaire/questionnaire.ts';
import { compositeScores } from '../../src/surveys/results/composite-score.ts';
import type { IndicatorInput, IndicatorResult } from '../../src/surveys/results/indicator-result.ts';
import { indicatorResult } from '../../src/surveys/results/indicator-result.ts';
import { questionResult } from '../../src/surveys/results/question-result.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import { resultsOf } from '../../src/surveys/results/results.ts';
import { reportedUnits } from '../../src/surveys/survey-regions.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import type { Equation, Unknown } from './integer-search.ts';
import { provenValues } from './integer-search.ts';

/** Random waves of each test. WAVES=20000 searches longer. */
const WAVES = Number(process.env.WAVES ?? 1000);

const SCORES: Readonly<Record<string, number>> = { '5': 100, '4': 75, '3': 50, '2': 25, '1': 0 };
const CODES = ['5', '4', '3', '2', '1'];
const question: SurveyQuestion = {
  code: 'S1',
  type: 'scale',
  text: { 'zh-CN': '?' },
  options: [
    ...CODES.map((code) => ({ code, text: { 'zh-CN': code }, score: SCORES[code] ?? 0 })),
    { code: '9', text: { 'zh-CN': '9' }, role: 'dont_know' as const },
  ],
};
const share: Indicator = {
  code: 'safe',
  name: {},
  question: 'S1',
  kind: 'proportion',
  numerator: ['5', '4'],
  wide: ['5', '4', '3'],
  threshold: 0.8,
};
const mean: Indicator = { code: 'score', name: {}, question: 'S1', kind: 'mean' };

type Random = () => number;
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;

/** Makes a region with streets, or with districts of streets. */
function someRegions(random: Random): RegionTree {
  const all: Region[] = [{ id: 'c', level: 'city', names: {} }];
  const districts = random() < 0.2 ? 2 : 1;
  for (let d = 0; d < districts; d += 1) {
    all.push({ id: `d${d}`, level: 'district', names: {}, parent: 'c' });
    const streets = random() < 0.6 ? 2 : 3;
    for (let s = 0; s < streets; s += 1) all.push({ id: `d${d}s${s}`, level: 'street', names: {}, parent: `d${d}` });
  }
  return regionTree(all);
}

function someSheets(regions: RegionTree, random: Random): readonly CountedSheet[] {
  return regions.all('street').flatMap((street) => {
    const content = 0.5 + 0.5 * random();
    const local = random();
    return Array.from({ length: Math.floor(random() * 120) }, (): CountedSheet => {
      const code = random() < content ? pick(['5', '4'], random) : pick(['3', '2', '1', '9'], random);
      return {
        street,
        age: pick(DIMENSIONS.age, random),
        sex: pick(DIMENSIONS.sex, random),
        hukou: random() < local ? 'local' : 'elsewhere',
        answers: { S1: [code] },
        flags: [],
        weight: 1,
      };
    });
  });
}

function inputOf(regions: RegionTree, sheets: readonly CountedSheet[]): IndicatorInput {
  return {
    region: regions.all('district').length > 1 ? 'c' : 'd0',
    questionnaire: { key: 'k', version: 1, title: {}, valid: [], questions: [question] },
    sheets,
    raked: false,
    people: () => 0,
    regions,
    earlier: [],
  };
}

function resultOf(indicator: Indicator, input: IndicatorInput) {
  const found = indicatorResult(indicator, input);
  if (!found) throw new Error('The indicator is missing.');
  return found;
}

/** Lists all sums of a wave's tables: the cells of a line, the sum last. */
function linesOf(region: string, regions: RegionTree): readonly (readonly string[])[] {
  const units = reportedUnits(region, regions);
  const name = (unit: string, group: string) => (group === 'all' ? unit : `${unit}|${group}`);
  const dimensions = (Object.keys(DIMENSIONS) as Dimension[]).map((dimension) =>
    DIMENSIONS[dimension].map((category) => `${dimension} ${category}`),
  );
  return [
    ...[...units, region].flatMap((unit) =>
      dimensions.map((groups) => [...groups, 'all'].map((one) => name(unit, one))),
    ),
    ...(units.length > 0
      ? [...dimensions.flat(), 'all'].map((group) => [...units, region].map((unit) => name(unit, group)))
      : []),
    ...units.filter((unit) => reportedUnits(unit, regions).length > 0).flatMap((unit) => linesOf(unit, regions)),
  ];
}

function equationsOf(lines: readonly (readonly string[])[]): readonly Equation[] {
  return lines.map((line) => new Map(line.map((name, i) => [name, i === line.length - 1 ? -1 : 1])));
}

/** Adds up the answers of each cell, by value. */
function countIn(
  sheets: readonly CountedSheet[],
  regions: RegionTree,
): (name: string, value: (code: string) => number) => number {
  const counts = new Map<string, Map<string, number>>();
  for (const [street, own] of Map.groupBy(sheets, (sheet) => sheet.street)) {
    for (const region of regions.chain(street)) {
      for (const { age, sex, hukou, answers } of own) {
        const code = codeOf(answers);
        if (code === '9') continue;
        for (const name of [region, `${region}|age ${age}`, `${region}|sex ${sex}`, `${region}|hukou ${hukou}`]) {
          const codes = counts.get(name) ?? new Map<string, number>();
          counts.set(name, codes.set(code, (codes.get(code) ?? 0) + 1));
        }
      }
    }
  }
  return (name, value) => [...(counts.get(name) ?? [])].reduce((all, [code, n]) => all + n * value(code), 0);
}

function codeOf({ S1 }: CountedSheet['answers']): string {
  return Array.isArray(S1) ? (S1[0] ?? '') : '';
}

test(`no withheld share of ${WAVES} random waves is proven, by search in whole numbers over all tables of a wave`, {
  timeout: 1000 * WAVES,
}, () => {
  const random = randomFrom(16);
  let searched = 0;
  for (let wave = 0; wave < WAVES; wave += 1) {
    const regions = someRegions(random);
    const sheets = someSheets(regions, random);
    const input = inputOf(regions, sheets);
    const { cells } = resultOf(share, input);
    const equations = equationsOf(linesOf(input.region, regions));
    const count = countIn(sheets, regions);
    // The reader knows more than is shown: the exact numbers behind each share.
    const hidden = Object.entries(cells).filter(([, shown]) => isSuppressed(shown));
    for (const [bound, isCounted] of [
      ['at_most', (code: string) => Number(code >= '4')],
      ['at_least', (code: string) => Number(code < '4')],
    ] as const) {
      const unknowns = hidden.map(([name, { type }]): Unknown => {
        const n = count(name, isCounted);
        return { name, least: -n, most: type === bound ? 2 - n : Number.POSITIVE_INFINITY };
      });
      searched += unknowns.length;
      expect(provenValues(unknowns, equations), `wave ${wave}`).toEqual([]);
    }
  }
  expect(searched).toBeGreaterThan(10 * WAVES);
});

test('no withheld mean is proven', { timeout: 1000 * WAVES }, () => {
  const random = randomFrom(17);
  for (let wave = 0; wave < WAVES / 4; wave += 1) {
    const regions = someRegions(random);
    const sheets = someSheets(regions, random);
    const input = inputOf(regions, sheets);
    const { cells } = resultOf(mean, input);
    const count = countIn(sheets, regions);
    const equations = equationsOf(linesOf(input.region, regions));
    const hidden = Object.entries(cells).flatMap(([name, shown]) => {
      const [quarters, n] = [count(name, (code) => Number(code) - 1), count(name, () => 1)];
      return isSuppressed(shown) ? [{ name, type: shown.type, quarters, missing: 4 * n - quarters }] : [];
    });
    // Another answer of the same people, one more person at the top of the scale, or one more at its end.
    const ways = [
      hidden.map(({ name, quarters, missing }) => ({ name, least: -quarters, most: missing })),
      hidden.map(({ name, type, quarters }) => ({
        name,
        least: -Math.floor(quarters / 4),
        most: type === 'at_most' ? 0 : Number.POSITIVE_INFINITY,
      })),
      hidden.map(({ name, type, missing }) => ({
        name,
        least: -Math.floor(missing / 4),
        most: type === 'at_least' ? 0 : Number.POSITIVE_INFINITY,
      })),
    ];
    const proven = ways.reduce<readonly string[] | undefined>((left, unknowns) => {
      if (left?.length === 0) return left;
      const found = provenValues(unknowns, equations);
      return left?.filter((name) => found.includes(name)) ?? found;
    }, undefined);
    expect(proven, `wave ${wave}`).toEqual([]);
  }
});

/** The share and the mean of one question, as parts of a composite score. */
const SET: IndicatorSet = {
  id: 'i',
  name: {},
  indicators: [
    { ...share, weight: 0.4 },
    { ...mean, weight: 0.6 },
  ],
};

/** Computes all that a wave publishes of the set. */
function publishedOf(input: IndicatorInput): WaveResults {
  const wave: Wave = {
    id: 'wave_1',
    state: 'closed',
    questionnaire: input.questionnaire,
    indicators: SET.id,
    region: input.region,
    target: 100,
    by: '',
    openedAt: 0,
    closesAt: 0,
    strata: [],
  };
  const rest = { findings: [], rates: undefined, dropOff: {}, texts: [], weighting: { raked: false, deff: 1 } };
  return resultsOf({ ...input, ...rest, wave, set: SET });
}

/** Returns the percent with which a part enters a score; undefined if it is withheld. */
function percentOf(shown: DisclosedNumber | undefined): number | undefined {
  if (shown?.type === 'shown') return shown.percent;
  return shown?.type === 'at_least' ? 95 : shown?.type === 'at_most' ? 5 : undefined;
}

/** Subtracts what is shown from a region's score, and returns the codes of parts that the rest tells of: none, if all goes well. */
function toldBy(region: string, { composites, indicators }: WaveResults, regions: RegionTree): readonly string[] {
  const score = composites?.[region];
  if (!score) return [];
  const parts = SET.indicators.map(({ code, weight = 0 }) => {
    const cells = indicators.find((one) => one.code === code)?.cells ?? {};
    const [, ...above] = regions.chain(region);
    return { code, weight, own: percentOf(cells[region]), above: above.map((one) => percentOf(cells[one])) };
  });
  const known = parts.reduce((all, { weight, own = 0 }) => all + weight * own, 0);
  const missing = parts.filter(({ own }) => own === undefined);
  const lent = missing.reduce(
    (all, { weight, above }) => all + weight * (above.find((one) => one !== undefined) ?? 0),
    0,
  );
  // The rest is a number that is published anyway, or it is one of the region itself.
  const isPublished = Math.abs(score.points - known - lent) <= 0.5 + 1e-9;
  return isPublished ? [] : missing.map(({ code }) => code);
}

test('composite scores with parts of the region above prove no withheld share', { timeout: 1000 * WAVES }, () => {
  const random = randomFrom(20);
  let lent = 0;
  for (let wave = 0; wave < WAVES; wave += 1) {
    const regions = someRegions(random);
    const sheets = someSheets(regions, random);
    const input = inputOf(regions, sheets);
    const published = publishedOf(input);
    lent += Object.values(published.composites ?? {}).filter((score) => score.lent).length;
    const scored = Object.keys(published.composites ?? {});
    const count = countIn(sheets, regions);
    const cells = published.indicators.find(({ code }) => code === share.code)?.cells ?? {};
    const told = scored.filter((region) => toldBy(region, published, regions).includes(share.code));
    const equations = [
      ...equationsOf(linesOf(input.region, regions)),
      ...told.map((region): Equation => new Map([[region, 1]])),
    ];
    const unknowns = Object.entries(cells)
      .filter(([, shown]) => isSuppressed(shown))
      .map(([name, { type }]): Unknown => {
        const n = count(name, (code) => Number(code >= '4'));
        return { name, least: -n, most: type === 'at_most' ? 2 - n : Number.POSITIVE_INFINITY };
      });
    expect(provenValues(unknowns, equations), `wave ${wave}`).toEqual([]);
    expect(
      scored.flatMap((region) => toldBy(region, published, regions)),
      `wave ${wave}`,
    ).toEqual([]);
    // A reader of the published numbers computes each score, so that it adds nothing to them.
    const results = JSON.parse(leaves(published.indicators) ?? '[]').map(
      ({ exact: _stored, ...one }: IndicatorResult) => one,
    );
    expect(compositeScores({ indicators: SET.indicators, results, regions })).toEqual(published.composites);
  }
  expect(lent).toBeGreaterThan(WAVES / 10);
});

/** Makes a sheet of a made-up resident. */
function sheetOf(street: string, code: string): CountedSheet {
  return {
    street,
    age: '55+',
    sex: 'female',
    hukou: 'local',
    answers: { S1: [code] },
    flags: [],
    weight: 1,
  };
}

/** Searches other numbers of each option that fit all that a wave publishes of a question. */
function provenOptions(counts: Readonly<Record<string, number>>): readonly string[] {
  const sheets = Object.entries(counts).flatMap(([code, n]) => Array.from({ length: n }, () => sheetOf('d0', code)));
  const found = questionResult(question, sheets, [share, mean]);
  const numberOf = (codes: readonly string[]) => codes.reduce((all, code) => all + (counts[code] ?? 0), 0);
  // A numerator is published with three answers on each side; an alternative one, if it differs by three as well.
  const valid = numberOf(CODES);
  const hasShare = Math.min(numberOf(['5', '4']), numberOf(['3', '2', '1'])) >= 3;
  const hasWide = Math.min(numberOf(['5', '4']), numberOf(['3']), numberOf(['2', '1'])) >= 3;
  const counted = [...(hasShare ? [['5', '4']] : []), ...(hasWide ? [['5', '4', '3']] : [])];
  const options = found?.options ?? [];
  const noOpinion = options.find(({ code }) => code === '9');
  // Numbers of answers are rounded, so that a withheld 9 does not follow from them; below ten opinions there is none.
  const all = isSuppressed(noOpinion?.share) ? [] : [[...CODES, '9']];
  const totals = [...all, ...(valid < 10 ? [] : [CODES]), ...counted];
  const equations = totals.map((codes): Equation => new Map(codes.map((code) => [code, 1])));
  const scores: Equation = new Map(CODES.map((code) => [code, Number(code)]));
  const unknowns = options.flatMap(({ code, share: { type } }): readonly Unknown[] => {
    const n = counts[code] ?? 0;
    // With both numerators the number of 3 is published.
    if (type === 'shown' || (code === '3' && hasShare && hasWide)) return [];
    const rest = numberOf([...CODES, '9']) - n;
    const most = type === 'at_most' ? 2 - n : Number.POSITIVE_INFINITY;
    return [{ name: code, least: type === 'at_least' ? rest - 2 : -n, most }];
  });
  return provenValues(unknowns, found?.hidesMean ? equations : [...equations, scores]);
}

test('the shares of a question and its mean together prove no withheld share', { timeout: 1000 * WAVES }, () => {
  expect(provenOptions({ '5': 200, '4': 150, '3': 50, '2': 12, '1': 2, '9': 30 })).toEqual([]);
  const random = randomFrom(18);
  let searched = 0;
  for (let i = 0; i < WAVES; i += 1) {
    const counts = Object.fromEntries(
      [...CODES, '9'].map((code) => [code, Math.floor(random() ** 3 * (random() < 0.3 ? 5 : 150))]),
    );
    if (Object.values(counts).reduce((all, n) => all + n, 0) < 40) continue;
    expect(provenOptions(counts), JSON.stringify(counts)).toEqual([]);
    searched += 1;
  }
  expect(searched).toBeGreaterThan(WAVES / 3);
});

const countedSums = (n: number, k: number): Sums => {
  const answers = { n, above: k, below: n - k };
  return { ...answers, w: n, wy: k, ww: n, wwy: k, wwyy: k };
};
/** Discloses a share of equally weighted answers. */
const disclosed = ({ ...sums }: Sums): DisclosedNumber => discloseCell({ ...estimateOf(sums), nEff: sums.n });

test('P8: at least five numbers of answers fit each share that is shown, with its interval and count', () => {
  const fitting = new Map<string, number>();
  for (let n = 30; n <= 130; n += 1) {
    for (let k = 0; k <= n; k += 1) {
      const shown = disclosed(countedSums(n, k));
      const text = JSON.stringify(shown);
      if (shown.type !== 'withheld') fitting.set(text, (fitting.get(text) ?? 0) + 1);
    }
  }
  const upTo120 = [...fitting].filter(([text]) => JSON.parse(text).n <= 120);
  expect(upTo120.filter(([, numbers]) => numbers < 5)).toEqual([]);
  expect(upTo120.length).toBeGreaterThan(200);
});

test('two waves that differ by one person do not tell that person’s answer', () => {
  const after = (was: DisclosedNumber, n: number, k: number) =>
    discloseAfter({ was }, [countedSums(n, k)], [[1], [0]], ([sums = noSums()]) => disclosed(sums));
  // By what two waves show: the answers of the newcomer that explain it.
  const answers = new Map<string, Set<number>>();
  for (let n = 30; n <= 120; n += 1) {
    for (let k = 0; k <= n; k += 1) {
      const was = disclosed(countedSums(n, k));
      for (const answer of [0, 1]) {
        const pair = `${leaves(was)} ${leaves(after(was, n + 1, k + answer))}`;
        answers.set(pair, (answers.get(pair) ?? new Set()).add(answer));
      }
    }
  }
  expect([...answers].filter(([, told]) => told.size < 2).map(([pair]) => pair)).toEqual([]);
});

test('all results of two waves that differ by one person are the same, whatever that person answers', {
  timeout: 1000 * WAVES,
}, () => {
  const random = randomFrom(19);
  for (let wave = 0; wave < WAVES / 10; wave += 1) {
    const regions = someRegions(random);
    const sheets = someSheets(regions, random);
    const input = inputOf(regions, sheets);
    const street = pick(regions.all('street'), random);
    const newcomer = { ...sheetOf(street, '5'), age: pick(DIMENSIONS.age, random), sex: pick(DIMENSIONS.sex, random) };
    const before = { indicators: [share, mean].map((indicator) => resultOf(indicator, input)), raked: false };
    const [told, ...alike] = CODES.map((code) => {
      const joined = { ...input, sheets: [...sheets, { ...newcomer, answers: { S1: [code] } }], earlier: [before] };
      const results = [share, mean].map((indicator) => {
        const { exact: _stored, ...result } = resultOf(indicator, joined);
        return result;
      });
      return leaves([results, compositeScores({ indicators: SET.indicators, results, regions })]);
    });
    for (const other of alike) expect(other, `wave ${wave}`).toBe(told);
    const first = questionResult(question, sheets, [share, mean]);
    const [best, ...others] = CODES.map((code) =>
      leaves(questionResult(question, [...sheets, sheetOf(street, code)], [share, mean], first ? [first] : [])),
    );
    for (const other of others) expect(other, `wave ${wave}`).toBe(best);
  }
});
