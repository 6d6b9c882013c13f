/** A number that a reader does not know: its true value, and how far it may lie from it for all that is shown of it. */
export type Unknown = { readonly name: string; readonly least: number; readonly most: number };

/** An equation between unknowns: the factors times the differences from the truth add up to 0. */
export type Equation = ReadonlyMap<string, number>;

/** Differences are searched from −1 to 1, then as far as this: pairs of the farthest difference, and the target's. */
const REACHES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, -1],
  [3, 1],
  [3, -1],
  [3, 2],
  [3, -2],
];
/** A search that needs more steps than this counts as one without result. */
const STEPS_MAX = 20_000;

/**
 * Returns the unknowns that have only one value: whole numbers are searched that fit all equations and differ from the truth.
 * `least` and `most` bound the differences. Each solution serves all unknowns in which it differs.
 */
export function provenValues(unknowns: readonly Unknown[], equations: readonly Equation[]): readonly string[] {
  const index = new Map(unknowns.map(({ name }, i) => [name, i]));
  const rows = equations.map((equation): Row => {
    const terms = [...equation].filter(([name, factor]) => index.has(name) && factor !== 0);
    return {
      at: Int32Array.from(terms, ([name]) => index.get(name) ?? 0),
      factors: Int32Array.from(terms, ([, factor]) => factor),
    };
  });
  const rowsOf = unknowns.map((_, i) => rows.filter(({ at }) => at.includes(i)));
  const open = new Set(unknowns.keys());
  for (const target of unknowns.keys()) {
    for (const [reach, change] of REACHES) {
      if (!open.has(target)) break;
      const low = Int32Array.from(unknowns, ({ least }) => Math.max(-reach, least));
      const high = Int32Array.from(unknowns, ({ most }) => Math.min(reach, most));
      if (change < (low[target] ?? 0) || change > (high[target] ?? 0)) continue;
      low[target] = change;
      high[target] = change;
      const found = searchFrom(low, high, rowsOf, target);
      for (const [i, difference] of (found ?? []).entries()) if (difference !== 0) open.delete(i);
    }
  }
  return [...open].map((i) => unknowns[i]?.name ?? '');
}

/** The factors of some unknowns in an equation. */
type Row = { readonly at: Int32Array; readonly factors: Int32Array };

function searchFrom(
  low: Int32Array,
  high: Int32Array,
  rowsOf: readonly (readonly Row[])[],
  changed: number,
): Int32Array | undefined {
  let steps = 0;
  const search = (lows: Int32Array, highs: Int32Array, from: number): Int32Array | undefined => {
    steps += 1;
    if (steps > STEPS_MAX || !narrow(lows, highs, rowsOf, from)) return undefined;
    // An unknown that must differ comes next, else any; the value nearest to the truth first.
    let next = -1;
    for (let i = 0; i < lows.length; i += 1) {
      const [least, most] = [lows[i] as number, highs[i] as number];
      if (least === most) continue;
      next = i;
      if (least > 0 || most < 0) break;
    }
    if (next < 0) return lows;
    const [least, most] = [lows[next] as number, highs[next] as number];
    for (const value of NEAREST) {
      if (value < least || value > most) continue;
      const [nextLows, nextHighs] = [lows.slice(), highs.slice()];
      nextLows[next] = value;
      nextHighs[next] = value;
      const found = search(nextLows, nextHighs, next);
      if (found) return found;
    }
    return undefined;
  };
  return search(low, high, changed);
}

const NEAREST = [0, 1, -1, 2, -2, 3, -3];

/** Narrows the ranges until each equation can hold; false if one cannot. All indices are within the arrays. */
function narrow(low: Int32Array, high: Int32Array, rowsOf: readonly (readonly Row[])[], from: number): boolean {
  const queue = [...(rowsOf[from] ?? [])];
  for (let row = queue.pop(); row; row = queue.pop()) {
    const { at, factors } = row;
    let least = 0;
    let most = 0;
    for (let k = 0; k < at.length; k += 1) {
      const factor = factors[k] as number;
      const a = factor * (low[at[k] as number] as number);
      const b = factor * (high[at[k] as number] as number);
      least += a < b ? a : b;
      most += a < b ? b : a;
    }
    if (least > 0 || most < 0) return false;
    for (let k = 0; k < at.length; k += 1) {
      const i = at[k] as number;
      const factor = factors[k] as number;
      const a = factor * (low[i] as number);
      const b = factor * (high[i] as number);
      // What the others leave for this one.
      const down = (a < b ? b : a) - most;
      const up = (a < b ? a : b) - least;
      const lowest = Math.max(low[i] as number, Math.ceil(factor > 0 ? down / factor : up / factor));
      const highest = Math.min(high[i] as number, Math.floor(factor > 0 ? up / factor : down / factor));
      if (lowest > highest) return false;
      if (lowest === low[i] && highest === high[i]) continue;
      low[i] = lowest;
      high[i] = highest;
      queue.push(...(rowsOf[i] ?? []));
    }
  }
  return true;
}
