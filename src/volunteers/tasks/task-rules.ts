import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import type { KeptTask, Participation, Task } from './task.ts';
import { isAtNight, isDark } from './task.ts';

/** Those who took a task hear of it once more so long before it begins. */
const REMIND_MS = 2 * HOUR_MS;
/** One may be there so much earlier, and tell of it so much later. */
const EARLY_MS = HOUR_MS;
const LATE_MS = 2 * HOUR_MS;

/** Why something cannot be done with a task now. */
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
  | 'proof_missing'
  | 'begun'
  | 'alone'
  | 'own_case';

/** When time brings something about next, ms; undefined once it is over. */
export function nextLook({ state, from, until, nextWave, reminded }: Task): number | undefined {
  if (state !== 'open') return undefined;
  const times = [
    ...(nextWave === undefined ? [] : [nextWave]),
    ...(reminded ? [] : [from - REMIND_MS]),
    until + LATE_MS,
  ];
  return Math.min(...times);
}

export function isReminderDue({ from, reminded }: Task, now: number): boolean {
  return !reminded && now >= from - REMIND_MS;
}

export function isOver({ until }: Task, now: number): boolean {
  return now >= until + LATE_MS;
}

/** Until when somebody may still be asked, ms: a task begins with those who have come, a case can be looked at all the time. */
export function lastCall({ from, until, case: about }: Task): number {
  return about === undefined ? from : until;
}

/** Why this volunteer cannot take the task, as far as others have not taken it. `own` is what they have taken already. */
export function whyNot(task: Task, volunteer: Volunteer, own: readonly Task[], now: number): TaskRefusal | undefined {
  if (task.state !== 'open') return 'gone';
  if (now >= task.until) return 'over';
  if (volunteer.state !== 'active') return 'not_fit';
  if (volunteer.age === 'youth' && (task.kind !== 'publicity' || isAtNight(task))) return 'too_young';
  if (task.skills.length > 0 && !task.skills.some((skill) => volunteer.skills.includes(skill))) return 'not_fit';
  // A look at a case fits in between.
  const timed = own.filter((one) => one.id !== task.id && one.case === undefined && task.case === undefined);
  const overlaps = timed.some(({ from, until }) => from < task.until && task.from < until);
  return overlaps ? 'busy' : undefined;
}

export function whyNotTake(
  kept: KeptTask,
  volunteer: Volunteer,
  own: readonly Task[],
  now: number,
): TaskRefusal | undefined {
  if (kept.takers.includes(volunteer.id)) return 'had';
  return whyNot(kept.record, volunteer, own, now) ?? (kept.takers.length >= kept.record.needed ? 'full' : undefined);
}

/** One may hand it back until one has been there. */
export function whyNotHandBack({ parts }: KeptTask, id: VolunteerId): TaskRefusal | undefined {
  const part = parts[id];
  if (!part) return 'not_taken';
  return part.state === 'taken' ? undefined : 'begun';
}

/** What was shown as proof has been looked at by then; who was asked counts for nothing any more. */
const PROOFS_MS = 30 * DAY_MS;

/** When less is kept of a task, ms. */
export function keptUntil({ until }: Task): number {
  return until + PROOFS_MS;
}

/** Near enough to have been there, metres; what a phone says of where it is may be off by as much. */
export const REACH_METRES = 300;

/** After so many wrong codes one waits for a while (ms), so that nobody tries them all. */
const CODES_MAX = 5;
const CODES_REST_MS = 10 * MINUTE_MS;

/** Somebody tried a code that is not the one. */
export function codeMissed(part: Participation, now: number): Participation {
  const { times = 0, at = now } = part.missed ?? {};
  return { ...part, missed: { times: now < at + CODES_REST_MS ? times + 1 : 1, at: now } };
}

function codeRests({ missed }: Participation, now: number): boolean {
  return missed !== undefined && missed.times >= CODES_MAX && now < missed.at + CODES_REST_MS;
}

/** How somebody shows that they came. Where they were is compared and not kept. */
export type CheckInProof = { readonly metres: number | undefined } | { readonly code: string };

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
  const there: Participation = { state: 'checked_in', at: now };
  if ('code' in shown) {
    if (codeRests(part, now)) return 'code_rests';
    return shown.code === record.code ? there : 'wrong_code';
  }
  if (record.checkIn === 'code') return 'code_needed';
  return shown.metres !== undefined && shown.metres <= REACH_METRES ? there : 'too_far';
}

export function prove(
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
  if (record.proof === 'photo' && (proof?.photos ?? []).length === 0) return 'proof_missing';
  if (record.proof === 'words' && proof?.words === undefined) return 'proof_missing';
  // What flows back into a case is looked at there.
  const state = record.case === undefined ? 'proven' : 'confirmed';
  return { state, at: now, ...(proof ? { proof } : {}) };
}

/** What whoever gave the task says yes to: all that is shown. */
export function confirmed({ parts }: KeptTask, now: number): readonly (readonly [VolunteerId, Participation])[] {
  return Object.entries(parts).flatMap(([id, part]): readonly (readonly [VolunteerId, Participation])[] =>
    part.state === 'proven' ? [[id as VolunteerId, { ...part, state: 'confirmed', at: now }]] : [],
  );
}

/** At the end: who came is thanked for it, whoever did not is only told so themselves. */
export function settled({ parts, record }: KeptTask, now: number): readonly (readonly [VolunteerId, Participation])[] {
  return Object.entries(parts).flatMap(([id, part]): readonly (readonly [VolunteerId, Participation])[] => {
    if (part.state === 'taken') return [[id as VolunteerId, { ...part, state: 'missed', at: now }]];
    const came = part.state === 'checked_in' && record.proof === 'nothing';
    return came ? [[id as VolunteerId, { ...part, state: 'confirmed', at: now }]] : [];
  });
}

/** A look at a case takes about so long, hours. */
const LOOK_HOURS = 0.5;

/** As long as a task lasts for somebody's thanks, hours. */
export function hoursOf({ from, until, case: about }: Task): number {
  if (about !== undefined) return LOOK_HOURS;
  return Math.round(((until - from) / HOUR_MS) * 10) / 10;
}
