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
/** Most cases of one street that passed their check and are seen on site again. */
export const CHECKS_MAX = 10;

/** What is seen again: a rejection, the class (category and risk) of an accepted report, or on site a case that passed its check. */
export const REREAD_KINDS = ['rejection', 'class', 'check'] as const;
export type RereadKind = (typeof REREAD_KINDS)[number];
/** Roles that see a case again. Where no other street has one, auditors of the city do. */
export const MAY_REREAD: Readonly<Record<RereadKind, readonly Role[]>> = {
  rejection: ['dispatcher', 'lead'],
  class: ['dispatcher', 'lead'],
  check: ['grid_worker'],
};
/** Answers: a rejection may be wrong; a class may be too light, or of the wrong category; a cure may not be there. */
export const REREAD_ANSWERS = {
  rejection: ['right', 'wrong', 'unclear'],
  class: ['right', 'too_light', 'wrong_category', 'unclear'],
  check: ['holds', 'not_done', 'unclear'],
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
  readonly checks?: RereadDraw;
};

/** The cases of a month from which each kind is drawn. */
export type RereadFrames = Readonly<Record<RereadKind, readonly Framed[]>>;

/** The frame as lines: number and street, sorted; its SHA-256 is the frame's hash. */
export function frameOf(framed: readonly Framed[]): string {
  return framed
    .map(({ number, street }) => `${number} ${street}`)
    .sort()
    .join('\n');
}

/**
 * Draws by the lot of the number: one in twenty rejections of the city, one in twenty classes of each street, and ten passed
 * checks of each street. `readers`: the streets that have people for a kind.
 */
export function drawRereads(
  { month, halfHash }: RereadMonth,
  half: string,
  frames: RereadFrames,
  readers: Readonly<Record<RereadKind, readonly string[]>>,
): RereadMonth {
  const share = (some: readonly Framed[]) => Math.ceil(some.length * REREAD_SHARE);
  const draw = (kind: RereadKind, take: (inOrder: readonly Framed[]) => readonly Framed[]) =>
    drawFrom(frames[kind], half, readers[kind], take);
  const ofEachStreet = (count: (own: readonly Framed[]) => number) => (inOrder: readonly Framed[]) =>
    [...Map.groupBy(inOrder, ({ street }) => street).values()].flatMap((own) => own.slice(0, count(own)));
  const rejections = draw('rejection', (inOrder) => inOrder.slice(0, share(inOrder)));
  const classes = draw(
    'class',
    ofEachStreet((own) => Math.min(CLASSES_MAX, share(own))),
  );
  const checks = draw(
    'check',
    ofEachStreet(() => CHECKS_MAX),
  );
  return { month, halfHash, half, ...rejections, classes, checks };
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
export function rowsOf(kind: RereadKind, month: RereadMonth): readonly Reread[] | undefined {
  return (kind === 'rejection' ? month : month[FIELDS[kind]])?.rows;
}

const FIELDS = { class: 'classes', check: 'checks' } as const;

/** The month with an answer to one of its rows. */
export function answered(month: RereadMonth, kind: RereadKind, row: Reread, answer: RereadAnswer): RereadMonth {
  const given = (rows: readonly Reread[]) => rows.map((one) => (one === row ? { ...one, answer } : one));
  if (kind === 'rejection') return { ...month, ...(month.rows ? { rows: given(month.rows) } : {}) };
  const draw = month[FIELDS[kind]];
  return draw ? { ...month, [FIELDS[kind]]: { ...draw, rows: given(draw.rows) } } : month;
}

/**
 * True if these grants may see a case again: in the drawn street, and never in the street that decided on it. On site a person
 * with any role in that street counts as its own.
 */
export function mayReread(kind: RereadKind, row: Reread, grants: readonly Grant[], regions: RegionTree): boolean {
  if (row.by === '') return grants.some(({ role, scope }) => role === 'auditor' && scope === '*');
  const readers = grants.filter(({ role }) => MAY_REREAD[kind].includes(role));
  const isIn = (street: string, some: readonly Grant[]) =>
    anyGrantCovers(some, street, regions) || some.some(({ scope }) => regions.chain(scope).includes(street));
  return isIn(row.by, readers) && !isIn(row.street, kind === 'check' ? grants : readers);
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
