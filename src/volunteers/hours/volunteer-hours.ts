import { randomInt } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Task } from '../tasks/task.ts';
import { hoursOf } from '../tasks/task-rules.ts';
import { loadTasks } from '../tasks/task-store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';

/** What somebody has done: for themselves to see, and compared with nobody's. */
export type Thanks = {
  readonly tasks: number;
  readonly hours: number;
  readonly from: number | undefined; // ms since the epoch
  readonly until: number | undefined; // ms since the epoch
  /** What they have missed lately, which nobody else is shown. */
  readonly missed: number;
  /** What is still to come. */
  readonly coming: readonly Task[];
};

export async function thanksFor(store: Store, id: VolunteerId, now: number): Promise<Thanks> {
  const all = await loadTasks(store, await orStoreAway(store.redis.zrange(store.keys.volunteerTasks(id), 0, '-1')));
  const done = all.filter(({ parts }) => parts[id]?.state === 'confirmed').map(({ record }) => record);
  return {
    tasks: done.length,
    hours: Math.round(done.reduce((sum, task) => sum + hoursOf(task), 0) * 10) / 10,
    from: done[0]?.from,
    until: done.at(-1)?.from,
    missed: all.filter(({ parts }) => parts[id]?.state === 'missed').length,
    coming: all.flatMap(({ record, parts }) =>
      record.state === 'open' && record.until > now && parts[id]?.state === 'taken' ? [record] : [],
    ),
  };
}

/** What a certificate says; whose it is stands only on the paper. */
export type Certificate = {
  readonly code: string;
  readonly hours: number;
  readonly tasks: number;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  readonly at: number; // ms since the epoch
};

/** Follows /start in a link: what checks a certificate. */
export const CERTIFICATE_LINK = 'cert_';

/** Without letters and digits that are read for one another. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 10;

export function newCertificateCode(): string {
  const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return isCertificateCode(code) ? code : newCertificateCode();
}

export function keepCertificate({ keys }: Store, { code, ...said }: Certificate) {
  const fields = Object.entries(said).flatMap(([field, value]) => [field, String(value)]);
  return [['HSET', keys.certificate(code), ...fields] as const];
}

/** Ten letters and digits, some of both: no word that somebody types. */
export function isCertificateCode(text: string): boolean {
  return /^[A-HJ-NP-Z2-9]{10}$/.test(text) && /\d/.test(text) && /[A-Z]/.test(text);
}

/** The certificate of this code; undefined if there is none. */
export async function loadCertificate({ redis, keys }: Store, code: string): Promise<Certificate | undefined> {
  if (!isCertificateCode(code)) return undefined;
  const { hours, tasks, from, until, at } = await orStoreAway(redis.hgetall(keys.certificate(code)));
  if (hours === undefined) return undefined;
  return { code, hours: Number(hours), tasks: Number(tasks), from: Number(from), until: Number(until), at: Number(at) };
}

/** Where the web server hangs calendars. */
export const SHIFTS_AT = '/shifts';

/** The name of somebody's calendar, which nobody guesses and which tells nothing of them. */
export function shiftsName(store: Store, id: VolunteerId): string {
  return `${id.slice('volunteer_'.length)}-${store.pseudonym(`shifts:${id}`)}`;
}

/** Whose calendar it is; undefined if the name was made up. */
export function shiftsOf(store: Store, name: string): VolunteerId | undefined {
  const id: VolunteerId = `volunteer_${name.slice(0, 8)}`;
  return /^\w{8}-[\w-]{12}$/.test(name) && shiftsName(store, id) === name ? id : undefined;
}

/** What somebody has taken as a calendar that phones read (RFC 5545): when, where, and what is to be done. */
export function calendarOf(tasks: readonly Task[], now: number): string {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const escaped = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');
  const events = tasks
    .filter((task) => task.case === undefined)
    .flatMap(({ id, from, until, words, place }) => [
      'BEGIN:VEVENT',
      `UID:${id}@anlin`,
      `DTSTAMP:${at(now)}`,
      `DTSTART:${at(from)}`,
      `DTEND:${at(until)}`,
      `SUMMARY:${escaped(words)}`,
      ...(place.text ? [`LOCATION:${escaped(place.text)}`] : []),
      'END:VEVENT',
    ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//anlin//volunteers//ZH', ...events, 'END:VCALENDAR'];
  return all.map(folded).join('\r\n').concat('\r\n');
}

/** Lines of at most 75 bytes, no letter cut through (RFC 5545, 3.1). */
function folded(line: string): string {
  const parts: string[] = [''];
  for (const letter of line) {
    const last = parts.at(-1) ?? '';
    if (Buffer.byteLength(last + letter) > (parts.length === 1 ? 75 : 74)) parts.push(letter);
    else parts[parts.length - 1] = last + letter;
  }
  return parts.join('\r\n ');
}
