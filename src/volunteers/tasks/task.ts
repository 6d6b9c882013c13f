import { createHash, randomInt } from 'node:crypto';
import { HOUR_MS, leftOf } from '../../calendar.ts';
import type { CaseId } from '../../cases/hazard-case.ts';
import type { Media } from '../../engine/input.ts';
import type { Place } from '../../engine/steps/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Skill, VolunteerId } from '../volunteer/volunteer.ts';
import { shortId } from '../volunteer/volunteer.ts';

export type TaskId = `task_${string}`;

/** 巡逻 · 看一眼 (a case) · 复查 (after a cure) · 宣传 · 帮忙 · 待命. */
export const TASK_KINDS = ['patrol', 'check', 'recheck', 'publicity', 'help', 'standby'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** How somebody shows that they came: by being there, or by the code that whoever leads tells on the spot. */
export const CHECK_INS = ['place', 'code'] as const;
/** What is wanted when it is done. */
export const PROOFS = ['photo', 'words', 'nothing'] as const;

export const TASK_STATES = ['open', 'ended', 'cancelled'] as const;

export type Task = {
  readonly id: TaskId;
  readonly kind: TaskKind;
  readonly state: (typeof TASK_STATES)[number];
  /** What is to be done. */
  readonly words: string;
  readonly place: Place;
  /** The community, or the larger region, whose volunteers are asked first. */
  readonly region: string;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  /** How many people. */
  readonly needed: number;
  readonly skills: readonly Skill[];
  readonly checkIn: (typeof CHECK_INS)[number];
  readonly code: string;
  readonly proof: (typeof PROOFS)[number];
  /** The case that it is about. */
  readonly case?: CaseId;
  /** Only this team is asked. */
  readonly team?: string;
  /** The repeating task of which it is one. */
  readonly plan?: string;
  /** Who gave it (a pseudonym), and when. */
  readonly by: string;
  readonly madeAt: number; // ms since the epoch
  /** How often it was offered around, and when that is done next (ms). */
  readonly waves: number;
  readonly nextWave?: number;
  /** Those who took it were told that it begins soon. */
  readonly reminded?: true;
  /** An organiser has reminded of it; once is enough. */
  readonly urged?: true;
};

/** How one of those who took it does: `missed` is only ever seen by themselves. */
export const PARTICIPATION_STATES = ['taken', 'checked_in', 'proven', 'confirmed', 'missed'] as const;
export type ParticipationState = (typeof PARTICIPATION_STATES)[number];
export type Participation = {
  readonly state: ParticipationState;
  readonly at: number; // ms since the epoch
  readonly proof?: { readonly photos?: readonly Media[]; readonly words?: Words };
  /** Wrong codes in a row, and when the last was tried (ms). */
  readonly missed?: { readonly times: number; readonly at: number };
};

/** A task with everything that changes in it. */
export type KeptTask = {
  readonly version: number;
  /** How often a place came free or somebody began to wait: another number, and the clock must look again. */
  readonly stirred: string;
  readonly record: Task;
  readonly takers: readonly VolunteerId[];
  readonly waiting: readonly VolunteerId[];
  readonly parts: Readonly<Record<string, Participation>>;
};

export function newTaskId(): TaskId {
  return `task_${shortId()}`;
}

/** The task of a plan's slot: the same however often, and by whomever, it is made. */
export function taskOfSlot(plan: string, slot: number): TaskId {
  const name = createHash('sha256').update(`${plan}.${slot}`).digest('base64url');
  return `task_${name.replaceAll('-', 'x').slice(0, 8)}`;
}

export function newCode(): string {
  return String(randomInt(1000, 10_000));
}

const DARK = { from: 20, until: 6 };

/** Whether any of it lies in the dark. */
export function isAtNight({ from, until }: Pick<Task, 'from' | 'until'>): boolean {
  for (let at = from; at < until; at += HOUR_MS) if (isDark(at)) return true;
  return isDark(until - 1);
}

/** Whether it is dark at a moment (ms), by the clock. */
export function isDark(at: number): boolean {
  return leftOf(DARK, at) > 0;
}
