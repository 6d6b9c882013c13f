import { routeFor } from '../../cases/routing.ts';
import type { City } from '../../city/city.ts';
import { communityOutlines } from '../../city/community-outlines.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Alarm } from './alarm.ts';
import type { Alert } from './alert.ts';
import { alertIdOf, isAlertOpen } from './alert.ts';
import { endsByItself } from './alert-rules.ts';
import { poissonTail } from './detectors/poisson.ts';
import { findAlarms } from './find-alarms.ts';
import { loadMarks } from './known-marks.ts';
import { halvingsBy } from './precision.ts';
import type { CaseCounts } from './series/case-counts.ts';
import { loadCaseCounts, streetOf, WEEK_DAYS } from './series/case-counts.ts';
import { sumOf } from './series/series.ts';
import { haveSeveralReporters, liesIn, loadWindowCases } from './window-cases.ts';

/** What one week brings: new alerts, the least likely first, and alerts that end by themselves. */
export type AlertWeek = {
  readonly raised: readonly Alert[];
  readonly ended: readonly Kept<Alert>[];
  readonly counts: CaseCounts;
};

/** Judges the weeks before an end day. The result follows from the stored cases, announcements and answers alone. */
export async function judgeAlertWeek(
  store: Store,
  city: City,
  known: readonly Kept<Alert>[],
  { end, now }: { readonly end: number; readonly now: number },
): Promise<AlertWeek> {
  const [counts, marks, outlines] = await Promise.all([
    loadCaseCounts(store, city.regions, end),
    loadMarks(store),
    communityOutlines(store),
  ]);
  const records = known.map(({ record }) => record);
  const { regions, categories } = city;
  const halvings = halvingsBy(records, now);
  const alarms = findAlarms(counts, { regions, categories, marks, outlines, halvings });
  const raised: Alert[] = [];
  for (const alarm of alarms.filter((one) => !records.some((alert) => isOfSameRise(alert, one, end)))) {
    const alert = await alertOf(store, city, alarm, { end, now });
    if (alert) raised.push(alert);
  }
  const ended = known.filter(({ record }) => endsByItself(record, isCalm(record, counts, city), now));
  return { raised, ended, counts };
}

/** True if an earlier alert tells of this rise: it is still open, or it was answered and its window meets this one. */
function isOfSameRise(alert: Alert, { what, regions, weeks }: Alarm, end: number): boolean {
  const isSameGround = alert.what === what && regions.some((region) => alert.regions.includes(region));
  return isSameGround && (isAlertOpen(alert) || alert.end > end - weeks * WEEK_DAYS);
}

/** Makes the alert of an alarm; undefined if fewer than three people reported its cases. */
async function alertOf(
  store: Store,
  city: City,
  alarm: Alarm,
  { end, now }: { readonly end: number; readonly now: number },
): Promise<Alert | undefined> {
  const cases = await loadWindowCases(store, { ...alarm, end }, city);
  if (!(await haveSeveralReporters(store, cases))) return undefined;
  const [street] = mostOf(cases.map((record) => streetOf(record, city.regions)).filter((one) => one !== ''));
  const [category, count] = mostOf(cases.map((record) => record.category));
  const [unit, led] = mostOf(cases.map((record) => record.unit ?? routeFor(record, city).unit));
  return {
    ...alarm,
    id: alertIdOf(end, alarm),
    state: 'raised',
    end,
    ...(street === undefined ? {} : { street }),
    ...(category === undefined || category === alarm.what ? {} : { leading: { category, count } }),
    ...(unit !== undefined && 2 * led >= cases.length ? { unit } : {}),
    raisedAt: now,
  };
}

/** The most frequent text and how often it occurs; the first one of equals. */
function mostOf(list: readonly string[]): readonly [string | undefined, number] {
  const counted = [...Map.groupBy(list, (one) => one)].map(([one, all]) => [one, all.length] as const);
  return counted.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [undefined, 0];
}

/** Chance explains a week with at least this probability: the rise is over after two such weeks. */
const CALM_P = 0.05;

/** True if the last two weeks were usual again for an alert's kind and ground. */
function isCalm({ what, regions, expected, weeks, end }: Alert, counts: CaseCounts, city: City): boolean {
  // The weeks of the alert itself say nothing about its end.
  if (counts.end < end + 14) return false;
  const list = sumOf(cellsOf({ what, regions }, counts, city).map(([, cell]) => cell));
  return list.slice(-2).every((count) => poissonTail(count, Math.max(expected / weeks, 0.1)) >= CALM_P);
}

/** The cells of a category, or of a group, in some regions. */
export function cellsOf(
  { what, regions: wanted }: Pick<Alarm, 'what' | 'regions'>,
  { cells }: CaseCounts,
  { regions, categories }: Pick<City, 'regions' | 'categories'>,
): readonly (readonly [string, readonly number[]])[] {
  return [...cells].filter(([key]) => {
    const [category = '', street = ''] = key.split(' ');
    const isKind = category === what || categories.get(category)?.group === what;
    return isKind && liesIn(street, wanted, regions);
  });
}
