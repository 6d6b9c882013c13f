import type { Point } from '../engine/input.ts';
import type { Place } from '../engine/steps/place.ts';
import { DAY_MS } from '../people/contact.ts';
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
  | { readonly type: 'lessened'; readonly record: HazardCase; readonly next: number }
  | { readonly type: 'over' };

/** Pure: the same case and time give the same answer. */
export function retain(record: HazardCase, now: number): Retained {
  const { filedAt, closedAt, photos, place } = record;
  if (now >= filedAt + CASE_MS) return { type: 'over' };
  const photosOver = closedAt !== undefined && now >= closedAt + PHOTOS_MS && photos.length > 0;
  const exactOver = now >= filedAt + EXACT_MS && isExact(place);
  const less = { ...record, ...(photosOver ? { photos: [] } : {}), ...(exactOver ? { place: blurred(place) } : {}) };
  const dates = [
    ...(isExact(less.place) ? [filedAt + EXACT_MS] : []),
    ...(closedAt !== undefined && less.photos.length > 0 ? [closedAt + PHOTOS_MS] : []),
    filedAt + CASE_MS,
  ];
  const next = Math.min(...dates);
  return photosOver || exactOver ? { type: 'lessened', record: less, next } : { type: 'kept', next };
}

function isExact({ point, sent, voice, address }: Place): boolean {
  return (
    sent !== undefined ||
    address !== undefined ||
    voice !== undefined ||
    (point !== undefined && !same(point, coarse(point)))
  );
}

function blurred({ sent: _sent, voice: _voice, address: _address, point, ...rest }: Place): Place {
  return point ? { ...rest, point: coarse(point) } : rest;
}

function coarse({ latitude, longitude }: Point): Point {
  return { latitude: Math.round(latitude * BLUR) / BLUR, longitude: Math.round(longitude * BLUR) / BLUR };
}

function same(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
