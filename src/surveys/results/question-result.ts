import type { CountedSheet } from '../ballot/response.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { cellOf, isKeptBack, RULES } from '../disclosure/disclosure.ts';
import { withNoise } from '../disclosure/noise.ts';
import { add, estimateOf, noSums } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { validCodes } from '../questionnaire/questionnaire.ts';

/** The answers to one question, each with its share. */
export type QuestionResult = {
  readonly code: string;
  readonly options: readonly { readonly code: string; readonly share: DisclosedNumber }[];
};

/** How the answers to a question are shared out; nothing that is kept back follows from the rest, or from an indicator. */
export function questionResult(
  question: SurveyQuestion,
  sheets: readonly CountedSheet[],
  indicators: readonly Indicator[],
): QuestionResult | undefined {
  const { code, options, type } = question;
  if (!options) return undefined;
  // In one pass: whoever answered counts for every option, and for those that they chose besides.
  const answered = noSums();
  const chosen = new Map(options.map((option) => [option.code, noSums()]));
  for (const { answers, weight } of sheets) {
    const given = answers[code];
    if (!Array.isArray(given)) continue;
    add(answered, 0, weight);
    for (const one of given) {
      const sums = chosen.get(one);
      if (sums) add(sums, 1, weight);
    }
  }
  const parts = [...chosen].map(([option, { n, wy, wwy }]): AnswerShare => {
    const estimate = estimateOf({ ...answered, above: n, below: answered.n - n, wy, wwy, wwyy: wwy });
    return { code: option, n, share: cellOf(estimate) };
  });
  const wholes = type === 'several' ? [] : wholesOf(question, indicators);
  return { code, options: guarded(parts, wholes).map(({ code: option, share }) => ({ code: option, share })) };
}

type AnswerShare = { readonly code: string; readonly n: number; readonly share: DisclosedNumber };

/** Sets of answers whose sum stands somewhere: all, and what each indicator counts, and does not count. */
function wholesOf(question: SurveyQuestion, indicators: readonly Indicator[]): readonly (readonly string[])[] {
  const valid = validCodes(question);
  const counted = indicators
    .filter((indicator) => indicator.question === question.code)
    .flatMap(({ numerator = [], wide, narrow }) => [numerator, ...(wide ? [wide] : []), ...(narrow ? [narrow] : [])]);
  const all = (question.options ?? []).map(({ code }) => code);
  return [all, valid, ...counted, ...counted.map((codes) => valid.filter((code) => !codes.includes(code)))];
}

/** In every sum: none kept back, or two at least that hide ten answers, or all. */
function guarded(parts: readonly AnswerShare[], wholes: readonly (readonly string[])[]): readonly AnswerShare[] {
  const shares = new Map(parts.map((part) => [part.code, part]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const codes of wholes) {
      const whole = codes.flatMap((code) => shares.get(code) ?? []);
      const hidden = whole.filter(({ share }) => isKeptBack(share));
      const answers = hidden.reduce((all, { n }) => all + n, 0);
      if (hidden.length === 0 || (hidden.length >= 2 && answers >= RULES.hiddenMin)) continue;
      const [next] = whole.filter(({ share }) => !isKeptBack(share)).toSorted((a, b) => a.n - b.n);
      if (!next) continue;
      shares.set(next.code, { ...next, share: { type: 'withheld', why: 'protects_others' } });
      changed = true;
    }
  }
  return [...shares.values()];
}

/** All that one person changes in these tables together (P11). */
const EPSILON = 1;

/** Counts of the answers to questions with one answer each, with noise, drawn once; nothing where a live count would not be told. */
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
      const noisy = withNoise([...counts.values()], EPSILON / single.length);
      return [code, Object.fromEntries([...counts.keys()].map((option, i) => [option, noisy[i] ?? 0]))] as const;
    }),
  );
}
