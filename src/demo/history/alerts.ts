import type { Broadcast, BroadcastId } from '../../broadcasts/broadcast.ts';
import { keepBroadcast } from '../../broadcasts/broadcast-store.ts';
import { DAY_MS, HOUR_MS, momentOf } from '../../calendar.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import type { City } from '../../city/city.ts';
import type { Random } from '../../random.ts';
import type { Alert, AlertAnswer } from '../../review/alerts/alert.ts';
import { alertIdOf } from '../../review/alerts/alert.ts';
import { alertEndOf, mondayOf } from '../../review/alerts/alert-job.ts';
import { keepAlert } from '../../review/alerts/alert-store.ts';
import { judgeWeek } from '../../review/alerts/detectors/judge-week.ts';
import { marksOf } from '../../review/alerts/known-marks.ts';
import { caseCounter, dayNumber, dayStart } from '../../review/alerts/series/case-counts.ts';
import { judgedOf, readySeries } from '../../review/alerts/series/ready-series.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import words from '../city-names.json' with { type: 'json' };

/** Days since the first day of the demo's storms, and their number. */
export const STORM = { from: 46, days: 7 };
/** Days since the two announcements that raised reporting. */
const CAMPAIGNS = [30, 16] as const;

/** A made-up rise: weeks before the last judged one, kind, street (by its place in the list) and cases. */
type Rise = {
  readonly back: number;
  readonly category: string;
  readonly street: number;
  readonly count: number;
  readonly answer?: AlertAnswer;
};
const RISES: readonly Rise[] = [
  { back: 9, category: 'gas_bottles', street: 5, count: 9, answer: 'confirmed' },
  { back: 4, category: 'dark_corner', street: 2, count: 10, answer: 'known_cause' },
  { back: 3, category: 'expired_food', street: 12, count: 8, answer: 'false' },
  { back: 2, category: 'fallen_tree', street: 8, count: 9, answer: 'confirmed' },
  { back: 0, category: 'e_bike_wire_charging', street: 9, count: 17 },
  { back: 0, category: 'manhole_cover', street: 3, count: 11 },
];

/** The reports of the made-up rises. The newest ones lie in the week that the first start judges. */
export function risesBefore(now: number, random: Random, streets: readonly string[]) {
  const end = alertEndOf(mondayOf(now));
  return RISES.flatMap(({ back, category, street, count }) =>
    Array.from({ length: count }, () => {
      const day = end - 7 * back - 1 - Math.floor(random() * 7);
      const filedAt = dayStart(day) + Math.floor((7 + random() * 14) * HOUR_MS);
      return { category, street: streets[street] ?? '', filedAt };
    }),
  ).filter(({ filedAt }) => filedAt < now);
}

/** The announcements that explain the storm and the campaign on the charts, and the answered alerts of past weeks. */
export function* pastAlerts(store: Store, city: City, cases: readonly HazardCase[], now: number): Generator<Write> {
  const sent = announcementsOf(city, now);
  for (const broadcast of sent) yield* keepBroadcast(store, broadcast).writes;
  const marks = sent.flatMap(marksOf);
  const sorted = cases.toSorted((a, b) => a.filedAt - b.filedAt);
  const storm: Rise = { back: 5, category: 'flooding', street: -1, count: 0, answer: 'confirmed' };
  for (const rise of [storm, ...RISES.filter(({ answer }) => answer !== undefined)]) {
    const alert = answeredAlert(rise, sorted, { city, marks, now });
    if (alert) yield* keepAlert(store, alert).writes;
  }
}

type Past = { readonly city: City; readonly marks: ReturnType<typeof marksOf>; readonly now: number };

/** The alert of a past rise as the detectors see it, with its answer of the next day; undefined if they see none. */
function answeredAlert(
  { back, category, street, answer }: Rise,
  cases: readonly HazardCase[],
  { city, marks, now }: Past,
): Alert | undefined {
  const monday = momentOf(`${mondayOf(now)}T08:00`) - back * 7 * DAY_MS;
  const end = alertEndOf(mondayOf(monday));
  const counter = caseCounter(city.regions, end);
  for (const one of cases) if (dayNumber(one.filedAt) < end) counter.add(one);
  const streets = city.regions.all('street');
  const [whole = ''] = city.regions.all('city');
  const region = streets[street] ?? whole;
  const what = region === whole ? category : (city.categories.get(category)?.group ?? category);
  const ready = readySeries(counter.counts(), { ...city, marks }).find(
    ({ series }) => series.what === what && series.region === region,
  );
  if (!ready || !answer) return undefined;
  const { weeks } = ready.series;
  const { detector, count, expected, p, isAlarm } = judgeWeek(judgedOf(ready), weeks.length - 1);
  if (!isAlarm) return undefined;
  const leading = ready.series.parts.get(category)?.at(-1) ?? 0;
  return {
    id: alertIdOf(end, { what, regions: [region] }),
    state: answer === 'false' ? 'false' : 'ended',
    what,
    regions: [region],
    detector,
    count,
    expected,
    p,
    weeks: 1,
    factor: ready.factors.at(-1) ?? { rain: 1, campaign: 1 },
    end,
    ...(what === category ? {} : { street: region, leading: { category, count: leading } }),
    raisedAt: monday,
    answer,
    answeredAt: monday + DAY_MS,
    ...(answer === 'confirmed' ? { measure: 'announcement' as const } : {}),
  };
}

/** Weather warnings of the storm and the two announcements with a report button, all sent to the whole city. */
function announcementsOf(city: City, now: number): readonly Broadcast[] {
  const [region = ''] = city.regions.all('city');
  const at = (daysAgo: number) => now - daysAgo * DAY_MS;
  const storms = Array.from({ length: Math.ceil(STORM.days / 3) }, (_, i) => at(STORM.from - 3 * i));
  return [
    ...storms.map((slot, i) => sentBroadcast(`storm${i}xx`, slot, region, 'storm')),
    ...CAMPAIGNS.map((days, i) => sentBroadcast(`report${i}x`, at(days), region, 'campaign')),
  ];
}

/** `name`: eight letters. */
function sentBroadcast(name: string, slot: number, region: string, type: 'storm' | 'campaign'): Broadcast {
  const { title, text } = words.announcements[type];
  const id: BroadcastId = `broadcast_${name}`;
  return {
    id,
    state: 'started',
    kind: 'announcement',
    topic: type === 'storm' ? 'flood' : 'notices',
    content: { title, words: { 'zh-CN': text }, buttons: type === 'storm' ? ['heard'] : ['heard', 'report'] },
    audience: { type: 'people', region, who: 'everybody' },
    schedule: { type: 'once', at: slot },
    staleAfterMs: 2 * HOUR_MS,
    by: 'demo',
    region,
    madeAt: slot - HOUR_MS,
    runs: [{ slot, fate: 'fired' }],
    ...(type === 'storm' ? { alert: `demo ${name}` } : {}),
  };
}
