import { readInspectionMonth } from '../../../inspections/figures/inspection-month.ts';
import type { CellReader, StreetCounts } from './cell-reader.ts';
import { addTo, withSums } from './cell-reader.ts';

/** Counts drawn inspections: done ones of those drawn, and the marks of their items, half a mark as a half. */
export const readInspectionCells: CellReader = async ({ store, city, month }) => {
  const counts: StreetCounts = new Map();
  for (const [street, { drawn, done, full, half, none }] of await readInspectionMonth(store, month, city)) {
    if (city.regions.levelOf(street) !== 'street') continue;
    addTo(counts, street, 'inspection_done', { y: done, n: drawn });
    const items = full + half + none;
    if (items > 0) addTo(counts, street, 'inspection_passed', { y: full + half / 2, n: items });
  }
  return withSums(counts, city.regions);
};
