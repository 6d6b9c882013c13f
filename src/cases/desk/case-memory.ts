import type { Connection } from '../../store/connect.ts';
import { readFieldsSingly } from '../../store/read-fields.ts';
import type { Store } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';

/** Records that one process keeps for searches; the least recently read one goes first. Some 20 MB. */
const KEPT_MAX = 8000;

type Remembered = { readonly sum: string; readonly kept: Kept<HazardCase> };
const MEMORY = new WeakMap<Connection, Map<string, Remembered>>();

/**
 * Loads cases like `loadCases` and keeps their records in this process. A later call reads version and checksum of each
 * case, and the whole record only of those that changed: a search of many cases takes a tenth of Redis's time.
 */
export async function loadRemembered(store: Store, ids: readonly string[]): Promise<readonly Kept<HazardCase>[]> {
  const memory = MEMORY.get(store.redis) ?? new Map<string, Remembered>();
  MEMORY.set(store.redis, memory);
  const keys = ids.map((id) => store.keys.case(id));
  const now = await readFieldsSingly(store, keys, ['version', 'sum']);
  const known = keys.map((key, i) => {
    const [one, [version, sum] = []] = [memory.get(key), now[i]];
    return one?.sum === sum && String(one?.kept.version) === version ? one?.kept : undefined;
  });
  const changed = ids.filter((_, i) => !known[i]);
  const loaded = await loadCases(store, changed, readFieldsSingly);
  const byId = new Map(loaded.map((kept) => [kept.record.id as string, kept]));
  return ids.flatMap((id, i) => {
    const [key = '', [version = '', sum = ''] = []] = [keys[i], now[i]];
    const kept = known[i] ?? byId.get(id);
    memory.delete(key);
    if (!kept) return [];
    // A record that changed between the two reads has another sum. Earlier releases wrote none.
    if (sum !== '' && String(kept.version) === version) memory.set(key, { sum, kept });
    if (memory.size > KEPT_MAX) memory.delete(memory.keys().next().value ?? '');
    return [kept];
  });
}
