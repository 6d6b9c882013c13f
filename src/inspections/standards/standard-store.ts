import type { Series } from '../../city/series.ts';
import { SERIES } from '../../city/series.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { DEFAULT_STANDARDS, defaultStandard } from './default-standards.ts';
import type { Standard } from './standard.ts';

/** Loads all versions of the standard of a series, the oldest first. A version of the city stands before a built-in one of its number. */
export async function loadVersions({ redis, keys }: Store, series: Series): Promise<readonly Standard[]> {
  const kept = Object.values(await orStoreAway(redis.hgetall(keys.standards(series))));
  const own = kept.map((text) => JSON.parse(text) as Standard); // written by addVersion
  const builtIn = DEFAULT_STANDARDS.filter(
    (one) => one.series === series && !own.some(({ version }) => version === one.version),
  );
  return [...builtIn, ...own].toSorted((a, b) => a.version - b.version);
}

/** Loads the version in use today: the newest. */
export async function loadStandard(store: Store, series: Series): Promise<Standard> {
  return (await loadVersions(store, series)).at(-1) ?? defaultStandard(series);
}

/** Loads one version of a standard, which a round names; undefined if it does not exist. */
export async function loadVersion(store: Store, series: Series, version: number): Promise<Standard | undefined> {
  return (await loadVersions(store, series)).find((one) => one.version === version);
}

/** Loads the standards in use of all series. */
export async function loadStandards(store: Store): Promise<readonly Standard[]> {
  return Promise.all(SERIES.map((series) => loadStandard(store, series)));
}

/** Adds the next version. It fails if the version exists: a stored version is never replaced. */
export function addVersion({ keys }: Store, standard: Standard): Change {
  const key = keys.standards(standard.series);
  return {
    checks: [{ key, field: String(standard.version), is: '' }],
    writes: [['HSET', key, String(standard.version), JSON.stringify(standard)]],
  };
}
