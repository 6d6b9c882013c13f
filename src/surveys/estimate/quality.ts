import { randomFrom } from '../../random.ts';
import type { Ballot } from '../ballot/ballot.ts';
import type { Flag } from '../ballot/response.ts';
import type { Questionnaire, SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { adjust } from './compare.ts';

/** What is told, one level above where it was found, and never of a person. */
export type QualityFinding = { readonly kind: 'alike' | 'burst' | 'coached'; readonly region: string };

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

/** Fewer sheets than this are too few to be strangely alike. */
const ALIKE_MIN = 10;
/** So many shuffles that reach what was found make it usual, and no more are needed. */
const USUAL = 12;
/** For each community that is tested: what is left after so many comparisons must still be told from chance. */
const SHUFFLES_EACH = 2000;
const SHUFFLES_MAX = 400_000;

/**
 * Communities in which more sheets are equal in every answer than chance brings. The chance is that of sheets drawn from the
 * whole wave: who is content with everything looks alike everywhere, and that is no sign of anything.
 */
export function alikeIn(
  sheets: readonly { readonly community: string; readonly answers: SurveyAnswers }[],
): readonly string[] {
  const vectors = sheets.map(({ community, answers }) => ({
    community,
    what: JSON.stringify(Object.entries(answers).sort()),
  }));
  return strangeIn(vectors, ALIKE_MIN, (counts) => counts.reduce((all, n) => all + (n * (n - 1)) / 2, 0));
}

/**
 * Communities in which more sheets were finished within one quarter of an hour than chance brings. The chance is the whole
 * wave's own coming and going: many answer right after an invitation, everywhere.
 */
export function burstsIn(done: readonly { readonly community: string; readonly slot: number }[]): readonly string[] {
  const slots = done.map(({ community, slot }) => ({ community, what: String(slot) }));
  return strangeIn(slots, ALIKE_MIN, (counts) => Math.max(0, ...counts));
}

/** Communities whose share of equal things is larger than that of as many drawn from all (a permutation test; Holm over communities). */
function strangeIn(
  all: readonly { readonly community: string; readonly what: string }[],
  least: number,
  measure: (counts: readonly number[]) => number,
): readonly string[] {
  const ids = new Map([...new Set(all.map(({ what }) => what))].map((what, i) => [what, i] as const));
  const things = Int32Array.from(all, ({ what }) => ids.get(what) ?? 0);
  const places = Map.groupBy(all.keys(), (i) => all[i]?.community ?? '');
  const tested = [...places].filter(([, members]) => members.length >= least);
  const most = Math.min(SHUFFLES_MAX, Math.max(SHUFFLES_EACH * 10, SHUFFLES_EACH * tested.length));
  // The same shuffles for the same sheets, so that a repeated closing finds the same.
  const random = randomFrom(ids.size);
  const measured = (size: number, at: (i: number) => number): number => {
    const counts = new Map<number, number>();
    for (let i = 0; i < size; i += 1) {
      const thing = things[at(i)] ?? 0;
      counts.set(thing, (counts.get(thing) ?? 0) + 1);
    }
    return measure([...counts.values()]);
  };
  const pValues = tested.map(([, members]) => {
    const own = measured(members.length, (i) => members[i] ?? 0);
    let [asMuch, n] = [0, 0];
    while (n < most && asMuch < USUAL) {
      n += 1;
      if (measured(members.length, () => Math.floor(random() * things.length)) >= own) asMuch += 1;
    }
    return (asMuch + 1) / (n + 1);
  });
  return named(
    tested.map(([community]) => community),
    adjust(pValues, 'holm'),
  );
}

function named(names: readonly string[], pValues: readonly number[]): readonly string[] {
  return names.filter((_, i) => (pValues[i] ?? 1) < ALPHA);
}
