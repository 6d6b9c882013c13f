import { createHash } from 'node:crypto';
import type { DrawId } from '../../inspections/draw/draw.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';
import type { Alarm } from './alarm.ts';
import { dayStart, WEEK_DAYS } from './series/case-counts.ts';

export type AlertId = `alert_${string}`;

/** raised → looked → confirmed → acted → ended; `false` and a known cause end it as well. */
export const ALERT_STATES = ['raised', 'looked', 'confirmed', 'acted', 'ended', 'false'] as const;
export type AlertState = (typeof ALERT_STATES)[number];
/** Answers of those on the ground: 属实, 不属实, 已知原因. */
export const ALERT_ANSWERS = ['confirmed', 'false', 'known_cause'] as const;
export type AlertAnswer = (typeof ALERT_ANSWERS)[number];
/** What was done about a confirmed rise. */
export const ALERT_MEASURES = ['announcement', 'inspection', 'designated', 'letter', 'other'] as const;
export type AlertMeasure = (typeof ALERT_MEASURES)[number];

/** 苗头: an unusual rise of reports, as it was when it was raised. It names no person and no case. */
export type Alert = Alarm & {
  readonly id: AlertId;
  readonly state: AlertState;
  /** The day after the window, as a day number in China time. */
  readonly end: number;
  /** The street and the category with most of its cases, and their number. */
  readonly street?: string;
  readonly leading?: { readonly category: string; readonly count: number };
  /** The unit that leads at least half of its cases. */
  readonly unit?: string;
  /** The word of that unit. It informs those on the ground, who answer; it ends nothing and counts in no precision. */
  readonly unitSaid?: { readonly answer: AlertAnswer; readonly at: number };
  readonly raisedAt: number; // ms since the epoch
  readonly answer?: AlertAnswer;
  readonly answeredAt?: number; // ms since the epoch
  readonly task?: TaskId;
  readonly measure?: AlertMeasure;
  /** The draw of the premises that it designated. */
  readonly draw?: DrawId;
};

/** Derives the id from window, kind and ground, so that a repeated run raises no second one. */
export function alertIdOf(end: number, { what, regions }: Pick<Alarm, 'what' | 'regions'>): AlertId {
  const hash = createHash('sha256')
    .update(`${end} ${what} ${regions.join(' ')}`)
    .digest('hex');
  return `alert_${hash.slice(0, 8)}`;
}

/** Times of the first and the last day of the window, ms since the epoch. */
export function windowOf({ end, weeks }: Pick<Alert, 'end' | 'weeks'>): {
  readonly from: number;
  readonly until: number;
} {
  return { from: dayStart(end - weeks * WEEK_DAYS), until: dayStart(end) - 1 };
}

/** True while an answer, a measure or the end of the rise is awaited. */
export function isAlertOpen({ state }: Pick<Alert, 'state'>): boolean {
  return state !== 'ended' && state !== 'false';
}
