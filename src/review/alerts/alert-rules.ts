import { DAY_MS } from '../../calendar.ts';
import type { Alert, AlertAnswer } from './alert.ts';
import { ALERT_ANSWERS, isAlertOpen } from './alert.ts';

/** Deeds on an alert, in the order of their buttons. */
export const ALERT_DEEDS = ['looked', 'confirmed', 'false', 'known_cause', 'acted', 'ended'] as const;
export type AlertDeed = (typeof ALERT_DEEDS)[number];

/** An alert without an answer ends after this time; precision counts it as unanswered. */
const UNANSWERED_MS = 28 * DAY_MS;

/** Lists the deeds that are possible now. */
export function alertDeeds(alert: Alert): readonly AlertDeed[] {
  switch (alert.state) {
    case 'raised':
      return ['looked', 'confirmed', 'false', 'known_cause'];
    case 'looked':
      return ['confirmed', 'false', 'known_cause'];
    case 'confirmed':
      return ['acted', 'ended'];
    case 'acted':
      return ['ended'];
    case 'ended':
    case 'false':
      return [];
  }
}

type DeedDetails = Pick<Alert, 'task' | 'measure' | 'draw'>;

/** The alert after a deed; undefined if the deed is not possible now. */
export function changeAlert(alert: Alert, deed: AlertDeed, now: number, details: DeedDetails = {}): Alert | undefined {
  if (!alertDeeds(alert).includes(deed)) return undefined;
  switch (deed) {
    case 'looked':
      return { ...alert, state: 'looked', ...(details.task ? { task: details.task } : {}) };
    case 'confirmed':
      return { ...alert, state: 'confirmed', answer: 'confirmed', answeredAt: now };
    case 'false':
      return { ...alert, state: 'false', answer: 'false', answeredAt: now };
    case 'known_cause':
      return { ...alert, state: 'ended', answer: 'known_cause', answeredAt: now };
    case 'acted':
      return { ...alert, state: 'acted', ...details };
    case 'ended':
      return { ...alert, state: 'ended' };
  }
}

/** Answers that the responsible unit may give now; none once those on the ground have answered. */
export function unitDeeds({ state }: Alert): readonly AlertAnswer[] {
  return state === 'raised' || state === 'looked' ? ALERT_ANSWERS : [];
}

/** The alert with the word of its unit; undefined if it comes too late. A later word takes the place of an earlier one. */
export function hearUnit(alert: Alert, answer: AlertAnswer, now: number): Alert | undefined {
  return unitDeeds(alert).includes(answer) ? { ...alert, unitSaid: { answer, at: now } } : undefined;
}

/** True if the system ends an alert: its rise is over, or it had no answer for four weeks. */
export function endsByItself(alert: Alert, isCalm: boolean, now: number): boolean {
  if (!isAlertOpen(alert)) return false;
  const isAnswered = alert.state === 'confirmed' || alert.state === 'acted';
  return isAnswered ? isCalm : now - alert.raisedAt >= UNANSWERED_MS;
}
