import { CALENDAR_ENDS, DAY_MS, dayOf, isHoliday } from '../../calendar.ts';
import { detectableChange } from '../../surveys/estimate/compare.ts';
import { wilson, Z } from '../../surveys/estimate/intervals.ts';
import { LIMITS, limitsAt } from '../score/funnel.ts';
import type { IndicatorCode } from '../score/indicator.ts';
import { INDICATORS } from '../score/indicator.ts';
import type { MonthScore, RegionMonth, ScoreCell } from '../score/month-score.ts';
import { movements } from '../score/movement.ts';
import type {
  AlertCounts,
  Bulletin,
  KeyNumber,
  LetterCounts,
  PastPoint,
  PointAnswer,
  PromiseCounts,
  StreetLine,
} from './bulletin.ts';
import { differenceInDifferences, isClearEffect, oriented, shareOf } from './effect.ts';
import type { Sentence } from './sentence.ts';
import { percent } from './sentence.ts';
import type { ConfirmedAlert, WeakPoint } from './weak-points.ts';
import { findWeakPoints, sumOf } from './weak-points.ts';

/** The city's numbers, in this order as far as they have data; the other indicators fill up. */
const FIRST: readonly IndicatorCode[] = ['confirmed_solved', 'cured_in_time', 'satisfied', 'rework', 'places_filled'];
const NUMBERS_MAX = 5;
const MOVED_MAX = 5;
/** Lines of the tier chart that fit on its page. */
const LINES_MAX = 20;
/** Days after the bulletin in which holidays are named. */
const AHEAD_DAYS = 60;

export type BulletinInput = {
  readonly score: MonthScore;
  readonly before?: Pick<MonthScore, 'regions'> | undefined;
  /** The bulletin of the month before, with the answers to its weak points. */
  readonly last?:
    | { readonly weak: readonly WeakPoint[]; readonly answers: ReadonlyMap<string, PointAnswer> }
    | undefined;
  readonly alerts: readonly ConfirmedAlert[];
  /** Survey indicators of the city whose newest number is withheld. */
  readonly withheld: readonly IndicatorCode[];
  readonly promiseCounts: PromiseCounts;
  readonly letterCounts: LetterCounts;
  readonly alertCounts: AlertCounts;
  readonly snapshot?: Bulletin['snapshot'] | undefined;
  readonly version: number;
  readonly now: number;
};

/** Composes a bulletin. Pure: equal inputs give equal bulletins. */
export function composeBulletin(input: BulletinInput): Bulletin {
  const { score, before, last, alerts, snapshot } = input;
  const city = score.regions.find(({ level }) => level === 'city');
  const weak = findWeakPoints(score, alerts);
  const holidays = holidaysAfter(input.now);
  return {
    month: score.month,
    region: city?.region ?? '',
    version: input.version,
    madeAt: input.now,
    formula: score.formula.version,
    ...(snapshot ? { snapshot } : {}),
    numbers: keyNumbers(city),
    sentences: [
      ...movedSentences(score, before),
      ...withheldSentences(score, city?.region ?? '', input.withheld),
      ...weak.flatMap((point) => weakSentences(point, score)),
    ],
    streets: linesOf(score),
    weak,
    past: (last?.weak ?? []).map((point) => pastPoint(point, score, last?.answers.get(point.id))),
    promises: input.promiseCounts,
    letters: input.letterCounts,
    alerts: input.alertCounts,
    ...(holidays ? { holidays } : {}),
  };
}

function keyNumbers(city: RegionMonth | undefined): readonly KeyNumber[] {
  const codes = [...FIRST, ...INDICATORS.filter((code) => !FIRST.includes(code))];
  const cells = codes.flatMap((code) => city?.cells.find((cell) => cell.code === code) ?? []);
  return cells
    .filter(({ status, n }) => status === 'own' && n > 0)
    .slice(0, NUMBERS_MAX)
    .map(({ code, status, y, n }) => {
      const { p, lo, hi } = wilson(shareOf({ y, n }), n);
      return { code, status, percent: percent(p), lo: percent(lo), hi: percent(hi), n: Math.round(n) };
    });
}

type Moved = {
  readonly region: string;
  readonly cell: ScoreCell;
  readonly old: ScoreCell;
  readonly move: ScoreCell['movement'];
};

/** The largest sure changes of the city and its streets; without one, how large a change would have been seen. */
function movedSentences(score: MonthScore, before: BulletinInput['before']): readonly Sentence[] {
  if (!before) return [];
  const all = score.regions
    .filter(({ level }) => level !== 'district')
    .flatMap((now) => {
      const then = before.regions.find(({ region }) => region === now.region);
      const pairs = now.cells.flatMap((cell) => {
        const old = then?.cells.find(({ code }) => code === cell.code);
        return old && cell.status === 'own' && old.status === 'own' && cell.n > 0 && old.n > 0 ? [{ cell, old }] : [];
      });
      // Streets were tested together when the month was scored; the city's indicators are tested here.
      const own = now.level === 'city' ? movements(pairs.map(({ cell, old }) => ({ newer: cell, older: old }))) : [];
      return pairs.map(({ cell, old }, i): Moved => ({ region: now.region, cell, old, move: own[i] ?? cell.movement }));
    });
  const sure = all
    .filter(({ move }) => move !== undefined && move.direction !== 'no_difference')
    .toSorted((a, b) => Math.abs(b.move?.p ?? 0) - Math.abs(a.move?.p ?? 0) || a.region.localeCompare(b.region))
    .slice(0, MOVED_MAX);
  if (sure.length > 0) return sure.map(movedSentence);
  const [first] = all;
  if (!first) return [];
  const { n, code } = first.cell;
  const mde = Math.round(10 * detectableChange(n, Math.min(0.99, Math.max(0.01, shareOf(first.cell))))) / 10;
  return [{ kind: 'no_difference', region: first.region, code, values: { n: Math.round(n), mde } }];
}

function movedSentence({ region, cell, old, move }: Moved): Sentence {
  const { p = 0, lo = 0, hi = 0 } = move ?? {};
  return {
    kind: p > 0 ? 'moved_up' : 'moved_down',
    region,
    code: cell.code,
    values: {
      p1: percent(shareOf(old)),
      p2: percent(shareOf(cell)),
      d: percent(p),
      lo: percent(lo),
      hi: percent(hi),
      n: Math.round(cell.n),
    },
  };
}

/** A withheld number is named without its value: that of the city, else how many streets have one. */
function withheldSentences(
  { regions }: MonthScore,
  region: string,
  withheld: readonly IndicatorCode[],
): readonly Sentence[] {
  const streets = regions.filter(({ level }) => level === 'street');
  return INDICATORS.flatMap((code): readonly Sentence[] => {
    if (withheld.includes(code)) return [{ kind: 'withheld', region, code, values: {} }];
    const isHidden = ({ cells }: RegionMonth) => cells.some((cell) => cell.code === code && cell.status === 'withheld');
    const n = streets.filter(isHidden).length;
    return n === 0 ? [] : [{ kind: 'withheld_streets', region, code, values: { n, of: streets.length } }];
  });
}

function weakSentences(point: WeakPoint, score: MonthScore): readonly Sentence[] {
  if (point.basis === 'alert') return [];
  const { region, code, own, theta, v, goal } = point;
  const n = Math.round(own.n);
  if (point.basis === 'goal') {
    const half = Z * Math.sqrt(v);
    const values = { p: percent(theta), lo: percent(theta - half), hi: percent(theta + half), goal: percent(goal), n };
    return [{ kind: 'weak', region, code, values }];
  }
  const { m = 0, tau2 = 0 } = score.indicators.find((one) => one.code === code)?.funnel ?? {};
  const { lo, hi } = limitsAt(own.n, m, LIMITS.outer, tau2);
  const isBelow = shareOf(own) < m;
  const values = { p: percent(shareOf(own)), lo: percent(lo), hi: percent(hi), m: percent(m), n };
  return [{ kind: isBelow ? 'below_funnel' : 'above_funnel', region, code, values }];
}

/** One line for each street; a city with many streets gets one for each district. */
function linesOf({ regions }: MonthScore): readonly StreetLine[] {
  const streets = regions.filter(({ level }) => level === 'street');
  const shown = streets.length > LINES_MAX ? regions.filter(({ level }) => level === 'district') : streets;
  return shown.map(streetLine);
}

function streetLine({ region, score, place }: RegionMonth): StreetLine {
  const round = (points: number) => Math.round(points * 10) / 10;
  return {
    region,
    ...(score ? { score: round(score.score), lo: round(score.lo), hi: round(score.hi) } : {}),
    ...(place ? { tier: place.tier } : {}),
  };
}

function pastPoint(point: WeakPoint, { regions }: MonthScore, answer: PointAnswer | undefined): PastPoint {
  const head = { point, ...(answer ? { answer } : {}) };
  if (point.basis === 'alert') return head;
  const { region, code, own, others, theta } = point;
  const cells = regions
    .filter(({ level }) => level === 'street')
    .flatMap((one) => one.cells.filter((cell) => cell.code === code).map((cell) => ({ region: one.region, cell })));
  const after = sumOf(cells.filter((one) => one.region === region).map(({ cell }) => cell));
  const rest = sumOf(cells.filter((one) => one.region !== region).map(({ cell }) => cell));
  if (after.n === 0 || own.n === 0 || rest.n === 0 || others.n === 0) return head;
  const raw = differenceInDifferences({ own: { before: own, after }, others: { before: others, after: rest } });
  const { did, lo, hi } = oriented(code, raw);
  const values = {
    d: percent(did),
    lo: percent(lo),
    hi: percent(hi),
    expected: percent(theta),
    after: percent(shareOf(after)),
    n: Math.round(after.n),
  };
  return {
    ...head,
    sentence: { kind: isClearEffect(raw, after, point) ? 'effect' : 'effect_unclear', region, code, values },
  };
}

/** First days of holidays within two months; undefined if none is known and the known calendar ends before. */
function holidaysAfter(now: number): readonly string[] | undefined {
  const days = Array.from({ length: AHEAD_DAYS }, (_, i) => dayOf(now + (i + 1) * DAY_MS));
  const starts = days.filter((day, i) => isHoliday(day) && !isHoliday(days[i - 1] ?? dayOf(now)));
  return starts.length === 0 && days.some((day) => day > CALENDAR_ENDS) ? undefined : starts;
}
