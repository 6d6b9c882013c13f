import { loadCases, loadEvents } from '../../cases/case-store.ts';
import { STAGES } from '../../cases/desk/stages.ts';
import type { CaseWithEvents } from '../../cases/figures/figures.ts';
import type { Place } from '../../engine/place.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Letter, LetterTo } from './letter.ts';
import { ownerOf, partsOf } from './letter-access.ts';

/** Cases of one addressee that are read, by stage; the newest of the ended ones. */
const READ_MAX = 1000;

/** Loads the open cases of an addressee, and those that ended since a time (ms since the epoch), with their events. */
export async function loadCasesOf(store: Store, to: LetterTo, since: number): Promise<readonly CaseWithEvents[]> {
  const { redis, keys } = store;
  const [kind, id] = partsOf(to);
  const lists = STAGES.map((stage) => {
    const from = stage === 'ended' ? String(since) : '-inf';
    return redis.zrange(keys.casesAtStage(ownerOf(to), stage), '+inf', from, 'BYSCORE', 'REV', 'LIMIT', 0, READ_MAX);
  });
  const ids = (await orStoreAway(Promise.all(lists))).flat();
  const found = (await loadCases(store, ids)).filter(({ record }) => kind === 'desk' || record.unit === id);
  return Promise.all(
    found.map(async ({ record }) => ({ record, events: await loadEvents(store, record.id), reachable: false })),
  );
}

/** Loads the places of rows; a row whose case was deleted is left out. */
export async function loadRowPlaces(store: Store, rows: Letter['rows']): Promise<readonly Place[]> {
  const ids = await orStoreAway(Promise.all(rows.map((number) => store.redis.get(store.keys.caseNumber(number)))));
  return (
    await loadCases(
      store,
      ids.filter((id) => id !== null),
    )
  ).map(({ record }) => record.place);
}

/** The cases that were filed at or after a time (ms since the epoch). */
export function filedSince(cases: readonly CaseWithEvents[], since: number): readonly CaseWithEvents[] {
  return cases.filter(({ record }) => record.filedAt >= since);
}
