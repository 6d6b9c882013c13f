import type { CaseNumber } from '../../cases/case-number.ts';
import type { DrawId } from '../../inspections/draw/draw.ts';
import type { LadderStep } from './ladder.ts';
import type { Matter } from './matter.ts';

export type LetterId = `letter_${string}`;

/** An addressee: a unit, or the desk of a region; never a person. Buttons carry it, so that it has no colon. */
export type LetterTo = `unit.${string}` | `desk.${string}`;

/** drafted → agreed (by a second organiser) → sent → read → answered | contested → settled → closed. */
export const LETTER_STATES = [
  'drafted',
  'agreed',
  'sent',
  'read',
  'contested',
  'settled',
  'answered',
  'closed',
] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** How a letter closed: its measure holds, a person found it not done, or it was taken back. */
export type LetterEnding = 'met' | 'not_done' | 'withdrawn';

/** Working days in which the addressee contests facts, and in which it replies. */
export const CONTEST_WITHIN = '2wd';
export const REPLY_WITHIN = '5wd';
/** Working days that a letter may give for the deed. */
export const DONE_WITHIN = [10, 15, 20] as const;

/** A reminder (提醒函) about facts on case rows. It names no person; `by` and the like are pseudonyms of organisers. */
export type Letter = {
  readonly id: LetterId;
  readonly state: LetterState;
  readonly to: LetterTo;
  /** The region whose office, leads and auditors see the letter. */
  readonly region: string;
  readonly matter: Matter;
  /** The failed rows, and the number of rows that they were found among. */
  readonly rows: readonly CaseNumber[];
  readonly of: number;
  readonly ask: string;
  /** Working days for the deed. */
  readonly doneWithin: (typeof DONE_WITHIN)[number];
  readonly by: string;
  readonly draftedAt: number; // ms since the epoch, as all times here
  readonly agreedBy?: string;
  readonly agreedAt?: number;
  readonly sentAt?: number;
  readonly replyDue?: number;
  readonly doneDue?: number;
  readonly readAt?: number;
  readonly reply?: { readonly words: string; readonly at: number };
  readonly contest?: { readonly rows: readonly CaseNumber[]; readonly words: string; readonly at: number };
  /** The auditor's decision: rows that are struck, with the reason. */
  readonly settled?: { readonly struck: readonly CaseNumber[]; readonly words: string; readonly at: number };
  readonly ending?: LetterEnding;
  readonly closedAt?: number;
  /** Failed and all rows when the measure was last evaluated. */
  readonly measured?: { readonly failed: number; readonly of: number; readonly at: number };
  /** Notices that were sent once. */
  readonly told?: readonly string[];
  /** The draw of the premises that it designated. */
  readonly draw?: DrawId;
  /** Steps after a letter that was not done, oldest first. */
  readonly steps?: readonly LadderStep[];
};

/** True while something is expected of the addressee or of the office. */
export function isOpenLetter({ state }: Letter): boolean {
  return state !== 'closed';
}

/** True if the deed is late: the clock of a contested letter stands still. */
export function isOverdueLetter({ state, doneDue }: Letter, now: number): boolean {
  return doneDue !== undefined && now > doneDue && state !== 'closed' && state !== 'contested';
}

/** The next deadline of the addressee, ms since the epoch; undefined while the clock stands still. */
export function nextDue({ state, replyDue, doneDue }: Letter): number | undefined {
  if (state === 'sent' || state === 'read' || state === 'settled') return replyDue;
  return state === 'answered' ? doneDue : undefined;
}
