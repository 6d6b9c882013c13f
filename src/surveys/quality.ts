import { randomFrom } from '../random.ts';
import type { Ballot } from './ballot.ts';
import { adjust } from './compare.ts';
import type { Questionnaire, SurveyAnswers } from './questionnaire.ts';
import type { Flag } from './response.ts';

/** What is told, one level above where it was found, and never of a person. */
export type Finding = { readonly kind: 'alike' | 'burst' | 'coached'; readonly region: string };

/** Nobody reads a question and its answers in less. */
const READ_MS = 2000;
const FAST_SHARE = 0.5;
const STRAIGHT_MIN = 5;
/** So unlikely, after all comparisons, must something be before it is told. */
const ALPHA = 0.001;

/** The flags of one answer sheet (surveys.md §3.4): too fast to read, the same place throughout, saw what does not exist, was told what to say. */
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

/** The same place on every scale, one of which is asked the other way round: nobody can mean that. */
function isStraight(answers: SurveyAnswers, questions: Questionnaire['questions']): boolean {
  const places = questions.flatMap(({ code, type, options = [] }) => {
    const given = answers[code];
    const at = type === 'scale' && Array.isArray(given) ? options.findIndex((option) => option.code === given[0]) : -1;
    return at >= 0 && options[at]?.role === undefined ? [{ code, at }] : [];
  });
  if (!places.some(({ code }) => code === 'R1')) return false;
  const same = places.length >= STRAIGHT_MIN && places.every(({ at }) => at === places[0]?.at);
  const best = ['S1', 'S2', 'M1', 'M2', 'R1'];
  const top = best.every((code) => places.some((place) => place.code === code && place.at === 0));
  return same || top;
}

function isGiven(answers: SurveyAnswers, question: string, code: string): boolean {
  const given = answers[question];
  return Array.isArray(given) && given.includes(code);
}

const SHUFFLES = 20_000;
/** Fewer sheets than this are too few to be strangely alike. */
const ALIKE_MIN = 10;

/**
 * Communities in which more sheets are equal in every answer than chance brings. The chance is that of sheets drawn from the
 * whole wave: who is content with everything looks alike everywhere, and that is no sign of anything.
 */
export function alikeIn(
  sheets: readonly { readonly community: string; readonly answers: SurveyAnswers }[],
): readonly string[] {
  const vectors = sheets.map(({ answers }) => JSON.stringify(Object.entries(answers).sort()));
  const ids = new Map([...new Set(vectors)].map((vector, i) => [vector, i] as const));
  const all = Int32Array.from(vectors, (vector) => ids.get(vector) ?? 0);
  const places = Map.groupBy(sheets.keys(), (i) => sheets[i]?.community ?? '');
  const tested = [...places].filter(([, members]) => members.length >= ALIKE_MIN);
  // The same shuffles for the same sheets, so that a repeated closing finds the same.
  const random = randomFrom(ids.size);
  const seen = new Int32Array(ids.size);
  const pairs = (size: number, at: (i: number) => number): number => {
    let found = 0;
    for (let i = 0; i < size; i += 1) {
      const id = all[at(i)] ?? 0;
      found += seen[id] ?? 0;
      seen[id] = (seen[id] ?? 0) + 1;
    }
    for (let i = 0; i < size; i += 1) seen[all[at(i)] ?? 0] = 0;
    return found;
  };
  const pValues = tested.map(([, members]) => {
    const own = pairs(members.length, (i) => members[i] ?? 0);
    if (own === 0) return 1;
    let asMany = 0;
    const sample = new Int32Array(members.length);
    for (let n = 0; n < SHUFFLES; n += 1) {
      for (let i = 0; i < sample.length; i += 1) sample[i] = Math.floor(random() * all.length);
      if (pairs(sample.length, (i) => sample[i] ?? 0) >= own) asMany += 1;
    }
    return (asMany + 1) / (SHUFFLES + 1);
  });
  return named(
    tested.map(([community]) => community),
    adjust(pValues, 'holm'),
  );
}

/** Communities in which more sheets were finished within a quarter of an hour than chance brings (Poisson). `slots` are all quarters in which people are awake. */
export function burstsIn(
  done: readonly { readonly community: string; readonly slot: number }[],
  slots: number,
): readonly string[] {
  const places = [...Map.groupBy(done, ({ community }) => community)];
  const pValues = places.map(([, list]) => {
    const most = Math.max(...[...Map.groupBy(list, ({ slot }) => slot).values()].map((same) => same.length));
    const perSlot = list.length / slots;
    // Any of the quarters may be the one.
    return Math.min(1, slots * poissonAtLeast(most, perSlot));
  });
  return named(
    places.map(([community]) => community),
    adjust(pValues, 'holm'),
  );
}

function poissonAtLeast(k: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let i = 0; i < k; i += 1) {
    below += term;
    term *= mean / (i + 1);
  }
  // For many the difference to 1 is lost in rounding: then the first terms of the tail say it.
  return Math.max(1 - below, term);
}

function named(names: readonly string[], pValues: readonly number[]): readonly string[] {
  return names.filter((_, i) => (pValues[i] ?? 1) < ALPHA);
}
