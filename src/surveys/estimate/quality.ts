import { randomFrom } from '../../random.ts';
import type { Ballot } from '../ballot/ballot.ts';
import type { Flag } from '../ballot/response.ts';
import type { Questionnaire, SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { adjustPValues } from './distributions.ts';

/** A sign of poor data quality. `region` lies above the place where it was found; no person is named. */
export type QualityFinding = { readonly kind: 'alike' | 'burst' | 'coached'; readonly region: string };

/** The least time to read a question with its options. */
const READ_MS = 2000;
/** A sheet is `fast` if at least this share of its answers took less than READ_MS. */
const FAST_SHARE = 0.5;
/** A sheet is `straight` only if it answers at least this many scales. */
const STRAIGHT_MIN = 5;
/** Significance level of a finding, after adjustment for all comparisons. */
const ALPHA = 0.001;

/** Flags a sheet (surveys.md §3.4): answered too fast, straight-lined, claimed a decoy, or coached. */
export function flagsOf(answers: SurveyAnswers, took: Ballot['took'], { questions }: Questionnaire): readonly Flag[] {
  const times = Object.values(took);
  const fast = times.length > 0 && times.filter((ms) => ms < READ_MS).length / times.length >= FAST_SHARE;
  const decoys = questions.flatMap(({ code, options = [] }) =>
    options.filter(({ role }) => role === 'decoy').map((option) => [code, option.code] as const),
  );
  const overClaim = decoys.some(([question, code]) => isGiven(answers, question, code));
  return [
    ...(fast ? (['fast'] as const) : []),
    ...(isStraight(answers, questions) ? (['straight'] as const) : []),
    ...(overClaim ? (['over_claim'] as const) : []),
    ...(isGiven(answers, 'C1', '1') ? (['coached'] as const) : []),
  ];
}

/** Detects the same position on every scale. As R1 is a reversed scale, such answers contradict each other. */
function isStraight(answers: SurveyAnswers, questions: Questionnaire['questions']): boolean {
  const positions = questions.flatMap(({ code, type, options = [] }) => {
    const given = answers[code];
    const at = type === 'scale' && Array.isArray(given) ? options.findIndex((option) => option.code === given[0]) : -1;
    return at >= 0 && options[at]?.role === undefined ? [{ code, at }] : [];
  });
  if (!positions.some(({ code }) => code === 'R1')) return false;
  const same = positions.length >= STRAIGHT_MIN && positions.every(({ at }) => at === positions[0]?.at);
  const best = ['S1', 'S2', 'M1', 'M2', 'R1'];
  const top = best.every((code) => positions.some((one) => one.code === code && one.at === 0));
  return same || top;
}

function isGiven(answers: SurveyAnswers, question: string, code: string): boolean {
  const given = answers[question];
  return Array.isArray(given) && given.includes(code);
}

/** Communities with fewer sheets are not tested. */
const SHEETS_MIN = 10;
/** A test stops after this many random samples that reach the observed value: it cannot become significant. */
const REACHED_MAX = 12;
/** Random samples per tested community: after Holm's adjustment the smallest p-value must still be below ALPHA. */
const SHUFFLES_EACH = 2000;
const SHUFFLES_MAX = 400_000;

/**
 * Finds communities with more identical sheets than chance explains. Random samples come from the whole wave, so that uniformly
 * content answers, which occur everywhere, are no finding.
 */
export function findAlikeCommunities(
  sheets: readonly { readonly community: string; readonly answers: SurveyAnswers }[],
): readonly string[] {
  const items = sheets.map(({ community, answers }) => ({
    community,
    // Sorting the entries would turn each of them into a string at every comparison.
    value: JSON.stringify(
      Object.keys(answers)
        .sort()
        .map((code) => [code, answers[code]]),
    ),
  }));
  return findUnlikely(items, (counts) => counts.reduce((all, n) => all + (n * (n - 1)) / 2, 0));
}

/**
 * Finds communities that finished more sheets in one quarter of an hour than chance explains. Random samples come from the whole
 * wave, so that the usual rush after an invitation is no finding.
 */
export function findBursts(done: readonly { readonly community: string; readonly slot: number }[]): readonly string[] {
  const items = done.map(({ community, slot }) => ({ community, value: String(slot) }));
  return findUnlikely(items, (counts) => Math.max(0, ...counts));
}

/** Finds communities whose values agree more than those of random samples (permutation test; Holm over communities). */
function findUnlikely(
  all: readonly { readonly community: string; readonly value: string }[],
  measure: (counts: readonly number[]) => number,
): readonly string[] {
  const ids = new Map([...new Set(all.map(({ value }) => value))].map((value, i) => [value, i] as const));
  const values = Int32Array.from(all, ({ value }) => ids.get(value) ?? 0);
  const communities = Map.groupBy(all.keys(), (i) => all[i]?.community ?? '');
  const tested = [...communities].filter(([, members]) => members.length >= SHEETS_MIN);
  const samples = Math.min(SHUFFLES_MAX, Math.max(SHUFFLES_EACH * 10, SHUFFLES_EACH * tested.length));
  // The seed depends only on the sheets, so that a repeated count finds the same.
  const random = randomFrom(ids.size);
  const measured = (size: number, at: (i: number) => number): number => {
    const counts = new Map<number, number>();
    for (let i = 0; i < size; i += 1) {
      const value = values[at(i)] ?? 0;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return measure([...counts.values()]);
  };
  const pValues = tested.map(([, members]) => {
    const observed = measured(members.length, (i) => members[i] ?? 0);
    let [reached, n] = [0, 0];
    while (n < samples && reached < REACHED_MAX) {
      n += 1;
      if (measured(members.length, () => Math.floor(random() * values.length)) >= observed) reached += 1;
    }
    return (reached + 1) / (n + 1);
  });
  const adjusted = adjustPValues(pValues, 'holm');
  return tested.map(([community]) => community).filter((_, i) => (adjusted[i] ?? 1) < ALPHA);
}
