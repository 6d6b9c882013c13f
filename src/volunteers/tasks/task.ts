import { createHash, randomInt } from 'node:crypto';
import { HOUR_MS, remainingMs } from '../../calendar.ts';
import type { CaseId } from '../../cases/hazard-case.ts';
import type { Media } from '../../engine/input.ts';
import type { Place } from '../../engine/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Skill, VolunteerId } from '../volunteer/volunteer.ts';
import { shortId } from '../volunteer/volunteer.ts';

export type TaskId = `task_${string}`;
/** A field of the task record that says that one of its reminders is due no more. */
export type ReminderMark = `reminded${string}`;

/** Kinds of tasks: 巡逻 · 看一眼 (a case) · 复查 (after a cure) · 宣传 · 帮忙 · 待命 · 演练. */
export const TASK_KINDS = ['patrol', 'check', 'recheck', 'publicity', 'help', 'standby', 'drill'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** Ways to check in: a location near the place, or the code that the leader tells on the spot. */
export const CHECK_INS = ['place', 'code'] as const;
/** Evidence that a finished task requires. */
export const PROOFS = ['photo', 'words', 'nothing'] as const;

/** States of a task; only an open one can be taken. */
export const TASK_STATES = ['open', 'ended', 'cancelled'] as const;

/** A task for volunteers, as stored. Places, waiting list and participations are kept beside it. */
export type Task = {
  readonly id: TaskId;
  readonly kind: TaskKind;
  readonly state: (typeof TASK_STATES)[number];
  /** Instructions; empty for a visit to a case, which has fixed wording. */
  readonly words: string;
  readonly place: Place;
  /** The community, or the larger region, whose volunteers are asked first. */
  readonly region: string;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  /** Number of places. */
  readonly needed: number;
  /** One of these is required; none required if empty. */
  readonly skills: readonly Skill[];
  readonly checkIn: (typeof CHECK_INS)[number];
  readonly code: string;
  readonly proof: (typeof PROOFS)[number];
  /** The case to visit, for kinds `check` and `recheck`. */
  readonly case?: CaseId;
  /** Offered to this team only. */
  readonly team?: string;
  /** When it was cancelled, ms since the epoch. */
  readonly cancelledAt?: number;
  /** The repeating plan that created it. */
  readonly plan?: string;
  /** The creator's pseudonym. */
  readonly by: string;
  readonly madeAt: number; // ms since the epoch
  /** Number of offer waves so far. */
  readonly waves: number;
  readonly nextWave?: number; // when the next offer wave is due, ms since the epoch
  /** Marks of reminders that are due no more, named by `REMINDERS` (task-reminders.ts). */
  readonly [mark: ReminderMark]: true | undefined;
  /** An organiser has reminded the takers by hand, which is possible once. */
  readonly urged?: true;
};

/** States of a participation. Only the volunteer sees `missed`. */
export const PARTICIPATION_STATES = ['taken', 'checked_in', 'proven', 'confirmed', 'missed'] as const;
export type ParticipationState = (typeof PARTICIPATION_STATES)[number];
/** States of a taker who came. */
export const CAME: readonly ParticipationState[] = ['checked_in', 'proven', 'confirmed'];
/** The progress of one taker of a task. */
export type Participation = {
  readonly state: ParticipationState;
  readonly at: number; // ms since the epoch
  readonly proof?: { readonly photos?: readonly Media[]; readonly words?: Words };
  /** Wrong codes in a row, and the time of the last one (ms since the epoch). */
  readonly missed?: { readonly times: number; readonly at: number };
};

/** A task with its takers, waiting list and participations, read at one moment. */
export type KeptTask = Kept<Task> & {
  /** Changes whenever a place comes free or the waiting list grows; stored as `stirred`. Voids a clock step computed before. */
  readonly clockEpoch: string;
  readonly takers: readonly VolunteerId[];
  readonly waiting: readonly VolunteerId[];
  /** By volunteer id. */
  readonly parts: Readonly<Record<string, Participation>>;
};

/** Makes a random task id. */
export function newTaskId(): TaskId {
  return `task_${shortId()}`;
}

/** The fields of a task that is made now: it is open, and its first offers are due. */
export function openedTask(now: number) {
  return { id: newTaskId(), state: 'open', code: newCheckInCode(), madeAt: now, waves: 0, nextWave: now } as const;
}

/** Derives the id of a plan's task from its slot, so that a retry creates no second task. */
export function taskIdOfSlot(plan: string, slot: number): TaskId {
  const name = createHash('sha256').update(`${plan}.${slot}`).digest('base64url');
  return `task_${name.replaceAll('-', 'x').slice(0, 8)}`;
}

/** Makes a random check-in code of four digits. */
export function newCheckInCode(): string {
  return String(randomInt(1000, 10_000));
}

/** Hours of darkness by the city's clock, all year round. */
const DARK = { from: 20, until: 6 };

/** True if any part of the time lies in dark hours. */
export function isAtNight({ from, until }: Pick<Task, 'from' | 'until'>): boolean {
  for (let at = from; at < until; at += HOUR_MS) if (isDark(at)) return true;
  return isDark(until - 1);
}

/** True if a moment (ms since the epoch) lies in dark hours. */
export function isDark(at: number): boolean {
  return remainingMs(DARK, at) > 0;
}
