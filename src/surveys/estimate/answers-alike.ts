import type { CountedSheet } from '../ballot/response.ts';

/** All sheets with one answer to a question, of one time and one doubt: their number, Σw and Σw². */
export type SheetsAlike = {
  readonly given: readonly string[];
  readonly flagged: boolean;
  readonly late: boolean;
  readonly n: number;
  readonly w: number;
  readonly ww: number;
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

/** Sheets with one answer differ in two ways. */
const WAYS = [false, true].flatMap((flagged) => [false, true].map((late) => ({ flagged, late })));

/** Numbers the answers to all questions in one pass: each sheet is fetched from memory once. */
function numberAnswers(sheets: readonly CountedSheet[]): ReadonlyMap<string, AnswersAlike> {
  // Most sheets have the questions of the sheet before, in its order. Comparing is cheaper than a look-up.
  const inOrder: Column[] = [];
  const ways = new Uint8Array(sheets.length);
  const weights = new Float64Array(sheets.length);
  const columns = new Map<string, Column>();
  for (let i = 0; i < sheets.length; i += 1) {
    const { answers, flags, late, weight } = sheets[i] as CountedSheet;
    ways[i] = (flags.length > 0 ? 2 : 0) + (late ? 1 : 0);
    weights[i] = weight;
    let at = 0;
    for (const question in answers) {
      const given = answers[question];
      if (!Array.isArray(given)) continue;
      let column = inOrder[at];
      if (column?.question !== question) {
        column = columns.get(question) ?? newColumn(question, sheets.length);
        columns.set(question, column);
        inOrder[at] = column;
      }
      column.places[i] = placeOf(given, column);
      at += 1;
    }
  }
  const alike = (column: Column) => ({ ...column, alike: sumAlike(column, ways, weights) });
  return new Map([...columns].map(([question, column]) => [question, alike(column)]));
}

type Column = Pick<AnswersAlike, 'places'> & {
  readonly question: string;
  readonly numbers: Map<string, number>;
  readonly different: (readonly string[])[];
};

function newColumn(question: string, sheets: number): Column {
  return { question, numbers: new Map(), different: [], places: new Int32Array(sheets).fill(-1) };
}

function placeOf(given: readonly string[], { numbers, different }: Column): number {
  // One code is its own key.
  const key = given.length === 1 ? (given[0] ?? '') : JSON.stringify(given);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, different.length);
  return different.push(given) - 1;
}

function sumAlike({ different, places }: Column, ways: Uint8Array, weights: Float64Array): readonly SheetsAlike[] {
  const size = different.length * WAYS.length;
  const [n, w, ww] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] ?? -1;
    if (place < 0) continue;
    const weight = weights[i] ?? 0;
    const at = place * WAYS.length + (ways[i] ?? 0);
    n[at] = (n[at] ?? 0) + 1;
    w[at] = (w[at] ?? 0) + weight;
    ww[at] = (ww[at] ?? 0) + weight * weight;
  }
  const alike = different.flatMap((given, place) =>
    WAYS.map((way, number): SheetsAlike => {
      const at = place * WAYS.length + number;
      return { given, ...way, n: n[at] ?? 0, w: w[at] ?? 0, ww: ww[at] ?? 0 };
    }),
  );
  return alike.filter((one) => one.n > 0);
}
