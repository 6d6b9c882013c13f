import { DAY_MS } from '../../calendar.ts';
import type { Point } from '../../engine/input.ts';
import type { Place } from '../../engine/place.ts';
import type { CaseEvent } from '../case-event.ts';
import type { HazardCase, ListingAnswers } from '../hazard-case.ts';
import { LISTING_FIELDS, photosOf } from '../hazard-case.ts';

/** Periods of the consent text: exact places 30 days, reports 180 days, photos 30 days after closing. */
const EXACT_MS = 30 * DAY_MS;
const CASE_MS = 180 * DAY_MS;
export const PHOTOS_MS = 30 * DAY_MS;
/** Two decimals of a degree: about one kilometre. */
const BLUR_STEPS_PER_DEGREE = 100;

/** Decision for a case: keep, redact or delete. `next` is the time of the next decision (ms since the epoch). */
export type RetentionDecision =
  | { readonly type: 'kept'; readonly next: number }
  | { readonly type: 'lessened'; readonly redaction: Redaction; readonly next: number }
  | { readonly type: 'over' };

/** The parts of a case that a redaction removes. */
export type Redaction = { readonly exactPlace?: true; readonly photos?: true; readonly words?: true };

/** Decides by age which parts of a case must go. Pure. */
export function decideRetention(record: HazardCase, now: number): RetentionDecision {
  const { filedAt, closedAt, place } = record;
  if (now >= filedAt + CASE_MS) return { type: 'over' };
  const photos = photosOf(record).length > 0;
  const photosOver = closedAt !== undefined && now >= closedAt + PHOTOS_MS && photos;
  const exactOver = now >= filedAt + EXACT_MS && isExactPlace(place);
  const dates = [
    ...(isExactPlace(place) && !exactOver ? [filedAt + EXACT_MS] : []),
    ...(closedAt !== undefined && photos && !photosOver ? [closedAt + PHOTOS_MS] : []),
    filedAt + CASE_MS,
  ];
  const next = Math.min(...dates);
  if (!photosOver && !exactOver) return { type: 'kept', next };
  const redaction = {
    ...(exactOver ? { exactPlace: true as const } : {}),
    ...(photosOver ? { photos: true as const } : {}),
  };
  return { type: 'lessened', redaction, next };
}

/** Redacts one event, so that the event log holds no removed content either. */
export function redactEvent(event: CaseEvent, redaction: Redaction): CaseEvent {
  const { report, place, photos, words } = event;
  return {
    ...event,
    ...(report ? { report: { ...report, ...redactReport(report, redaction) } } : {}),
    ...(place ? { place: redactPlace(place, redaction) } : {}),
    ...(photos && redaction.photos ? { photos: [] } : {}),
    ...(words && redaction.words ? { words: HIDDEN } : {}),
    ...(event.five && redaction.words ? { five: hideListing(event.five) } : {}),
  };
}

/** Replaces removed text. */
export const HIDDEN = { text: '▮▮▮' };

function redactPlace(place: Place, redaction: Redaction): Place {
  const { text: _text, voice: _voice, ...withoutWords } = place;
  const where = redaction.words ? withoutWords : place;
  return redaction.exactPlace ? blurPlace(where) : where;
}

function hideListing(five: ListingAnswers): ListingAnswers {
  return Object.fromEntries(LISTING_FIELDS.map((one) => [one, five[one] && HIDDEN.text])) as ListingAnswers; // the keys of LISTING_FIELDS
}

function redactReport({ place, photos, description }: NonNullable<CaseEvent['report']>, redaction: Redaction) {
  return {
    place: redactPlace(place, redaction),
    photos: redaction.photos ? [] : photos,
    description: redaction.words ? HIDDEN : description,
  };
}

/** True if a place is more exact than a community and a point within about a kilometre. */
export function isExactPlace({ point, sent, voice, address, text, region }: Place): boolean {
  return (
    sent !== undefined ||
    address !== undefined ||
    voice !== undefined ||
    text !== undefined ||
    (region?.length ?? 0) > COMMUNITY_DIGITS ||
    (point !== undefined && !isSamePoint(point, roundPoint(point)))
  );
}

/** Digits of a community code; a grid code has three more. */
export const COMMUNITY_DIGITS = 12;

/** Reduces a place to its community and a rounded point, for the public and after the retention period. */
export function blurPlace({ point, region }: Place): Place {
  return {
    ...(region ? { region: region.slice(0, COMMUNITY_DIGITS) } : {}),
    ...(point ? { point: roundPoint(point) } : {}),
  };
}

function roundPoint({ latitude, longitude }: Point): Point {
  return {
    latitude: Math.round(latitude * BLUR_STEPS_PER_DEGREE) / BLUR_STEPS_PER_DEGREE,
    longitude: Math.round(longitude * BLUR_STEPS_PER_DEGREE) / BLUR_STEPS_PER_DEGREE,
  };
}

function isSamePoint(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
