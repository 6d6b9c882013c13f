import { describe, expect, test } from 'vitest';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { LocalizedMessage } from '../../src/delivery/outcome.ts';
import { openWording } from '../../src/i18n.ts';
import { readerOf } from '../../src/notify/notify.ts';
import { renderMessage } from '../../src/notify/render-message.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { DisclosedNumber } from '../../src/surveys/disclosure/disclosure.ts';
import type { IndicatorSet } from '../../src/surveys/estimate/indicator.ts';
import { compositeScores } from '../../src/surveys/results/composite-score.ts';
import { regionsMessage, resultMessages } from '../../src/surveys/results/result-card.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import { resultSheets } from '../../src/surveys/results/survey-files.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';

const SET: IndicatorSet = {
  id: 'i',
  name: {},
  indicators: [
    { code: 'satisfied', name: { 'zh-CN': '满意率' }, question: 'M1', kind: 'proportion', weight: 0.4 },
    { code: 'aware', name: { 'zh-CN': '知晓率' }, question: 'K1', kind: 'proportion', weight: 0.6 },
    { code: 'safe', name: { 'zh-CN': '安全率' }, question: 'S1', kind: 'proportion' },
  ],
};
const NAMES = { c: '安平市', d: '西渚区', e: '东城区', s: '锦绣街道' } as const;
const REGIONS = regionTree([
  { id: 'c', level: 'city', names: { 'zh-CN': NAMES.c } },
  { id: 'd', level: 'district', names: { 'zh-CN': NAMES.d }, parent: 'c' },
  { id: 'e', level: 'district', names: { 'zh-CN': NAMES.e }, parent: 'c' },
  { id: 's', level: 'street', names: { 'zh-CN': NAMES.s }, parent: 'd' },
]);

// Only disclosure.ts makes a disclosed number.
const shown = (percent: number) => ({ type: 'shown', percent, lo: percent - 5, hi: percent + 5, n: 200, nEff: 200 });
const AT_LEAST = { type: 'at_least', percent: 90, n: 40 } as const;
const HIDDEN = { type: 'withheld', why: 'protects_others' } as const;

type Cells = Readonly<Record<string, object>>;
const indicatorsOf = (satisfied: Cells, aware: Cells): WaveResults['indicators'] =>
  Object.entries({ satisfied, aware }).map(([code, cells]) => ({
    code,
    cells: cells as Readonly<Record<string, DisclosedNumber>>,
    noOpinion: HIDDEN,
  }));
const scoresOf = (satisfied: Cells, aware: Cells, regions = REGIONS) =>
  compositeScores({ indicators: SET.indicators, results: indicatorsOf(satisfied, aware), regions });

describe('the composite score', () => {
  test('is the weighted sum of what is shown of its parts', () => {
    expect(scoresOf({ c: shown(50) }, { c: shown(80) })).toEqual({ c: { points: 68, lo: 63, hi: 73 } });
    expect(scoresOf({ c: shown(50) }, { c: AT_LEAST })).toEqual({ c: { points: 77, lo: 72, hi: 82 } });
  });

  test('takes the value shown of the region above for a withheld part, and names that region', () => {
    expect(scoresOf({ c: shown(50), d: shown(40) }, { c: shown(80), d: HIDDEN })).toMatchObject({
      d: { points: 64, lo: 59, hi: 69, lent: { aware: 'c' } },
    });
  });

  test('takes it from the next region above that shows one', () => {
    const [satisfied, aware] = [
      { c: shown(50), d: shown(40), s: shown(30) },
      { c: shown(80), d: HIDDEN, s: HIDDEN },
    ];
    expect(scoresOf(satisfied, aware).s).toEqual({ points: 60, lo: 55, hi: 65, lent: { aware: 'c' } });
    expect(scoresOf(satisfied, { ...aware, d: shown(70) }).s).toMatchObject({ points: 54, lent: { aware: 'd' } });
  });

  test('is missing where no region above shows a withheld part, and where a region shows no part of its own', () => {
    const scores = scoresOf({ c: HIDDEN, d: shown(40), e: HIDDEN }, { c: shown(80), d: HIDDEN, e: HIDDEN });
    expect(Object.keys(scores)).toEqual(['d']);
    expect(scoresOf({ c: shown(50), d: HIDDEN }, { c: shown(80), d: HIDDEN })).toHaveProperty('c');
    expect(scoresOf({ c: shown(50), d: HIDDEN }, { c: shown(80), d: HIDDEN })).not.toHaveProperty('d');
  });

  test('is no score of a single indicator', () => {
    const results = indicatorsOf({ c: shown(50) }, {}).slice(0, 1);
    expect(compositeScores({ indicators: SET.indicators, results, regions: REGIONS })).toEqual({});
  });
});

describe('in words', () => {
  const wave: Wave = {
    id: 'wave_1',
    state: 'closed',
    questionnaire: { key: 'k', version: 1, title: { 'zh-CN': '平安' }, valid: [], questions: [] },
    indicators: SET.id,
    region: 'c',
    target: 100,
    by: '',
    openedAt: 0,
    closesAt: 0,
    strata: [],
  };
  const resultsOf = (satisfied: Cells, aware: Cells): WaveResults => ({
    method: 3,
    wave: wave.id,
    region: 'c',
    answers: 400,
    weighting: { raked: false, deff: 1 },
    unfit: false,
    indicators: indicatorsOf(satisfied, aware),
    composites: scoresOf(satisfied, aware),
    questions: [],
    dropOff: {},
    rates: undefined,
    findings: [],
    texts: [],
    noisy: {},
  });
  const wording = openWording();
  const city = { ...cityOf(NEW_CITY, wording.languageNames), regions: REGIONS };
  const said = (message: LocalizedMessage | undefined) =>
    renderMessage(message ?? { key: 'common:closed' }, readerOf('zh-CN', { wording, city })).text;
  const lent = resultsOf(
    { c: shown(50), d: shown(40), e: shown(60), s: HIDDEN },
    { c: shown(80), d: HIDDEN, e: shown(90), s: HIDDEN },
  );

  test('the card of regions says whose value stands in for which part', () => {
    const text = said(regionsMessage(wave, SET, lent, REGIONS));
    expect(text).toContain('【综合评分】\n西渚区 64（59–69），其中知晓率用安平市的数\n东城区 78（73–83）\n');
    expect(text).toContain('自己一项都没有公布的，或者上面也没有公布的，不给综合评分');
    const none = said(
      regionsMessage(wave, SET, { ...lent, composites: scoresOf({ c: shown(50) }, { c: shown(80) }) }, REGIONS),
    );
    expect(none).toContain('【综合评分】\n西渚区 不显示\n东城区 不显示\n');
  });

  test('the card of a wave says why its own region has no score', () => {
    const card = (results: WaveResults) => said(resultMessages(wave, SET, results).at(-1));
    expect(card(lent)).toContain('综合评分 68（63–73）');
    const none = card(resultsOf({ c: shown(50) }, { c: HIDDEN }));
    expect(none).toContain('综合评分没有：有的指标没有公布，再往上也没有公布的数可以代替。');
    expect(card({ ...lent, indicators: [], composites: {} })).not.toContain('综合评分');
    // Results of earlier methods hold one score only.
    const { composites: _missing, ...before } = lent;
    expect(card({ ...before, composite: { points: 61, lo: 55, hi: 66 } })).toContain('综合评分 61（55–66）');
  });

  test('the table has a row for each score, and its note names the region that lent', () => {
    const [indicators] = resultSheets(wave, SET, lent, REGIONS);
    const rows = indicators?.rows.filter(([, code]) => code === 'composite').map((row) => row.slice(0, 10));
    expect(rows).toEqual([
      ['综合评分', 'composite', NAMES.c, 'c', '', 68, 63, 73, '', ''],
      ['综合评分', 'composite', NAMES.d, 'd', '', 64, 59, 69, '', 'aware of c'],
      ['综合评分', 'composite', NAMES.e, 'e', '', 78, 73, 83, '', ''],
    ]);
  });
});
