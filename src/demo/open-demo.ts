import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Job } from '../background/job.ts';
import type { JobRunner } from '../background/job-runner.ts';
import { HOUR_MS, MINUTE_MS } from '../calendar.ts';
import { loadCityData, saveCityData } from '../city/city-store.ts';
import type { Config } from '../config.ts';
import { placePayload } from '../regions/place-link.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { bulkWrite, clearPeople } from '../store/bulk-write.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { demoCityData } from './city.ts';
import names from './city-names.json' with { type: 'json' };
import { clearWebChats } from './clear-web-chats.ts';
import type { DemoPlatforms } from './open-platforms.ts';
import { giveDemoRoles } from './people.ts';

export { openDemoPlatforms } from './open-platforms.ts';
export { demoOrganisers } from './people.ts';

import type { SeedOrder } from './history/seed-child.ts';
import { surveyResidentsJob } from './history/survey-residents.ts';
import { topicResidentsJob } from './history/topic-residents.ts';
import type { Simulator, SimulatorSettings } from './simulator/server.ts';
import { startSimulator } from './simulator/server.ts';

/** Longest wait for the announcements of one step, ms. */
const SEND_WITHIN_MS = 2000;
/** Time on the demo's clock after which a step runs all jobs, also the seldom ones: some run by day only. */
const ALL_JOBS_MS = 6 * HOUR_MS;

type SimulatorOptions = Pick<SimulatorSettings, 'page' | 'limits'>;

/** Starts the simulator in place of Telegram. */
export function openDemoSimulator(config: Config, { page, limits }: SimulatorOptions): Promise<Simulator> {
  const { simPort: port, dataDir } = config;
  const file = join(dataDir, 'simulator.jsonl');
  return startSimulator({ port, file, page, limits });
}

/** The address in the QR code of a stairwell, which the web phone scans. Undefined in a city of other regions. */
export function stairwellLink(webChat: string, regions: RegionTree): string | undefined {
  const { community, words } = names.stairwell;
  return regions.levelOf(community) ? `${webChat}q/${placePayload(community, words, regions)}` : undefined;
}

/** Jobs that only the demo has. */
export function demoJobs(store: Store): readonly Job[] {
  return [surveyResidentsJob(store), topicResidentsJob(store)];
}

const SEED_CHILD = fileURLToPath(new URL('./history/seed-child.ts', import.meta.url));

/** The history of a demo, which is being written. */
export type DemoHistory = {
  /** Resolves once it is written or stopped. Rejects if the writing process fails. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/** Gives an empty store the fictional city, and begins its history. Returns undefined if the history is complete. */
export async function seedNewDemo(store: Store, order: SeedOrder): Promise<DemoHistory | undefined> {
  const isEmpty = (await loadCityData(store)).regions.length === 0;
  if (!isEmpty && !(await orStoreAway(store.redis.exists(store.keys.demoHistory)))) return undefined;
  // The process of an earlier start ended before the history did: it begins again.
  if (!isEmpty) await clearPeople(store);
  const history = await writeHistory(store, order);
  if (isEmpty) await saveCityData(store, demoCityData(), 'demo', order.now, { founding: true });
  return history;
}

/** A child writes the history: this process keeps its memory small and goes on answering. */
async function writeHistory(store: Store, order: SeedOrder): Promise<DemoHistory> {
  await bulkWrite(store, [['SET', store.keys.demoHistory, String(order.now)]]);
  const child = fork(SEED_CHILD, { execArgv: [] });
  child.send(order);
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0 && !child.killed)
      throw new Error(`The demo's history could not be written: the process ended with ${code}.`);
  });
  // Its error is thrown to those who wait for it.
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      child.kill();
      await ended.catch(() => {});
    },
  };
}

/** Reseeds the demo after each reset of the phones. People and cases are replaced; city and audit stay. */
export function reseedOnReset(
  simulator: Simulator,
  platforms: DemoPlatforms | undefined,
  store: Store,
  order: () => SeedOrder,
  first: DemoHistory | undefined,
): void {
  simulator.onReset(async () => {
    await first?.stop();
    platforms?.reset();
    await clearWebChats(store, () => clearPeople(store));
    await (await writeHistory(store, order())).ended;
    await giveDemoRoles(store, simulator.world, order().now);
  });
}

/** Makes the demo's clock wait at each step until the bot has done and sent what is due; with the phones page, all jobs. */
export function followClock(
  { world, onClockStep }: Simulator,
  { redis, keys }: Store,
  jobs: JobRunner,
  hasPage: boolean,
): void {
  const often = jobs.jobs.filter(({ every }) => every <= MINUTE_MS);
  let allAt = world.now();
  onClockStep(async () => {
    // Commands queue up while the connection is down.
    if (redis.status !== 'ready') return undefined;
    const now = world.now();
    // Months are frozen and bulletins made by jobs that the timer runs once an hour.
    const isAll = hasPage && now - allAt >= ALL_JOBS_MS;
    if (isAll) allAt = now;
    const due = isAll ? jobs.jobs : often;
    const earlier = await redis.zcard(keys.broadcastsSending);
    await Promise.all(due.map(({ name }) => jobs.run(name)));
    // An announcement that is sent hours late would fall into quiet hours.
    const until = performance.now() + SEND_WITHIN_MS;
    const sending = async () =>
      (await redis.zcard(keys.broadcastsStarting)) > 0 || (await redis.zcard(keys.broadcastsSending)) > earlier;
    while ((await sending()) && performance.now() < until) await sleep(10);
    const next = [keys.broadcastsDue, `(${now}`, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES'] as const;
    const [, at] = await redis.zrange(...next);
    return at === undefined ? undefined : Number(at);
  });
}
