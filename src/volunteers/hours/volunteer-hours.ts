import { randomInt } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { ParticipationState, Task } from '../tasks/task.ts';
import { taskHours } from '../tasks/task-rules.ts';
import { loadTasks } from '../tasks/task-store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';

/** A volunteer's completed work, for their own eyes. It is compared with no other volunteer's. */
export type HoursSummary = {
  readonly tasks: number;
  readonly hours: number;
  /** Beginning of the first and the last confirmed task. */
  readonly from: number | undefined; // ms since the epoch
  readonly until: number | undefined; // ms since the epoch
  /** Missed tasks, shown to the volunteer alone. */
  readonly missed: number;
  /** Tasks done whose hours are not confirmed yet. */
  readonly waiting: number;
  /** Tasks taken that are not over. */
  readonly coming: readonly Task[];
};

/** Sums up a volunteer's tasks within the retention time. */
export async function loadHoursSummary(store: Store, id: VolunteerId, now: number): Promise<HoursSummary> {
  const all = await loadTasks(store, await orStoreAway(store.redis.zrange(store.keys.volunteerTasks(id), 0, '-1')));
  const done = all.filter(({ parts }) => parts[id]?.state === 'confirmed').map(({ record }) => record);
  return {
    tasks: done.length,
    hours: Math.round(done.reduce((sum, task) => sum + taskHours(task), 0) * 10) / 10,
    from: done[0]?.from,
    until: done.at(-1)?.from,
    missed: all.filter(({ parts }) => parts[id]?.state === 'missed').length,
    waiting: all.filter(({ parts, record }) => isWaiting(record, parts[id]?.state, now)).length,
    coming: all.flatMap(({ record, parts }) =>
      record.state === 'open' && record.until > now && parts[id]?.state === 'taken' ? [record] : [],
    ),
  };
}

/** True if the hours come once the proof is confirmed, or the task is settled. */
function isWaiting({ state, until, proof }: Task, part: ParticipationState | undefined, now: number): boolean {
  return part === 'proven' || (part === 'checked_in' && proof === 'nothing' && state === 'open' && now >= until);
}

/** The stored part of a certificate. The volunteer's name is on the printed sheet only. */
export type Certificate = {
  readonly code: string;
  readonly hours: number;
  readonly tasks: number;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  readonly at: number; // ms since the epoch
};

/** Prefix of the /start parameter that opens a certificate check. */
export const CERTIFICATE_LINK = 'cert_';

/** Excludes letters and digits that are easily confused. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 10;

/** Makes a random certificate code. */
export function newCertificateCode(): string {
  const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return isCertificateCode(code) ? code : newCertificateCode();
}

/** Writes a certificate. */
export function keepCertificate({ keys }: Store, { code, ...said }: Certificate) {
  const fields = Object.entries(said).flatMap(([field, value]) => [field, String(value)]);
  return [['HSET', keys.certificate(code), ...fields] as const];
}

/** True for ten letters and digits with at least one of each, so that no ordinary word matches. */
export function isCertificateCode(text: string): boolean {
  return /^[A-HJ-NP-Z2-9]{10}$/.test(text) && /\d/.test(text) && /[A-Z]/.test(text);
}

/** Loads the certificate of a code; undefined if there is none. */
export async function loadCertificate({ redis, keys }: Store, code: string): Promise<Certificate | undefined> {
  if (!isCertificateCode(code)) return undefined;
  const { hours, tasks, from, until, at } = await orStoreAway(redis.hgetall(keys.certificate(code)));
  if (hours === undefined) return undefined;
  return { code, hours: Number(hours), tasks: Number(tasks), from: Number(from), until: Number(until), at: Number(at) };
}

/** Path of the volunteers' calendars on the web server. */
export const SHIFTS_PATH = '/shifts';

/** The file name of a volunteer's calendar. It is unguessable and identifies no person. */
export function shiftsFileName(store: Store, id: VolunteerId): string {
  return `${id.slice('volunteer_'.length)}-${store.pseudonym(`shifts:${id}`)}`;
}

/** The volunteer of a calendar file; undefined for a forged name. */
export function volunteerOfShiftsFile(store: Store, name: string): VolunteerId | undefined {
  const id: VolunteerId = `volunteer_${name.slice(0, 8)}`;
  return /^\w{8}-[\w-]{12}$/.test(name) && shiftsFileName(store, id) === name ? id : undefined;
}

/** Formats tasks as an iCalendar file (RFC 5545). Visits to cases are left out: they have no fixed time. */
export function formatCalendar(tasks: readonly Task[], now: number): string {
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
  return all.map(foldLine).join('\r\n').concat('\r\n');
}

/** Folds a line at 75 bytes without splitting a character (RFC 5545, section 3.1). */
function foldLine(line: string): string {
  const parts: string[] = [''];
  for (const character of line) {
    const last = parts.at(-1) ?? '';
    if (Buffer.byteLength(last + character) > (parts.length === 1 ? 75 : 74)) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts.join('\r\n ');
}
