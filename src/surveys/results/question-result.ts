import type { CountedSheet } from '../ballot/response.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { discloseCell, isSuppressed, RULES } from '../disclosure/disclosure.ts';
import { addNoise } from '../disclosure/noise.ts';
import { discloseAfter, repeats } from '../disclosure/one-person.ts';
import type { KnownOfOptions, OptionShare } from '../disclosure/suppress-options.ts';
import { suppressOptions } from '../disclosure/suppress-options.ts';
import { answersTo } from '../estimate/answers-alike.ts';
import { addAlike, estimateOf, noSums } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { opinionCodes } from '../questionnaire/questionnaire.ts';

/** The disclosed share of each option of a question. */
export type QuestionResult = {
  readonly code: string;
  readonly options: readonly { readonly code: string; readonly share: DisclosedNumber }[];
  /** The mean of the same question would reveal a suppressed share. */
  readonly hidesMean?: true;
};

/**
 * Computes option shares; no suppressed share follows from the others or from an indicator. `before` are the results of the wave
 * before.
 */
export function questionResult(
  question: SurveyQuestion,
  sheets: readonly CountedSheet[],
  indicators: readonly Indicator[],
  before: readonly QuestionResult[] = [],
): QuestionResult | undefined {
  const { code, options, type } = question;
  if (!options) return undefined;
  // Each answered sheet counts in every option's total, and as a choice for the chosen ones.
  const answered = noSums();
  const chosen = new Map(options.map((option) => [option.code, noSums()]));
  for (const alike of answersTo(code, sheets).alike) {
    addAlike(answered, 0, alike);
    for (const one of alike.given) {
      const sums = chosen.get(one);
      if (sums) addAlike(sums, 1, alike);
    }
  }
  const earlier = before.find((one) => one.code === code);
  const wasOf = (option: string) => earlier?.options.find((one) => one.code === option)?.share;
  const shares = [...chosen].map(([option, { n, wy, wwy }]): OptionShare => {
    const sums = { ...answered, above: n, below: answered.n - n, wy, wwy, wwyy: wwy };
    const was = wasOf(option);
    const share = discloseAfter(was && { was }, [sums], [[1], [0]], ([one = sums]) => discloseCell(estimateOf(one)));
    return { code: option, n, rest: answered.n - n, share };
  });
  if (earlier && shares.every(({ code: option, share }) => repeats(wasOf(option), share))) return earlier;
  const known = type === 'several' ? { lines: [], sums: [] } : knownOf(question, shares, indicators);
  const found = suppressOptions(shares, known);
  return {
    code,
    options: found.options.map(({ code: option, share }) => ({ code: option, share })),
    ...(found.hidesMean ? { hidesMean: true } : {}),
  };
}

/** Returns what is published of a question: sums of all, of opinions and of what indicators count or leave out; and its mean. */
function knownOf(
  question: SurveyQuestion,
  shares: readonly OptionShare[],
  indicators: readonly Indicator[],
): KnownOfOptions {
  const valid = opinionCodes(question);
  const numberOf = (codes: readonly string[]) =>
    shares.reduce((all, { code, n }) => all + (codes.includes(code) ? n : 0), 0);
  const own = indicators.filter((indicator) => indicator.question === question.code);
  const without = (codes: readonly string[], out: readonly string[]) => codes.filter((code) => !out.includes(code));
  const counted = own.flatMap(({ numerator = [], wide, narrow }) => [
    [numerator],
    ...[wide, narrow].flatMap((other) =>
      other ? [[other, without(other, numerator), without(numerator, other)]] : [],
    ),
  ]);
  // Fewer answers on one side are published as a bound only, and an alternative with a smaller difference not at all.
  const published = counted.filter((parts) =>
    [...parts, without(valid, parts[0] ?? [])].every(
      (codes) => codes.length === 0 || numberOf(codes) >= RULES.otherSideMin,
    ),
  );
  const totals = (sets: typeof counted) =>
    sets.flatMap((parts) => [...parts, without(valid, parts[0] ?? [])]).filter((codes) => codes.length > 0);
  const all = shares.map(({ code }) => code);
  const silent = shares.filter(({ code }) => !valid.includes(code));
  // Of the numbers of answers only rounded ones are published: they do not tell how many gave no opinion.
  const exact = silent.some(({ share }) => isSuppressed(share))
    ? [valid]
    : [all, valid, silent.map(({ code }) => code)];
  const scores = new Map((question.options ?? []).map(({ code, score = 0 }) => [code, score]));
  const hasMean = own.some(({ kind }) => kind === 'mean');
  return { lines: [all, ...totals(counted)], sums: [...exact, ...totals(published)], ...(hasMean ? { scores } : {}) };
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
      for (const { given, n } of answersTo(code, sheets).alike) {
        const [one = ''] = given;
        const before = counts.get(one);
        if (before !== undefined) counts.set(one, before + n);
      }
      const noisy = addNoise([...counts.values()], EPSILON / single.length);
      return [code, Object.fromEntries([...counts.keys()].map((option, i) => [option, noisy[i] ?? 0]))] as const;
    }),
  );
}
