import type { CaseNumber } from '../../cases/case-number.ts';
import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { hashOf, lotOf } from '../../surveys/wave/draw.ts';
import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { Month } from '../score/month.ts';

/** Share of a month's rejected reports, and of the accepted ones of each street, that another street reads again; at least one. */
export const REREAD_SHARE = 0.05;
/** Most accepted reports of one street whose class is read again. */
export const CLASSES_MAX = 10;
/** Roles that read a case again. Where no other street has one, auditors of the city do. */
export const MAY_REREAD: readonly Role[] = ['dispatcher', 'lead'];

/** What is read again: a rejection, or the class (category and risk) of an accepted report. */
export const REREAD_KINDS = ['rejection', 'class'] as const;
export type RereadKind = (typeof REREAD_KINDS)[number];
/** Answers: a rejection may be wrong; a class may be too light, or of the wrong category. */
export const REREAD_ANSWERS = {
  rejection: ['right', 'wrong', 'unclear'],
  class: ['right', 'too_light', 'wrong_category', 'unclear'],
} as const satisfies Readonly<Record<RereadKind, readonly string[]>>;
export type RereadAnswer<K extends RereadKind = RereadKind> = (typeof REREAD_ANSWERS)[K][number];

/** A report of the month, as the frame of the draw has it. */
export type Framed = { readonly case: string; readonly number: CaseNumber; readonly street: string };

/** A drawn report. It names no person: neither who decided nor who reads. */
export type Reread = Framed & {
  /** The street that reads it; '' for the auditors of the city. */
  readonly by: string;
  readonly answer?: RereadAnswer;
};

/** One draw: the hash of its frame, the size of the frame, and what was drawn. */
export type RereadDraw = { readonly frameHash: string; readonly of: number; readonly rows: readonly Reread[] };

/**
 * The rereads of a month. The half of the seed is fixed by its hash before the month's reports come in, and is published with
 * the draw. The fields of `RereadDraw` are those of the rejections.
 */
export type RereadMonth = Partial<RereadDraw> & {
  readonly month: Month;
  readonly halfHash: string;
  readonly half?: string;
  /** Absent in months that were drawn by an older release. */
  readonly classes?: RereadDraw;
};

/** The frame as lines: number and street, sorted; its SHA-256 is the frame's hash. */
export function frameOf(framed: readonly Framed[]): string {
  return framed
    .map(({ number, street }) => `${number} ${street}`)
    .sort()
    .join('\n');
}

/** Draws one in twenty rejections of the city, and one in twenty classes of each street, by the lot of the number. */
export function drawRereads(
  { month, halfHash }: RereadMonth,
  half: string,
  { rejected, accepted }: { readonly rejected: readonly Framed[]; readonly accepted: readonly Framed[] },
  readers: readonly string[],
): RereadMonth {
  const share = (some: readonly Framed[]) => Math.ceil(some.length * REREAD_SHARE);
  const rejections = drawFrom(rejected, half, readers, (inOrder) => inOrder.slice(0, share(rejected)));
  const classes = drawFrom(accepted, half, readers, (inOrder) =>
    [...Map.groupBy(inOrder, ({ street }) => street).values()].flatMap((own) =>
      own.slice(0, Math.min(CLASSES_MAX, share(own))),
    ),
  );
  return { month, halfHash, half, ...rejections, classes };
}

/** Draws from a frame. `take` chooses from it in the order of the lots; the reader is another street by lot. */
function drawFrom(
  framed: readonly Framed[],
  half: string,
  readers: readonly string[],
  take: (inOrder: readonly Framed[]) => readonly Framed[],
): RereadDraw {
  const frameHash = hashOf(frameOf(framed));
  const seed = hashOf([frameHash, half].join(' '));
  const lot = (name: string) => lotOf(seed, name);
  const rows = take(inOrderOfLot(framed, ({ number }) => lot(number))).map((one): Reread => {
    const others = readers.filter((street) => street !== one.street);
    const [by = ''] = inOrderOfLot(others, (street) => lot(`${one.number} ${street}`));
    return { ...one, by };
  });
  return { frameHash, of: framed.length, rows };
}

/** The drawn rows of a kind; undefined before the draw. */
export function rowsOf(kind: RereadKind, { rows, classes }: RereadMonth): readonly Reread[] | undefined {
  return kind === 'rejection' ? rows : classes?.rows;
}

/** The month with an answer to one of its rows. */
export function answered(month: RereadMonth, kind: RereadKind, row: Reread, answer: RereadAnswer): RereadMonth {
  const given = (rows: readonly Reread[]) => rows.map((one) => (one === row ? { ...one, answer } : one));
  if (kind === 'rejection') return { ...month, ...(month.rows ? { rows: given(month.rows) } : {}) };
  return { ...month, ...(month.classes ? { classes: { ...month.classes, rows: given(month.classes.rows) } } : {}) };
}

/** True if these grants may read a case again: in the drawn street, and never in the street that decided on it. */
export function mayReread(row: Reread, grants: readonly Grant[], regions: RegionTree): boolean {
  const readers = grants.filter(({ role }) => MAY_REREAD.includes(role));
  if (row.by === '') return grants.some(({ role, scope }) => role === 'auditor' && scope === '*');
  return anyGrantCovers(readers, row.by, regions) && !anyGrantCovers(readers, row.street, regions);
}

/** Counts of rereads: drawn ones, and answers. */
export type RereadCounts<K extends RereadKind = RereadKind> = Readonly<Record<'drawn' | RereadAnswer<K>, number>>;

/** Counts the rereads of streets; undefined before the draw. */
export function countRereads<K extends RereadKind>(
  kind: K,
  month: RereadMonth,
  streets: readonly string[],
): RereadCounts<K> | undefined {
  const own = rowsOf(kind, month)?.filter(({ street }) => streets.includes(street));
  if (!own) return undefined;
  const counts = REREAD_ANSWERS[kind].map((answer) => [answer, own.filter((one) => one.answer === answer).length]);
  return { drawn: own.length, ...Object.fromEntries(counts) };
}
