import type { Notice } from '../../notify/notify.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Write } from '../../store/commit.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteer, queueEvent } from '../volunteer/volunteer-store.ts';
import { loadCandidates, loadUpcomingTasks } from './candidates.ts';
import { excludeConflicted } from './case-result.ts';
import type { KeptTask, Task } from './task.ts';
import { noticesFor, offerMessage, promotionMessage, reminderMessage } from './task-messages.ts';
import { dueReminders, markReminders } from './task-reminders.ts';
import { eligibilityRefusal, isEndDue, offersEndAt, settleParts } from './task-rules.ts';
import { changePart, keepTask, takePlace } from './task-store.ts';
import { offerWaveGapMs, offerWaveSize, rankCandidates } from './volunteer-ranking.ts';

/** A change that time brings to a task, with its notices. */
export type TimedTaskChange = Change & { readonly notices: readonly Notice[] };

/** Most volunteers asked in one offer wave. */
const WAVE_MAX = 200;

/**
 * Computes the step of a task that is due now; undefined once the task is not open.
 * The commit fails if a place came free or the waiting list grew after the task was loaded.
 */
export async function timedTaskChange(
  store: Store,
  kept: KeptTask,
  regions: RegionTree,
  now: number,
): Promise<TimedTaskChange | undefined> {
  if (kept.record.state !== 'open') return undefined;
  const step = await dueStep(store, kept, regions, now);
  const unchanged = { key: store.keys.task(kept.record.id), field: 'stirred', is: kept.clockEpoch };
  return { ...step, checks: [...step.checks, unchanged] };
}

async function dueStep(store: Store, kept: KeptTask, regions: RegionTree, now: number): Promise<TimedTaskChange> {
  const { record, takers, waiting } = kept;
  if (isEndDue(record, now)) return endTask(store, kept, now);
  const free = record.needed - takers.length;
  const [first] = waiting;
  if (free > 0 && first && now < record.until) return promoteWaiting(store, kept, first, now);
  const isWaveDue = free > 0 && now < offersEndAt(record) && (record.nextWave ?? 0) <= now;
  const offers = isWaveDue ? await offerWave(store, kept, free, regions, now) : undefined;
  const reminders = await remind(store, kept, now);
  const after = markReminders(offers?.record ?? withoutPastWave(record, now), reminders.due);
  const { checks, writes } = keepTask(store, after, kept);
  return {
    checks,
    writes: [...writes, ...(offers?.writes ?? []), ...reminders.writes],
    notices: [...reminders.notices, ...(offers?.notices ?? [])],
  };
}

/** Drops a wave that cannot be sent, which would keep the task due forever. A freed place starts the next one. */
function withoutPastWave(record: Task, now: number): Task {
  const { nextWave, ...rest } = record;
  return nextWave !== undefined && nextWave <= now ? rest : record;
}

/** Sends the latest due reminder to the takers who have not checked in, and reports free places to the organisers. */
async function remind(store: Store, kept: KeptTask, now: number) {
  const { record, takers, parts } = kept;
  const due = dueReminders(record, now);
  const [latest] = due;
  const coming = takers.filter((id) => parts[id]?.state === 'taken');
  const notices = latest && now < record.from ? await noticesFor(store, coming, reminderMessage(kept, latest)) : [];
  const isShort = takers.length < record.needed && now < offersEndAt(record) && record.case === undefined;
  const reports = isShort && due.some(({ reportsShortage }) => reportsShortage);
  const writes: readonly Write[] = reports ? [queueEvent(store, `short ${record.id} -`, now)] : [];
  return { due, notices, writes };
}

function endTask(store: Store, kept: KeptTask, now: number): TimedTaskChange {
  const { checks, writes } = keepTask(store, { ...kept.record, state: 'ended' }, kept);
  // The checks on the parts fail if a proof arrives meanwhile: its sender must not count as missing.
  const parts = settleParts(kept, now).map(([id, part]) => changePart(store, kept, id, part));
  return {
    checks: [...checks, ...parts.flatMap((one) => one.checks)],
    writes: [...writes, ['DEL', store.keys.taskWaiting(kept.record.id)], ...parts.flatMap((one) => one.writes)],
    notices: [],
  };
}

/** Gives a free place to the first on the waiting list, if that volunteer can still take it. */
async function promoteWaiting(store: Store, kept: KeptTask, id: VolunteerId, now: number): Promise<TimedTaskChange> {
  const { record } = kept;
  const volunteer = await loadVolunteer(store, id);
  const [upcoming, [reached]] = await Promise.all([
    volunteer ? loadUpcomingTasks(store, id, now) : [],
    loadContacts(store, volunteer ? [volunteer.record.urn] : []),
  ]);
  const isReachable = reached?.contact !== undefined && !reached.gone && !kept.takers.includes(id);
  const can = volunteer && isReachable && eligibilityRefusal(record, volunteer.record, upcoming, now) === undefined;
  const taking = can ? takePlace(store, kept, id, now) : NO_CHANGE;
  const { checks, writes } = keepTask(store, record, kept);
  const { keys } = store;
  return {
    // A volunteer who left the list meanwhile gets no place.
    checks: [...checks, ...taking.checks, { key: keys.taskWaiting(record.id), holds: id }],
    // The task stays due at once: more places may be free.
    writes: [
      ...writes,
      ...taking.writes,
      ['ZREM', keys.taskWaiting(record.id), id],
      ['ZADD', keys.tasksClock, now, record.id],
    ],
    notices: can ? [{ to: volunteer.record.urn, said: promotionMessage(record) }] : [],
  };
}

/** Offers the task to the next best candidates who were not asked yet. */
async function offerWave(store: Store, { record }: KeptTask, free: number, regions: RegionTree, now: number) {
  const { redis, keys } = store;
  const already = new Set((await orStoreAway(redis.zrange(keys.taskOffers(record.id), 0, '-1'))) as VolunteerId[]);
  const candidates = await loadCandidates(store, record, regions, now);
  const next = await excludeConflicted(store, record, rankCandidates(record, candidates, already, regions, now));
  const asked = next.slice(0, Math.min(offerWaveSize(free, record.waves), WAVE_MAX));
  const later = now + offerWaveGapMs(record, now);
  const { nextWave: _past, ...rest } = record;
  const after: Task = {
    ...rest,
    waves: record.waves + (asked.length > 0 ? 1 : 0),
    ...(later < offersEndAt(record) ? { nextWave: later } : {}),
  };
  return {
    record: after,
    writes: asked.flatMap(({ volunteer: { id } }) => [
      ['ZADD', keys.taskOffers(record.id), now, id] as const,
      ['ZADD', keys.volunteersOffered, now, id] as const,
    ]),
    notices: asked.map(({ volunteer }) => ({ to: volunteer.urn, said: offerMessage(record) })),
  };
}
