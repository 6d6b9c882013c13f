/** Orders by lot, the smallest first. It imports nothing: a browser repeats draws with it. */
export function inOrderOfLot<T>(some: readonly T[], lotOfOne: (one: T) => string): readonly T[] {
  const lots = some.map((one) => ({ one, lot: lotOfOne(one) }));
  return lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ one }) => one);
}
