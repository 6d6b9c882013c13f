import { DAY_MS, dayOf } from '../../calendar.ts';
import type { Lot } from '../../inspections/draw/draw-visits.ts';
import { inOrderOfLot } from '../../surveys/wave/draw.ts';
import type { Quarter } from './quarter.ts';
import { quarterEnd, quarterOf, quartersFrom } from './quarter.ts';
import type { Round } from './round.ts';

/** Share of the premises with a level that one year re-checks by lot. */
export const RECHECK_SHARE = 0.2;
/** Days that the checkers of a re-check have, and that lie between the last drawn day and the end of its quarter. */
export const RECHECK_DAYS = 10;
/** A level that ends within this time after the year is visited in it, if no drawn visit has passed, ms. */
const TERM_AHEAD_MS = 92 * DAY_MS;

/** Premises with a level when the year's plan was drawn. `due`: their term ends, and no unannounced visit was passed. */
export type RecheckFrame = { readonly lots: readonly string[]; readonly due: readonly string[] };

/** One planned re-check; its day (2026-11-29) is known to no person before it. */
export type Recheck = { readonly premises: string; readonly quarter: Quarter; readonly day: string };

/** The plan of a year. Its half of the seed is fixed by a hash a day before its frame. */
export type RecheckPlan = {
  readonly year: number;
  readonly madeAt: number; // ms since the epoch
  readonly halfHash: string;
  /** The half, sealed until the year is over; then it stands in `seed`. */
  readonly half: string;
  readonly frame?: RecheckFrame;
  readonly frameHash?: string;
  readonly seed?: string;
  readonly listHash?: string;
  /** The planned re-checks, sealed. */
  readonly list?: string;
  readonly targets?: Readonly<Partial<Record<Quarter, number>>>;
  /** The ids under which visits were made, by premises. */
  readonly made: Readonly<Record<string, string>>;
};

/** The frame of a year: premises that hold a level now. */
export function recheckFrame(holding: readonly Round[], year: number): RecheckFrame {
  const ends = quarterEnd(`${year}Q4`) + TERM_AHEAD_MS;
  const isDue = ({ until = Number.POSITIVE_INFINITY, visitPassedAt }: Round) =>
    visitPassedAt === undefined && until <= ends;
  const idsOf = (some: readonly Round[]) => [...new Set(some.map(({ premises }) => premises))].toSorted();
  return { lots: idsOf(holding.filter((one) => !isDue(one))), due: idsOf(holding.filter(isDue)) };
}

/** The text of a frame; `sha256sum` of it is its hash. */
export function recheckFrameText({ lots, due }: RecheckFrame): string {
  return [...due.map((id) => `due ${id}`), ...lots.map((id) => `lot ${id}`)].join('\n');
}

/**
 * Draws the re-checks of the rest of a year: all that are due, and 20 % of the others by lot, in proportion to the quarters that are
 * left. The lot of "<premises> when" spreads them over the quarters and their days.
 */
export function drawRechecks(frame: RecheckFrame, now: number, lot: Lot): readonly Recheck[] {
  const year = Number(dayOf(now).slice(0, 4));
  const quarters = quartersFrom(now, 4).filter((quarter) => quarter.startsWith(`${year}Q`));
  const wanted = Math.ceil(RECHECK_SHARE * frame.lots.length * (quarters.length / 4));
  const drawn = inOrderOfLot(frame.lots, lot).slice(0, wanted);
  return inOrderOfLot([...frame.due, ...drawn], (id) => lot(`${id} when`)).map((premises, i) => {
    const quarter = quarters[i % quarters.length] ?? quarterOf(now);
    const from = Math.max(now, quarterEnd(`${year}Q${Number(quarter.slice(5)) - 1}`) + 1);
    const last = Math.max(from, quarterEnd(quarter) - RECHECK_DAYS * DAY_MS);
    // The first digits of a lot are a number between 0 and 1.
    const part = Number.parseInt(lot(`${premises} day`).slice(0, 8), 16) / 2 ** 32;
    return { premises, quarter, day: dayOf(from + part * (last - from)) };
  });
}

/** The target of each quarter. */
export function recheckTargets(rechecks: readonly Recheck[]): Readonly<Partial<Record<Quarter, number>>> {
  const groups = Map.groupBy(rechecks, ({ quarter }) => quarter);
  return Object.fromEntries([...groups].map(([quarter, some]) => [quarter, some.length]));
}

/** The text of a list, one line a re-check. Its hash is published at the draw. */
export function recheckListText(rechecks: readonly Recheck[]): string {
  return rechecks.map(({ premises, quarter, day }) => `${premises} ${quarter} ${day}`).join('\n');
}

/** Reads a list. */
export function readRecheckList(text: string): readonly Recheck[] {
  return text.split('\n').flatMap((line) => {
    const [premises = '', quarter = '', day = ''] = line.split(' ');
    return premises === '' ? [] : [{ premises, quarter: quarter as Quarter, day }]; // written by recheckListText
  });
}
