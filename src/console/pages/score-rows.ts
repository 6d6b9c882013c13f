import type { Reader } from '../../notify/reader.ts';
import { sayAny } from '../../notify/reader.ts';
import type { RereadCounts, RereadMonth } from '../../review/rereads/reread.ts';
import { countRereads } from '../../review/rereads/reread.ts';
import { isLoss } from '../../review/score/cells/case-cells.ts';
import type { CaseIndicator } from '../../review/score/cells/case-fact.ts';
import { CASE_INDICATORS } from '../../review/score/cells/case-fact.ts';
import type { IndicatorCode } from '../../review/score/indicator.ts';
import type { Month } from '../../review/score/month.ts';
import type { RegionMonth, ScoreCell } from '../../review/score/month-score.ts';
import type { Tier } from '../../review/score/rank.ts';
import type { RowObjection } from '../../review/score/rows/objection.ts';
import { earned } from '../../review/score/score.ts';
import type { ShownMonth } from '../../review/score/score-view.ts';
import type { Rank } from '../../surveys/estimate/compare.ts';
import { Z } from '../../surveys/estimate/intervals.ts';

/** Points of 100 with their 95 % bounds. */
export type ShownScore = { readonly points: number; readonly lo: number; readonly hi: number };

/** A region whose figures the organiser reads. Without `score`, too much of its weight is not its own. */
export type ScoreRow = {
  readonly id: string;
  readonly name: string;
  readonly level: RegionMonth['level'];
  readonly score?: ShownScore;
  readonly place?: Rank & { readonly tier: Tier; readonly ties: number };
  readonly moved?: 'up' | 'down';
  readonly weakest?: string;
  /** Reports, and the number that the region's past leads one to expect; only if they are few. */
  readonly few?: { readonly observed: number; readonly expected: number };
};

/** One indicator of a region. Bounds and shares in percent. */
export type ScoreCellRow = Pick<ScoreCell, 'code' | 'status' | 'loss' | 'flag'> & {
  readonly name: string;
  /** Counts; survey counts are effective answers. */
  readonly y: number;
  readonly n: number;
  readonly share: number;
  readonly lo: number;
  readonly hi: number;
  /** Earned share of the weight, percent. */
  readonly earned: number;
  readonly from?: string;
  readonly change?: { readonly points: number; readonly lo: number; readonly hi: number; readonly direction: string };
};

/** Rows that cost points: settled, recoverable while the case is open, or contested. */
export type LossRows = {
  readonly code: CaseIndicator;
  readonly name: string;
  readonly rows: readonly { readonly number: string; readonly state: 'settled' | 'recoverable' | 'contested' }[];
};

export type ScoreRegionPage = ScoreRow & {
  readonly month: Month;
  readonly cells: readonly ScoreCellRow[];
  readonly losses: readonly LossRows[];
  readonly filed: number;
  readonly rejected: readonly { readonly reason: string; readonly count: number }[];
  /** Rejections, classes of accepted cases, and passed checks on site, that another street saw again. */
  readonly reread?: RereadCounts<'rejection'>;
  readonly classes?: RereadCounts<'class'>;
  readonly checks?: RereadCounts<'check'>;
  readonly objections: readonly {
    readonly id: string;
    readonly indicator: string;
    readonly rows: readonly string[];
    readonly why: string;
    readonly answer?: { readonly upheld: boolean; readonly why: string };
  }[];
  /** Rows may be contested while the month is not frozen. */
  readonly mayObject: boolean;
};

/** Words a region with its cells, and the rows that cost it points. */
export async function scoreRegionPage(
  region: RegionMonth,
  shown: ShownMonth,
  {
    objections,
    rereads,
    reader,
    isLead,
  }: {
    readonly objections: readonly RowObjection[];
    readonly rereads: RereadMonth | undefined;
    readonly reader: Reader;
    readonly isLead: boolean;
  },
): Promise<ScoreRegionPage> {
  const { score, frozen, rowsOf } = shown;
  const own = objections.filter(({ street }) => street === region.region);
  const rows = region.level === 'street' ? await rowsOf(region.region) : [];
  const streets = reader.regions.within(region.region, 'street');
  const reread = rereads && countRereads('rejection', rereads, streets);
  const classes = rereads && countRereads('class', rereads, streets);
  const checks = rereads && countRereads('check', rereads, streets);
  return {
    ...rowOf(region, reader),
    month: score.month,
    filed: region.filed,
    rejected: Object.entries(region.rejected ?? {}).map(([reason, count]) => ({
      reason: reader.say(`common:reasons.${reason}` as 'common:reasons.out_of_scope'), // stored as a reason's id
      count,
    })),
    ...(reread ? { reread } : {}),
    ...(classes ? { classes } : {}),
    ...(checks ? { checks } : {}),
    cells: region.cells.map((cell): ScoreCellRow => cellRow(cell, shown, reader)),
    losses: CASE_INDICATORS.flatMap((code) => {
      const lost = rows.filter((row) => isLoss(row, code)).map(([number]) => number);
      return lost.length > 0 ? [lossRows(code, lost, { own, isFrozen: frozen !== undefined, reader })] : [];
    }),
    objections: own.map(({ id, code, rows: contested, why, decision }) => ({
      id,
      indicator: nameOf(code, reader),
      rows: contested,
      why,
      ...(decision ? { answer: { upheld: decision.upheld, why: decision.why } } : {}),
    })),
    mayObject: !frozen && region.level === 'street' && isLead,
  };
}

/** Marks rows that cost points: contested, recoverable while the case is open, or settled. */
export function lossRows(
  code: CaseIndicator,
  numbers: readonly string[],
  {
    own,
    isFrozen,
    reader,
  }: { readonly own: readonly RowObjection[]; readonly isFrozen: boolean; readonly reader: Reader },
): LossRows {
  const contested = new Set(own.filter((one) => one.code === code && !one.decision).flatMap(({ rows }) => rows));
  const rest = code === 'long_overdue' && !isFrozen ? 'recoverable' : 'settled';
  return {
    code,
    name: nameOf(code, reader),
    rows: numbers.map((number) => ({ number, state: contested.has(number) ? 'contested' : rest })),
  };
}

function cellRow(
  { code, status, y, n, theta, v, loss, from, movement, flag }: ScoreCell,
  shown: ShownMonth,
  reader: Reader,
): ScoreCellRow {
  const half = Z * Math.sqrt(v);
  const term = shown.score.formula.terms.find((one) => one.code === code);
  return {
    code,
    status,
    loss: round(loss),
    name: nameOf(code, reader),
    y: round(y),
    n: round(n),
    share: percent(theta),
    lo: percent(Math.max(0, theta - half)),
    hi: percent(Math.min(1, theta + half)),
    earned: term ? Math.round(100 * earned(term, theta)) : 0,
    ...(from === undefined ? {} : { from: placeName(from, reader) }),
    ...(flag ? { flag } : {}),
    ...(movement
      ? {
          change: {
            points: percent(movement.p),
            lo: percent(movement.lo),
            hi: percent(movement.hi),
            direction: movement.direction,
          },
        }
      : {}),
  };
}

/** Words a region of the list. */
export function rowOf(region: RegionMonth, reader: Reader): ScoreRow {
  const { place, moved, score, reports } = region;
  const points = shownScore(region);
  return {
    id: region.region,
    name: placeName(region.region, reader),
    level: region.level,
    ...(points ? { score: points } : {}),
    ...(place ? { place } : {}),
    ...(moved ? { moved } : {}),
    ...(score?.weakest ? { weakest: nameOf(score.weakest.code, reader) } : {}),
    ...(reports?.few ? { few: { observed: reports.observed, expected: Math.round(reports.expected) } } : {}),
  };
}

/** Whole points with their bounds. */
export function shownScore({ score }: RegionMonth): ShownScore | undefined {
  return score && { points: Math.round(score.score), lo: Math.round(score.lo), hi: Math.round(score.hi) };
}

/** The name of an indicator. */
export function nameOf(code: IndicatorCode, { say }: Reader): string {
  return say(`common:score_indicator.${code}`);
}

/** The name of a region. */
export function placeName(region: string, reader: Reader): string {
  return String(sayAny({ place: { region } }, reader));
}

/** One decimal. */
export function round(value: number): number {
  return Number(value.toFixed(1));
}

function percent(share: number): number {
  return round(100 * share);
}
