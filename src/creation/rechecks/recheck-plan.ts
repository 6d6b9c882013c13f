import { DAY_MS, dayOf } from '../../calendar.ts';
import type { Quarter } from '../plan/quarter.ts';
import { quarterEnd } from '../plan/quarter.ts';
import type { Round } from '../rounds/round.ts';
import type { RecheckFrame } from './recheck-draw.ts';

/** A level that ends within this time after the year is visited in it, if no drawn visit has passed, ms. */
const TERM_AHEAD_MS = 92 * DAY_MS;

/** The plan of a year. Its half of the seed is fixed by a hash a day before its frame. */
export type RecheckPlan = {
  readonly year: number;
  readonly madeAt: number; // ms since the epoch
  /** SHA-256 of the server's half. */
  readonly halfHash: string;
  /** The server's half, sealed. */
  readonly half: string;
  /** The contacts' half: SHA-256 of their claims. It tells nothing without the server's half. */
  readonly claims?: string;
  readonly frame?: RecheckFrame;
  readonly frameHash?: string;
  readonly listHash?: string;
  /** The planned re-checks, sealed. */
  readonly list?: string;
  readonly targets?: Readonly<Partial<Record<Quarter, number>>>;
  /** The ids under which visits were made, by premises. */
  readonly made: Readonly<Record<string, string>>;
};

/** The frame of the rest of a year: premises that hold a level now. */
export function recheckFrame(holding: readonly Round[], now: number): RecheckFrame {
  const from = dayOf(now);
  const ends = quarterEnd(`${from.slice(0, 4)}Q4`) + TERM_AHEAD_MS;
  const isDue = ({ until = Number.POSITIVE_INFINITY, visitPassedAt }: Round) =>
    visitPassedAt === undefined && until <= ends;
  const idsOf = (some: readonly Round[]) => [...new Set(some.map(({ premises }) => premises))].toSorted();
  return { from, lots: idsOf(holding.filter((one) => !isDue(one))), due: idsOf(holding.filter(isDue)) };
}
