import { applyToEmptyStore } from '../store/apply.ts';
import type { Write } from '../store/commit.ts';
import { keysLike } from '../store/invariants.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
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
 * Brings cases of version 1 up to this release, before anybody is let in: each gets the events that make the same of it. May
 * be ended and begun again at any point, since a case that was brought up is passed over.
 */
export async function bringCasesUp(store: Store, { regions }: Pick<Routing, 'regions'>, now: number): Promise<number> {
  const { redis, keys } = store;
  if (Number(await asking(redis.hget(keys.meta, 'schema'))) >= WITH_EVENTS) return 0;
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
  await applyToEmptyStore(store, [['HSET', keys.meta, 'schema', String(WITH_EVENTS)]]);
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
