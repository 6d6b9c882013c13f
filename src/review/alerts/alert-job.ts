import type { Job } from '../../background/job.ts';
import { DAY_MS, dayOf, HOUR_MS, momentOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffIn, staffWith } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import { alertCard, restMessage, unitCard } from './alert-messages.ts';
import { keepAlert, loadAlerts, MAY_ANSWER_ALERTS } from './alert-store.ts';
import { archiveWrites } from './series/archive-weeks.ts';
import { dayNumber } from './series/case-counts.ts';
import { judgeAlertWeek } from './week-alerts.ts';

const EVERY_MS = 60_000;
/** Mondays, China time: before the day's work begins, after the quiet hours. */
const RUNS_AT_HOUR = 8;
/** Days before the run that are not judged: reports of them still come in and are still merged. */
const LATE_DAYS = 2;
/** Alerts that one person gets a week, the least likely first; the others stand in the list. */
export const ALERTS_A_WEEK = 3;

/** Judges the week each Monday at 8:00, or at the first run after it. Everyone gets three alerts at most. */
export function alertJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'weekly-alerts',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const monday = mondayOf(now);
      const done = await orStoreAway(store.redis.get(store.keys.alertsWeek));
      if (done === monday) return { raised: 0 };
      const raised = done === `${monday} raised` ? 0 : await raise(services, monday, now);
      const missed = await tellAll(services, monday, now);
      // The next run tells those who are missing.
      if (missed > 0) return { raised, missed };
      const writes = [['SET', store.keys.alertsWeek, monday] as const];
      await commitAsSystem(store, { op: `alerts-told:${monday}`, what: 'alerts_told', checks: [], writes }, now);
      return { raised };
    },
  };
}

/** The last Monday whose run is due: 2026-11-23. */
export function mondayOf(now: number): string {
  const shifted = now - RUNS_AT_HOUR * HOUR_MS;
  const weekday = (new Date(`${dayOf(shifted)}T00:00:00Z`).getUTCDay() + 6) % 7;
  return dayOf(shifted - weekday * DAY_MS);
}

/** The day after the last judged one, as a day number. */
export function alertEndOf(monday: string): number {
  return dayNumber(momentOf(`${monday}T00:00`)) - LATE_DAYS;
}

async function raise({ store, city }: Services, monday: string, now: number): Promise<number> {
  const known = await loadAlerts(store);
  const { raised, ended, counts } = await judgeAlertWeek(store, city, known, { end: alertEndOf(monday), now });
  const { checks, writes } = joinChanges([
    ...raised.map((alert) => keepAlert(store, alert)),
    ...ended.map((kept) => keepAlert(store, { ...kept.record, state: 'ended' }, kept)),
  ]);
  const told = ['SET', store.keys.alertsWeek, `${monday} raised`] as const;
  await commitAsSystem(
    store,
    {
      op: `alerts:${monday}`,
      what: 'alerts_raised',
      checks,
      writes: [...writes, ...archiveWrites(store, counts), told],
    },
    now,
  );
  return raised.length;
}

/** Tells the new alerts of the week to those on their ground and to the units that lead most of their cases. A second run after a crash tells only those who are missing. */
async function tellAll(services: Services, monday: string, now: number): Promise<number> {
  const { store, city } = services;
  const end = alertEndOf(monday);
  const alerts = (await loadAlerts(store, now - 7 * DAY_MS)).map(({ record }) => record);
  const fresh = alerts.filter((alert) => alert.end === end && alert.state === 'raised');
  const byReader = new Map<Urn, LocalizedMessage[]>();
  for (const alert of fresh.toSorted((a, b) => a.p - b.p)) {
    const scopes = [...new Set(alert.regions.flatMap((region) => city.regions.chain(region)))];
    const onGround = await staffWith(store, MAY_ANSWER_ALERTS, scopes);
    const ofUnit = alert.unit === undefined ? [] : await staffIn(store, 'unit_staff', [alert.unit]);
    for (const urn of new Set([...onGround, ...ofUnit])) {
      const card = onGround.includes(urn) ? alertCard(alert, city) : unitCard(alert, city);
      byReader.set(urn, [...(byReader.get(urn) ?? []), card]);
    }
  }
  let missed = 0;
  for (const [to, list] of byReader) {
    const rest = list.length - ALERTS_A_WEEK;
    const said = [...list.slice(0, ALERTS_A_WEEK), ...(rest > 0 ? [restMessage(rest)] : [])];
    const op = `alerts:${monday}:${store.pseudonym(to)}`;
    const notices = said.map((one) => ({ to, said: one }));
    const done = await commitAndNotify({ op, what: 'alerts_told', checks: [], writes: [] }, notices, services);
    if (!done) missed += 1;
  }
  return missed;
}
