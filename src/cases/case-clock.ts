import type { Log } from '../log.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import type { KeptCase } from './case-store.ts';
import { changeCase, loadCase } from './case-store.ts';
import type { Mark } from './deadlines.ts';
import { marksOf } from './deadlines.ts';
import type { Actor } from './lifecycle.ts';
import { attempt } from './lifecycle.ts';

const BATCH = 100;
const HOUSE: Actor = { as: 'house', by: '' };

/** Does what time brings about: warnings, the ladder, the end of waiting. Safe in any number of processes: each step is one commit. */
export async function wakeCases(store: Store, now: number, log: Log): Promise<void> {
  const { redis, keys } = store;
  const due = await asking(redis.zrange(keys.casesClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH));
  for (const id of due) {
    // One case's trouble must not keep the others waiting.
    await wakeCase(store, id, now).catch((error) => log.warn({ err: error }, 'a case could not be woken'));
  }
}

async function wakeCase(store: Store, id: string, now: number): Promise<void> {
  const kept = await loadCase(store, id);
  const [mark] = kept ? marksOf(kept.record) : [];
  if (!kept || !mark || mark.at > now) {
    // The calendar knows more than when this was written: it is put where it belongs, and no more in the way.
    const { casesClock } = store.keys;
    const writes = [mark ? (['ZADD', casesClock, 'XX', mark.at, id] as const) : (['ZREM', casesClock, id] as const)];
    await commitAsHouse(store, { op: `rewake:${id}:${now}`, what: 'case_looked_at', checks: [], writes }, now);
    return;
  }
  const event = brings(kept, mark, now);
  const change = changeCase(store, kept, event);
  // The operation names version and mark: whoever else wakes the same case finds it done.
  await commitAsHouse(
    store,
    { op: `wake:${id}:${kept.version}:${mark.key}`, what: `case_${event.type}`, ...change },
    now,
  );
}

const GRAVITY: readonly Mark['what'][] = ['list', 'supervise', 'red', 'amber', 'over'];

/** Waiting for an answer ends, what was put off comes back; anything else is said aloud, and from a working day on it is supervised. */
function brings({ record }: KeptCase, first: Mark, now: number): CaseEvent {
  if (first.what === 'over') {
    const tried = attempt(record, first.for === 'rate' ? 'left_unrated' : 'resumed', HOUSE, {}, now);
    if (tried.type === 'done') return tried.event;
  }
  // Several at once, after a pause, are one message: the gravest says it all.
  const due = marksOf(record).filter(({ at }) => at <= now);
  const gravest = GRAVITY.map((kind) => due.find(({ what }) => what === kind)).find((mark) => mark !== undefined);
  const { key, what } = gravest ?? first;
  const level = what === 'supervise' ? { level: 1 as const } : what === 'list' ? { level: 2 as const } : {};
  return { type: 'reminded', at: now, ...HOUSE, mark: key, marks: due.map((mark) => mark.key), ...level };
}
