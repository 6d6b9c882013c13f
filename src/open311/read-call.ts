import type { Context } from 'hono';
import { DAY_MS } from '../calendar.ts';
import type { ApiKey } from '../cases/api-key.ts';
import { personShield } from '../cases/report/person-shield.ts';
import type { Place } from '../engine/place.ts';
import { tidyText } from '../engine/tidy-text.ts';
import { readDecimal, readWhole } from '../files/strict-number.ts';
import type { Store } from '../store/store.ts';
import { CallRefused } from './call-refused.ts';
import type { KeyCheck } from './key-check.ts';
import type { Form } from './read-form.ts';
import { readForm } from './read-form.ts';
import { timeOf } from './service-request.ts';

const SPAN_MS = 90 * DAY_MS;
/** The specification's limit for one response. */
export const REQUESTS_MAX = 1000;
const DESCRIPTION_MAX = 4000; // characters

/** Refuses a call that names another jurisdiction, in any of its parameters. */
export function checkJurisdiction(ids: readonly string[], { city }: Store): void {
  const other = ids.find((id) => id !== '' && id !== city);
  if (other !== undefined) throw new CallRefused(404, `There is no jurisdiction ${other}.`);
}

/** Reads a posted form and authenticates its API key; a key in the address is checked before the body is read. */
export async function readCall(c: Context, store: Store, keyOf: KeyCheck): Promise<Form & { readonly key: ApiKey }> {
  const inAddress = c.req.query('api_key');
  const first = inAddress ? await keyOf(c, inAddress) : undefined;
  if (inAddress && !first) throw new CallRefused(403, 'This api_key is not known.');
  const form = await readForm(c);
  const given = form.fields.get('api_key');
  const key = given ? await keyOf(c, given) : first;
  if (!key) throw new CallRefused(403, given ? 'This api_key is not known.' : 'api_key is required.');
  checkJurisdiction(form.fields.getAll('jurisdiction_id'), store);
  return { ...form, key };
}

/** Reads the place: a point in WGS-84 degrees, an address, or both. */
export function placeOf(form: URLSearchParams): Place {
  const [lat, long] = [form.get('lat'), form.get('long')];
  const text = tidyText(form.get('address_string') ?? form.get('address_id') ?? '');
  if (lat || long) {
    const [latitude, longitude] = [readDecimal(lat), readDecimal(long)];
    if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
      throw new CallRefused(400, 'lat and long must be degrees such as 31.4552, both of them.');
    const point = { latitude, longitude };
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
  const [start, end] = [
    readTime('start_date', c.req.query('start_date')),
    readTime('end_date', c.req.query('end_date')),
  ];
  const to = end ?? (start === undefined ? now : Math.min(now, start + SPAN_MS));
  const from = start ?? to - SPAN_MS;
  if (from > to) throw new CallRefused(400, 'start_date must be before end_date.');
  if (to - from > SPAN_MS) throw new CallRefused(400, 'start_date and end_date may span 90 days at most.');
  return { from, to };
}

/** Reads a W3C date and time with its zone, ms since the epoch; undefined if the parameter is empty. */
export function readTime(name: string, text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const [, day] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const at = Date.parse(text);
  // Date.parse takes the 31st of every month.
  if (!day || Number.isNaN(at) || !new Date(`${day}T00:00Z`).toISOString().startsWith(day))
    throw new CallRefused(400, `${name} must be a date and time with its zone, such as ${timeOf(0)}; write + as %2B.`);
  return at;
}

/** A page of a list: its size, and how many come before it. */
export type Page = { readonly size: number; readonly skip: number };

/** Reads the paging parameters that Chicago, Boston and others share: page and page_size. */
export function pageOf(c: Context): Page {
  const read = (name: string, usual: number, most: number) => {
    const text = c.req.query(name);
    if (!text) return usual;
    const number = readWhole(text);
    if (number === undefined || number < 1) throw new CallRefused(400, `${name} must be a whole number from 1 on.`);
    return Math.min(number, most);
  };
  const size = read('page_size', REQUESTS_MAX, REQUESTS_MAX);
  return { size, skip: (read('page', 1, 1_000_000) - 1) * size };
}
