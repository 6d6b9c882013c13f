import type { Series } from '../../city/series.ts';
import type { Names } from '../../engine/step.ts';

/**
 * Kinds of evidence: C cases here, I drawn inspection, T tasks and drills, B staff announcement, M measured on the spot,
 * D document, S survey, N stated by the owner under a document number.
 */
export const EVIDENCE = ['C', 'I', 'T', 'B', 'M', 'D', 'S', 'N'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/**
 * Ways to verify: v1 two drawn checkers test it, v2 the system computes it, v3 the issuer confirms it, v4 an unannounced
 * look, v5 three people on the spot are asked, unnamed.
 */
export const VERIFY = ['v1', 'v2', 'v3', 'v4', 'v5'] as const;
export type Verify = (typeof VERIFY)[number];

/** Shares that the system computes from rows; `from` and `to` are the goalposts of no point and of all points (0–1). */
export const SHARES = [
  'cured_in_time',
  'closed_of_due',
  'confirmed_of_asked',
  'recurred',
  'places_filled',
  'mediator_found',
] as const;
/**
 * Counts of the last twelve months, and of documents in force; `times` of them earn all points. Timed drills are those whose
 * minutes were noted.
 */
export const COUNTS = ['drills', 'timed_drills', 'tasks_done', 'self_checks', 'announcements', 'documents'] as const;

/** A share of rows with its goalposts. Cases within `metres` of the entrance count too. */
export type ShareMeasure = {
  readonly kind: (typeof SHARES)[number];
  readonly from: number;
  readonly to: number;
  readonly metres?: number;
};

/** How the system computes an item. No contact claims such an item. */
export type Measure =
  | ShareMeasure
  | { readonly kind: (typeof COUNTS)[number]; readonly times: number }
  | { readonly kind: 'survey'; readonly indicator: string; readonly from: number; readonly to: number };

/** An item (条目) of a standard. */
export type Item = {
  readonly no: number;
  readonly words: Names;
  /** Points of an item that is wholly met. */
  readonly max: number;
  /** ★: a level needs it met in full. */
  readonly critical?: true;
  readonly evidence: readonly Evidence[];
  readonly verify: readonly Verify[];
  readonly measure?: Measure;
  /** The law or norm that it follows, as cited in Chinese. */
  readonly basis?: string;
};

/** Levels (达标等级): 区级 and 市级. */
export const LEVELS = ['district', 'city'] as const;
export type LevelId = (typeof LEVELS)[number];

/** The bar of a level: points of 100, days for which the lower level was held, a passed unannounced visit. */
export type Level = {
  readonly id: LevelId;
  readonly min: number;
  readonly heldDays: number;
  readonly unannounced?: true;
};

/** Findings that exclude a level. All are about hiding or not acting: no crime, petition or number of reports is one. */
export const VETOES = [
  'hidden_or_forged',
  'deadly_accident',
  'danger_overdue',
  'inspection_refused',
  'reprisal',
] as const;
export type Veto = (typeof VETOES)[number];

/** A version of the standard (标准) of a series. A stored version never changes: rounds refer to it. */
export type Standard = {
  readonly series: Series;
  readonly version: number;
  /** First day on which rounds use it. */
  readonly from: string;
  readonly levels: readonly Level[];
  readonly vetoes: readonly Veto[];
  readonly items: readonly Item[];
};

/** True for an item that two checkers look at: the system cannot compute it. */
export function isChecked({ measure }: Item): boolean {
  return measure === undefined;
}
