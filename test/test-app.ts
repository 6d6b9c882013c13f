import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRun } from '../src/background/job-runner.ts';
import { DAY_MS, dayOf, momentOf } from '../src/calendar.ts';
import { saveCityData } from '../src/city/city-store.ts';
import type { Quotas } from '../src/city/quotas.ts';
import type { Config } from '../src/config.ts';
import { demoCityData } from '../src/demo/city.ts';
import type { Simulator } from '../src/demo/simulator/server.ts';
import { startSimulator } from '../src/demo/simulator/server.ts';
import type { LoggedCall } from '../src/demo/simulator/sim-calls.ts';
import type { WechatSimulator } from '../src/demo/wechat/server.ts';
import { startWechatSimulator } from '../src/demo/wechat/server.ts';
import type { WecomSimulator } from '../src/demo/wecom/server.ts';
import { startWecomSimulator } from '../src/demo/wecom/server.ts';
import type { Log } from '../src/log.ts';
import { openLog } from '../src/log.ts';
import type { Running } from '../src/open.ts';
import { open } from '../src/open.ts';
import { connect } from '../src/store/connect.ts';
import { loadSafeMode } from '../src/store/safe-mode.ts';
import type { EmbeddedRedis } from '../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../src/store/start/embedded.ts';
import { openStore } from '../src/store/store.ts';
import type { Timings } from '../src/timings.ts';
import { TIMINGS } from '../src/timings.ts';
import { memoryFolder } from './memory-folder.ts';
import { OUTER_KEY } from './outer-key.ts';
import { Phone } from './phone.ts';
import { useSharedRedis } from './shared-redis.ts';

/** Faster than any test types; tests of the pace set their own. */
export const NO_PACE = { perSecond: 1e6, burst: 1000, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1000 };

export const NO_QUOTAS: Quotas = { updates: 1e6, reportsPerHour: 1e6, reportsPerDay: 1e6, reportsOnFirstDay: 1e6 };

/** Test apps run under a cluster's rules (F19); vitest.config.ts repeats some files on a single node. */
const CLUSTER_RULES = process.env.REDIS_CLUSTER_RULES !== 'no';

/** Shorter than in production, so that a test waits less; long enough for a process that shares two cores. */
export const TEST_TIMINGS: Timings = {
  jobs: { ...TIMINGS.jobs, leaseMs: 1000 },
  relay: { silenceMs: 1000, recoverEveryMs: 200, unknownPausesMs: [100, 500, 2000, 6000] },
  sending: { leaseMs: 3000, prepareEveryMs: 50 },
  store: TIMINGS.store,
  // Tests read what they have just changed.
  open311: { keptMs: 0 },
  telegram: { callTimeoutMs: 6000, pollLeaseMs: 1000 },
};

/** The product in this process, over a real Redis and the simulator, both its own. */
export type TestApp = {
  readonly running: Running;
  readonly redis: EmbeddedRedis;
  readonly simulator: Simulator;
  readonly wechat: WechatSimulator | undefined;
  readonly wecom: WecomSimulator | undefined;
  readonly config: Config;
  readonly folder: string;
  readonly log: readonly string[];
  phone(name?: string, language?: string): Promise<Phone>;
  /** Every Bot API call so far. */
  calls(): Promise<readonly LoggedCall[]>;
  /** Opens the product again over the same store, as a second process would. */
  second(): Promise<Running>;
  restart(): Promise<void>;
  /** Moves the clock of bot and simulator, ms. Jobs run at the next tick. */
  advance(ms: number): Promise<void>;
  /** Runs jobs once, at the present clock; without names, all that run at least once a minute. */
  tick(...names: readonly string[]): Promise<void>;
  /** Ticks until no job finds work and no message waits: afterwards a job did not run because nothing was due. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Ten o'clock in China on a fixed working day, in daylight and outside all quiet hours, ms since the epoch:
 * tests behave the same on any day and at any hour. TEST_DAY=2027-02-17 runs them on another day.
 */
const MORNING = momentOf(`${process.env.TEST_DAY ?? '2026-11-30'}T10:00`);

/** The next moment at this time of day, ms since the epoch. */
export function nextTime(now: number, time: string): number {
  const today = momentOf(`${dayOf(now)}T${time}`);
  return today > now ? today : today + DAY_MS;
}

type Options = {
  /** The time at the start, ms since the epoch; a fixed morning if left out. */
  readonly at?: number;
  readonly limits?: boolean;
  readonly pace?: Config['pace'];
  readonly cluster?: boolean;
  readonly quotas?: Quotas;
  readonly timings?: Timings;
  readonly site?: string;
  /** The origin of a simulated push service. */
  readonly pushService?: string;
  /** A WeChat account, or a WeCom app, on a simulator beside Telegram. */
  readonly wechat?: true;
  readonly wecom?: true;
  /** False: a city without Telegram. Its simulator still keeps the clock. */
  readonly telegram?: false;
};

/** Number of apps on shared servers. An app with a server of its own always has the city `test`. */
export async function openTestApp(options: Options = {}): Promise<TestApp> {
  const folder = memoryFolder('anlin-');
  const cluster = options.cluster ?? CLUSTER_RULES;
  const { redis, city } = cluster
    ? await useSharedRedis()
    : { redis: await startEmbeddedRedis(join(folder, 'redis')), city: 'test' };
  const simulator = await startSimulator({ port: 0, limits: options.limits ?? false });
  simulator.world.advanceClock(Math.ceil(((options.at ?? MORNING) - Date.now()) / 1000));
  const log: string[] = [];
  const logger: Log = openLog('debug', [simulator.token], (line) => log.push(line));
  const config: Config = {
    telegram:
      options.telegram === false ? { type: 'none' } : { type: 'bot', token: simulator.token, apiRoot: simulator.url },
    // Two addresses make it a cluster; that both are the same node does no harm.
    redisUrl: cluster ? `${redis.url},${redis.url}` : redis.url,
    redisSettingsChecked: false,
    city,
    kind: 'real',
    warnings: [],
    dataDir: folder,
    dataKey: OUTER_KEY.key,
    host: '127.0.0.1',
    port: 0,
    ...(options.site ? { site: options.site } : {}),
    simPort: 0,
    webChat: true,
    pace: options.pace ?? NO_PACE,
    digestTimes: ['08:30', '14:00'],
    logLevel: 'debug',
  };
  const wechat = options.wechat ? await startWechatSimulator({ port: 0, now: simulator.world.now }) : undefined;
  if (wechat) Object.assign(config, { wechat: { ...wechat.account, apiRoot: wechat.url } });
  const wecom = options.wecom ? await startWecomSimulator({ port: 0, now: simulator.world.now }) : undefined;
  if (wecom) Object.assign(config, { wecom: { ...wecom.app, apiRoot: wecom.url } });
  await foundCity(config, redis.url);
  const quotas = options.quotas ?? NO_QUOTAS;
  const timings = options.timings ?? TEST_TIMINGS;
  const push = options.pushService === undefined ? {} : { pushService: options.pushService };
  const start = () => open(config, { log: logger, now: simulator.world.now, quotas, timings, ...push });
  let running = await start();
  const connect = async () => {
    await wechat?.setCallback(`http://127.0.0.1:${running.web.port}/wechat`);
    await wecom?.setCallback(`http://127.0.0.1:${running.web.port}/wecom`);
  };
  await connect();
  const others: Running[] = [];
  const tick = (...names: readonly string[]) => tickAll([running, ...others], names);
  let waiting: Promise<unknown> | undefined;
  /** Phones that wait at the same time share one tick. */
  const tickForPhones = () => {
    waiting ??= tick().finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
  return {
    get running() {
      return running;
    },
    redis,
    simulator,
    wechat,
    wecom,
    config,
    folder,
    log,
    phone: (name, language) => Phone.of(simulator.url, name, language, tickForPhones),
    calls: async () => (await (await fetch(`${simulator.url}/sim/calls`)).json()) as LoggedCall[],
    async second() {
      const other = await start();
      others.push(other);
      return other;
    },
    async restart() {
      await running.close();
      running = await start();
      await connect();
    },
    async advance(ms) {
      await fetch(`${simulator.url}/sim/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance_seconds: Math.round(ms / 1000) }),
      });
    },
    async tick(...names) {
      await tick(...names);
    },
    async settle() {
      for (let worked = true; worked; ) {
        worked = await tick();
        const { redis: client, keys } = running.store;
        while ((await client.hlen(keys.outbox)) > 0) await sleep(5);
      }
    },
    async close() {
      for (const other of others) await other.close();
      await running.close();
      await simulator.close();
      await wechat?.close();
      await wecom?.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Computed once for all apps of a worker. */
const CITY_DATA = demoCityData();

/** Writes the city's data before the product opens for the first time. */
async function foundCity({ city, pace }: Config, url: string): Promise<void> {
  const redis = connect(url);
  await saveCityData(await openStore(redis, city, pace, Date.now(), { outerKey: OUTER_KEY }), CITY_DATA, 'test', 0);
  redis.disconnect();
}

/** Jobs at longer intervals do retention: tests run those by name. */
const TICKED_EVERY_MS = 10_000;

/** True if any job found work. */
async function tickAll(running: readonly Running[], names: readonly string[]): Promise<boolean> {
  const jobs = new Map(running.flatMap(({ jobs }) => jobs.jobs.map((job) => [job.name, job] as const)));
  const ticked = [...jobs.values()].filter(({ name, every }) =>
    names.length > 0 ? names.includes(name) : every < TICKED_EVERY_MS,
  );
  const runs = await Promise.all(ticked.map(({ name }) => runSomewhere(running, name)));
  return runs.flat().some((run) => run.type === 'ran' && Object.values(run.last.counts ?? {}).some((n) => n > 0));
}

/** Runs a job in each process that may. After a stall of the machine no process holds the job lease for a moment. */
async function runSomewhere(running: readonly Running[], name: string): Promise<readonly JobRun[]> {
  const having = running.filter(({ jobs }) => jobs.jobs.some((job) => job.name === name));
  for (let tries = 0; ; tries += 1) {
    const runs = await Promise.all(having.map(({ jobs }) => jobs.run(name)));
    const isWithheld = runs.every((run) => run.type === 'skipped' && run.why === 'not_holder');
    if (!isWithheld || tries === 30 || (await isSafe(having))) return runs;
    await sleep(100);
  }
}

/** In safe mode no process may hold the job lease. */
async function isSafe([first]: readonly Running[]): Promise<boolean> {
  return first !== undefined && (await loadSafeMode(first.store)) !== undefined;
}
