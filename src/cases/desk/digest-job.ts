import type { Job } from '../../background/job.ts';
import { dayOf, HOUR_MS, isWorkingDay, momentOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { EVERYWHERE, ROLES, staffIn } from '../../people/role.ts';
import { orStoreAway } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import { listsFor, readersOf } from '../case-permissions.ts';
import { loadCases } from '../case-store.ts';
import type { Clock } from '../deadlines.ts';
import { clocksOf, stageOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { LIGHTS } from './work-card.ts';
import type { WorkList } from './work-queues.ts';
import { CITY_DESK } from './work-queues.ts';

const EVERY_MS = 60_000;
/** A bot that was down at the time of a digest sends it up to this much later. */
const LATE_MS = 2 * HOUR_MS;
/** Cases that one list adds to a digest, and that one digest names. */
const LIST_MAX = 1000;
const NAMED_MAX = 10;

/** Sends every organiser one list of what is overdue or due today, at these times of a working day. Urgent cases are told at once. */
export function digestJob(services: Services, times: readonly string[]): Job {
  const { store } = services;
  return {
    name: 'deadline-digest',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const slot = slotAt(now, times);
      if (slot === undefined || (await orStoreAway(store.redis.get(store.keys.casesDigest))) === slot)
        return { told: 0 };
      const { told, missed } = await sendDigests(slot, services, now);
      // The next run tries the missed ones again.
      if (missed > 0) return { told, missed };
      const writes = [['SET', store.keys.casesDigest, slot] as const];
      await commitAndNotify({ op: `digest:${slot}`, what: 'digest_sent', checks: [], writes }, [], services);
      return { told };
    },
  };
}

/** The digest that is due at a time: 2026-12-01T08:30; undefined outside working days and after a long pause. */
function slotAt(now: number, times: readonly string[]): string | undefined {
  const day = dayOf(now);
  if (!isWorkingDay(day)) return undefined;
  return times
    .map((time) => `${day}T${time}`)
    .findLast((slot) => {
      const at = momentOf(slot);
      return at <= now && now < at + LATE_MS;
    });
}

/** Sends the digest to everyone who has a case in it. A second run after a crash sends only what is missing. */
async function sendDigests(slot: string, services: Services, now: number) {
  const { store, city } = services;
  const count = { told: 0, missed: 0 };
  for (const [to, cases] of await casesByReader(services, now)) {
    const said = digestOf(cases, city, now);
    const op = `digest:${slot}:${store.pseudonym(to)}`;
    const done = await commitAndNotify({ op, what: 'digest_sent', checks: [], writes: [] }, [{ to, said }], services);
    count[done ? 'told' : 'missed'] += 1;
  }
  return count;
}

/** Finds who reads which cases that are overdue or due today. The desk gets overdue cases of its units too. */
async function casesByReader({ store, city }: Services, now: number): Promise<ReadonlyMap<Urn, Set<HazardCase>>> {
  const end = momentOf(`${dayOf(now)}T23:59`);
  const lists = listsFor(
    ROLES.map((role) => ({ role, scope: EVERYWHERE, since: 0 })),
    city,
  );
  const byReader = new Map<Urn, Set<HazardCase>>();
  const readers = new Map<WorkList, readonly Urn[]>();
  const add = async (list: WorkList, record: HazardCase) => {
    const { role, scopes } = readersOf(list, city.regions);
    const urns = readers.get(list) ?? (await staffIn(store, role, scopes));
    readers.set(list, urns);
    for (const urn of urns) byReader.set(urn, (byReader.get(urn) ?? new Set()).add(record));
  };
  const { redis, keys } = store;
  const due = await orStoreAway(
    Promise.all(
      lists.map((list) => redis.zrange(keys.casesWork(list), '-inf', String(end), 'BYSCORE', 'LIMIT', 0, LIST_MAX)),
    ),
  );
  const cases = await loadCases(store, [...new Set(due.flat())]);
  const records = new Map<string, HazardCase>(cases.map(({ record }) => [record.id, record]));
  for (const [i, list] of lists.entries()) {
    for (const id of due[i] ?? []) {
      const record = records.get(id);
      const [clock] = record ? clocksOf(record) : [];
      if (!record || !clock || clock.for === 'rate') continue;
      await add(list, record);
      if (stageOf(clock, now) === 'red') await add(`desk:${record.desk ?? CITY_DESK}`, record);
    }
  }
  return byReader;
}

/** Words one digest: the numbers, and the cases with the earliest deadlines. */
function digestOf(cases: ReadonlySet<HazardCase>, { categories, site }: City, now: number): LocalizedMessage {
  const due = [...cases]
    .map((record) => [record, clocksOf(record)[0] as Clock] as const) // only cases with a clock are added
    .sort(([, a], [, b]) => a.due - b.due);
  const late = due.filter(([, clock]) => stageOf(clock, now) === 'red').length;
  const lines = due.slice(0, NAMED_MAX).map(
    ([{ category, number }, clock]): Value => ({
      key: 'common:turn.digest_line',
      values: {
        light: LIGHTS[stageOf(clock, now)],
        category: { names: categories.nameOf(category) },
        number: showCaseNumber(number),
        clock: { key: `common:clock_name.${clock.for}` },
        due: { at: clock.due },
      },
    }),
  );
  const more = due.length - lines.length;
  const rest: readonly Value[] = more > 0 ? [{ key: 'common:turn.digest_more', values: { rest: more } }] : [];
  const page = site && `${site}/console/cases`;
  return {
    key: 'common:turn.digest',
    values: { late, today: due.length - late, lines: { list: [...lines, ...rest] } },
    ...(page ? { page, links: [{ label: 'common:news_buttons.console', url: page } as const] } : {}),
    buttons: [{ label: 'common:news_buttons.work', flow: 'my-work', argument: 'all' }],
  };
}
