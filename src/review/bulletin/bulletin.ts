import { createHash } from 'node:crypto';
import type { Verdict } from '../../deliberation/promise/promise.ts';
import type { IndicatorCode } from '../score/indicator.ts';
import type { Month } from '../score/month.ts';
import type { Tier } from '../score/rank.ts';
import type { CellStatus } from '../score/score.ts';
import type { Sentence } from './sentence.ts';
import type { Proposal, WeakPoint } from './weak-points.ts';

/** One of the five numbers of the city: a share in percent with its bounds, and the number it rests on. */
export type KeyNumber = {
  readonly code: IndicatorCode;
  readonly status: CellStatus;
  readonly percent: number;
  readonly lo: number;
  readonly hi: number;
  readonly n: number;
};

/** A street in the bulletin: its score with bounds and its tier. Absent numbers: too little own data, or no ranks. */
export type StreetLine = {
  readonly region: string;
  readonly score?: number;
  readonly lo?: number;
  readonly hi?: number;
  readonly tier?: Tier;
};

/** Numbers of letters of the month. */
export type LetterCounts = Readonly<Record<'sent' | 'met' | 'not_done' | 'withdrawn' | 'late', number>>;
/** Promises of 议事 that were settled in the month, by verdict, and those whose date is over now without a result. */
export type PromiseCounts = Readonly<Record<'settled' | Verdict | 'overdue', number>>;
/** Numbers of alerts of the month. */
export type AlertCounts = Readonly<Record<'raised' | 'confirmed' | 'false' | 'known_cause' | 'open', number>>;

/** What became of a weak point of the month before. */
export type PastPoint = { readonly point: WeakPoint; readonly answer?: PointAnswer; readonly sentence?: Sentence };

/** The bulletin (月报) of a month. A draft follows the data; a frozen one carries the version and hash of its snapshot. */
export type Bulletin = {
  readonly month: Month;
  readonly region: string;
  readonly version: number;
  readonly madeAt: number; // ms since the epoch
  readonly formula: number;
  readonly snapshot?: { readonly version: number; readonly rowsHash: string };
  readonly numbers: readonly KeyNumber[];
  readonly sentences: readonly Sentence[];
  readonly streets: readonly StreetLine[];
  readonly weak: readonly WeakPoint[];
  readonly past: readonly PastPoint[];
  /** Absent in bulletins of earlier releases. */
  readonly promises?: PromiseCounts;
  readonly letters: LetterCounts;
  readonly alerts: AlertCounts;
  /** First days of the holidays of the next two months; absent if none is known and the known list ends before. */
  readonly holidays?: readonly string[];
};

/** Answers to a proposal: 采纳, 改, 不采纳. */
export const POINT_ANSWERS = ['adopted', 'changed', 'declined'] as const;

/** The answer of a lead or the office to a weak point. `made`: the draft that an adopted proposal became. */
export type PointAnswer = {
  readonly answer: (typeof POINT_ANSWERS)[number];
  readonly words?: string;
  readonly made?: { readonly proposal: Proposal; readonly id?: string };
  readonly helper?: string;
  readonly until?: string;
  readonly by: string;
  readonly at: number; // ms since the epoch
};

/** SHA-256 of a bulletin's content, without version and time: equal contents have equal hashes. */
export function hashOfBulletin({ version: _version, madeAt: _madeAt, ...content }: Bulletin): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
