import type { Point } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import { DAY_MS } from '../people/contact.ts';
import type { CaseEvent } from './case-event.ts';
import type { HazardCase } from './hazard-case.ts';

/** As the consent text says: places exact for 30 days, reports for 180; photos for 30 days after the end. */
const EXACT_MS = 30 * DAY_MS;
const CASE_MS = 180 * DAY_MS;
const PHOTOS_MS = 30 * DAY_MS;
/** Two decimals of a degree are about a kilometre. */
const BLUR = 100;

/** What time does to a case: nothing yet, less of it, or its end. `next` is when to look again (ms). */
export type Retained =
  | { readonly type: 'kept'; readonly next: number }
  | { readonly type: 'lessened'; readonly less: Less; readonly next: number }
  | { readonly type: 'over' };

/** What is taken away. */
export type Less = { readonly exactPlace?: true; readonly photos?: true; readonly words?: true };

/** Pure: the same case and time give the same answer. */
export function retain(record: HazardCase, now: number): Retained {
  const { filedAt, closedAt, place } = record;
  if (now >= filedAt + CASE_MS) return { type: 'over' };
  const photos = record.photos.length + (record.after?.length ?? 0) > 0;
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
export function lessened(event: CaseEvent, less: Less): CaseEvent {
  const { report, place, photos, words } = event;
  return {
    ...event,
    ...(report ? { report: { ...report, ...lessOf(report, less) } } : {}),
    ...(place && less.exactPlace ? { place: blurred(place) } : {}),
    ...(photos && less.photos ? { photos: [] } : {}),
    ...(words && less.words ? { words: HIDDEN } : {}),
  };
}

/** Stands where words were taken away. */
export const HIDDEN = { text: '▮▮▮' };

function lessOf({ place, photos, description }: NonNullable<CaseEvent['report']>, less: Less) {
  const { text: _said, ...unsaid } = place;
  const where = less.words ? unsaid : place;
  return {
    place: less.exactPlace ? blurred(where) : where,
    photos: less.photos ? [] : photos,
    description: less.words ? HIDDEN : description,
  };
}

/** Whether a place tells more than a kilometre would. */
export function isExact({ point, sent, voice, address }: Place): boolean {
  return (
    sent !== undefined ||
    address !== undefined ||
    voice !== undefined ||
    (point !== undefined && !same(point, coarse(point)))
  );
}

/** The place as the public may see it, and as it is kept after its time. */
export function blurred({ sent: _sent, voice: _voice, address: _address, point, ...rest }: Place): Place {
  return point ? { ...rest, point: coarse(point) } : rest;
}

function coarse({ latitude, longitude }: Point): Point {
  return { latitude: Math.round(latitude * BLUR) / BLUR, longitude: Math.round(longitude * BLUR) / BLUR };
}

function same(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
