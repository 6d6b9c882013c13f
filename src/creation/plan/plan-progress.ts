import type { Series } from '../../city/series.ts';
import type { LevelId } from '../../inspections/standards/standard.ts';
import type { Round } from '../rounds/round.ts';
import { HOLDING } from '../rounds/round.ts';
import type { Quarter } from './quarter.ts';
import { quarterEnd, quarterOf } from './quarter.ts';

/** Rounds of a series that were planned for a quarter, and those of them that met a level by its end. */
export type PlanCell = {
  readonly quarter: Quarter;
  readonly series: Series;
  readonly target: number;
  readonly met: number;
};

/** Quarter targets against levels met in time. A round counts for the quarter for which it was planned. */
export function planCells(rounds: readonly Round[]): readonly PlanCell[] {
  const groups = Map.groupBy(rounds, ({ due, series }) => `${quarterOf(due)} ${series}`);
  const cells = [...groups.values()].flatMap((group): PlanCell[] => {
    const [first] = group;
    if (!first) return [];
    const quarter = quarterOf(first.due);
    const met = group.filter(({ metAt }) => metAt !== undefined && metAt <= quarterEnd(quarter)).length;
    return [{ quarter, series: first.series, target: group.length, met }];
  });
  return cells.toSorted((a, b) => (a.quarter + a.series < b.quarter + b.series ? -1 : 1));
}

/** Projects that are due by now, and those of them that were done in time. Open ones before their day do not count. */
export function projectsOnTime(rounds: readonly Round[], now: number): { readonly due: number; readonly done: number } {
  const due = rounds
    .flatMap(({ projects }) => projects)
    .filter(({ due: day, doneAt }) => day <= now || doneAt !== undefined);
  return { due: due.length, done: due.filter(({ due: day, doneAt }) => doneAt !== undefined && doneAt <= day).length };
}

/** Counts premises by the best level that they hold now. Where nearly all hold one, a level says little. */
export function levelCounts(rounds: readonly Round[], all: number): Readonly<Record<LevelId | 'none', number>> {
  const held = (level: LevelId) =>
    new Set(rounds.filter((one) => HOLDING.includes(one.state) && one.level === level).map((one) => one.premises));
  const city = held('city');
  const district = [...held('district')].filter((id) => !city.has(id)).length;
  return { city: city.size, district, none: all - city.size - district };
}
