import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Log } from '../log.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Kept } from '../store/records/versioned-record.ts';
import { keepRecord } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { changeCase, loadCase } from './case-store.ts';
import type { ClockMark } from './deadlines.ts';
import { marksOf } from './deadlines.ts';
import type { Actor } from './guards.ts';
import type { HazardCase } from './hazard-case.ts';
import { attempt } from './lifecycle.ts';

const EVERY_MS = 300;
const BATCH = 100;
const SYSTEM: Actor = { as: 'house', by: '' };

/** Applies what is due by time: reminders, supervision steps, the end of waiting. Each step is one commit. */
export function caseClockJob(store: Store, log: Log): Job {
  return {
    name: 'case-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const { redis, keys } = store;
      const due = await orStoreAway(redis.zrange(keys.casesClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH));
      const woken = await eachOrLog(due, {
        log,
        what: 'waking a case',
        stopping,
        work: (id) => wakeCase(store, id, now),
      });
      return { woken };
    },
  };
}

async function wakeCase(store: Store, id: string, now: number): Promise<void> {
  const kept = await loadCase(store, id);
  const [mark] = kept ? marksOf(kept.record) : [];
  if (!kept || !mark || mark.at > now) {
    // The calendar has changed since the clock entry was written: move the entry to its new time.
    const { casesClock } = store.keys;
    const writes = [mark ? (['ZADD', casesClock, 'XX', mark.at, id] as const) : (['ZREM', casesClock, id] as const)];
    // A case that changed meanwhile has its new time already.
    const checks = kept ? keepRecord(store.keys.case(id), kept.record, kept).checks : [];
    await commitAsSystem(store, { op: `rewake:${id}:${now}`, what: 'case_looked_at', checks, writes }, now);
    return;
  }
  const event = dueEvent(kept, mark, now);
  const change = changeCase(store, kept, event);
  // The operation id holds version and mark, so a second wake of the same step is a duplicate.
  await commitAsSystem(
    store,
    { op: `wake:${id}:${kept.version}:${mark.key}`, what: `case_${event.type}`, ...change },
    now,
  );
}

const GRAVITY: readonly ClockMark['what'][] = ['list', 'supervise', 'red', 'amber', 'over'];

/** Builds the event of a due mark: the end of waiting, the end of shelving, or a reminder with its supervision level. */
function dueEvent({ record }: Kept<HazardCase>, first: ClockMark, now: number): CaseEvent {
  if (first.what === 'over') {
    const tried = attempt(record, first.for === 'rate' ? 'left_unrated' : 'resumed', SYSTEM, {}, now);
    if (tried.type === 'done') return tried.event;
  }
  // After a pause several marks are due at once; one reminder names the gravest.
  const due = marksOf(record).filter(({ at }) => at <= now);
  const gravest = GRAVITY.map((kind) => due.find(({ what }) => what === kind)).find((mark) => mark !== undefined);
  const { key, what } = gravest ?? first;
  const level = what === 'supervise' ? { level: 1 as const } : what === 'list' ? { level: 2 as const } : {};
  return { type: 'reminded', at: now, ...SYSTEM, mark: key, marks: due.map((mark) => mark.key), ...level };
}
