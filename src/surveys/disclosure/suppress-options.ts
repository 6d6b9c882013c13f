import type { DisclosedNumber } from './disclosure.ts';
import { isSuppressed, RULES } from './disclosure.ts';

/** An option of a question: how many chose it, how many did not, and the share as it would be shown on its own. */
export type OptionShare = {
  readonly code: string;
  readonly n: number;
  readonly rest: number;
  readonly share: DisclosedNumber;
};

/** What else is published of a question. */
export type KnownOfOptions = {
  /** Sets of options whose total is published about. */
  readonly lines: readonly (readonly string[])[];
  /** Sets of options whose total is published. */
  readonly sums: readonly (readonly string[])[];
  /** The scores of the options whose mean is published, by option. */
  readonly scores?: ReadonlyMap<string, number>;
};

/**
 * Suppresses shares until a known sum with a suppressed share has at least two, of ten answers, and until each suppressed number
 * could be another one that fits all sums and the mean. It suppresses as few as possible. If none suffice, bounds (at least, at
 * most) are suppressed as well; then the mean must go, and `hidesMean` is true.
 */
export function suppressOptions(
  options: readonly OptionShare[],
  known: KnownOfOptions,
): { readonly options: readonly OptionShare[]; readonly hidesMean: boolean } {
  const { scores, ...sumsOnly } = known;
  const unbounded = options.map((one) => (isSuppressed(one.share) ? withheld(one) : one));
  const withMean = suppressFewest(options, known) ?? suppressFewest(unbounded, known);
  return withMean
    ? { options: withMean, hidesMean: false }
    : {
        options: suppressFewest(options, sumsOnly) ?? suppressFewest(unbounded, sumsOnly) ?? options.map(withheld),
        hidesMean: scores !== undefined,
      };
}

function withheld(one: OptionShare): OptionShare {
  return { ...one, share: { type: 'withheld', why: 'protects_others' } };
}

/** The number of options beyond which only the least chosen ones are tried: subsets double with each. */
const TRIED_MAX = 10;

function suppressFewest(options: readonly OptionShare[], known: KnownOfOptions): readonly OptionShare[] | undefined {
  const own = options.filter(({ share }) => isSuppressed(share));
  if (own.length === 0) return options;
  const shown = options.filter(({ share }) => !isSuppressed(share)).toSorted((a, b) => a.n - b.n);
  const tried = shown.slice(0, TRIED_MAX);
  const subsets = Array.from({ length: 2 ** tried.length }, (_, bits) => tried.filter((__, i) => bits & (1 << i)));
  const lost = (list: readonly OptionShare[]) => list.reduce((all, { n }) => all + n, 0);
  for (const added of [...subsets.toSorted((a, b) => a.length - b.length || lost(a) - lost(b)), shown]) {
    const hidden = new Set([...own, ...added].map(({ code }) => code));
    if (isProtected(options, hidden, known)) return options.map((one) => (added.includes(one) ? withheld(one) : one));
  }
  return undefined;
}

function isProtected(options: readonly OptionShare[], hidden: ReadonlySet<string>, known: KnownOfOptions): boolean {
  const numbers = new Map(options.map(({ code, n }) => [code, n]));
  for (const codes of [...known.lines, ...known.sums]) {
    const within = codes.filter((code) => hidden.has(code));
    if (within.length === 0 || within.length === codes.length) continue;
    const answers = within.reduce((all, code) => all + (numbers.get(code) ?? 0), 0);
    if (within.length < 2 || answers < RULES.hiddenMin) return false;
  }
  // What a known sum consists of alone is no secret.
  const open = new Set(known.sums.filter((codes) => codes.length === 1).flat());
  const unknown = options.filter(({ code }) => hidden.has(code) && !open.has(code));
  const moved = new Set<string>();
  return unknown.every(({ code }) => {
    const other = moved.has(code) ? [] : otherNumbers(unknown, code, known);
    for (const one of other ?? []) moved.add(one);
    return other !== undefined;
  });
}

/** Numbers are varied by at most this. */
const VARIED_MAX = 3;

/** Finds by search other whole numbers that fit all that is known; returns the options that change with `code`. */
function otherNumbers(
  unknown: readonly OptionShare[],
  code: string,
  { sums, scores }: KnownOfOptions,
): readonly string[] | undefined {
  const variables = unknown.toSorted((a, b) => Number(b.code === code) - Number(a.code === code));
  const equations = [
    ...sums.map((codes) => variables.map((one) => Number(codes.includes(one.code)))),
    ...(scores ? [variables.map((one) => scores.get(one.code) ?? 0)] : []),
  ];
  const ranges = variables.map(rangeOf);
  // How far the variables from here on can still move each equation.
  const reach = equations.map((factors) => {
    const ahead = [{ least: 0, most: 0 }];
    for (let i = variables.length - 1; i >= 0; i -= 1) {
      const ends = (ranges[i] ?? []).map((change) => change * (factors[i] ?? 0));
      const { least, most } = ahead[0] ?? { least: 0, most: 0 };
      ahead.unshift({ least: least + Math.min(...ends), most: most + Math.max(...ends) });
    }
    return ahead;
  });
  const search = (i: number, totals: readonly number[], changed: readonly string[]): readonly string[] | undefined => {
    const possible = totals.every((total, e) => {
      const { least, most } = reach[e]?.[i] ?? { least: 0, most: 0 };
      return total + least <= 0 && total + most >= 0;
    });
    if (!possible) return undefined;
    const variable = variables[i];
    if (!variable) return changed;
    for (const change of ranges[i] ?? []) {
      if (i === 0 && change === 0) continue;
      const next = totals.map((total, e) => total + change * (equations[e]?.[i] ?? 0));
      const found = search(i + 1, next, change === 0 ? changed : [...changed, variable.code]);
      if (found) return found;
    }
    return undefined;
  };
  return search(
    0,
    equations.map(() => 0),
    [],
  );
}

/** Returns by how much a number may change without another word for it, the least change first. */
function rangeOf({ n, rest, share }: OptionShare): readonly number[] {
  const changes = Array.from({ length: VARIED_MAX }, (_, i) => [i + 1, -i - 1]).flat();
  const few = RULES.otherSideMin - 1;
  const most = share.type === 'at_most' ? few - n : Number.POSITIVE_INFINITY;
  const least = share.type === 'at_least' ? rest - few : -n;
  return [0, ...changes.filter((change) => change >= least && change <= most)];
}
