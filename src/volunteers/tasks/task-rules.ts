import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import { REACH_METRES } from '../../regions/metres-to.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import type { KeptTask, Participation, Task } from './task.ts';
import { isAtNight, isDark } from './task.ts';
import type { Reminder } from './task-reminders.ts';
import { nextReminderAt } from './task-reminders.ts';

/** Check-in opens this long before a task begins, and closes this long after it ends. */
const EARLY_MS = HOUR_MS;
const LATE_MS = 2 * HOUR_MS;

/** The reason why an action on a task is refused. */
export type TaskRefusal =
  | 'gone'
  | 'full'
  | 'had'
  | 'over'
  | 'busy'
  | 'not_fit'
  | 'too_young'
  | 'not_taken'
  | 'too_early'
  | 'too_far'
  | 'wrong_code'
  | 'code_needed'
  | 'code_rests'
  | 'not_there_yet'
  | 'not_begun'
  | 'proof_missing'
  | 'begun'
  | 'alone'
  | 'own_case';

/** The time when the task is due on the task clock, ms since the epoch; undefined once it is not open. */
export function nextClockAt(task: Task, reminders?: readonly Reminder[]): number | undefined {
  const { state, until, nextWave } = task;
  if (state !== 'open') return undefined;
  return Math.min(nextWave ?? Infinity, nextReminderAt(task, reminders) ?? Infinity, until + LATE_MS);
}

/** True once the time for check-in and proof is over, so that the clock ends the task. */
export function isEndDue({ until }: Task, now: number): boolean {
  return now >= until + LATE_MS;
}

/** The time after which the task is not offered any more, ms since the epoch. A case can be visited until the end. */
export function offersEndAt({ from, until, case: about }: Task): number {
  return about === undefined ? from : until;
}

/** The reason why a volunteer cannot take a task, apart from places; undefined if eligible. `upcoming`: tasks already taken. */
export function eligibilityRefusal(
  task: Task,
  volunteer: Volunteer,
  upcoming: readonly Task[],
  now: number,
): TaskRefusal | undefined {
  if (task.state !== 'open') return 'gone';
  if (now >= task.until) return 'over';
  if (volunteer.state !== 'active') return 'not_fit';
  if (volunteer.age === 'youth' && (task.kind !== 'publicity' || isAtNight(task))) return 'too_young';
  if (task.skills.length > 0 && !task.skills.some((skill) => volunteer.skills.includes(skill))) return 'not_fit';
  // A visit to a case has a whole day's time, so it overlaps with no other task.
  const timed = upcoming.filter((one) => one.id !== task.id && one.case === undefined && task.case === undefined);
  const overlaps = timed.some(({ from, until }) => from < task.until && task.from < until);
  return overlaps ? 'busy' : undefined;
}

/** The reason why a volunteer cannot take a place now; `full` only for an eligible volunteer. */
export function takeRefusal(
  kept: KeptTask,
  volunteer: Volunteer,
  upcoming: readonly Task[],
  now: number,
): TaskRefusal | undefined {
  if (kept.takers.includes(volunteer.id)) return 'had';
  const refusal = eligibilityRefusal(kept.record, volunteer, upcoming, now);
  return refusal ?? (kept.takers.length >= kept.record.needed ? 'full' : undefined);
}

/** The reason why a place cannot be handed back; allowed until the check-in. */
export function handBackRefusal({ parts }: KeptTask, id: VolunteerId): TaskRefusal | undefined {
  const part = parts[id];
  if (!part) return 'not_taken';
  return part.state === 'taken' ? undefined : 'begun';
}

/** Time for organisers to review proofs, from a task's end on. */
const PROOFS_MS = 30 * DAY_MS;

/** The time when proofs, offers and the waiting list are deleted, ms since the epoch. */
export function proofsDueAt({ until }: Task): number {
  return until + PROOFS_MS;
}

/** After this many wrong codes, code check-in is locked for this long. It prevents trying all codes. */
const WRONG_CODES_MAX = 5;
const CODE_LOCK_MS = 10 * MINUTE_MS;

/** Counts a wrong check-in code; the count restarts after a pause. */
export function countWrongCode(part: Participation, now: number): Participation {
  const { times = 0, at = now } = part.missed ?? {};
  return { ...part, missed: { times: now < at + CODE_LOCK_MS ? times + 1 : 1, at: now } };
}

function isCodeLocked({ missed }: Participation, now: number): boolean {
  return missed !== undefined && missed.times >= WRONG_CODES_MAX && now < missed.at + CODE_LOCK_MS;
}

/** Evidence of presence: the distance to the place or a code. Only the distance is used; the location is not stored. */
export type CheckInProof = { readonly metres: number | undefined } | { readonly code: string };

/** Checks a taker in: the new participation, or a refusal. */
export function checkIn(
  kept: KeptTask,
  id: VolunteerId,
  shown: CheckInProof,
  now: number,
): Participation | TaskRefusal {
  const { record, parts, takers } = kept;
  const part = parts[id];
  if (!part) return 'not_taken';
  if (record.state !== 'open') return 'gone';
  if (part.state !== 'taken') return 'begun';
  if (now < record.from - EARLY_MS) return 'too_early';
  if (now > record.until + LATE_MS) return 'over';
  if (isDark(now) && takers.length < 2) return 'alone';
  const checkedIn: Participation = { state: 'checked_in', at: now };
  if ('code' in shown) {
    if (isCodeLocked(part, now)) return 'code_rests';
    return shown.code === record.code ? checkedIn : 'wrong_code';
  }
  if (record.checkIn === 'code') return 'code_needed';
  return shown.metres !== undefined && shown.metres <= REACH_METRES ? checkedIn : 'too_far';
}

/** Accepts a taker's proof of work: the new participation, or a refusal. */
export function submitProof(
  kept: KeptTask,
  id: VolunteerId,
  proof: Participation['proof'],
  now: number,
): Participation | TaskRefusal {
  const { record, parts } = kept;
  const part = parts[id];
  if (!part) return 'not_taken';
  if (record.state !== 'open') return 'gone';
  if (part.state === 'taken') return 'not_there_yet';
  if (part.state !== 'checked_in') return 'begun';
  // Check-in opens before the task begins; the work cannot be done before it.
  if (now < record.from) return 'not_begun';
  if (record.proof === 'photo' && (proof?.photos ?? []).length === 0) return 'proof_missing';
  if (record.proof === 'words' && proof?.words === undefined) return 'proof_missing';
  // The result of a visit is reviewed in its case, not on the task board.
  const state = record.case === undefined ? 'proven' : 'confirmed';
  return { state, at: now, ...(proof ? { proof } : {}) };
}

/** Confirms all submitted proofs of a task. */
export function confirmProofs({ parts }: KeptTask, now: number): readonly (readonly [VolunteerId, Participation])[] {
  return Object.entries(parts).flatMap(([id, part]): readonly (readonly [VolunteerId, Participation])[] =>
    part.state === 'proven' ? [[id as VolunteerId, { ...part, state: 'confirmed', at: now }]] : [],
  );
}

/** Settles participations when a task ends: absent takers as missed, present ones as confirmed if no proof is required. */
export function settleParts(
  { parts, record }: KeptTask,
  now: number,
): readonly (readonly [VolunteerId, Participation])[] {
  return Object.entries(parts).flatMap(([id, part]): readonly (readonly [VolunteerId, Participation])[] => {
    if (part.state === 'taken') return [[id as VolunteerId, { ...part, state: 'missed', at: now }]];
    const came = part.state === 'checked_in' && record.proof === 'nothing';
    return came ? [[id as VolunteerId, { ...part, state: 'confirmed', at: now }]] : [];
  });
}

/** Hours credited for a visit to a case. */
const VISIT_HOURS = 0.5;

/** Hours credited to each confirmed taker, to one decimal. */
export function taskHours({ from, until, case: about }: Task): number {
  if (about !== undefined) return VISIT_HOURS;
  return Math.round(((until - from) / HOUR_MS) * 10) / 10;
}
