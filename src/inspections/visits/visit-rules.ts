import type { Media } from '../../engine/input.ts';
import { CHECKERS } from '../draw/draw-visits.ts';
import type { Marked, MarksRead } from './read-marks.ts';
import type { Sheet, Visit } from './visit.ts';
import { NO_SHEET } from './visit.ts';

/** The item numbers that a checker fills: the third one fills only what the two disagree on. */
export function itemsFor({ items, third, disputed = [] }: Visit, code: string): readonly number[] {
  return code === third ? disputed : items;
}

/** True if this checker still has a sheet to send. */
export function isAwaited({ state, checkers, third, sheets }: Visit, code: string): boolean {
  if (state !== 'told' && state !== 'arrived' && state !== 'filled') return false;
  return (checkers.includes(code) || third === code) && sheets[code]?.sentAt === undefined;
}

/** Adds a read line to a checker's sheet. Its numbers are places in the checker's list, from 1. */
export function addMarks(visit: Visit, code: string, { marks }: Pick<MarksRead, 'marks'>): Visit {
  const items = itemsFor(visit, code);
  const added = [...marks].map(([place, marked]) => [items[place - 1], marked] as const);
  return withSheet(visit, code, (sheet) => ({ ...sheet, marks: { ...sheet.marks, ...Object.fromEntries(added) } }));
}

/** Most photos of one item. */
const PHOTOS_MAX = 4;

/** Attaches a photo to an item; the same photo twice, or one too many, changes nothing but the album. */
export function addPhotoTo(
  visit: Visit,
  code: string,
  no: number,
  { photo, album }: { readonly photo: Media; readonly album?: string | undefined },
): Visit {
  return withSheet(visit, code, ({ album: _last, ...sheet }) => {
    const before = sheet.photos[no] ?? [];
    const isNew = before.length < PHOTOS_MAX && !before.some(({ same }) => same === photo.same);
    const photos = isNew ? { ...sheet.photos, [no]: [...before, photo] } : sheet.photos;
    return { ...sheet, photos, ...(album === undefined ? {} : { album: { id: album, no } }) };
  });
}

/** Drops photos that prove nothing: those of items that are well, unless the item is a ★. A photo may come before its mark. */
export function dropPhotos(visit: Visit, code: string, isCritical: (no: number) => boolean): Visit {
  return withSheet(visit, code, ({ photos, marks, ...sheet }) => {
    const isWanted = (no: number) => isCritical(no) || ['none', 'half'].includes(marks[no]?.mark ?? '');
    const kept = Object.entries(photos).filter(([no]) => isWanted(Number(no)));
    return { ...sheet, marks, photos: Object.fromEntries(kept) };
  });
}

/** Notes that a checker was near the premises. */
export function arrive(visit: Visit, code: string): Visit {
  return withSheet(visit, code, (sheet) => ({ ...sheet, near: true }));
}

function withSheet(visit: Visit, code: string, change: (sheet: Sheet) => Sheet): Visit {
  const sheet = change(visit.sheets[code] ?? NO_SHEET);
  return {
    ...visit,
    state: visit.state === 'told' ? 'arrived' : visit.state,
    sheets: { ...visit.sheets, [code]: sheet },
  };
}

/** Places in the checker's list that have no mark yet. */
export function missingPlaces(visit: Visit, code: string): readonly number[] {
  const marks = visit.sheets[code]?.marks ?? {};
  return itemsFor(visit, code).flatMap((no, i) => (marks[no] === undefined ? [i + 1] : []));
}

/** Hands in a sheet without gaps. After the last one the visit is agreed, or waits for a third checker. */
export function sendSheet(visit: Visit, code: string, now: number): Visit {
  const sent = withSheet(visit, code, (sheet) => ({ ...sheet, sentAt: now }));
  return settle(sent);
}

/** Compares what has been sent. */
export function settle(visit: Visit): Visit {
  const sheets = visit.checkers.map((code) => visit.sheets[code]);
  // Where no other checker is free of conflict, the last day ends the visit: one checker decides nothing.
  if (sheets.length < CHECKERS || sheets.some((sheet) => sheet?.sentAt === undefined)) return visit;
  const [first, second] = sheets;
  const disputed = visit.items.filter((no) => first?.marks[no]?.mark !== second?.marks[no]?.mark);
  const third = visit.third === undefined ? undefined : visit.sheets[visit.third];
  if (disputed.length > 0 && third?.sentAt === undefined) return { ...visit, state: 'filled', disputed };
  const agreed = Object.fromEntries(
    visit.items.map((no) => [no, disputed.includes(no) ? third?.marks[no] : wordier(first, second, no)]),
  ) as Readonly<Record<number, Marked>>; // a sent sheet has no gaps
  return { ...visit, state: 'agreed', agreed };
}

/** Of two equal marks the one with words. */
function wordier(first: Sheet | undefined, second: Sheet | undefined, no: number): Marked | undefined {
  return first?.marks[no]?.words ? first.marks[no] : (second?.marks[no] ?? first?.marks[no]);
}

/**
 * Replaces a checker who withdraws for a conflict of interest; the sheet goes with the checker. The new one is still to be
 * told. A third checker is not replaced here: the clock of the visits calls another one.
 */
export function withdraw(visit: Visit, code: string, next: string | undefined): Visit {
  const { [code]: _own, ...sheets } = visit.sheets;
  const withdrawn = [...(visit.withdrawn ?? []), code];
  if (visit.third === code) {
    const { third: _third, ...rest } = visit;
    return { ...rest, sheets, withdrawn };
  }
  const checkers = visit.checkers.flatMap((one) => (one === code ? (next ? [next] : []) : [one]));
  return { ...visit, checkers, sheets, withdrawn, ...(next ? { state: 'drawn' } : {}) };
}

/** Codes of all who had a part in a visit. */
export function involvedIn({ checkers, third, withdrawn = [] }: Visit): readonly string[] {
  return [...checkers, ...withdrawn, ...(third ? [third] : [])];
}

/** Numbers of the items that were not met at all. */
export function failedItems({ agreed = {} }: Pick<Visit, 'agreed'>): readonly number[] {
  return Object.entries(agreed).flatMap(([no, { mark }]) => (mark === 'none' ? [Number(no)] : []));
}

/** True if every applicable item was met in full. */
export function isAllWell({ agreed = {} }: Pick<Visit, 'agreed'>): boolean {
  return Object.values(agreed).every(({ mark }) => mark === 'full' || mark === 'na');
}

/** True for a visit whose marks do not count: an objection of the premises was upheld. */
export function isAnnulled({ objection }: Pick<Visit, 'objection'>): boolean {
  return objection?.answer?.upheld === true;
}

/** True for a visit without a next step. */
export function isOver({ state }: Pick<Visit, 'state'>): boolean {
  return state === 'left' || state === 'missed';
}
