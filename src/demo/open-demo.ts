import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Job } from '../background/job.ts';
import type { JobRunner } from '../background/job-runner.ts';
import { MINUTE_MS } from '../calendar.ts';
import { loadCityData } from '../city/city-store.ts';
import type { Config } from '../config.ts';
import { placePayload } from '../regions/place-link.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { clearPeople } from '../store/bulk-write.ts';
import type { Store } from '../store/store.ts';
import names from './city-names.json' with { type: 'json' };
import { clearWebChats } from './clear-web-chats.ts';
import type { DemoPlatforms } from './open-platforms.ts';
import { giveDemoRoles } from './people.ts';

export { openDemoPlatforms } from './open-platforms.ts';
export { demoOrganisers } from './people.ts';

import type { SeedOrder } from './seed-child.ts';
import type { Simulator, SimulatorSettings } from './simulator/server.ts';
import { startSimulator } from './simulator/server.ts';
import { surveyResidentsJob } from './survey-residents.ts';

/** Longest wait for the announcements of one step, ms. */
const SEND_WITHIN_MS = 2000;

type SimulatorOptions = Pick<SimulatorSettings, 'page' | 'limits'>;

/** Starts the simulator in place of Telegram. `page`: folder of the built phones page. */
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
  return [surveyResidentsJob(store)];
}

const SEED_CHILD = fileURLToPath(new URL('./seed-child.ts', import.meta.url));

/** Fills an empty store with the fictional city and its history. */
export async function seedNewDemo(store: Store, order: SeedOrder): Promise<void> {
  if ((await loadCityData(store)).regions.length === 0) await seedInChild(order);
}

/** A child makes the history: this process keeps its memory small and goes on answering. */
async function seedInChild(order: SeedOrder): Promise<void> {
  const child = fork(SEED_CHILD, { execArgv: [] });
  child.send(order);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The demo's history could not be written: the process ended with ${code}.`);
}

/** Reseeds the demo after each reset of the phones. People and cases are replaced; city and audit stay. */
export function reseedOnReset(
  simulator: Simulator,
  platforms: DemoPlatforms | undefined,
  store: Store,
  order: () => SeedOrder,
): void {
  simulator.onReset(async () => {
    platforms?.reset();
    await clearWebChats(store, () => clearPeople(store));
    await seedInChild(order());
    await giveDemoRoles(store, simulator.world, order().now);
  });
}

/** Makes the demo's clock wait at each step until the bot has done and sent what is due. */
export function followClock({ world, onClockStep }: Simulator, { redis, keys }: Store, jobs: JobRunner): void {
  const due = jobs.jobs.filter(({ every }) => every <= MINUTE_MS);
  onClockStep(async () => {
    // Commands queue up while the connection is down.
    if (redis.status !== 'ready') return undefined;
    const now = world.now();
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
