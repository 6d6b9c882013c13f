import type { Sweep } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Grant, Role } from '../../people/role.ts';
import { anyGrantCovers, EVERYWHERE } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Alert } from './alert.ts';

/** Roles that get and answer alerts of their ground. */
export const MAY_ANSWER_ALERTS: readonly Role[] = ['lead', 'office'];
/** Roles that read them. */
export const MAY_READ_ALERTS: readonly Role[] = [...MAY_ANSWER_ALERTS, 'auditor'];

/** Precision reads windows of 90 days; two years show the false alarms of each season twice. */
const KEPT_MS = 2 * 365 * DAY_MS;

/** Loads an alert; undefined for a malformed or unknown id. */
export async function loadAlert(store: Store, id: string): Promise<Kept<Alert> | undefined> {
  if (!/^alert_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Alert>(store, [store.keys.alert(id)]))[0];
}

/** Loads the alerts raised since a time (ms since the epoch), the newest first. */
export async function loadAlerts(store: Store, since = 0): Promise<readonly Kept<Alert>[]> {
  const range = [store.keys.alerts, '+inf', String(since), 'BYSCORE', 'REV'] as const;
  const ids = await orStoreAway(store.redis.zrange(...range));
  return loadRecords<Alert>(store, ids.map(store.keys.alert));
}

/** Writes a new state of an alert. */
export function keepAlert({ keys }: Store, record: Alert, before?: Kept<Alert>): Change {
  const { checks, writes } = keepRecord(keys.alert(record.id), record, before);
  return { checks, writes: [...writes, ['ZADD', keys.alerts, record.raisedAt, record.id]] };
}

/** True if one of the grants covers one of the regions of an alert, with one of these roles. */
export function isAlertOf(
  { regions }: Pick<Alert, 'regions'>,
  grants: readonly Grant[],
  roles: readonly Role[],
  city: Pick<City, 'regions'>,
): boolean {
  const own = grants.filter(({ role }) => roles.includes(role));
  return regions.some((region) => anyGrantCovers(own, region, city.regions));
}

/** True if one of the grants is that of the unit that leads most of its cases. */
export function isAlertOfUnit({ unit }: Pick<Alert, 'unit'>, grants: readonly Grant[]): boolean {
  if (unit === undefined) return false;
  return grants.some(({ role, scope }) => role === 'unit_staff' && (scope === unit || scope === EVERYWHERE));
}

/** Deletes alerts after two years. */
export const sweepAlerts: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const old = [keys.alerts, '-inf', String(now - KEPT_MS), 'BYSCORE', 'LIMIT', 0, 100] as const;
  for (const id of await orStoreAway(redis.zrange(...old))) {
    const writes = [['DEL', keys.alert(id)] as const, ['ZREM', keys.alerts, id] as const];
    await commitAsSystem(store, { op: `retain:${id}`, what: 'alert_deleted', checks: [], writes }, now);
  }
};
