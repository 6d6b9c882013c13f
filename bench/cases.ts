import { randomInt } from 'node:crypto';
import { DAY_MS } from '../src/calendar.ts';
import { newCaseNumber } from '../src/cases/case-number.ts';
import { listsFor } from '../src/cases/case-permissions.ts';
import { addHistory, changeCase, loadCase, newCaseId, submissionEvent } from '../src/cases/case-store.ts';
import { loadWork } from '../src/cases/desk/load-work.ts';
import type { Report } from '../src/cases/hazard-case.ts';
import { attempt } from '../src/cases/lifecycle.ts';
import { replay } from '../src/cases/replay.ts';
import { findNearby } from '../src/cases/report/nearby.ts';
import { limitsOf, responsibleRegions, routeFor } from '../src/cases/routing.ts';
import type { City } from '../src/city/city.ts';
import { cityOf } from '../src/city/city.ts';
import { NEW_CITY } from '../src/city/new-city.ts';
import { demoCityData } from '../src/demo/city.ts';
import type { Point } from '../src/engine/input.ts';
import { randomFrom } from '../src/random.ts';
import { bulkWrite } from '../src/store/bulk-write.ts';
import { commitAsSystem } from '../src/store/commit-as-system.ts';
import { connect } from '../src/store/connect.ts';
import type { Store } from '../src/store/store.ts';
import { openStore } from '../src/store/store.ts';
import { nowMs } from './clock.ts';
import type { Meter } from './meter.ts';
import { openMeter } from './meter.ts';
import { OUTER_KEY } from './open-city.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import { percentile, print, rowOf } from './report.ts';

/** One case in this many is open. */
const OPEN_ONE_IN = 10;
const BATCH = 500;
const QUERIES = 400;
const LIFECYCLES = 50;
/** Cases that a desk's list loads at most. */
const DESK_MAX = 2000;

/** Measures a city with a million cases: the search for nearby cases, a desk's work list and each step of a case. */
export async function bench({ json, quick }: Options): Promise<void> {
  const size = quick ? 50_000 : 1_000_000;
  const stage = await openStage();
  const meter = openMeter(stage.redisUrl);
  const redis = connect(stage.redisUrl);
  try {
    const pace = { perSecond: 1, burst: 1, bulkPerSecond: 1, chatPerSecond: 1, chatBurst: 1 };
    const store = await openStore(redis, 'bench', pace, Date.now(), { outerKey: OUTER_KEY });
    const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
    const randomPoint = pointsIn(city);
    await meter.redis.config('SET', 'appendfsync', 'no', 'auto-aof-rewrite-percentage', '0');
    await fill(store, city, randomPoint, size);
    await meter.redis.config('SET', 'appendfsync', 'always');

    const desk = listsFor([{ role: 'dispatcher', scope: '990101001000', since: 0 }], city);
    const office = listsFor([{ role: 'dispatcher', scope: '*', since: 0 }], city);
    const near = await timed(meter, () => findNearby(store, city.categories, 'flooding', { point: randomPoint() }));
    const street = await timed(meter, () => loadWork(store, desk, DESK_MAX));
    const whole = await timed(meter, () => loadWork(store, office, DESK_MAX));
    const before = await meter.read();
    let steps = 0;
    for (let n = 0; n < LIFECYCLES; n += 1) steps += await runLifecycle(store, city, randomPoint());
    const after = await meter.read();

    const name = `anlin-${size >= 1e6 ? `${size / 1e6}m` : `${size / 1e3}k`}`;
    const row = (metric: string, unit: string, values: readonly number[]) => rowOf('cases', name, metric, unit, values);
    const figures = ({ redisMs, clientMs }: Timed, what: string) => [
      row(`${what}_redis_p99_ms`, 'ms', [percentile(redisMs, 99)]),
      row(`${what}_p50_ms`, 'ms', [percentile(clientMs, 50)]),
      row(`${what}_p99_ms`, 'ms', [percentile(clientMs, 99)]),
    ];
    const rows = [
      ...figures(near, 'nearby'),
      ...figures(street, 'desk'),
      ...figures(whole, 'city_desk'),
      row('commands_per_step', '', [(after.commands - before.commands) / steps]),
      row('bytes_in_per_step', 'B', [(after.bytesIn - before.bytesIn) / steps]),
    ];
    const most = { bound: 5, at: 'most', unit: ' ms' } as const;
    const targets = [
      { what: 'search for nearby cases, p99 in Redis', value: percentile(near.redisMs, 99), ...most },
      { what: 'a street’s work list, p99 in Redis', value: percentile(street.redisMs, 99), ...most },
    ];
    const footer = [
      `${size.toLocaleString('en')} cases, one in ${OPEN_ONE_IN} open; ${QUERIES} queries each; ${LIFECYCLES} cases from report to end.`,
      'redis_…: time of one query’s commands as Redis reports it; the others: until the answer was read.',
    ];
    print(rows, targets, footer, json);
  } finally {
    redis.disconnect();
    meter.close();
    await stage.close();
  }
}

/** Returns a function that picks a random point in the fictional city. */
export function pointsIn(city: City): () => Point {
  const random = randomFrom(4);
  return () => {
    for (;;) {
      const point = { longitude: 119.415 + random() * 0.17, latitude: 31.43 + random() * 0.14 };
      if (city.regions.at(point)) return point;
    }
  };
}

/** Makes the report of a hazard at a point. */
export function reportAt(city: City, point: Point, category: string, filedAt: number): Report {
  const region = city.regions.at(point);
  return {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category,
    place: { point, ...(region ? { region } : {}) },
    description: { text: '楼道口积水很深，老人走路容易滑倒，水一直往里流。' },
    photos: [],
    urgent: false,
    filedAt,
    ...responsibleRegions(region, city.regions),
  };
}

/** Writes cases as commits would have left them. One in ten is open; they were filed over 20 days. */
export async function fill(store: Store, city: City, randomPoint: () => Point, size: number): Promise<void> {
  const leaves = NEW_CITY.categories.filter(({ group }) => group !== undefined).map(({ code }) => code);
  const now = Date.now();
  for (let from = 0; from < size; from += BATCH) {
    const writes = Array.from({ length: Math.min(BATCH, size - from) }, (_, i) => {
      const n = from + i;
      const report = reportAt(city, randomPoint(), leaves[n % leaves.length] ?? '', now - (n % 20) * DAY_MS);
      const begun = submissionEvent(report);
      const ended = { type: 'rejected', to: 'rejected', at: now, as: 'dispatcher', by: 'x' } as const;
      const events = n % OPEN_ONE_IN === 0 ? [begun] : [begun, ended];
      return addHistory(store, events, `bench:${n % 100_000}`, now);
    });
    await bulkWrite(store, writes.flat());
  }
}

export type Timed = {
  readonly redisMs: readonly number[];
  readonly clientMs: readonly number[];
  readonly commands: number;
};

/** Runs a query many times. `commands` are those of the last run. */
export async function timed(
  { redis, hashReads }: Pick<Meter, 'redis' | 'hashReads'>,
  query: () => Promise<unknown>,
  queries = QUERIES,
): Promise<Timed> {
  const redisMs: number[] = [];
  const clientMs: number[] = [];
  let commands = 0;
  for (let i = 0; i < queries; i += 1) {
    await redis.config('RESETSTAT');
    const readBefore = hashReads();
    const start = nowMs();
    await query();
    clientMs.push(nowMs() - start);
    const stats = commandStats(await redis.info('commandstats'), hashReads() - readBefore);
    redisMs.push(stats.us / 1000);
    commands = stats.calls;
  }
  return { redisMs, clientMs, commands };
}

/**
 * Sums time (µs) and number of all commands, without the bench's own CONFIG and INFO.
 * Of the HMGETs, those that were sent count: the time of a script holds its own.
 */
function commandStats(stats: string, hashReads: number): { readonly us: number; readonly calls: number } {
  const lines = stats.split('\n').filter((line) => !/^cmdstat_(config|info)/.test(line));
  const read = (line: string, what: RegExp) => Number(what.exec(line)?.[1] ?? 0);
  const counted = lines.map((line) => {
    const [us, calls] = [read(line, /[:,]usec=(\d+)/), read(line, /:calls=(\d+)/)];
    if (!line.startsWith('cmdstat_hmget:')) return { us, calls };
    return { us: calls === 0 ? 0 : (us * hashReads) / calls, calls: hashReads };
  });
  const sum = (of: 'us' | 'calls') => counted.reduce((all, one) => all + one[of], 0);
  return { us: sum('us'), calls: sum('calls') };
}

/** Takes one case from its report to its end and returns the number of steps. */
async function runLifecycle(store: Store, city: City, point: Point): Promise<number> {
  const report = reportAt(city, point, 'flooding', Date.now());
  await commitAsSystem(
    store,
    {
      op: `file:${report.id}`,
      what: 'case_filed',
      checks: [],
      writes: addHistory(store, [submissionEvent(report)], 'bench:1', Date.now()),
    },
    Date.now(),
  );
  const record = replay([submissionEvent(report)]);
  const { unit, ...route } = routeFor(record, city);
  const photos = [{ file: 'f', same: 's' }];
  const words = { text: '抽干了，疏通了下水口' };
  const doer = { as: 'unit_staff', by: 'u', units: [unit] } as const;
  const steps = [
    ['accepted', { as: 'dispatcher', by: 'd' }, { clock: limitsOf(record, city) }],
    ['dispatched', { as: 'dispatcher', by: 'd' }, { unit, ...route }],
    ['signed', doer, {}],
    ['contained', doer, { photos }],
    ['handled', doer, { photos, words }],
    ['check_passed', { as: 'grid_worker', by: 'g' }, { photos }],
    ['rated', { as: 'reporter', by: 'r' }, { rating: 'solved' }],
  ] as const;
  for (const [type, actor, brought] of steps) {
    const kept = await loadCase(store, report.id);
    if (!kept) throw new Error('The case is gone.');
    const tried = attempt(kept.record, type, actor, brought, Date.now());
    if (tried.type === 'refused') throw new Error(`${type} was refused: ${tried.why}`);
    const change = changeCase(store, kept, tried.event);
    const done = await commitAsSystem(store, { op: `${report.id}:${type}`, what: type, ...change }, Date.now());
    if (done.type !== 'ok') throw new Error(`The commit of ${type} returned ${done.type}.`);
  }
  return steps.length + 1;
}
