import type { Context } from 'hono';
import { DAY_MS } from '../calendar.ts';
import { personShield } from '../cases/report/person-shield.ts';
import type { Place } from '../engine/place.ts';
import { tidyText } from '../engine/tidy-text.ts';
import type { Store } from '../store/store.ts';
import type { ApiKey } from './api-key.ts';
import type { KeyCheck } from './key-check.ts';
import { timeOf } from './service-request.ts';

/** A refusal in the specification's form: 404 unknown resource, 403 API key, 400 any other error. */
export class CallRefused extends Error {
  readonly status: 400 | 403 | 404;
  constructor(status: 400 | 403 | 404, description: string) {
    super(description);
    this.status = status;
  }
}

export const BODY_MAX_BYTES = 64 * 1024;
const SPAN_MS = 90 * DAY_MS;
/** The specification's limit for one response. */
export const REQUESTS_MAX = 1000;
const DESCRIPTION_MAX = 4000; // characters

/** Refuses a call that names another jurisdiction. */
export function checkJurisdiction(c: Context, store: Store): void {
  checkJurisdictionId(c.req.query('jurisdiction_id'), store);
}

function checkJurisdictionId(id: string | null | undefined, { city }: Store): void {
  if (id && id !== city) throw new CallRefused(404, `There is no jurisdiction ${id}.`);
}

/** Reads a posted form and authenticates its API key; a key in the address is checked before the body is read. */
export async function readForm(
  c: Context,
  store: Store,
  keyOf: KeyCheck,
): Promise<{ readonly form: URLSearchParams; readonly key: ApiKey }> {
  const inAddress = c.req.query('api_key');
  const first = inAddress ? await keyOf(c, inAddress) : undefined;
  if (inAddress && !first) throw new CallRefused(403, 'This api_key is not known.');
  const form = new URLSearchParams(await c.req.text());
  const given = form.get('api_key');
  const key = given ? await keyOf(c, given) : first;
  if (!key) throw new CallRefused(403, given ? 'This api_key is not known.' : 'api_key is required.');
  checkJurisdictionId(form.get('jurisdiction_id'), store);
  return { form, key };
}

/** Reads the place: a point in WGS-84 degrees, an address, or both. */
export function placeOf(form: URLSearchParams): Place {
  const [lat, long] = [form.get('lat'), form.get('long')];
  const text = tidyText(form.get('address_string') ?? form.get('address_id') ?? '');
  if (lat || long) {
    const point = { latitude: Number(lat), longitude: Number(long) };
    const sound = lat && long && Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180;
    if (!sound) throw new CallRefused(400, 'lat and long must be degrees, both of them.');
    return text ? { point, text: shielded(text, 'address_string') } : { point };
  }
  if (text === '') throw new CallRefused(400, 'lat and long, or address_string, is required.');
  return { text: shielded(text, 'address_string') };
}

/** Reads the description; empty if there is none. */
export function descriptionOf(form: URLSearchParams): string {
  const text = tidyText(form.get('description') ?? '');
  if ([...text].length > DESCRIPTION_MAX)
    throw new CallRefused(400, `description has more than ${DESCRIPTION_MAX} characters.`);
  return shielded(text, 'description');
}

/** Returns the text, or refuses it if it contains a person's name, number or plate. */
function shielded(text: string, field: string): string {
  const found = text === '' ? undefined : personShield(text);
  if (found)
    throw new CallRefused(
      400,
      `${field} points at a person (${found.what}). Please describe the thing and the place only.`,
    );
  return text;
}

/** A requested span of time, in ms since the epoch. */
export type Span = { readonly from: number; readonly to: number };

/** Reads the requested span: at most 90 days, by default the last 90. */
export function spanOf(c: Context, now: number): Span {
  const read = (name: string) => {
    const text = c.req.query(name);
    if (!text) return undefined;
    const at = Date.parse(text);
    if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(at))
      throw new CallRefused(400, `${name} must be a W3C date and time such as ${timeOf(0)}.`);
    return at;
  };
  const [start, end] = [read('start_date'), read('end_date')];
  const to = end ?? (start === undefined ? now : Math.min(now, start + SPAN_MS));
  const from = start ?? to - SPAN_MS;
  if (from > to) throw new CallRefused(400, 'start_date must be before end_date.');
  if (to - from > SPAN_MS) throw new CallRefused(400, 'start_date and end_date may span 90 days at most.');
  return { from, to };
}

/** Reads the paging parameters that Chicago, Boston and others share: page and page_size. */
export function pageOf(c: Context): { readonly size: number; readonly skip: number } {
  const read = (name: string, usual: number, most: number) => {
    const text = c.req.query(name);
    if (!text) return usual;
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1)
      throw new CallRefused(400, `${name} must be a whole number from 1 on.`);
    return Math.min(number, most);
  };
  const size = read('page_size', REQUESTS_MAX, REQUESTS_MAX);
  return { size, skip: (read('page', 1, 1_000_000) - 1) * size };
}
