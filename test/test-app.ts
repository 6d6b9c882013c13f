import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, dayOf } from '../src/calendar.ts';
import { saveCityData } from '../src/city/city-store.ts';
import type { Quotas } from '../src/city/quotas.ts';
import type { Config } from '../src/config.ts';
import { demoCityData } from '../src/demo/city.ts';
import type { Simulator } from '../src/demo/simulator/server.ts';
import { startSimulator } from '../src/demo/simulator/server.ts';
import type { LoggedCall } from '../src/demo/simulator/sim-calls.ts';
import type { Log } from '../src/log.ts';
import { openLog } from '../src/log.ts';
import type { Running } from '../src/open.ts';
import { open } from '../src/open.ts';
import type { EmbeddedRedis } from '../src/store/embedded.ts';
import { startEmbeddedRedis } from '../src/store/embedded.ts';
import { Phone } from './phone.ts';

/** Faster than any test types; tests of the pace set their own. */
export const NO_PACE = { perSecond: 1e6, burst: 1000, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1000 };

export const NO_QUOTAS: Quotas = { updates: 1e6, reportsPerHour: 1e6, reportsPerDay: 1e6, reportsOnFirstDay: 1e6 };

/** The rules of a cluster, and the cluster client, for the whole suite (F19); vitest.config.ts runs it so once more. */
export const CLUSTER_RULES = process.env.REDIS_CLUSTER_RULES === 'yes';

/** The product in this process, over a real Redis and the simulator, both its own. */
export type TestApp = {
  readonly running: Running;
  readonly redis: EmbeddedRedis;
  readonly simulator: Simulator;
  readonly config: Config;
  readonly folder: string;
  readonly log: readonly string[];
  phone(name?: string, language?: string): Promise<Phone>;
  /** Every Bot API call so far. */
  calls(): Promise<readonly LoggedCall[]>;
  /** Another process's worth of the product over the same store, without polling of its own. */
  second(): Promise<Running>;
  restart(): Promise<void>;
  /** Lets the clock of everybody go on by so much, ms. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
};

/** Ten o'clock in China, when everybody is awake and it is light: the suite tells the same whenever it runs. */
export function nextMorning(now: number): number {
  const ten = Date.parse(`${dayOf(now)}T10:00:00+08:00`);
  return ten > now ? ten : ten + DAY_MS;
}

type Options = {
  readonly limits?: boolean;
  readonly pace?: Config['pace'];
  readonly cluster?: boolean;
  readonly quotas?: Quotas;
};

export async function openTestApp(options: Options = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-'));
  const cluster = options.cluster ?? CLUSTER_RULES;
  const redis = await startEmbeddedRedis(join(folder, 'redis'), { cluster });
  const simulator = await startSimulator({ port: 0, limits: options.limits ?? false });
  simulator.world.advanceClock(Math.ceil((nextMorning(Date.now()) - Date.now()) / 1000));
  const log: string[] = [];
  const logger: Log = openLog('debug', [simulator.token], (line) => log.push(line));
  const config: Config = {
    telegram: { type: 'bot', token: simulator.token, apiRoot: simulator.url },
    // Two addresses make it a cluster; that both are the same node does no harm.
    redisUrl: cluster ? `${redis.url},${redis.url}` : redis.url,
    redisSettingsChecked: false,
    city: 'test',
    dataDir: folder,
    host: '127.0.0.1',
    port: 0,
    simPort: 0,
    pace: options.pace ?? NO_PACE,
    logLevel: 'debug',
  };
  let running = await open(config, { log: logger, now: simulator.world.now });
  await saveCityData(running.store, demoCityData(), 'test', 0);
  await running.close();
  const quotas = options.quotas ?? NO_QUOTAS;
  const start = () => open(config, { log: logger, now: simulator.world.now, quotas });
  running = await start();
  const others: Running[] = [];
  return {
    get running() {
      return running;
    },
    redis,
    simulator,
    config,
    folder,
    log,
    phone: (name, language) => Phone.of(simulator.url, name, language),
    calls: async () => (await (await fetch(`${simulator.url}/sim/calls`)).json()) as LoggedCall[],
    async second() {
      const other = await start();
      others.push(other);
      return other;
    },
    async restart() {
      await running.close();
      running = await start();
    },
    async advance(ms) {
      await fetch(`${simulator.url}/sim/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance_seconds: Math.round(ms / 1000) }),
      });
    },
    async close() {
      for (const other of others) await other.close();
      await running.close();
      await simulator.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
