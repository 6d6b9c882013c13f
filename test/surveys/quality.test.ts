import { describe, expect, test } from 'vitest';
import { madeUpAnswers } from '../../src/demo/history/survey-residents.ts';
import { randomFrom } from '../../src/random.ts';
import type { Ballot } from '../../src/surveys/ballot/ballot.ts';
import { newWaveKey, sealBallot } from '../../src/surveys/ballot/ballot.ts';
import { findAlikeCommunities, findBursts, flagsOf } from '../../src/surveys/estimate/quality.ts';
import type { Questionnaire, SurveyAnswers } from '../../src/surveys/questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { startCount } from '../../src/surveys/wave/count-in-thread.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';

const [CORE] = QUESTIONNAIRES as [Questionnaire];
const SLOW = { S1: 4000, S2: 5000, K1: 3000, M1: 6000 };

describe('an answer sheet is flagged', () => {
  test.each([
    ['if half of its answers took less than the time to read', { S1: ['4'] }, { S1: 500, S2: 900, K1: 3000 }, ['fast']],
    ['if it claims to have seen a decoy', { K2: ['1', '6'] }, SLOW, ['over_claim']],
    ['if it reports coaching', { C1: ['1'] }, SLOW, ['coached']],
    [
      'if all scales have the same position, the reversed one included',
      { S1: ['4'], S2: ['3'], M1: ['4'], M2: ['3'], R1: ['4'], T1: ['2'] },
      SLOW,
      ['straight'],
    ],
    [
      'if all scales are at their best, the reversed one included',
      { S1: ['5'], S2: ['4'], M1: ['5'], M2: ['4'], R1: ['5'], T1: ['2'] },
      SLOW,
      ['straight'],
    ],
    ['not if it is only content', { S1: ['5'], S2: ['4'], M1: ['5'], M2: ['4'], R1: ['1'] }, SLOW, []],
  ] as const)('%s', (_what, answers, took, flags) => {
    expect(flagsOf(answers as SurveyAnswers, took as Readonly<Record<string, number>>, CORE)).toEqual(flags);
  });
});

describe('quality findings', () => {
  const random = randomFrom(11);
  const sheets = (community: string, n: number) =>
    Array.from({ length: n }, () => ({ community, answers: madeUpAnswers(CORE, random) }));

  test('copied sheets are found', () => {
    const copied = madeUpAnswers(CORE, random);
    const all = [
      ...Array.from({ length: 12 }, (_, i) => sheets(`c${i}`, 20)).flat(),
      ...Array.from({ length: 15 }, () => ({ community: 'copied', answers: copied })),
    ];
    expect(findAlikeCommunities(all)).toEqual(['copied']);
  });

  test('content answers that are identical in every community are no finding', () => {
    const content: SurveyAnswers = { S1: ['5'], S2: ['4'], K1: ['1'], M1: ['5'], M2: ['4'] };
    const all = Array.from({ length: 12 }, (_, c) =>
      Array.from({ length: 20 }, (__, i) => ({
        community: `c${c}`,
        answers: i % 5 < 3 ? content : madeUpAnswers(CORE, random),
      })),
    ).flat();
    expect(findAlikeCommunities(all)).toEqual([]);
  });

  test('many sheets in one quarter of an hour are found, and a uniform flow is no finding', () => {
    const usual = Array.from({ length: 12 }, (_, c) =>
      Array.from({ length: 30 }, () => ({ community: `c${c}`, slot: Math.floor(random() * 340) })),
    ).flat();
    const burst = Array.from({ length: 12 }, () => ({ community: 'burst', slot: 77 }));
    expect(findBursts([...usual, ...burst])).toEqual(['burst']);
    expect(findBursts(usual)).toEqual([]);
  });
});

test('a rush after the invitation is no finding, and copies are found among many communities', () => {
  const random = randomFrom(23);
  const rush = Array.from({ length: 30 }, (_, c) =>
    Array.from({ length: 25 }, () => ({
      community: `c${c}`,
      slot: random() < 0.5 ? Math.floor(random() * 3) : Math.floor(random() * 340),
    })),
  ).flat();
  expect(findBursts(rush)).toEqual([]);
  const copied = madeUpAnswers(CORE, random);
  const sheets = Array.from({ length: 60 }, (_, c) =>
    Array.from({ length: 12 }, () => ({ community: `c${c}`, answers: c === 7 ? copied : madeUpAnswers(CORE, random) })),
  ).flat();
  expect(findAlikeCommunities(sheets)).toEqual(['c7']);
});

describe('the thread of a count', () => {
  const wave: Wave = {
    id: 'wave_thread01',
    state: 'sealing',
    questionnaire: CORE,
    indicators: 'zhejiang_three',
    region: 'c',
    target: 40,
    by: '',
    openedAt: 0,
    closesAt: 0,
    strata: [],
  };
  const order = { wave, regions: [{ id: 'c', level: 'city', names: {} }], census: [], earlier: [] } as const;
  const ballots = (key: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => {
      const answers = madeUpAnswers(CORE, randomFrom(from + i));
      const ballot: Ballot = { answers, step: '', took: {}, community: 'c', age: '35', sex: 'male', hukou: 'local' };
      return [`n${from + i}`, sealBallot(key, `n${from + i}`, ballot)] as const;
    });

  test('counts the ballots of all batches, and leaves out those that the key does not open', async () => {
    const key = newWaveKey();
    const thread = startCount(key);
    thread.add({ type: 'ballots', sealed: ballots(key, 0, 25) });
    thread.add({ type: 'ballots', sealed: [...ballots(key, 25, 40), ...ballots(newWaveKey(), 40, 42)] });
    const { damaged, responses, results } = await thread.count({ ...order, recruitment: undefined });
    await thread.end();
    expect(damaged).toBe(2);
    expect(JSON.parse(responses)).toHaveLength(40);
    expect(JSON.parse(results)).toMatchObject({ answers: 40 });
  });

  test('passes its error on', async () => {
    const thread = startCount(newWaveKey());
    const broken = { ...wave, questionnaire: { ...CORE, questions: null } } as unknown as Wave;
    thread.add({ type: 'ballots', sealed: [] });
    await expect(thread.count({ ...order, wave: broken, recruitment: undefined })).rejects.toThrow(TypeError);
    await thread.end();
  });
});
