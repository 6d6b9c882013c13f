import { randomUUID } from 'node:crypto';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CityData, CityPart } from './city.ts';
import { CITY_PARTS } from './city.ts';
import { NEW_CITY } from './new-city.ts';

/** One import or its undo: each part's version before and after. */
export type CityChange = {
  /** The founding data of a city cannot be undone. */
  readonly founding?: true;
  readonly at: number; // ms since the epoch
  readonly what: string;
  readonly parts: Readonly<Partial<Record<CityPart, { readonly from: number; readonly to: number }>>>;
};

/** Stored versions per part; an undo goes back to one of them. */
const VERSIONS_KEPT = 20;

/** Another import changed the city since this one was planned. */
export class CityBusy extends Error {
  override readonly name = 'CityBusy';
  constructor() {
    super('Another import ran at the same moment. Nothing was changed; please try again.');
  }
}

/** Loads the city's current data; a part that was never imported is that of a new city. */
export async function loadCityData(store: Store): Promise<CityData> {
  const parts = await Promise.all(CITY_PARTS.map(async (part) => [part, await loadPart(store, part)] as const));
  return { ...NEW_CITY, ...Object.fromEntries(parts.filter(([, list]) => list !== undefined)) };
}

type SaveOptions = {
  /** The city version on which the parts were planned; without it, the current one. */
  readonly planned?: string | null;
  readonly founding?: boolean;
};

/** Saves parts of the city in one commit, as one change that can be undone. Throws CityBusy if the city's version is not `planned`. */
export async function saveCityData(
  store: Store,
  parts: Partial<CityData>,
  what: string,
  now: number,
  { planned, founding = false }: SaveOptions = {},
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

/** All changes of the city, oldest first. `undone` is true for an undone change and for the undo itself. */
export async function cityChanges(store: Store): Promise<readonly (CityChange & { readonly undone: boolean })[]> {
  const changes = await loadChanges(store);
  const undone = new Set(changes.map(({ undoes }) => undoes));
  return changes.map(({ id, undoes, ...change }) => ({ ...change, undone: undoes !== undefined || undone.has(id) }));
}

async function loadChanges(store: Store) {
  const entries = await orStoreAway(store.redis.xrange(store.keys.cityChanges, '-', '+'));
  return entries.map(([id, fields]) => ({
    id,
    ...(JSON.parse(fields[1] ?? '{}') as CityChange & { undoes?: string }), // written by commitChange
  }));
}

/** Undoes the last change that is not undone yet; undefined if there is none or its versions are deleted. */
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

/** The city's version, which every change increases; null before the first. */
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
