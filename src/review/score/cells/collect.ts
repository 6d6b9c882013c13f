import type { CollectedCells, CollectedRegion } from '../month-score.ts';
import type { CaseMonth } from './case-cells.ts';
import { readCaseMonth } from './case-cells.ts';
import type { CellReader, ReadMonth } from './cell-reader.ts';
import { withSums } from './cell-reader.ts';
import { readInspectionCells } from './inspection-cells.ts';
import { readSurveyCells } from './survey-cells.ts';
import { readTaskCells } from './task-cells.ts';

/** Sources of cells besides the cases. */
export const READERS: readonly CellReader[] = [readSurveyCells, readInspectionCells, readTaskCells];

/** Everything that a month's score is computed from. */
export type Collected = Pick<CaseMonth, 'rows' | 'unknown'> & { readonly regions: readonly CollectedRegion[] };

/** Collects a month for the city, its districts and its streets, judged at `asOf` (ms since the epoch). */
export async function collectMonth(
  reading: ReadMonth,
  {
    excluded,
    readers = READERS,
  }: { readonly excluded?: ReadonlySet<string>; readonly readers?: readonly CellReader[] } = {},
): Promise<Collected> {
  const { regions, census } = reading.city;
  const { counts, rows, unknown, reports, rejected, bursts } = await readCaseMonth(reading, excluded);
  const parts: ReadonlyMap<string, CollectedCells>[] = [withSums(counts, regions)];
  for (const read of readers) parts.push(await read(reading));
  const residents = new Map<string, number>();
  for (const { region, people } of census) residents.set(region, (residents.get(region) ?? 0) + people);
  const levels = ['city', 'district', 'street'] as const;
  const all = levels.flatMap((level) =>
    regions.all(level).map((id): CollectedRegion => {
      const people = residents.get(id);
      const reasons = rejected.get(id);
      const cells: CollectedCells = Object.assign({}, ...parts.map((part) => part.get(id) ?? {}));
      const { confirmed_solved: confirmed } = cells;
      return {
        id,
        level,
        cells:
          confirmed && bursts.includes(id) ? { ...cells, confirmed_solved: { ...confirmed, flag: 'burst' } } : cells,
        filed: regions.within(id, 'street').reduce((sum, street) => sum + (reports.get(street) ?? 0), 0),
        ...(reasons ? { rejected: reasons } : {}),
        ...(people ? { residents: people } : {}),
      };
    }),
  );
  return { rows, unknown, regions: all };
}
