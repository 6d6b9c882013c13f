import { Z } from '../../surveys/estimate/intervals.ts';
import type { AlertId } from '../alerts/alert.ts';
import type { Term } from '../score/formula.ts';
import type { IndicatorCode } from '../score/indicator.ts';
import { LESS_IS_BETTER } from '../score/indicator.ts';
import type { MonthScore, ScoreCell } from '../score/month-score.ts';
import type { Count } from '../score/shrink.ts';
import type { Expectation } from './effect.ts';

/** Weak points of a city; a street has one at most. */
export const WEAK_POINTS_MAX = 3;

/** What a weak point proposes: a draft announcement, drawn inspections, a task of volunteers, or a pairing. */
export const PROPOSALS = ['announcement', 'inspection', 'task', 'pairing'] as const;
export type Proposal = (typeof PROPOSALS)[number];

const PROPOSAL_OF: Readonly<Record<IndicatorCode, Proposal>> = {
  contained_in_time: 'pairing',
  cured_in_time: 'pairing',
  confirmed_solved: 'announcement',
  rework: 'inspection',
  recurred: 'inspection',
  long_overdue: 'pairing',
  satisfied: 'task',
  aware: 'announcement',
  took_part: 'announcement',
  inspection_passed: 'inspection',
  inspection_done: 'inspection',
  places_filled: 'task',
};

/** A weak point of a street: an indicator below its goal, an outlier of the funnel, or a confirmed alert. */
export type WeakPoint =
  | (Expectation & {
      readonly id: string;
      readonly basis: 'funnel' | 'goal';
      readonly region: string;
      readonly code: IndicatorCode;
      readonly own: Count;
      /** The counts of all other streets, for the comparison in the next month. */
      readonly others: Count;
      readonly goal: number;
      readonly proposal: Proposal;
    })
  | {
      readonly id: AlertId;
      readonly basis: 'alert';
      readonly region: string;
      /** Category or group of the alert. */
      readonly what: string;
      readonly proposal: Proposal;
    };

/** A confirmed alert, as a bulletin reads it. */
export type ConfirmedAlert = { readonly id: AlertId; readonly street: string; readonly what: string };

/**
 * Finds the weak points of a month: confirmed alerts first, then outliers of the funnel, then indicators whose upper bound
 * lies below the goal, those that cost most points first. Cells without own data are never weak.
 */
export function findWeakPoints(
  { regions, formula }: Pick<MonthScore, 'regions' | 'formula'>,
  alerts: readonly ConfirmedAlert[] = [],
): readonly WeakPoint[] {
  const streets = regions.filter(({ level }) => level === 'street');
  const cells = streets.flatMap(({ region, cells: own }) => own.map((cell) => ({ region, cell })));
  const found = cells.flatMap(({ region, cell }) => {
    const term = formula.terms.find(({ code }) => code === cell.code);
    const basis = term && basisOf(cell, term);
    return term && basis ? [{ region, cell, basis, goal: term.b }] : [];
  });
  const order = ({ basis }: { readonly basis: string }) => Number(basis === 'goal');
  const sorted = found.toSorted(
    (a, b) => order(a) - order(b) || b.cell.loss - a.cell.loss || a.region.localeCompare(b.region),
  );
  const points: readonly WeakPoint[] = [
    ...alerts.map(({ id, street, what }) => ({ id, basis: 'alert', region: street, what, proposal: 'task' }) as const),
    ...sorted.map(({ region, cell, basis, goal }): WeakPoint => {
      const { code, y, n, theta, v } = cell;
      const others = sumOf(
        cells.filter((one) => one.region !== region && one.cell.code === code).map((one) => one.cell),
      );
      return {
        id: `${region}.${code}`,
        basis,
        region,
        code,
        own: { y, n },
        theta,
        v,
        others,
        goal,
        proposal: PROPOSAL_OF[code],
      };
    }),
  ];
  const first = points.filter(({ region }, i) => points.findIndex((one) => one.region === region) === i);
  return first.slice(0, WEAK_POINTS_MAX);
}

function basisOf(cell: ScoreCell, { b }: Term): 'funnel' | 'goal' | undefined {
  if (cell.status !== 'own' || cell.n === 0) return undefined;
  const sign = LESS_IS_BETTER.includes(cell.code) ? -1 : 1;
  if (cell.funnel?.outside && sign * cell.funnel.zAdjusted < 0) return 'funnel';
  const best = cell.theta + sign * Z * Math.sqrt(cell.v);
  return sign * best < sign * b ? 'goal' : undefined;
}

/** Adds up own counts; cells without own data count nothing. */
export function sumOf(cells: readonly Pick<ScoreCell, 'status' | 'y' | 'n'>[]): Count {
  const own = cells.filter(({ status }) => status === 'own');
  return { y: own.reduce((all, { y }) => all + y, 0), n: own.reduce((all, { n }) => all + n, 0) };
}
