import { join } from 'node:path';
import { loadCityData, saveCityData } from '../city/city-store.ts';
import type { Config } from '../config.ts';
import { clearPeople } from '../store/bulk-write.ts';
import type { Store } from '../store/store.ts';
import { demoCityData } from './city.ts';
import { giveDemoRoles } from './people.ts';
import { seedDemo } from './seed.ts';
import type { Simulator } from './simulator/server.ts';
import { startSimulator } from './simulator/server.ts';

/** Starts the simulator that stands in for Telegram. `page` is the built phones page. */
export function openDemoSimulator({ host, simPort, dataDir }: Config, page: string | undefined): Promise<Simulator> {
  const file = join(dataDir, 'simulator.jsonl');
  return startSimulator({ host, port: simPort, file, ...(page === undefined ? {} : { page }) });
}

/** Gives an empty store the made-up city with a past. */
export async function seedNewDemo(store: Store, now: number): Promise<void> {
  if ((await loadCityData(store)).regions.length > 0) return;
  await seedDemo(store, now);
  await saveCityData(store, demoCityData(), 'demo', now, { founding: true });
}

/** Begins the demo anew whenever the phones are reset: people and cases go, city and audit stay. */
export function resetWithPhones(simulator: Simulator, store: Store, now: () => number): void {
  simulator.whenReset(async () => {
    await clearPeople(store);
    await seedDemo(store, now());
    await giveDemoRoles(store, simulator.world, now());
  });
}
