import { DAY_MS } from '../../calendar.ts';
import { casesFiled } from '../../cases/filed-cases.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Alert } from './alert.ts';
import { windowOf } from './alert.ts';
import { dayNumber, dayOfCase, isCounted, LATE_DAYS, streetOf } from './series/case-counts.ts';

const BATCH = 500;
/** A rise that fewer people report may be the wish of one. */
export const REPORTERS_MIN = 3;

/** The part of an alert that says which cases it counts. */
export type AlertWindow = Pick<Alert, 'what' | 'regions' | 'end' | 'weeks'>;

/** Loads the cases that an alert counts, in the order of their filing. */
export async function loadWindowCases(
  store: Store,
  alert: AlertWindow,
  { regions, categories }: City,
): Promise<readonly HazardCase[]> {
  const { from, until } = windowOf(alert);
  const found: HazardCase[] = [];
  for await (const some of casesFiled(store, from, until + LATE_DAYS * DAY_MS, BATCH)) {
    for (const { record } of some) {
      const day = dayOfCase(record);
      if (day < dayNumber(from) || day > dayNumber(until)) continue;
      const isKind = record.category === alert.what || categories.get(record.category)?.group === alert.what;
      if (isKind && isCounted(record) && liesIn(streetOf(record, regions), alert.regions, regions)) found.push(record);
    }
  }
  return found;
}

/** True if a street lies in one of the regions. A case without a street counts in the whole city only. */
export function liesIn(street: string, wanted: readonly string[], regions: City['regions']): boolean {
  if (wanted.some((region) => regions.levelOf(region) === 'city')) return true;
  return street !== '' && regions.chain(street).some((region) => wanted.includes(region));
}

/**
 * True if at least three people filed these cases. The count lives in memory and stops at three; cases whose reporter
 * is not known any more count as one person's.
 */
export async function haveSeveralReporters({ redis, keys }: Store, cases: readonly HazardCase[]): Promise<boolean> {
  const known = new Set<string>();
  for (const { id } of cases) {
    const followers = (await orStoreAway(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
    const filed = await orStoreAway(Promise.all(followers.map((urn) => redis.zscore(keys.personCases(urn), id))));
    known.add(followers.find((_, i) => filed[i] !== null) ?? '');
    if (known.size >= REPORTERS_MIN) return true;
  }
  return false;
}
