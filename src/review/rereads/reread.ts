import type { CaseNumber } from '../../cases/case-number.ts';
import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { hashOf, lotOf } from '../../surveys/wave/draw.ts';
import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { Month } from '../score/month.ts';

/** Share of a month's rejected reports that another street reads again; at least one. */
export const REREAD_SHARE = 0.05;
/** Roles that read a rejection again. Where no other street has one, auditors of the city do. */
export const MAY_REREAD: readonly Role[] = ['dispatcher', 'lead'];

/** Answers: the rejection is right, the report should have been accepted, it cannot be told. */
export const REREAD_ANSWERS = ['right', 'wrong', 'unclear'] as const;
export type RereadAnswer = (typeof REREAD_ANSWERS)[number];

/** A rejected report of the month, as the frame of the draw has it. */
export type Rejected = { readonly case: string; readonly number: CaseNumber; readonly street: string };

/** A drawn rejection. It names no person: neither who rejected nor who reads. */
export type Reread = Rejected & {
  /** The street that reads it; '' for the auditors of the city. */
  readonly by: string;
  readonly answer?: RereadAnswer;
};

/** The rereads of a month. The half of the seed is fixed by its hash before the month's reports are rejected. */
export type RereadMonth = {
  readonly month: Month;
  readonly halfHash: string;
  readonly frameHash?: string;
  /** Published with the draw. */
  readonly half?: string;
  /** Rejected reports of the month. */
  readonly of?: number;
  readonly rows?: readonly Reread[];
};

/** The frame as lines: number and street, sorted; its SHA-256 is the frame's hash. */
export function frameOfRejected(rejected: readonly Rejected[]): string {
  return rejected
    .map(({ number, street }) => `${number} ${street}`)
    .sort()
    .join('\n');
}

/** Draws one in twenty by the lot of the number, and for each another street by the lot of "<number> <street>". */
export function drawRereads(
  { month, halfHash }: RereadMonth,
  half: string,
  rejected: readonly Rejected[],
  readers: readonly string[],
): RereadMonth {
  const frameHash = hashOf(frameOfRejected(rejected));
  const seed = hashOf([frameHash, half].join(' '));
  const lot = (name: string) => lotOf(seed, name);
  const drawn = inOrderOfLot(rejected, ({ number }) => lot(number)).slice(0, Math.ceil(rejected.length * REREAD_SHARE));
  const rows = drawn.map((one): Reread => {
    const others = readers.filter((street) => street !== one.street);
    const [by = ''] = inOrderOfLot(others, (street) => lot(`${one.number} ${street}`));
    return { ...one, by };
  });
  return { month, halfHash, frameHash, half, of: rejected.length, rows };
}

/** True if these grants may read a rejection again: in the drawn street, and never in the street that rejected it. */
export function mayReread(row: Reread, grants: readonly Grant[], regions: RegionTree): boolean {
  const readers = grants.filter(({ role }) => MAY_REREAD.includes(role));
  if (row.by === '') return grants.some(({ role, scope }) => role === 'auditor' && scope === '*');
  return anyGrantCovers(readers, row.by, regions) && !anyGrantCovers(readers, row.street, regions);
}

/** Counts of rereads: drawn ones, of all rejected reports, and answers. */
export type RereadCounts = Readonly<Record<'drawn' | RereadAnswer, number>>;

/** Counts the rereads of streets. */
export function countRereads({ rows = [] }: RereadMonth, streets: readonly string[]): RereadCounts {
  const own = rows.filter(({ street }) => streets.includes(street));
  const count = (answer: RereadAnswer) => own.filter((one) => one.answer === answer).length;
  return { drawn: own.length, right: count('right'), wrong: count('wrong'), unclear: count('unclear') };
}
