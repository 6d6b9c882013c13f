import { DAY_MS } from '../calendar.ts';
import type { Point } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import type { CaseEvent } from './case-event.ts';
import type { Five, HazardCase } from './hazard-case.ts';
import { FIVE, photosOf } from './hazard-case.ts';

/** As the consent text says: places exact for 30 days, reports for 180; photos for 30 days after the end. */
const EXACT_MS = 30 * DAY_MS;
const CASE_MS = 180 * DAY_MS;
const PHOTOS_MS = 30 * DAY_MS;
/** Two decimals of a degree are about a kilometre. */
const BLUR = 100;

/** What time does to a case: nothing yet, less of it, or its end. `next` is when to look again (ms). */
export type Retained =
  | { readonly type: 'kept'; readonly next: number }
  | { readonly type: 'lessened'; readonly less: Redaction; readonly next: number }
  | { readonly type: 'over' };

/** What is taken away. */
export type Redaction = { readonly exactPlace?: true; readonly photos?: true; readonly words?: true };

/** Pure: the same case and time give the same answer. */
export function retain(record: HazardCase, now: number): Retained {
  const { filedAt, closedAt, place } = record;
  if (now >= filedAt + CASE_MS) return { type: 'over' };
  const photos = photosOf(record).length > 0;
  const photosOver = closedAt !== undefined && now >= closedAt + PHOTOS_MS && photos;
  const exactOver = now >= filedAt + EXACT_MS && isExact(place);
  const dates = [
    ...(isExact(place) && !exactOver ? [filedAt + EXACT_MS] : []),
    ...(closedAt !== undefined && photos && !photosOver ? [closedAt + PHOTOS_MS] : []),
    filedAt + CASE_MS,
  ];
  const next = Math.min(...dates);
  if (!photosOver && !exactOver) return { type: 'kept', next };
  const less = {
    ...(exactOver ? { exactPlace: true as const } : {}),
    ...(photosOver ? { photos: true as const } : {}),
  };
  return { type: 'lessened', less, next };
}

/** An event of which less is kept: what is taken away goes from the history too. */
export function redacted(event: CaseEvent, less: Redaction): CaseEvent {
  const { report, place, photos, words } = event;
  return {
    ...event,
    ...(report ? { report: { ...report, ...lessOf(report, less) } } : {}),
    ...(place ? { place: placeLess(place, less) } : {}),
    ...(photos && less.photos ? { photos: [] } : {}),
    ...(words && less.words ? { words: HIDDEN } : {}),
    ...(event.five && less.words ? { five: hidden(event.five) } : {}),
  };
}

/** Stands where words were taken away. */
export const HIDDEN = { text: '▮▮▮' };

function placeLess(place: Place, less: Redaction): Place {
  const { text: _said, voice: _spoken, ...unsaid } = place;
  const where = less.words ? unsaid : place;
  return less.exactPlace ? blurred(where) : where;
}

function hidden(five: Five): Five {
  return Object.fromEntries(FIVE.map((one) => [one, five[one] && HIDDEN.text])) as Five; // the same names
}

function lessOf({ place, photos, description }: NonNullable<CaseEvent['report']>, less: Redaction) {
  return {
    place: placeLess(place, less),
    photos: less.photos ? [] : photos,
    description: less.words ? HIDDEN : description,
  };
}

/** Whether a place tells more than a community and a kilometre would. */
export function isExact({ point, sent, voice, address, text, region }: Place): boolean {
  return (
    sent !== undefined ||
    address !== undefined ||
    voice !== undefined ||
    text !== undefined ||
    (region?.length ?? 0) > COMMUNITY_DIGITS ||
    (point !== undefined && !same(point, coarse(point)))
  );
}

/** Length of a community's code; a grid's has three more. */
const COMMUNITY_DIGITS = 12;

/** The place as the public may see it, and as it is kept after its time. */
export function blurred({ point, region }: Place): Place {
  return {
    ...(region ? { region: region.slice(0, COMMUNITY_DIGITS) } : {}),
    ...(point ? { point: coarse(point) } : {}),
  };
}

function coarse({ latitude, longitude }: Point): Point {
  return { latitude: Math.round(latitude * BLUR) / BLUR, longitude: Math.round(longitude * BLUR) / BLUR };
}

function same(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
