import type { CountedSheet } from '../ballot/response.ts';

/** All sheets with one answer to a question, of one time and one doubt: their number, Σw and Σw². */
export type SheetsAlike = {
  readonly given: readonly string[];
  readonly flagged: boolean;
  readonly late: boolean;
  n: number;
  w: number;
  ww: number;
};

/** The option codes that a question got. Texts and skipped questions are left out: no number counts them. */
export type AnswersAlike = {
  readonly different: readonly (readonly string[])[];
  /** Per sheet, the place of its answer in `different`; −1 if it has none. */
  readonly places: Int32Array;
  readonly alike: readonly SheetsAlike[];
};

const NONE: AnswersAlike = { different: [], places: new Int32Array(), alike: [] };
const answersBySheets = new WeakMap<readonly CountedSheet[], ReadonlyMap<string, AnswersAlike>>();

/** Returns the different answers to a question. A wave has few, so that its numbers are computed from them. */
export function answersTo(question: string, sheets: readonly CountedSheet[]): AnswersAlike {
  const answers = answersBySheets.get(sheets) ?? numberAnswers(sheets);
  answersBySheets.set(sheets, answers);
  return answers.get(question) ?? NONE;
}

/** Sheets with one answer differ in two ways: late or not, flagged or not. */
const WAYS = 4;

/** Numbers the answers to all questions in one pass: each sheet is fetched from memory once. */
function numberAnswers(sheets: readonly CountedSheet[]): ReadonlyMap<string, AnswersAlike> {
  const byQuestion = new Map<string, ReturnType<typeof newColumn>>();
  for (const [i, { answers, flags, late = false, weight }] of sheets.entries()) {
    const flagged = flags.length > 0;
    const way = (flagged ? 2 : 0) + (late ? 1 : 0);
    for (const question of Object.keys(answers)) {
      const given = answers[question];
      if (!Array.isArray(given)) continue;
      const column = byQuestion.get(question) ?? newColumn(sheets.length);
      if (column.different.length === 0) byQuestion.set(question, column);
      const place = column.placeOf(given);
      column.places[i] = place;
      const at = place * WAYS + way;
      const same = column.alike[at] ?? { given, flagged, late, n: 0, w: 0, ww: 0 };
      column.alike[at] = same;
      same.n += 1;
      same.w += weight;
      same.ww += weight * weight;
    }
  }
  // Filtering drops the ways that no sheet has.
  for (const column of byQuestion.values()) column.alike = column.alike.filter(() => true);
  return byQuestion;
}

function newColumn(sheets: number) {
  const numbers = new Map<string, number>();
  const different: (readonly string[])[] = [];
  return {
    different,
    places: new Int32Array(sheets).fill(-1),
    alike: [] as SheetsAlike[],
    placeOf(given: readonly string[]): number {
      // One code is its own key.
      const key = given.length === 1 ? (given[0] ?? '') : JSON.stringify(given);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, different.length);
      return different.push(given) - 1;
    },
  };
}
