import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { memoryFolder } from '../memory-folder.ts';
import { BotProcess } from './bot-process.ts';
import { openStoreAt } from './invariants.ts';

/** Bot processes over one store and one simulator, for a test that kills or stalls them. */
export type Stage = {
  readonly folder: string;
  readonly redis: EmbeddedRedis;
  readonly simulator: Simulator;
  readonly store: Store;
  /** The environment of each bot. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts one bot process per name and waits until all are ready. */
  start(...names: readonly string[]): Promise<readonly BotProcess[]>;
  close(): Promise<void>;
};

/** Opens a stage without bots; `env` is added to the environment of each bot. */
export async function openStage(city: string, env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const folder = memoryFolder(`anlin-${city}-`);
  const redis = await startEmbeddedRedis(join(folder, 'redis'));
  const simulator = await startSimulator({ port: 0, limits: false });
  const store = await openStoreAt(redis.url, city);
  const telegram = { TELEGRAM_TOKEN: simulator.token, TELEGRAM_API_ROOT: simulator.url };
  const botEnv = { ...telegram, REDIS_URL: redis.url, CITY: city, ...env };
  const started: BotProcess[] = [];
  return {
    folder,
    redis,
    simulator,
    store,
    env: botEnv,
    async start(...names) {
      const bots = names.map((name) => new BotProcess(join(folder, name), botEnv));
      started.push(...bots);
      for (const bot of bots) bot.start();
      for (const bot of bots) await bot.untilReady();
      return bots;
    },
    async close() {
      store.close();
      for (const bot of started) await bot.stop();
      await simulator.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
