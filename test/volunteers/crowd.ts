import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { newContact } from '../../src/people/contact.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import type { Store } from '../../src/store/store.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { newTaskId } from '../../src/volunteers/tasks/task.ts';
import { keepTask } from '../../src/volunteers/tasks/task-store.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { newVolunteerId } from '../../src/volunteers/volunteer/volunteer.ts';
import { keepVolunteer } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { nextTime } from '../test-app.ts';

export const COMMUNITY = '990101001001';

/** Writes accepted volunteers with contacts, in the order of the urns. */
export async function crowd(
  store: Store,
  urns: readonly Urn[],
  now: number,
  how: Partial<Volunteer> & { readonly names?: readonly string[] } = {},
): Promise<readonly Volunteer[]> {
  const { names = [], ...more } = how;
  const all = urns.map(
    (urn, i): Volunteer => ({
      id: newVolunteerId(),
      urn,
      state: 'active',
      called: names[i] ?? `志愿者${i}`,
      age: 'adult',
      region: COMMUNITY,
      skills: ['patrol'],
      days: ['0', '1', '2', '3', '4', '5', '6'],
      parts: ['morning', 'afternoon', 'evening'],
      appliedAt: now,
      since: now,
      ...more,
    }),
  );
  // No quiet hours, so that the time of the test run does not matter.
  const contact = JSON.stringify({ ...newContact('zh-CN', now), quiet: { from: 0, until: 0 } });
  const persons = urns.map((urn): Write => ['HSET', store.keys.person(urn), 'version', '1', 'contact', contact]);
  await bulkWrite(store, [...persons, ...all.flatMap((one) => keepVolunteer(store, one).writes)]);
  return all;
}

let given = 0;

/**
 * Writes a task of two hours. Each is a day after the previous one, so that none overlap.
 * Offers begin at `nextWave` (ms since the epoch); without it, not within a test.
 */
export async function giveTask(store: Store, needed: number, now: number, nextWave?: number): Promise<Task> {
  given += 1;
  const from = nextTime(now, '10:00') + given * DAY_MS;
  const task: Task = {
    id: newTaskId(),
    kind: 'patrol',
    state: 'open',
    words: '沿小区主路走一圈。',
    place: { region: COMMUNITY },
    region: COMMUNITY,
    from,
    until: from + 2 * HOUR_MS,
    needed,
    skills: [],
    checkIn: 'place',
    code: '1234',
    proof: 'nothing',
    by: 'test',
    madeAt: now,
    waves: 0,
    nextWave: nextWave ?? now + 23 * HOUR_MS,
  };
  await bulkWrite(store, keepTask(store, task).writes);
  return task;
}
