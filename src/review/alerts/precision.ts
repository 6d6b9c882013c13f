import { DAY_MS } from '../../calendar.ts';
import type { Alert } from './alert.ts';
import type { Detector, Halvings } from './detectors/judge-week.ts';
import { DETECTORS } from './detectors/judge-week.ts';

/** Days of one window of precision. */
const WINDOW_MS = 90 * DAY_MS;
/** Fewer answers say nothing about a detector. */
const ANSWERS_MIN = 4;
const HALVINGS_MAX = 4;

/** Answers to the alerts of a detector in 90 days: confirmed ones, all of them, and alerts without an answer. */
export type Precision = {
  readonly detector: Detector;
  readonly confirmed: number;
  readonly answered: number;
  readonly open: number;
  /** Halvings of its false-alarm rate. */
  readonly halvings: number;
};

/** Counts the answers of the last 90 days by detector. A known cause is no confirmed rise. */
export function precisionOf(alerts: readonly Alert[], now: number): readonly Precision[] {
  return DETECTORS.map((detector) => {
    const own = alerts.filter((alert) => alert.detector === detector);
    const recent = own.filter(({ raisedAt }) => now - raisedAt < WINDOW_MS && raisedAt <= now);
    const answered = recent.filter(({ answer }) => answer !== undefined);
    return {
      detector,
      confirmed: answered.filter(({ answer }) => answer === 'confirmed').length,
      answered: answered.length,
      open: recent.length - answered.length,
      halvings: halvingsOf(own, now),
    };
  });
}

/** The false-alarm rate halves for each window of 90 days in a row, the last one first, with a precision below one half. */
function halvingsOf(own: readonly Alert[], now: number): number {
  let halvings = 0;
  for (let end = now; halvings < HALVINGS_MAX; end -= WINDOW_MS, halvings += 1) {
    const answered = own.filter(
      ({ raisedAt, answer }) => raisedAt <= end && end - raisedAt < WINDOW_MS && answer !== undefined,
    );
    const confirmed = answered.filter(({ answer }) => answer === 'confirmed').length;
    if (answered.length < ANSWERS_MIN || confirmed * 2 >= answered.length) break;
  }
  return halvings;
}

/** The halvings of all detectors, as the detectors take them. */
export function halvingsBy(alerts: readonly Alert[], now: number): Halvings {
  return Object.fromEntries(precisionOf(alerts, now).map(({ detector, halvings }) => [detector, halvings]));
}
