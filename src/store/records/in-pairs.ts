/** Pairs the flat list of an answer with scores or values: member and score, or field and value. */
export function inPairs(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((first, i) => (i % 2 === 0 ? [[first, flat[i + 1] ?? ''] as const] : []));
}
