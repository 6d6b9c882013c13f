import { clockAt, momentOf } from '../../calendar.ts';

/** A quarter of a year: 2026Q4. */
export type Quarter = `${number}Q${number}`;

/** The quarter of a time (ms since the epoch) in China time. */
export function quarterOf(at: number): Quarter {
  const [year = '', month = ''] = clockAt(at).split('-');
  return `${Number(year)}Q${Math.ceil(Number(month) / 3)}`;
}

/** The last moment of a quarter, ms since the epoch. */
export function quarterEnd(quarter: string): number {
  const [year = 0, n = 1] = quarter.split('Q').map(Number);
  const next = n === 4 ? `${year + 1}-01` : `${year}-${String(n * 3 + 1).padStart(2, '0')}`;
  return momentOf(`${next}-01T00:00`) - 1;
}

/** The quarter `by` quarters after another; negative numbers go back. Quarters differ in length: no number of days leads there. */
export function addQuarters(quarter: Quarter, by: number): Quarter {
  const [year = 0, n = 1] = quarter.split('Q').map(Number);
  const count = year * 4 + n - 1 + by;
  return `${Math.floor(count / 4)}Q${(count % 4) + 1}`;
}

/** This quarter and the next ones. */
export function quartersFrom(now: number, count: number): readonly Quarter[] {
  return Array.from({ length: count }, (_, by) => addQuarters(quarterOf(now), by));
}
