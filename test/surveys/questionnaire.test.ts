import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openWording } from '../../src/i18n.ts';
import { INDICATOR_SETS } from '../../src/surveys/estimate/indicator.ts';
import lintWords from '../../src/surveys/questionnaire/lint-words.json' with { type: 'json' };
import type { Questionnaire, SurveyQuestion } from '../../src/surveys/questionnaire/questionnaire.ts';
import {
  completeness,
  QUESTION_SLOTS,
  QUESTIONNAIRES,
  validAnswers,
} from '../../src/surveys/questionnaire/questionnaire.ts';
import { faultsIn } from '../../src/surveys/questionnaire/questionnaire-lint.ts';

const [CORE, QUARTER] = QUESTIONNAIRES as [Questionnaire, Questionnaire];
const wording = openWording();

/** Returns the default questionnaire with one question changed. */
function changed(code: string, change: Partial<SurveyQuestion>): Questionnaire {
  return { ...CORE, questions: CORE.questions.map((one) => (one.code === code ? { ...one, ...change } : one)) };
}

test.each(QUESTIONNAIRES.map((one) => [one.key, one] as const))(
  '%s passes the lint and is worded in both languages',
  (_key, one) => {
    expect(faultsIn(one)).toEqual([]);
    for (const { text, options = [] } of one.questions) {
      for (const names of [text, ...options.map((option) => option.text)]) {
        expect(Object.keys(names).sort()).toEqual(['en', 'zh-CN']);
      }
    }
    expect(one.questions.length).toBeLessThanOrEqual(QUESTION_SLOTS);
  },
);

test('every indicator counts only codes that its question has', () => {
  const questions = new Map(QUARTER.questions.map((question) => [question.code, question]));
  for (const { indicators } of INDICATOR_SETS) {
    for (const { question, numerator = [], wide = [], narrow = [], denominator = [], against = [] } of indicators) {
      const codes = questions.get(question)?.options?.map(({ code }) => code) ?? [];
      expect(codes, question).toEqual(
        expect.arrayContaining([...numerator, ...wide, ...narrow, ...denominator, ...against]),
      );
    }
  }
});

describe('the lint', () => {
  test.each([
    ['a question about faith', changed('S1', { text: { 'zh-CN': '您信教吗？' } }), 'forbidden_faith'],
    ['a question about petitions', changed('S1', { text: { 'zh-CN': '您参加过上访吗？' } }), 'forbidden_politics'],
    ['a question about a person', changed('S1', { text: { 'zh-CN': '谁家最吵？' } }), 'forbidden_persons'],
    ['a question about identity', changed('S1', { text: { 'zh-CN': '请写下您的姓名' } }), 'forbidden_identity'],
    ['leading words', changed('M1', { text: { 'zh-CN': '难道您不满意吗？' } }), 'leading'],
    [
      'leading words in English',
      changed('M1', { text: { 'zh-CN': '满意吗？', en: 'You are surely satisfied?' } }),
      'leading',
    ],
    [
      'a scale with more good answers than bad',
      changed('M1', { options: CORE.questions[7]?.options?.filter(({ code }) => code !== '1') ?? [] }),
      'one_sided',
    ],
    [
      'a question without an option for no opinion',
      changed('K1', { options: CORE.questions[3]?.options?.filter(({ code }) => code !== '9') ?? [] }),
      'no_way_out',
    ],
    ['a condition on a later question', changed('S1', { showIf: { question: 'M1', in: ['5'] } }), 'bad_condition'],
    ['the same code twice', { ...CORE, questions: [...CORE.questions, ...CORE.questions.slice(0, 1)] }, 'same_code'],
    ['no check for coaching', { ...CORE, questions: CORE.questions.slice(0, -1) }, 'no_coaching_check'],
    [
      'too many questions',
      {
        ...CORE,
        questions: Array.from({ length: 16 }, (_, i) => ({ ...(CORE.questions[0] as SurveyQuestion), code: `X${i}` })),
      },
      'too_many',
    ],
    [
      'more questions and texts than the flow has slots',
      {
        ...CORE,
        questions: [
          ...Array.from({ length: QUESTION_SLOTS }, (_, i) => ({
            code: `I${i}`,
            type: 'info' as const,
            text: { 'zh-CN': '请看' },
          })),
          ...CORE.questions,
        ],
      },
      'too_many',
    ],
  ])('refuses %s, with an explanation in every language', (_what, questionnaire, fault) => {
    const found = faultsIn(questionnaire).map(({ what }) => what);
    expect(found).toContain(fault);
    for (const language of wording.languages) expect(wording.has(language, `questionnaire:fault.${fault}`)).toBe(true);
  });

  test('every fault is worded', () => {
    const source = readFileSync(
      new URL('../../src/surveys/questionnaire/questionnaire-lint.ts', import.meta.url),
      'utf8',
    );
    const named = [...source.matchAll(/fault\([\w'.]*, '(\w+)'/g)].map(([, name = '']) => name);
    const topics = Object.keys(lintWords.forbidden).map((topic) => `forbidden_${topic}`);
    expect(named.length).toBeGreaterThan(12);
    for (const name of [...named, ...topics])
      expect(wording.has('zh-CN', `questionnaire:fault.${name}`), name).toBe(true);
  });
});

describe('answers', () => {
  test('only answers to asked questions, with existing codes, are valid', () => {
    const given = {
      V1: ['0'],
      V2: ['1'],
      S1: ['7'],
      K1: ['1', '2'],
      S3: ['01', '02', '03', '04'],
      M1: ['5'],
      X: ['1'],
    };
    expect(validAnswers(QUARTER, given)).toEqual({ V1: ['0'], M1: ['5'] });
    expect(validAnswers(QUARTER, { V1: ['2'], V2: ['1'] })).toEqual({ V1: ['2'], V2: ['1'] });
  });

  test('a ballot with the required answers is valid, and one without them is not', () => {
    expect(completeness(CORE, { S1: ['5'], K1: ['1'], J1: ['0'], M1: ['4'] })).toBe('partial');
    expect(completeness(CORE, { S1: ['5'], K1: ['1'] })).toBe('broken_off');
    const conditional = { ...QUARTER, valid: ['V1', 'V2'] };
    expect(completeness(conditional, { V1: ['0'] })).toBe('partial');
    expect(completeness(conditional, { V1: ['2'] })).toBe('broken_off');
    const all = Object.fromEntries(CORE.questions.map(({ code, options = [] }) => [code, [options[0]?.code ?? '']]));
    expect(completeness(CORE, all)).toBe('complete');
  });
});
