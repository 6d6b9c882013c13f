import type { Job } from '../background/job.ts';
import type { Store } from '../store/store.ts';
import type { City, CityData } from './city.ts';
import { cityVersion, loadCityData } from './city-store.ts';

const RELOAD_EVERY_MS = 5000;

/** The city data that this process holds in memory. */
export type LiveCity = {
  now(): City;
  /** Rebuilds the city if its version changed; true if it did. */
  reload(): Promise<boolean>;
};

/** Loads the city; `reload` follows imports of any process. */
export async function openCity(store: Store, build: (data: CityData) => City): Promise<LiveCity> {
  let version = await cityVersion(store);
  let city = build(await loadCityData(store));
  return {
    now: () => city,
    async reload() {
      const newest = await cityVersion(store);
      if (newest === version) return false;
      city = build(await loadCityData(store));
      version = newest;
      return true;
    },
  };
}

/** The job that reloads the city after an import by any process. */
export function cityReloadJob(city: LiveCity): Job {
  return {
    name: 'city-reload',
    every: RELOAD_EVERY_MS,
    runsIn: 'every_process',
    inSafeMode: true,
    run: async () => ({ reloaded: Number(await city.reload()) }),
  };
}
