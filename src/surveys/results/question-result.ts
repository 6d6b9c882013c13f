import type { CountedSheet } from '../ballot/response.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { discloseCell, isSuppressed, RULES } from '../disclosure/disclosure.ts';
import { addNoise } from '../disclosure/noise.ts';
import { addAnswer, estimateOf, noSums } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { opinionCodes } from '../questionnaire/questionnaire.ts';

/** The disclosed share of each option of a question. */
export type QuestionResult = {
  readonly code: string;
  readonly options: readonly { readonly code: string; readonly share: DisclosedNumber }[];
};

/** Computes option shares; no suppressed share follows from the others or from an indicator. */
export function questionResult(
  question: SurveyQuestion,
  sheets: readonly CountedSheet[],
  indicators: readonly Indicator[],
): QuestionResult | undefined {
  const { code, options, type } = question;
  if (!options) return undefined;
  // One pass: each answered sheet counts in every option's total, and as a choice for the chosen ones.
  const answered = noSums();
  const chosen = new Map(options.map((option) => [option.code, noSums()]));
  for (const { answers, weight } of sheets) {
    const given = answers[code];
    if (!Array.isArray(given)) continue;
    addAnswer(answered, 0, weight);
    for (const one of given) {
      const sums = chosen.get(one);
      if (sums) addAnswer(sums, 1, weight);
    }
  }
  const shares = [...chosen].map(([option, { n, wy, wwy }]): AnswerShare => {
    const estimate = estimateOf({ ...answered, above: n, below: answered.n - n, wy, wwy, wwyy: wwy });
    return { code: option, n, share: discloseCell(estimate) };
  });
  const known = type === 'several' ? [] : knownSumsOf(question, indicators);
  return { code, options: suppressShares(shares, known).map(({ code: option, share }) => ({ code: option, share })) };
}

type AnswerShare = { readonly code: string; readonly n: number; readonly share: DisclosedNumber };

/** Returns the sets of options whose total is published: all, opinions, and what indicators count or leave out. */
function knownSumsOf(question: SurveyQuestion, indicators: readonly Indicator[]): readonly (readonly string[])[] {
  const valid = opinionCodes(question);
  const counted = indicators
    .filter((indicator) => indicator.question === question.code)
    .flatMap(({ numerator = [], wide, narrow }) => [numerator, ...(wide ? [wide] : []), ...(narrow ? [narrow] : [])]);
  const all = (question.options ?? []).map(({ code }) => code);
  return [all, valid, ...counted, ...counted.map((codes) => valid.filter((code) => !codes.includes(code)))];
}

/** Suppresses shares until no known sum reveals one: none, all, or at least two that hide ten answers. */
function suppressShares(all: readonly AnswerShare[], known: readonly (readonly string[])[]): readonly AnswerShare[] {
  const shares = new Map(all.map((one) => [one.code, one]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const codes of known) {
      const summed = codes.flatMap((code) => shares.get(code) ?? []);
      const hidden = summed.filter(({ share }) => isSuppressed(share));
      const answers = hidden.reduce((sum, { n }) => sum + n, 0);
      if (hidden.length === 0 || (hidden.length >= 2 && answers >= RULES.hiddenMin)) continue;
      const [next] = summed.filter(({ share }) => !isSuppressed(share)).toSorted((a, b) => a.n - b.n);
      if (!next) continue;
      shares.set(next.code, { ...next, share: { type: 'withheld', why: 'protects_others' } });
      changed = true;
    }
  }
  return [...shares.values()];
}

/** The privacy budget of one person over all these tables together (P11). */
const EPSILON = 1;

/** Counts answers to single-answer questions, with noise drawn once; empty below thirty sheets. */
export function noisyCounts(
  { questions }: Questionnaire,
  sheets: readonly CountedSheet[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  if (sheets.length < RULES.liveMin) return {};
  const single = questions.filter(({ type }) => type === 'single' || type === 'scale');
  return Object.fromEntries(
    single.map(({ code, options = [] }) => {
      const counts = new Map(options.map((option) => [option.code, 0]));
      for (const { answers } of sheets) {
        const given = answers[code]?.[0];
        const before = given === undefined ? undefined : counts.get(given);
        if (given !== undefined && before !== undefined) counts.set(given, before + 1);
      }
      const noisy = addNoise([...counts.values()], EPSILON / single.length);
      return [code, Object.fromEntries([...counts.keys()].map((option, i) => [option, noisy[i] ?? 0]))] as const;
    }),
  );
}
