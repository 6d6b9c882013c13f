/** Adjusted Rand index of two partitions of the same items (Hubert & Arabie 1985): 1 if equal, 0 on average by chance. */
export function adjustedRand(one: readonly number[], other: readonly number[]): number {
  const cells = counts(one.map((cluster, i) => `${cluster} ${other[i]}`));
  const pairsIn = (sizes: readonly number[]) => sizes.reduce((all, n) => all + (n * (n - 1)) / 2, 0);
  const both = pairsIn(cells);
  const [inOne, inOther] = [pairsIn(counts(one)), pairsIn(counts(other))];
  const all = (one.length * (one.length - 1)) / 2;
  const expected = all === 0 ? 0 : (inOne * inOther) / all;
  const most = (inOne + inOther) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}

function counts(keys: readonly (string | number)[]): readonly number[] {
  return [...Map.groupBy(keys, (key) => key).values()].map(({ length }) => length);
}
