import type { City } from '../../city/city.ts';
import type { Verdict } from '../../deliberation/promise/promise.ts';
import { loadPromisedTopics } from '../../deliberation/topic/topic-store.ts';
import type { Store } from '../../store/store.ts';
import type { Alert } from '../alerts/alert.ts';
import { isAlertOpen } from '../alerts/alert.ts';
import { loadAlerts } from '../alerts/alert-store.ts';
import { isOverdueLetter } from '../letters/letter.ts';
import { loadAllLetters } from '../letters/letter-store.ts';
import { readWithheld } from '../score/cells/survey-cells.ts';
import { computeMonth } from '../score/freeze.ts';
import type { Month } from '../score/month.ts';
import { addMonths, monthEnd, monthStart } from '../score/month.ts';
import type { MonthScore } from '../score/month-score.ts';
import { loadSnapshot, loadSnapshotsBefore } from '../snapshot-store.ts';
import type { AlertCounts, Bulletin, LetterCounts, PromiseCounts } from './bulletin.ts';
import { loadAnswers, loadBulletin } from './bulletin-store.ts';
import { composeBulletin } from './compose-bulletin.ts';

type MakeBulletin = {
  readonly store: Store;
  readonly city: Pick<City, 'regions' | 'census'>;
  readonly month: Month;
  readonly now: number;
};

/** Makes the next version of a month's bulletin from its snapshot, or from the data as they stand; undefined without data. */
export async function makeBulletin({ store, city, month, now }: MakeBulletin): Promise<Bulletin | undefined> {
  const snapshot = await loadSnapshot(store, month);
  const score: MonthScore = snapshot ?? (await computeMonth({ store, city, month, now })).score;
  if (!hasOwnData(score)) return undefined;
  const last = await loadBulletin(store, addMonths(month, -1));
  const [before] = await loadSnapshotsBefore(store, month, 1);
  const alerts = await alertsOf(store, month);
  const version = ((await loadBulletin(store, month))?.version ?? 0) + 1;
  const confirmed = alerts.flatMap(({ id, street, regions, what, answer }) =>
    answer === 'confirmed' ? [{ id, street: street ?? regions[0] ?? '', what }] : [],
  );
  return composeBulletin({
    score,
    before,
    last: last && { weak: last.weak, answers: await loadAnswers(store, last.month) },
    alerts: confirmed,
    withheld: await readWithheld({ store, city, month, asOf: now }),
    promiseCounts: await countPromises(store, month, now),
    letterCounts: await countLetters(store, month, now),
    alertCounts: countAlerts(alerts),
    snapshot: snapshot && { version: snapshot.version, rowsHash: snapshot.rowsHash },
    version,
    now,
  });
}

/** Alerts raised in a month. */
async function alertsOf(store: Store, month: Month): Promise<readonly Alert[]> {
  const found = await loadAlerts(store, monthStart(month));
  return found.map(({ record }) => record).filter(({ raisedAt }) => raisedAt < monthEnd(month));
}

/** Counts promises of 议事 that were settled in a month; overdue ones as they stand now. */
async function countPromises(store: Store, month: Month, now: number): Promise<PromiseCounts> {
  const promises = (await loadPromisedTopics(store)).flatMap(({ record }) => record.promise ?? []);
  const settled = promises.filter(
    ({ settledAt }) => settledAt !== undefined && settledAt >= monthStart(month) && settledAt < monthEnd(month),
  );
  const count = (verdict: Verdict) => settled.filter((one) => one.verdict === verdict).length;
  return {
    settled: settled.length,
    kept: count('kept'),
    late: count('late'),
    changed: count('changed'),
    broken: count('broken'),
    unproven: count('unproven'),
    overdue: promises.filter(({ verdict, due }) => verdict === undefined && due < now).length,
  };
}

/** Counts letters by what happened in a month; late ones as they stand now. */
async function countLetters(store: Store, month: Month, now: number): Promise<LetterCounts> {
  const letters = await loadAllLetters(store);
  const isIn = (at: number | undefined) => at !== undefined && at >= monthStart(month) && at < monthEnd(month);
  const ended = (ending: string) => letters.filter((one) => one.ending === ending && isIn(one.closedAt)).length;
  return {
    sent: letters.filter(({ sentAt }) => isIn(sentAt)).length,
    met: ended('met'),
    not_done: ended('not_done'),
    withdrawn: ended('withdrawn'),
    late: letters.filter((one) => isOverdueLetter(one, now)).length,
  };
}

function countAlerts(alerts: readonly Alert[]): AlertCounts {
  const answered = (answer: Alert['answer']) => alerts.filter((one) => one.answer === answer).length;
  return {
    raised: alerts.length,
    confirmed: answered('confirmed'),
    false: answered('false'),
    known_cause: answered('known_cause'),
    open: alerts.filter((one) => one.answer === undefined && isAlertOpen(one)).length,
  };
}

function hasOwnData({ regions }: MonthScore): boolean {
  return regions.some(({ cells }) =>
    cells.some(({ code, status, n }) => code !== 'long_overdue' && status === 'own' && n > 0),
  );
}
