import { join } from 'node:path';
import type { Job } from '../background/job.ts';
import { loadCityData, saveCityData } from '../city/city-store.ts';
import type { Config } from '../config.ts';
import { clearPeople } from '../store/bulk-write.ts';
import type { Store } from '../store/store.ts';
import { demoCityData } from './city.ts';
import { giveDemoRoles } from './people.ts';
import { seedDemo } from './seed.ts';
import type { Simulator, SimulatorSettings } from './simulator/server.ts';
import { startSimulator } from './simulator/server.ts';
import { surveyResidentsJob } from './survey-residents.ts';

type SimulatorOptions = Pick<SimulatorSettings, 'page' | 'limits'>;

/** Starts the simulator in place of Telegram. `page`: folder of the built phones page. */
export function openDemoSimulator(config: Config, { page, limits }: SimulatorOptions): Promise<Simulator> {
  const { simPort: port, dataDir } = config;
  const file = join(dataDir, 'simulator.jsonl');
  return startSimulator({ port, file, page, limits });
}

/** Jobs that only the demo has. */
export function demoJobs(store: Store): readonly Job[] {
  return [surveyResidentsJob(store)];
}

/** Fills an empty store with the fictional city and its history. */
export async function seedNewDemo(store: Store, now: number): Promise<void> {
  if ((await loadCityData(store)).regions.length > 0) return;
  await seedDemo(store, now);
  await saveCityData(store, demoCityData(), 'demo', now, { founding: true });
}

/** Reseeds the demo after each reset of the phones. People and cases are replaced; city and audit stay. */
export function reseedOnReset(simulator: Simulator, store: Store, now: () => number): void {
  simulator.onReset(async () => {
    await clearPeople(store);
    await seedDemo(store, now());
    await giveDemoRoles(store, simulator.world, now());
  });
}
