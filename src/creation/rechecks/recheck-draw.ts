import type { Lot } from '../../inspections/draw/draw-visits.ts';
import type { Redraw } from '../../inspections/draw/redraw.ts';
import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { Quarter } from '../plan/quarter.ts';

/** Share of the premises with a level that one year re-checks by lot. */
const RECHECK_SHARE = 0.2;
/** Days that the checkers of a re-check have, and that lie between the last drawn day and the end of its quarter. */
export const RECHECK_DAYS = 10;
const DAY_MS = 86_400_000;

/** All that decides a year's re-checks besides the seed. */
export type RecheckFrame = {
  /** The day of the draw in China time, 2026-11-29; it and the rest of its year are planned. */
  readonly from: string;
  /** Premises with a level. */
  readonly lots: readonly string[];
  /** Premises with a level whose term ends, and that passed no unannounced visit. */
  readonly due: readonly string[];
};

/** One planned re-check; its day is known to no person before it. */
export type Recheck = { readonly premises: string; readonly quarter: Quarter; readonly day: string };

/** Writes a frame as lines; `sha256sum` of the text is its hash. */
export function recheckFrameText({ from, lots, due }: RecheckFrame): string {
  return [`from ${from}`, ...due.map((id) => `due ${id}`), ...lots.map((id) => `lot ${id}`)].join('\n');
}

/** Reads the text of a frame. */
export function readRecheckFrame(text: string): RecheckFrame {
  const lines = text.split('\n').map((line) => line.split(' '));
  const all = (kind: string) => lines.flatMap(([first, value = '']) => (first === kind ? [value] : []));
  return { from: all('from')[0] ?? '', lots: all('lot'), due: all('due') };
}

/**
 * Draws the re-checks of the rest of a year: all that are due, and 20 % of the others by lot, in proportion to the quarters that are
 * left. The lot of "<premises> when" deals them to the quarters in turn, and that of "<premises> day" gives the day.
 */
export function drawRechecks(frame: RecheckFrame, lot: Lot): readonly Recheck[] {
  const quarters = recheckQuarters(frame.from);
  const drawn = inOrderOfLot(frame.lots, lot).slice(0, drawnByLot(frame));
  return inOrderOfLot([...frame.due, ...drawn], (id) => lot(`${id} when`)).flatMap(
    (premises, i): readonly Recheck[] => {
      const one = quarters[i % quarters.length];
      if (!one) return [];
      // The first digits of a lot are a number between 0 and 1.
      const part = Number.parseInt(lot(`${premises} day`).slice(0, 8), 16) / 2 ** 32;
      return [{ premises, quarter: one.quarter, day: dayAfter(one.first, Math.floor(part * one.days)) }];
    },
  );
}

/** Number of premises that the lot draws. */
export function drawnByLot({ from, lots }: Pick<RecheckFrame, 'from' | 'lots'>): number {
  return Math.ceil(RECHECK_SHARE * lots.length * (recheckQuarters(from).length / 4));
}

/** The rest of a year by quarter: the first day on which a re-check may begin, and the number of such days. */
export function recheckQuarters(from: string) {
  const [year = 0, month = 1] = from.split('-').map(Number);
  const first = Math.ceil(month / 3);
  return Array.from({ length: 5 - first }, (_, i) => {
    const n = first + i;
    const begins = Math.max(Date.parse(from), Date.UTC(year, n * 3 - 3, 1));
    const last = Date.UTC(year, n * 3, 0) - RECHECK_DAYS * DAY_MS;
    const quarter: Quarter = `${year}Q${n}`;
    return { quarter, first: dayAfter(begins, 0), days: Math.max(0, (last - begins) / DAY_MS) + 1 };
  });
}

function dayAfter(day: string | number, days: number): string {
  return new Date(new Date(day).getTime() + days * DAY_MS).toISOString().slice(0, 10);
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

/** Repeats the draw of a year's re-checks. */
export const RECHECK_REDRAW: Redraw = {
  names: (text) => {
    const { lots, due } = readRecheckFrame(text);
    return [...lots, ...[...lots, ...due].flatMap((id) => [`${id} when`, `${id} day`])];
  },
  list: (text, lot) => recheckListText(drawRechecks(readRecheckFrame(text), lot)),
};
