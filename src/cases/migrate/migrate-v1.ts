import { bulkWrite } from '../../store/bulk-write.ts';
import type { Write } from '../../store/commit.ts';
import { scanKeys } from '../../store/records/invariants.ts';
import type { Migration } from '../../store/start/migrate.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { CaseEvent } from '../case-event.ts';
import { historyWrites, submissionEvent } from '../case-store.ts';
import type { HazardCase, Report } from '../hazard-case.ts';
import type { RoutingData } from '../routing.ts';
import { responsibleRegions } from '../routing.ts';

/** A case record of schema 1: three states, and an event log too thin to replay. */
type OldCase = Report &
  Pick<HazardCase, 'additions' | 'closedAt'> & { readonly state: 'submitted' | 'closed' | 'withdrawn' };

/** Gives each case of schema 1 the events from which its record can be replayed; converted cases are skipped. */
export function migrateV1({ regions }: Pick<RoutingData, 'regions'>, now: number): Migration {
  return { to: 2, run: (store) => convertCases(store, regions, now) };
}

async function convertCases(store: Store, regions: RoutingData['regions'], now: number): Promise<number> {
  const { redis, keys } = store;
  let converted = 0;
  for (const key of await scanKeys(store, keys.case('case_*'))) {
    if ((await orStoreAway(redis.type(key))) !== 'hash') continue;
    const [version, text] = await orStoreAway(redis.hmget(key, 'version', 'record'));
    const old = JSON.parse(text ?? '{}') as OldCase & { readonly events?: number }; // written by version 1
    if (old.events !== undefined) continue;
    const events = eventsOf(old, responsibleRegions(old.place.region, regions));
    const before = [keys.casesIn(old.state), keys.casesDue, keys.casesNowhere].map(
      (list) => ['ZREM', list, old.id] as const,
    );
    const writes: readonly Write[] = [
      ...before,
      ['DEL', keys.caseEvents(old.id)],
      ...historyWrites(store, events, Number(version) + 1, now),
    ];
    await bulkWrite(store, writes);
    converted += 1;
  }
  return converted;
}

function eventsOf(
  { state, additions = [], closedAt, ...report }: OldCase,
  ground: ReturnType<typeof responsibleRegions>,
): readonly CaseEvent[] {
  const at = closedAt ?? report.filedAt;
  const added = additions.map(
    (words): CaseEvent => ({ type: 'added', at: report.filedAt, as: 'reporter', by: '', words }),
  );
  const begun = [submissionEvent({ ...report, ...ground }), ...added];
  switch (state) {
    case 'submitted':
      return begun;
    case 'withdrawn':
      return [...begun, { type: 'withdrawn', at, as: 'reporter', by: '', to: 'withdrawn' }];
    case 'closed':
      // Release 1 never asked reporters for a rating, so the case counts as unrated.
      return [...begun, { type: 'left_unrated', at, as: 'house', by: '', to: 'closed' }];
  }
}
