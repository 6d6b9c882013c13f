import type { Urn } from '../../channels/channel.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases, loadEvents } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import type { CaseWithEvents, Figure } from './figures.ts';
import { figuresOf } from './figures.ts';

const BATCH = 200;

/** Computes the figures of the cases filed between two times (ms since the epoch) that `counts` accepts. */
export async function loadFigures(
  store: Store,
  from: number,
  to: number,
  now: number,
  counts: (record: HazardCase) => boolean = () => true,
): Promise<readonly Figure[]> {
  const { redis, keys } = store;
  const cases: CaseWithEvents[] = [];
  for (let offset = 0; ; offset += BATCH) {
    const range = [keys.casesFiled, String(from), String(to)] as const;
    const ids = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'LIMIT', offset, BATCH));
    if (ids.length === 0) break;
    const found = (await loadCases(store, ids)).filter(({ record }) => counts(record));
    const whole = found.map(async ({ record }) => {
      const [events, reachable] = await Promise.all([loadEvents(store, record.id), isReachable(store, record.id)]);
      return { record, events, reachable };
    });
    cases.push(...(await Promise.all(whole)));
  }
  return figuresOf(cases, now);
}

/** Returns true if the reporter of a case can be asked: neither an application nor a person who has left. */
async function isReachable(store: Store, id: string): Promise<boolean> {
  const { redis, keys } = store;
  const followers = (await orStoreAway(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
  const filed = await orStoreAway(Promise.all(followers.map((urn) => redis.zscore(keys.personCases(urn), id))));
  const contacts = await loadContacts(
    store,
    followers.filter((_, i) => filed[i] !== null),
  );
  return contacts.some(({ contact, gone }) => contact !== undefined && !gone);
}
