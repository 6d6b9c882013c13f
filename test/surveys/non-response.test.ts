import { describe, expect, test } from 'vitest';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { openWording } from '../../src/i18n.ts';
import { readerOf } from '../../src/notify/notify.ts';
import { renderMessage } from '../../src/notify/render-message.ts';
import { randomFrom } from '../../src/random.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { CountedSheet } from '../../src/surveys/ballot/response.ts';
import type { Indicator } from '../../src/surveys/estimate/indicator.ts';
import { wilson } from '../../src/surveys/estimate/intervals.ts';
import type { SurveyQuestion } from '../../src/surveys/questionnaire/questionnaire.ts';
import { indicatorResult } from '../../src/surveys/results/indicator-result.ts';
import { resultMessages } from '../../src/surveys/results/result-card.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';

const wording = openWording();
const city = cityOf(NEW_CITY, wording.languageNames);

const question: SurveyQuestion = {
  code: 'M1',
  type: 'scale',
  text: {},
  options: ['yes', 'no'].map((code) => ({ code, text: {} })),
};
const indicator: Indicator = {
  code: 'satisfied',
  name: {},
  question: 'M1',
  kind: 'proportion',
  numerator: ['yes'],
  threshold: 0.9,
};

const sheet = (answer: 'yes' | 'no', isLate: boolean): CountedSheet => ({
  street: 's',
  age: '55+',
  sex: 'male',
  hukou: 'local',
  answers: { M1: [answer] },
  flags: [],
  weight: 1,
  ...(isLate ? { late: true } : {}),
});

function resultOf(sheets: readonly CountedSheet[], completion: number) {
  const found = indicatorResult(indicator, {
    region: 's',
    questionnaire: { key: 'k', version: 1, title: {}, valid: [], questions: [question] },
    sheets,
    raked: false,
    people: () => 0,
    regions: regionTree([{ id: 's', level: 'street', names: {} }]),
    earlier: [],
    completion,
  });
  if (!found) throw new Error('The indicator is missing.');
  return found;
}

const sheetsOf = (early: readonly [yes: number, no: number], late: readonly [yes: number, no: number]) =>
  [early, late].flatMap(([yes, no], isLate) => [
    ...Array.from({ length: yes }, () => sheet('yes', isLate === 1)),
    ...Array.from({ length: no }, () => sheet('no', isLate === 1)),
  ]);

describe('a wave of a city below its aim, in which the content answer more often', () => {
  /** Each waits for the reminder or answers before it, with the same chance at both times. */
  function simulate(truth: number, answering: { readonly content: number; readonly other: number }, seed: number) {
    const random = randomFrom(seed);
    const WAVES = 400;
    const INVITED = 700;
    const seen = { bias: 0, covered: 0, reachedIfAlike: 0, reached: 0 };
    for (let wave = 0; wave < WAVES; wave += 1) {
      const sheets: CountedSheet[] = [];
      for (let i = 0; i < INVITED; i += 1) {
        const isContent = random() < truth;
        const each = 1 - Math.sqrt(1 - (isContent ? answering.content : answering.other));
        const isEarly = random() < each;
        if (isEarly || random() < each) sheets.push(sheet(isContent ? 'yes' : 'no', !isEarly));
      }
      const yes = sheets.filter(({ answers }) => answers.M1?.[0] === 'yes').length;
      const { p, lo, hi } = wilson(yes / sheets.length, sheets.length);
      const attained = resultOf(sheets, Math.round((100 * sheets.length) / INVITED)).attainment?.s;
      seen.bias += (100 * (p - truth)) / WAVES;
      if (lo <= truth && truth <= hi) seen.covered += 1 / WAVES;
      if (attained?.type === 'reached') seen.reached += 1 / WAVES;
      if (lo >= 0.9) seen.reachedIfAlike += 1 / WAVES;
    }
    return seen;
  }

  test('is called 达标 in at most one of ten waves, where the interval alone says so in more than four', () => {
    // .58 of the content and .35 of the others answer: a bias of 4.3 points, and half the waves look good enough.
    const seen = simulate(0.885, { content: 0.58, other: 0.35 }, 7);
    expect(seen.bias).toBeCloseTo(4.3, 0);
    expect(seen.covered).toBeLessThan(0.35);
    expect(seen.reachedIfAlike).toBeGreaterThan(0.4);
    expect(seen.reached).toBeLessThan(0.1);
  });

  test('still reaches its aim if it is seven points above, and those who do not answer are no different', () => {
    const seen = simulate(0.97, { content: 0.55, other: 0.55 }, 8);
    expect(Math.abs(seen.bias)).toBeLessThan(0.3);
    expect(seen.covered).toBeGreaterThan(0.92);
    expect(seen.reached).toBeGreaterThan(0.85);
  });
});

describe('the assumed gap of those who did not answer', () => {
  test.each([
    ['is the rounded-up difference of early and late answers', [190, 10], [128, 22], 10],
    ['is larger if late answers differ more', [190, 10], [110, 40], 25],
    ['is never below five points', [180, 20], [140, 10], 5],
    ['is ten points if too few answered late', [280, 20], [9, 3], 10],
    ['is ten points if late answers are too alike to be shown', [280, 20], [60, 1], 10],
  ] as const)('%s', (_what, early, late, gap) => {
    expect(resultOf(sheetsOf(early, late), 50).ifWorse).toMatchObject({ gap, answered: 50 });
  });

  test('is weighed with the share who did not answer, and moves the shown headline only', () => {
    const sheets = sheetsOf([180, 20], [140, 10]);
    const shifted = [50, 100, 0].map((completion) => {
      const { cells, ifWorse } = resultOf(sheets, completion);
      return cells.s?.type === 'shown' && ifWorse && cells.s.percent - ifWorse.percent;
    });
    // Half of five points is rounded up or down.
    expect(shifted[0]).toBeOneOf([2, 3]);
    expect(shifted.slice(1)).toEqual([0, 5]);
    expect(resultOf(sheetsOf([2, 2], [2, 2]), 50).ifWorse).toBeUndefined();
  });
});

test('the card words the gap beside each headline, and says of what an interval holds 19 times in 20', () => {
  const wave = { region: 's', questionnaire: { title: {} }, closesAt: 0 } as unknown as Wave; // what the card reads
  const set = { id: 'x', name: {}, indicators: [{ ...indicator, name: { 'zh-CN': '满意率' } }] };
  const textOf = (early: readonly [number, number], late: readonly [number, number], language: string) => {
    const results = {
      indicators: [resultOf(sheetsOf(early, late), 50)],
      weighting: { raked: true, deff: 1.2, off: 12 },
      findings: [],
    } as unknown as WaveResults; // likewise
    const said = resultMessages(wave, set, results).at(-1) ?? { key: 'common:closed' };
    return renderMessage(said, readerOf(language, { wording, city })).text;
  };
  const alike = textOf([190, 10], [148, 10], 'zh-CN');
  expect(alike).toMatch(/没答的人要是低 5 个点，就是大约 9\d%.*待定（没答的人低 5 个点就不够了）/s);
  expect(alike).toMatch(/大约 19 次会框住愿意答的人的比例.*没答的人怎么想，不在里面/s);
  expect(alike).toMatch(/和普查最多还差 12 个百分点/);
  expect(textOf([195, 5], [148, 5], 'zh-CN')).toMatch(/达标（没答的人低 5 个点也够）/);
  expect(textOf([195, 5], [148, 5], 'en')).toMatch(
    /even if those who did not answer are 5 points lower.*of 20 such draws/s,
  );
});
