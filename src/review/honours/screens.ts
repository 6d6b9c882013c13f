import { clockAt, momentOf } from '../../calendar.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import { failedItems, isAnnulled } from '../../inspections/visits/visit-rules.ts';
import type { Letter } from '../letters/letter.ts';
import { isOpenLetter } from '../letters/letter.ts';
import { LESS_IS_BETTER } from '../score/indicator.ts';
import { addMonths, monthEnd, monthOf } from '../score/month.ts';
import type { RegionMonth } from '../score/month-score.ts';
import type { ScreenResult } from './evidence.ts';

/** Months without an honour after a public listing (挂牌), and after one whose cure was missed. */
const [LISTED_MONTHS, MISSED_MONTHS] = [6, 12] as const;

/** Alarm of the funnel: a share outside the outer limits on the bad side. */
export function screenFunnel(month: RegionMonth | undefined): ScreenResult {
  if (!month) return 'not_known';
  const isAlarm = month.cells.some(({ code, funnel }) => {
    const bad = LESS_IS_BETTER.includes(code) ? 1 : -1;
    return funnel?.outside === true && funnel.zAdjusted * bad > 0;
  });
  return isAlarm ? 'failed' : 'passed';
}

/** Flag of under-reporting: fewer reports than the residents of the street, or the past of the premises, lead one to expect. */
export function screenReports(month: RegionMonth | undefined, isFewAtPremises: boolean): ScreenResult {
  if (isFewAtPremises) return 'failed';
  if (!month?.reports) return 'not_known';
  return month.reports.few ? 'failed' : 'passed';
}

/** A letter fails from its sending to its end; a draft that one organiser wrote bars nothing. */
export function screenLetter(letters: readonly Letter[]): ScreenResult {
  return letters.some((letter) => isOpenLetter(letter) && letter.sentAt !== undefined) ? 'failed' : 'passed';
}

/** A listing bars for 6 months from its day, for 12 if its cure was missed. Cases of the subject bar for 6 months. */
export function screenListing(
  letters: readonly Letter[],
  cases: readonly Pick<HazardCase, 'listedAt'>[],
  now: number,
): ScreenResult {
  const ends = [
    ...letters.flatMap(({ steps = [] }) =>
      steps
        .filter(({ kind }) => kind === 'listing')
        .map(({ day, ending }) => listingEnds(momentOf(`${day}T00:00`), ending === 'not_done')),
    ),
    ...cases.flatMap(({ listedAt }) => (listedAt === undefined ? [] : [listingEnds(listedAt, false)])),
  ];
  return ends.some((end) => now < end) ? 'failed' : 'passed';
}

/** The end of the time without an honour, ms since the epoch. */
export function listingEnds(from: number, missed: boolean): number {
  const month = addMonths(monthOf(from), missed ? MISSED_MONTHS : LISTED_MONTHS);
  // A shorter month ends at its last day: 31 August + 6 months is the end of February.
  return Math.min(momentOf(`${month}${clockAt(from).slice('2026-08'.length)}`), monthEnd(month));
}

/** The last visit by lot, of a draw or of the year's re-checks, whose marks count. */
export function lastDrawnVisit(visits: readonly Visit[]): Visit | undefined {
  return visits
    .filter(({ of, named, repeats }) => /^(draw|recheck)_/.test(of) && !named && repeats === undefined)
    .filter((visit) => visit.agreed && !isAnnulled(visit))
    .toSorted((a, b) => b.until.localeCompare(a.until))[0];
}

/** The last visit by lot found no item without points. Premises without such a visit have not passed. */
export function screenVisit(last: Visit | undefined): ScreenResult {
  return last && failedItems(last).length === 0 ? 'passed' : 'failed';
}
