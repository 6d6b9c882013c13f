import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Notice } from '../../notify/notify.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteer, loadVolunteers, news } from '../volunteer/volunteer-store.ts';
import { candidatesFor, loadOwn } from './candidates.ts';
import { othersAlone } from './case-result.ts';
import type { KeptTask, Task } from './task.ts';
import { isAtNight } from './task.ts';
import { TASK_BUTTONS } from './task-actions.ts';
import { taskValues } from './task-card.ts';
import { isOver, isReminderDue, lastCall, settled, whyNot } from './task-rules.ts';
import { changePart, keepTask, takePlace } from './task-store.ts';
import { askedNext, waveGap, waveSize } from './volunteer-ranking.ts';

/** What time does to a task: a change, and who is told of it. */
export type TimedTaskChange = Change & { readonly notices: readonly Notice[] };

/** So many are asked in one wave at most. */
const WAVE_MAX = 200;

/** What is due with a task now, if it is still as it was seen; undefined once nothing is. Others may do the same at once. */
export async function timedTaskChange(
  store: Store,
  kept: KeptTask,
  regions: RegionTree,
  now: number,
): Promise<TimedTaskChange | undefined> {
  if (kept.record.state !== 'open') return undefined;
  const step = await dueNow(store, kept, regions, now);
  const seen = { key: store.keys.task(kept.record.id), field: 'stirred', is: kept.stirred };
  return { ...step, checks: [...step.checks, seen] };
}

async function dueNow(store: Store, kept: KeptTask, regions: RegionTree, now: number): Promise<TimedTaskChange> {
  const { record } = kept;
  if (isOver(record, now)) return ended(store, kept, now);
  const places = record.needed - kept.takers.length;
  const [first] = kept.waiting;
  if (places > 0 && first && now < record.until) return promoted(store, kept, first, now);
  const reminding = isReminderDue(record, now);
  const asking_ = places > 0 && now < lastCall(record) && (record.nextWave ?? 0) <= now;
  const offers = asking_ ? await wave(store, kept, places, regions, now) : undefined;
  const { nextWave, ...rest } = record;
  // A wave that cannot be is not waited for; who hands a place back brings the next one about.
  const passed = offers === undefined && nextWave !== undefined && nextWave <= now;
  const after: Task = {
    ...(offers?.record ?? (passed ? rest : record)),
    ...(reminding ? { reminded: true as const } : {}),
  };
  const { checks, writes } = keepTask(store, after, kept);
  const coming = kept.takers.filter((id) => kept.parts[id]?.state === 'taken');
  const reminded = reminding && now < record.from ? await noticesFor(store, coming, reminderOf(kept)) : [];
  // Those who gave it hear in time that too few have come.
  const short = reminding && places > 0 && now < lastCall(record) && record.case === undefined;
  return {
    checks,
    writes: [...writes, ...(offers?.writes ?? []), ...(short ? [news(store, `short ${record.id} -`, now)] : [])],
    notices: [...reminded, ...(offers?.notices ?? [])],
  };
}

function ended(store: Store, kept: KeptTask, now: number): TimedTaskChange {
  const { checks, writes } = keepTask(store, { ...kept.record, state: 'ended' }, kept);
  // Whoever shows what they did at this very moment is not called missing.
  const parts = settled(kept, now).map(([id, part]) => changePart(store, kept, id, part));
  return {
    checks: [...checks, ...parts.flatMap((one) => one.checks)],
    writes: [...writes, ['DEL', store.keys.taskWaiting(kept.record.id)], ...parts.flatMap((one) => one.writes)],
    notices: [],
  };
}

/** A place has come free: whoever waits longest has it, if they still can. */
async function promoted(store: Store, kept: KeptTask, id: VolunteerId, now: number): Promise<TimedTaskChange> {
  const { record } = kept;
  const volunteer = await loadVolunteer(store, id);
  const [own, [reached]] = await Promise.all([
    volunteer ? loadOwn(store, id, now) : [],
    loadContacts(store, volunteer ? [volunteer.record.urn] : []),
  ]);
  const there = reached?.contact !== undefined && !reached.gone && !kept.takers.includes(id);
  const can = volunteer && there && whyNot(record, volunteer.record, own, now) === undefined;
  const taking = can ? takePlace(store, kept, id, now) : { checks: [], writes: [] };
  const { checks, writes } = keepTask(store, record, kept);
  const { keys } = store;
  return {
    checks: [...checks, ...taking.checks],
    // Looked at again at once: there may be more places.
    writes: [
      ...writes,
      ...taking.writes,
      ['ZREM', keys.taskWaiting(record.id), id],
      ['ZADD', keys.tasksClock, now, record.id],
    ],
    notices: can ? [{ to: volunteer.record.urn, said: promotionOf(record) }] : [],
  };
}

/** The next few are asked, as long as there are places. */
async function wave(store: Store, { record }: KeptTask, places: number, regions: RegionTree, now: number) {
  const { redis, keys } = store;
  const already = new Set((await orStoreAway(redis.zrange(keys.taskOffers(record.id), 0, '-1'))) as VolunteerId[]);
  const candidates = await candidatesFor(store, record, regions, now);
  const next = await othersAlone(store, record, askedNext(record, candidates, already, regions, now));
  const asked = next.slice(0, Math.min(waveSize(places, record.waves), WAVE_MAX));
  const later = now + waveGap(record, now);
  const { nextWave: _was, ...rest } = record;
  const after: Task = {
    ...rest,
    waves: record.waves + (asked.length > 0 ? 1 : 0),
    ...(later < lastCall(record) ? { nextWave: later } : {}),
  };
  return {
    record: after,
    writes: asked.flatMap(({ volunteer: { id } }) => [
      ['ZADD', keys.taskOffers(record.id), now, id] as const,
      ['ZADD', keys.volunteersOffered, now, id] as const,
    ]),
    notices: asked.map(({ volunteer }) => ({ to: volunteer.urn, said: offerOf(record) })),
  };
}

/** A sentence to each of these volunteers. */
export async function noticesFor(
  store: Store,
  ids: readonly VolunteerId[],
  said: LocalizedMessage,
): Promise<readonly Notice[]> {
  return (await loadVolunteers(store, ids)).map(({ record }) => ({ to: record.urn, said }));
}

function offerOf(record: Task): LocalizedMessage {
  const buttons = [TASK_BUTTONS.deed(record, 'taken'), ...TASK_BUTTONS.of(record)];
  return {
    key: `flows/my-tasks:news.${record.case === undefined ? 'offered' : 'offered_look'}`,
    values: taskValues(record),
    buttons,
  };
}

function reminderOf({ record, takers }: KeptTask): LocalizedMessage {
  const buttons = [TASK_BUTTONS.deed(record, 'checked_in'), TASK_BUTTONS.deed(record, 'handed_back')];
  const alone = isAtNight(record) && takers.length < 2;
  return { key: `flows/my-tasks:news.${alone ? 'soon_alone' : 'soon'}`, values: taskValues(record), buttons };
}

function promotionOf(record: Task): LocalizedMessage {
  const buttons = [TASK_BUTTONS.deed(record, 'handed_back'), ...TASK_BUTTONS.of(record)];
  return { key: 'flows/my-tasks:news.promoted', values: taskValues(record), buttons };
}

/** Those who have a place hear that it is called off, or done by others. */
export function toTakers(record: Task, what: 'cancelled' | 'finished' | 'urged'): LocalizedMessage {
  const buttons =
    what === 'urged' ? [TASK_BUTTONS.deed(record, 'checked_in'), ...TASK_BUTTONS.of(record)] : [TASK_BUTTONS.all];
  return { key: `flows/my-tasks:news.${what}`, values: taskValues(record), buttons };
}
