import { randomUUID } from 'node:crypto';
import type { Job } from '../background/job.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Category } from './category.ts';
import type { City, CityData, CityPart } from './city.ts';
import { CITY_PARTS } from './city.ts';
import defaultCategories from './default-categories.json' with { type: 'json' };
import defaultUnits from './default-units.json' with { type: 'json' };

/** What one import (or its undoing) did: each part's version before and after. */
export type CityChange = {
  /** What a city was founded with is not taken back. */
  readonly founding?: true;
  readonly at: number; // ms since the epoch
  readonly what: string;
  readonly parts: Readonly<Partial<Record<CityPart, { readonly from: number; readonly to: number }>>>;
};

/** So many versions of a part can be gone back to. */
const VERSIONS_KEPT = 20;
const RELOAD_EVERY_MS = 5000;

/** The tree with which a city starts, as JSON brings it. */
export const DEFAULT_CATEGORIES = defaultCategories as readonly Category[];

/** A city that has imported nothing yet: no regions, and the categories and units with which every city starts. */
export const NEW_CITY: CityData = {
  regions: [],
  places: [],
  units: defaultUnits,
  categories: DEFAULT_CATEGORIES,
  census: [],
};

/** Somebody else changed the city at the same moment. */
export class CityBusy extends Error {
  override readonly name = 'CityBusy';
  constructor() {
    super('Somebody else imported at the same moment. Nothing was changed; please try again.');
  }
}

/** The city's data as they are now; a part that was never imported is as in a new city. */
export async function loadCityData(store: Store): Promise<CityData> {
  const parts = await Promise.all(CITY_PARTS.map(async (part) => [part, await loadPart(store, part)] as const));
  return { ...NEW_CITY, ...Object.fromEntries(parts.filter(([, list]) => list !== undefined)) };
}

type Saving = {
  /** The version on which the parts were planned; without it, the one of now. */
  readonly planned?: string | null;
  readonly founding?: boolean;
};

/** Makes these parts the city's own, all at once, as one change that can be undone; throws CityBusy if it is no longer what was planned on. */
export async function saveCityData(
  store: Store,
  parts: Partial<CityData>,
  what: string,
  now: number,
  { planned, founding = false }: Saving = {},
): Promise<CityChange> {
  const version = planned === undefined ? await cityVersion(store) : planned;
  const changed: Record<string, { from: number; to: number }> = {};
  const writes: Write[] = [];
  for (const [part, list] of Object.entries(parts) as [CityPart, unknown][]) {
    const key = store.keys.cityPart(part);
    const versions = (await orStoreAway(store.redis.hkeys(key))).map(Number).filter((n) => n > 0);
    const to = Math.max(0, ...versions) + 1;
    changed[part] = { from: await currentVersion(store, part), to };
    writes.push(['HSET', key, String(to), JSON.stringify(list), 'current', String(to)]);
    const old = versions.filter((n) => n <= to - VERSIONS_KEPT).map(String);
    if (old.length > 0) writes.push(['HDEL', key, ...old]);
  }
  const change = { at: now, what, parts: changed, ...(founding ? { founding: true as const } : {}) };
  await commitChange(store, version, change, writes, now);
  return change;
}

async function commitChange(
  store: Store,
  version: string | null,
  change: CityChange & { readonly undoes?: string },
  writes: readonly Write[],
  now: number,
): Promise<void> {
  const { keys } = store;
  const done = await commitAsSystem(
    store,
    {
      what: 'city_changed',
      op: `city:${randomUUID()}`,
      checks: [{ key: keys.meta, field: 'city_version', is: version ?? '' }],
      writes: [
        ...writes,
        ['XADD', keys.cityChanges, '*', 'change', JSON.stringify(change)],
        ['HSET', keys.meta, 'city_version', String(Number(version ?? 0) + 1)],
      ],
    },
    now,
  );
  if (done.type !== 'ok') throw new CityBusy();
}

/** Every change of the city so far, oldest first; `undone` is true of those that were taken back, and of the taking back. */
export async function cityChanges(store: Store): Promise<readonly (CityChange & { readonly undone: boolean })[]> {
  const changes = await loadChanges(store);
  const undone = new Set(changes.map(({ undoes }) => undoes));
  return changes.map(({ id, undoes, ...change }) => ({ ...change, undone: undoes !== undefined || undone.has(id) }));
}

async function loadChanges(store: Store) {
  const entries = await orStoreAway(store.redis.xrange(store.keys.cityChanges, '-', '+'));
  return entries.map(([id, fields]) => ({
    id,
    ...(JSON.parse(fields[1] ?? '{}') as CityChange & { undoes?: string }), // written below
  }));
}

/** Takes back the last change that was not taken back yet; undefined if there is none or its versions are gone. */
export async function undoCityChange(store: Store, now: number): Promise<CityChange | undefined> {
  const version = await cityVersion(store);
  const changes = await loadChanges(store);
  const undone = new Set(changes.map(({ undoes }) => undoes));
  const last = changes.findLast(({ id, undoes, founding }) => !undoes && !founding && !undone.has(id));
  if (!last) return undefined;
  const parts = Object.fromEntries(
    Object.entries(last.parts).map(([part, { from, to }]) => [part, { from: to, to: from }]),
  ) as CityChange['parts'];
  const writes: Write[] = [];
  for (const [part, { to }] of Object.entries(parts) as [CityPart, { to: number }][]) {
    if (to > 0 && !(await orStoreAway(store.redis.hexists(store.keys.cityPart(part), String(to))))) return undefined;
    writes.push(['HSET', store.keys.cityPart(part), 'current', String(to)]);
  }
  const change = { at: now, what: last.what, parts };
  await commitChange(store, version, { ...change, undoes: last.id }, writes, now);
  return change;
}

/** The current city data of this process. */
export type LiveCity = {
  now(): City;
  /** Rebuilds the city if another process imported since; true if so. */
  reload(): Promise<boolean>;
};

/** Loads the city and keeps it in memory; `reload` follows imports. */
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

/** Follows imports, which any process may make. */
export function cityReloadJob(city: LiveCity): Job {
  return {
    name: 'city-reload',
    every: RELOAD_EVERY_MS,
    runsIn: 'every_process',
    inSafeMode: true,
    run: async () => ({ reloaded: Number(await city.reload()) }),
  };
}

/** Which change the city stands at; null before the first. */
export async function cityVersion(store: Store): Promise<string | null> {
  return orStoreAway(store.redis.hget(store.keys.meta, 'city_version'));
}

async function currentVersion(store: Store, part: CityPart): Promise<number> {
  return Number((await orStoreAway(store.redis.hget(store.keys.cityPart(part), 'current'))) ?? 0);
}

async function loadPart(store: Store, part: CityPart): Promise<unknown> {
  const current = await currentVersion(store, part);
  const kept = current > 0 ? await orStoreAway(store.redis.hget(store.keys.cityPart(part), String(current))) : null;
  return kept === null ? undefined : JSON.parse(kept); // written by saveCityData
}
