import type { Job } from '../../background/job.ts';
import { DAY_MS, dayOf, isWorkingDay, MINUTE_MS, momentOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { orStoreAway } from '../../store/store.ts';
import { peopleOf } from '../premises/load-premises.ts';
import type { Round } from './round.ts';
import { loadRounds } from './round-store.ts';
import { stuckAt } from './stuck-round.ts';

const EVERY_MS = 5 * MINUTE_MS;
/** The digest comes on the first working day of a week, from this time on, China time. */
const AT = 'T09:00';
/** Rounds that one digest names. */
const NAMED_MAX = 10;

type StuckRound = { readonly round: Round; readonly stuck: NonNullable<ReturnType<typeof stuckAt>> };

/** Once a week: one message to the lead of a series about its rounds that stand still; none without such a round. */
export function stuckRoundsJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'stuck-rounds',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const day = dayOf(now);
      if (!isWorkingDay(day) || now < momentOf(day + AT)) return { told: 0 };
      const monday = mondayOf(day);
      if ((await orStoreAway(store.redis.get(store.keys.roundsDigest))) === monday) return { told: 0 };
      const { told, missed } = await tellLeads(monday, services, now);
      // The next run tries the missed ones again.
      if (missed > 0) return { told, missed };
      const writes = [['SET', store.keys.roundsDigest, monday] as const];
      await commitAndNotify(
        { op: `stuck-rounds:${monday}`, what: 'rounds_digested', checks: [], writes },
        [],
        services,
      );
      return { told };
    },
  };
}

/** The Monday of a day's week, 2026-11-23. */
function mondayOf(day: string): string {
  const noon = momentOf(`${day}T12:00`);
  const weekday = (new Date(noon).getUTCDay() + 6) % 7; // noon in China is the same day in UTC
  return dayOf(noon - weekday * DAY_MS);
}

/** A second run after a crash sends only what is missing: each message has the operation id of its week and reader. */
async function tellLeads(monday: string, services: Services, now: number) {
  const { store, city } = services;
  const count = { told: 0, missed: 0 };
  for (const [to, rounds] of await stuckByLead(services, now)) {
    const op = `stuck-rounds:${monday}:${store.pseudonym(to)}`;
    const change = { op, what: 'rounds_digested', checks: [], writes: [] };
    const done = await commitAndNotify(change, [{ to, said: digestOf(rounds, city, now) }], services);
    count[done ? 'told' : 'missed'] += 1;
  }
  return count;
}

/** Stuck rounds by the lead department of their series; by the offices of the region where a series has none. */
async function stuckByLead({ store, city }: Services, now: number): Promise<ReadonlyMap<Urn, StuckRound[]>> {
  const byLead = new Map<Urn, StuckRound[]>();
  for (const { record: round } of await loadRounds(store)) {
    const premises = city.premises.get(round.premises);
    const stuck = stuckAt(round, now);
    if (!premises || !stuck) continue;
    const { department, leads } = await peopleOf(store, city, premises);
    for (const to of department.length > 0 ? department : leads)
      byLead.set(to, [...(byLead.get(to) ?? []), { round, stuck }]);
  }
  return byLead;
}

function digestOf(rounds: readonly StuckRound[], city: City, now: number): LocalizedMessage {
  const longest = rounds.toSorted((a, b) => a.stuck.since - b.stuck.since);
  const lines = longest.slice(0, NAMED_MAX).map(
    ({ round, stuck }): Value => ({
      key: 'flows/my-premises:stuck.line',
      values: {
        name: { names: city.premises.get(round.premises)?.names ?? {} },
        series: { names: seriesNames(round.series) },
        why: { key: `flows/my-premises:stuck.why.${stuck.why}` },
        days: Math.floor((now - stuck.since) / DAY_MS),
      },
    }),
  );
  const more = rounds.length - lines.length;
  const rest: readonly Value[] = more > 0 ? [{ key: 'flows/my-premises:stuck.more', values: { rest: more } }] : [];
  const [first] = longest;
  return {
    key: 'flows/my-premises:stuck.digest',
    values: { count: rounds.length, lines: { list: [...lines, ...rest] } },
    ...(city.site
      ? { links: [{ label: 'common:news_buttons.console', url: `${city.site}/console/units` } as const] }
      : {}),
    buttons: [{ label: 'flows/my-premises:again', flow: 'my-premises', argument: first?.round.premises ?? 'all' }],
  };
}
