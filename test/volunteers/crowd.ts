import { DAY_MS } from '../../src/calendar.ts';
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
import { nextMorning } from '../test-app.ts';

export const COMMUNITY = '990101001001';
const HOUR_MS = 3_600_000;

/** Volunteers who are in already, each with a contact, in the order of their persons. */
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
  // Awake, whenever the test runs.
  const contact = JSON.stringify({ ...newContact('zh-CN', now), quiet: { from: 0, until: 0 } });
  const persons = urns.map((urn): Write => ['HSET', store.keys.person(urn), 'version', '1', 'contact', contact]);
  await bulkWrite(store, [...persons, ...all.flatMap((one) => keepVolunteer(store, one).writes)]);
  return all;
}

let given = 0;

/** A task for so many, each a day later than the one before, in the morning, so that none is in the way of another. It is offered around from `nextWave` (ms) on, or not at all. */
export async function giveTask(store: Store, needed: number, now: number, nextWave?: number): Promise<Task> {
  given += 1;
  const from = nextMorning(now) + given * DAY_MS;
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
