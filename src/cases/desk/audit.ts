import { csvText } from '../../files/csv.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, grantCovers } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import { loadCases, loadEvents } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';

/** Cases looked through per audit, newest change first. */
const LOOKED_AT_MAX = 500;
/** Audit entries in one file. */
const ENTRIES_MAX = 2000;

/** True if an auditor's grant covers the case. Auditors read cases and never act on them. */
export function mayAudit({ desk }: HazardCase, grants: readonly Grant[], regions: RegionTree): boolean {
  return grants.some((grant) => grant.role === 'auditor' && grantCovers(grant, desk, regions));
}

/** Loads the cases of an auditor's regions, newest change first; empty without the role. */
export async function loadAuditedCases(
  store: Store,
  grants: readonly Grant[],
  regions: RegionTree,
): Promise<readonly Kept<HazardCase>[]> {
  if (!grants.some(({ role }) => role === 'auditor')) return [];
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.casesChanged, '0', String(LOOKED_AT_MAX - 1), 'REV'));
  return (await loadCases(store, ids)).filter(({ record }) => mayAudit(record, grants, regions));
}

/** Writes every event of these cases as CSV, one per line. People appear by pseudonym only. */
export async function eventsCsv(store: Store, cases: readonly Kept<HazardCase>[]): Promise<string> {
  const logs = await Promise.all(
    cases.map(async ({ record }) => [record, await loadEvents(store, record.id)] as const),
  );
  const rows = logs.flatMap(([{ number, desk = '' }, events]) =>
    events.map(({ at, type, as, by }) => [showCaseNumber(number), desk, new Date(at).toISOString(), type, as, by]),
  );
  return csvText([['case', 'region', 'at', 'event', 'as', 'by'], ...rows]);
}

/** Writes the newest entries of the city's audit log as CSV; only for an auditor of the whole city. */
export async function auditCsv({ redis, keys }: Store, grants: readonly Grant[]): Promise<string | undefined> {
  if (!grants.some(({ role, scope }) => role === 'auditor' && scope === EVERYWHERE)) return undefined;
  const entries = await orStoreAway(redis.xrevrange(keys.audit, '+', '-', 'COUNT', ENTRIES_MAX));
  const rows = entries.map(([id, fields]) => {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
    return [field('n'), new Date(Number(id.split('-')[0])).toISOString(), field('what'), field('who')];
  });
  return csvText([['n', 'at', 'what', 'who'], ...rows]);
}
