import { randomInt } from 'node:crypto';
import type { CaseId } from '../../cases/hazard-case.ts';
import type { Series } from '../../city/series.ts';
import type { Media } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import passwordWords from './password-words.json' with { type: 'json' };
import type { Marked } from './read-marks.ts';

export type VisitId = `visit_${string}`;

/**
 * drawn: not yet told. told: the checkers have the list. arrived: one of them began. filled: both sheets are in and differ;
 * a third checker decides. agreed: one mark for each item. left: the premises have the result. missed: not done in time.
 */
export const VISIT_STATES = ['drawn', 'told', 'arrived', 'filled', 'agreed', 'left', 'missed'] as const;

/** The sheet of one checker. Keys are item numbers of the standard. */
export type Sheet = {
  readonly marks: Readonly<Record<number, Marked>>;
  readonly photos: Readonly<Record<number, readonly Media[]>>;
  /** The checker sent a location near the premises; the location itself is not kept. */
  readonly near?: true;
  /** The last album and its item: only the first photo of an album has a caption. */
  readonly album?: { readonly id: string; readonly no: number };
  readonly sentAt?: number; // ms since the epoch
  /** The operation id of the packet that sent it, if a page did. */
  readonly packet?: string;
};

/** A visit (检查) to premises by two drawn checkers, who fill their sheets apart. It names no person. */
export type Visit = {
  readonly id: VisitId;
  /** The draw, or the round of 创建, that it belongs to. */
  readonly of: string;
  readonly premises: string;
  readonly series: Series;
  /** Version of the standard. */
  readonly standard: number;
  /** Where the premises lie. */
  readonly region: string;
  /** The wider region from which its checkers come; absent if they are those of the region, or of its draw. */
  readonly ground?: string;
  readonly named?: true;
  /** The visit that this one repeats with other checkers. */
  readonly repeats?: VisitId;
  /** Item numbers in their order. */
  readonly items: readonly number[];
  /** Codes; see `checkerCode`. */
  readonly checkers: readonly string[];
  /** The code of the checker who decides `disputed` items. */
  readonly third?: string;
  readonly disputed?: readonly number[];
  /** Codes of checkers who withdrew for a conflict of interest, or check no more. */
  readonly withdrawn?: readonly string[];
  /** 口令: two words that the first photo shows. */
  readonly password: string;
  readonly from: string;
  readonly until: string;
  readonly state: (typeof VISIT_STATES)[number];
  readonly sheets: Readonly<Record<string, Sheet>>;
  readonly agreed?: Readonly<Record<number, Marked>>;
  readonly cases?: Readonly<Record<number, CaseId>>;
  /** Photos that look like one of another visit. */
  readonly alike?: readonly { readonly no: number; readonly same: string; readonly like: VisitId }[];
  readonly leftAt?: number; // ms since the epoch
  readonly objection?: {
    readonly words: Words;
    readonly at: number; // ms since the epoch
    readonly answer?: { readonly upheld: boolean; readonly words: Words; readonly at: number };
  };
};

export const NO_SHEET: Sheet = { marks: {}, photos: {} };

export function newVisitId(): VisitId {
  return `visit_${shortId()}`;
}

/** Draws a 口令 for one visit: a stranger cannot have taken its photo before. */
export function newPassword(): string {
  const pick = (words: readonly string[]) => words[randomInt(words.length)] ?? '';
  return `${pick(passwordWords.colours)}${pick(passwordWords.things)}`;
}
