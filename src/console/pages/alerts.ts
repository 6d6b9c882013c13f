import { Hono } from 'hono';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import type { Alert } from '../../review/alerts/alert.ts';
import { isAlertOpen, windowOf } from '../../review/alerts/alert.ts';
import type { HistoryWeek } from '../../review/alerts/alert-history.ts';
import { alertHistory } from '../../review/alerts/alert-history.ts';
import { alertEndOf, mondayOf } from '../../review/alerts/alert-job.ts';
import { alertValues, chanceOf } from '../../review/alerts/alert-messages.ts';
import {
  isAlertOf,
  loadAlert,
  loadAlerts,
  MAY_ANSWER_ALERTS,
  MAY_READ_ALERTS,
} from '../../review/alerts/alert-store.ts';
import { loadMarks } from '../../review/alerts/known-marks.ts';
import { halvingsBy, precisionOf } from '../../review/alerts/precision.ts';
import { dayStart } from '../../review/alerts/series/case-counts.ts';
import { covers } from '../../review/alerts/series/factors.ts';
import { recentCounts } from '../../review/alerts/series/recent-counts.ts';
import { loadWindowCases } from '../../review/alerts/window-cases.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';

/** One alert of the list. It names no case and no person. Times in ms since the epoch. */
export type AlertRow = {
  readonly id: string;
  readonly what: string;
  readonly where: string;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  readonly expected: number;
  /** Chance brings such a count in one of n weeks or less often. */
  readonly chance: number;
  readonly detector: string;
  readonly state: string;
  readonly isOpen: boolean;
  readonly answer: string;
  readonly notes: readonly string[];
};

/** How often a detector was right in 90 days, over the whole city: a street has too few answers. */
export type PrecisionRow = {
  readonly detector: string;
  readonly confirmed: number;
  readonly answered: number;
  readonly open: number;
  readonly halvings: number;
};
export type AlertsPage = { readonly alerts: readonly AlertRow[]; readonly precision: readonly PrecisionRow[] };

/** The series of one alert over half a year, what explains it, and where its cases lie. */
export type AlertPage = AlertRow & {
  readonly weeks: readonly HistoryWeek[];
  readonly marks: readonly {
    readonly type: 'rain' | 'campaign';
    readonly title: string;
    readonly from: number;
    readonly until: number;
  }[];
  /** Cases of the window by community. */
  readonly communities: Readonly<Record<string, number>>;
  readonly mayAnswer: boolean;
};

/** 苗头: `GET /`, newest first, with the precision of the detectors; `GET /<id>` for the chart. The talk `alerts` answers one. */
export function alertRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city, now } = services;
    const all = (await loadAlerts(store)).map(({ record }) => record);
    const own = all.filter((alert) => isAlertOf(alert, organiser.grants, MAY_READ_ALERTS, city));
    const { say } = readerFor(organiser, services);
    const precision = precisionOf(all, now()).map((row) => ({
      ...row,
      detector: say(`flows/alerts:detector.${row.detector}`),
    }));
    // Of one week, the least likely first.
    const ordered = own.toSorted((a, b) => b.end - a.end || a.p - b.p);
    const page: AlertsPage = { alerts: ordered.map((alert) => rowOf(alert, organiser, services)), precision };
    return c.json(page);
  });
  app.get('/:id', async (c) => {
    const organiser = c.get('organiser');
    const { store, city } = services;
    const kept = await loadAlert(store, c.req.param('id'));
    if (!kept || !isAlertOf(kept.record, organiser.grants, MAY_READ_ALERTS, city))
      return c.json({ error: 'not_found' }, 404);
    return c.json(await pageOf(kept.record, organiser, services));
  });
  return app;
}

function rowOf(alert: Alert, organiser: Organiser, services: Services): AlertRow {
  const reader = readerFor(organiser, services);
  const values = alertValues(alert, services.city);
  const said = (name: string) => String(sayAny(values[name] ?? '', reader));
  const { from, until } = windowOf(alert);
  return {
    id: alert.id,
    what: said('what'),
    where: said('where'),
    from,
    until,
    count: alert.count,
    expected: Math.round(alert.expected * 10) / 10,
    chance: chanceOf(alert.p),
    detector: said('detector'),
    state: said('state'),
    isOpen: isAlertOpen(alert),
    answer: said('answer'),
    notes: said('lines')
      .split('\n')
      .filter((line) => line !== ''),
  };
}

async function pageOf(alert: Alert, organiser: Organiser, services: Services): Promise<AlertPage> {
  const { store, city, now } = services;
  const end = alertEndOf(mondayOf(now()));
  const [counts, marks, cases, all] = await Promise.all([
    recentCounts(store, city.regions, end, now()),
    loadMarks(store),
    loadWindowCases(store, alert, city),
    loadAlerts(store),
  ]);
  const halvings = halvingsBy(
    all.map(({ record }) => record),
    now(),
  );
  const weeks = alertHistory(alert, counts, marks, city, halvings);
  const first = weeks[0]?.from ?? dayStart(end);
  const here = marks.filter((mark) => alert.regions.some((region) => covers(mark, region, city.regions)));
  const communities: Record<string, number> = {};
  for (const { community } of cases)
    if (community !== undefined) communities[community] = (communities[community] ?? 0) + 1;
  return {
    ...rowOf(alert, organiser, services),
    weeks,
    marks: here
      .filter(({ until }) => dayStart(until + 1) > first)
      .map(({ type, title, from, until }) => ({ type, title, from: dayStart(from), until: dayStart(until + 1) - 1 })),
    communities,
    mayAnswer: isAlertOf(alert, organiser.grants, MAY_ANSWER_ALERTS, city),
  };
}
