import { applyToEmptyStore } from '../store/apply.ts';
import type { Write } from '../store/commit.ts';
import { keysLike } from '../store/invariants.ts';
import type { Store } from '../store/store.ts';
import { asking, SCHEMA } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { historyWrites, submission } from './case-store.ts';
import type { HazardCase, Report } from './hazard-case.ts';
import type { Routing } from './routing.ts';
import { groundOf } from './routing.ts';

/** A case as version 1 of the data kept it: it could be open, closed or withdrawn, and its events told little. */
type OldCase = Report &
  Pick<HazardCase, 'additions' | 'closedAt'> & { readonly state: 'submitted' | 'closed' | 'withdrawn' };

/** The version of the data from which on a case is what its events have made of it. */
const WITH_EVENTS = 2;

/**
 * Brings older data up to this release, before anybody is let in: cases of version 1 get the events that make the same of
 * them. May be ended and begun again at any point, since a case that was brought up is passed over. Returns how many were.
 */
export async function bringUp(store: Store, { regions }: Pick<Routing, 'regions'>, now: number): Promise<number> {
  const { redis, keys } = store;
  const schema = Number(await asking(redis.hget(keys.meta, 'schema')));
  if (schema >= SCHEMA) return 0;
  const brought = schema < WITH_EVENTS ? await bringEventsUp(store, regions, now) : 0;
  const gone = keys.formerOutbox.rest.map((key) => ['DEL', key] as const);
  await applyToEmptyStore(store, [...gone, ['HSET', keys.meta, 'schema', String(SCHEMA)]]);
  return brought;
}

async function bringEventsUp(store: Store, regions: Routing['regions'], now: number): Promise<number> {
  const { redis, keys } = store;
  let brought = 0;
  for (const key of await keysLike(store, keys.case('case_*'))) {
    if ((await asking(redis.type(key))) !== 'hash') continue;
    const [version, text] = await asking(redis.hmget(key, 'version', 'record'));
    const old = JSON.parse(text ?? '{}') as OldCase & { readonly events?: number }; // written by version 1
    if (old.events !== undefined) continue;
    const events = eventsOf(old, groundOf(old.place.region, regions));
    const before = [keys.casesIn(old.state), keys.casesDue, keys.casesNowhere].map(
      (list) => ['ZREM', list, old.id] as const,
    );
    const writes: readonly Write[] = [
      ...before,
      ['DEL', keys.caseEvents(old.id)],
      ...historyWrites(store, events, Number(version) + 1, now),
    ];
    await applyToEmptyStore(store, writes);
    brought += 1;
  }
  return brought;
}

function eventsOf(
  { state, additions = [], closedAt, ...report }: OldCase,
  ground: ReturnType<typeof groundOf>,
): readonly CaseEvent[] {
  const at = closedAt ?? report.filedAt;
  const added = additions.map(
    (words): CaseEvent => ({ type: 'added', at: report.filedAt, as: 'reporter', by: '', words }),
  );
  const begun = [submission({ ...report, ...ground }), ...added];
  switch (state) {
    case 'submitted':
      return begun;
    case 'withdrawn':
      return [...begun, { type: 'withdrawn', at, as: 'reporter', by: '', to: 'withdrawn' }];
    case 'closed':
      // Nobody was asked then, so that nobody is said to have been content.
      return [...begun, { type: 'left_unrated', at, as: 'house', by: '', to: 'closed' }];
  }
}
