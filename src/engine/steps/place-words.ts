import type { Place } from '../place.ts';
import { keepScreened } from '../screen.ts';
import type { Reading } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';
import type { PlaceDraft, PlaceScene } from './place-parts.ts';
import { askPart, askRegionOf, confirmPlace } from './place-parts.ts';

/** Shorter words (谢谢, 够了) are no address. In characters. */
const ADDRESS_MIN = 4;

/** A question names no place, unless a known one stands in it. */
const QUESTION = /[?？]$/;

/** Reads words about a place: a map link, a known name, an address, or a detail of the chosen region. */
export function readPlaceWords(words: string, draft: PlaceDraft | undefined, scene: PlaceScene): Reading<Place> {
  const { regions, screen, maxLength } = scene;
  const text = tidyText(words);
  if (text === '') return again('invalid');
  const linked = regions.link(text);
  if (linked === 'short') return readAroundLink(text, draft, scene);
  if (linked) return readLinked(linked, scene);
  if ([...text].length > maxLength) return again('too_long');
  // The region of an address is asked: a short word must not replace the address.
  if (draft?.part === 'within' && [...text].length < ADDRESS_MIN) return again('invalid');
  const screened = screen?.(text);
  if (screened) return keepScreened(screened, draft);
  if (draft === undefined && scene.given && regions.isDetail(text)) return addDetail(text, scene.given, scene);
  const chosen = draft?.part === 'detail' || draft?.part === 'browse' ? draft.region : undefined;
  if (chosen !== undefined) return confirmPlace({ region: chosen, text }, scene);
  const found = regions.find(text);
  const [only] = found;
  if (!only && QUESTION.test(text)) return again('invalid');
  const whole = joinedWords(draft?.part === 'within' ? draft.text : undefined, text, only !== undefined, maxLength);
  if (only && found.length === 1) return confirmPlace({ ...only.place, text: whole }, scene);
  if (only) return askPart({ part: 'found', text });
  return askRegionOf({ text: whole }, scene);
}

/** Words that answer which area the earlier ones are in add to them; the wider place comes first. */
function joinedWords(before: string | undefined, text: string, isWider: boolean, maxLength: number): string {
  if (before === undefined || text.includes(before)) return text;
  const whole = isWider ? `${text}，${before}` : `${before}，${text}`;
  return [...whole].length > maxLength ? text : whole;
}

/** Adds a building to the given place, or corrects the one said before. */
function addDetail(detail: string, given: Place, scene: PlaceScene): Reading<Place> {
  const { regions } = scene;
  const before = given.text === undefined || regions.isDetail(given.text) ? '' : given.text;
  const text = `${before}${detail}`;
  const [only, ...more] = before === '' ? [] : regions.find(text);
  const { address = given.address } = only && more.length === 0 ? only.place : {};
  return confirmPlace({ ...given, ...(address ? { address } : {}), text }, scene);
}

/** Reads the words beside a link whose place cannot be read; they often name the place. */
function readAroundLink(text: string, draft: PlaceDraft | undefined, scene: PlaceScene): Reading<Place> {
  const words = text.replace(/https?:\/\/\S+/gi, ' ').trim();
  const named = words !== '' && scene.regions.find(words).length > 0;
  return named ? readPlaceWords(words, draft, scene) : again('short_link');
}

function readLinked({ text, ...linked }: Place, scene: PlaceScene): Reading<Place> {
  const { screen, sharing } = scene;
  const named = text !== undefined && !screen?.(text) ? { text } : {};
  const place = { ...(sharing ? linked : withoutPoint(linked)), ...named };
  return Object.keys(place).length > 0 ? confirmPlace(place, scene) : again('location_not_agreed');
}

function withoutPoint({ point: _point, sent: _sent, ...rest }: Place): Place {
  return rest;
}
