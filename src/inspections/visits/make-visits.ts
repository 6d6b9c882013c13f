import { momentOf, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Series } from '../../city/series.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { Checker } from '../draw/checkers.ts';
import { findCheckers } from '../draw/checkers.ts';
import { REPEATED_SHARE } from '../draw/draw.ts';
import type { DrawnVisit, Lot } from '../draw/draw-visits.ts';
import { CHECKERS, nextChecker } from '../draw/draw-visits.ts';
import type { Frame } from '../draw/frame.ts';
import { loadStandard } from '../standards/standard-store.ts';
import type { Visit, VisitId } from './visit.ts';
import { newPassword, newVisitId } from './visit.ts';
import { involvedIn, isAllWell } from './visit-rules.ts';
import { addVisit } from './visit-store.ts';

/** A draw or a round whose visits are made; days in China time. */
type Visiting = {
  readonly id: string;
  readonly from: string;
  readonly until: string;
  /** The region of the checkers, if it is wider than that of the premises. */
  readonly ground?: string | undefined;
  /** Versions of the standards by series, fixed with the frame; otherwise the version in use. */
  readonly standards?: Readonly<Partial<Record<Series, number>>>;
};

/** Makes the drawn visits of a draw, or of a round of 创建. Their checkers are told in the morning of the first day. */
export async function makeVisits(
  store: Store,
  { id, from, until, ground, standards = {} }: Visiting,
  drawn: readonly DrawnVisit[],
  { city, checkers, now }: { readonly city: City; readonly checkers: readonly Checker[]; readonly now: number },
): Promise<Change> {
  const versions = new Map<string, number>(Object.entries(standards));
  for (const { series } of drawn)
    if (!versions.has(series)) versions.set(series, (await loadStandard(store, series as Series)).version);
  const changes = drawn.map((one, place) => {
    const visit: Visit = {
      id: newVisitId(),
      of: id,
      premises: one.premises,
      series: one.series as Series, // a frame has the series of the register
      standard: versions.get(one.series) ?? 1,
      region: city.premises.get(one.premises)?.region ?? '',
      ...(ground === undefined ? {} : { ground }),
      ...(one.named ? { named: true as const } : {}),
      items: one.items.toSorted((a, b) => a - b),
      checkers: one.checkers,
      password: newPassword(),
      from,
      until,
      state: 'drawn',
      sheets: {},
    };
    return addVisit(store, visit, { place, pseudonyms: pseudonymsOf(visit, checkers), due: tellAt(from, now) });
  });
  return joinChanges(changes);
}

/** Of the visits without a finding, one in ten, at least one, by the lot of "<premises> again"; by other checkers. */
export function makeRepeats(
  store: Store,
  visits: readonly Visit[],
  how: {
    readonly frame: Frame;
    readonly lot: Lot;
    readonly checkers: readonly Checker[];
    readonly until: string;
    readonly now: number;
  },
): { readonly change: Change; readonly ids: readonly VisitId[] } {
  const { frame, lot, checkers, until, now } = how;
  const well = inOrderOfLot(
    visits.filter((visit) => visit.state === 'left' && isAllWell(visit)),
    ({ premises }) => lot(`${premises} again`),
  );
  const loads = new Map<string, number>();
  const repeats = well.slice(0, Math.ceil(well.length * REPEATED_SHARE)).flatMap((visit): Visit[] => {
    const besides = involvedIn(visit);
    const pair: string[] = [];
    for (let n = 0; n < CHECKERS; n += 1) {
      const next = nextChecker(frame, visit.premises, { loads, besides: [...besides, ...pair], lot });
      if (next !== undefined) pair.push(next);
    }
    // A second look by one person decides nothing.
    if (pair.length < CHECKERS) return [];
    for (const code of pair) loads.set(code, (loads.get(code) ?? 0) + 1);
    const {
      agreed: _agreed,
      leftAt: _left,
      cases: _cases,
      alike: _alike,
      third: _third,
      disputed: _disputed,
      objection: _objection,
      ...rest
    } = visit;
    return [
      {
        ...rest,
        id: newVisitId(),
        repeats: visit.id,
        checkers: pair,
        withdrawn: [],
        password: newPassword(),
        until,
        state: 'drawn',
        sheets: {},
      },
    ];
  });
  const changes = repeats.map((visit, i) =>
    addVisit(store, visit, {
      place: visits.length + i,
      pseudonyms: pseudonymsOf(visit, checkers),
      due: tellAt(visit.from, now),
    }),
  );
  return { change: joinChanges(changes), ids: repeats.map(({ id }) => id) };
}

function pseudonymsOf({ of, checkers: codes }: Visit, checkers: readonly Checker[]): readonly string[] {
  return findCheckers(of, codes, checkers).map(({ pseudonym }) => pseudonym);
}

/** The first moment, from the morning of the first day, that lies outside quiet hours. */
function tellAt(from: string, now: number): number {
  const first = Math.max(now, momentOf(`${from}T08:30`));
  return first + remainingMs(QUIET_HOURS.usual, first);
}
