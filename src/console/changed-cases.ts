import { loadCases } from '../cases/case-store.ts';
import type { HazardCase } from '../cases/hazard-case.ts';
import type { Services } from '../notify/services.ts';
import { inPairs } from '../store/records/in-pairs.ts';
import { orStoreAway } from '../store/store.ts';

/** A case that changed. `isNew`: it was filed within the last looks, and this is the first that is told of it. */
export type ChangedCase = { readonly record: HazardCase; readonly version: number; readonly isNew: boolean };

/** The cases that change, looked for again and again. A change is told once, by whichever process it was made. */
export type ChangedCases = {
  /** Yields what changed since the last look that ended, in batches. A look that throws is made up for by the next one. */
  look(): AsyncGenerator<readonly ChangedCase[]>;
  /** What the last looks told. */
  recent(): readonly ChangedCase[];
};

/** Events of other processes may come in later than their time says: each look goes back this far, ms. */
export const OVERLAP_MS = 3000;
const BATCH = 200;

type Told = ChangedCase & { readonly at: number };

/** Opens the looks. */
export function openChangedCases({ store, now }: Services): ChangedCases {
  const { redis, keys } = store;
  /**
   * The last looks: the city's clock, and the time at which each began. The clock jumps in a demo, so it does not tell by
   * itself how far a look must go back. The first one began before the overlap, all others within it.
   */
  const looks = [{ clock: now() - OVERLAP_MS, beganAt: Number.NEGATIVE_INFINITY }];
  const told = new Map<string, Told>();
  const load = async (scores: ReadonlyMap<string, number>, from: number): Promise<readonly ChangedCase[]> => {
    const found = await loadCases(store, [...scores.keys()]);
    return found.flatMap(({ version, record }) => {
      const before = told.get(record.id);
      const isNew = before === undefined && record.filedAt >= from;
      told.set(record.id, { record, isNew, version, at: scores.get(record.id) ?? 0 });
      return before?.version === version ? [] : [{ record, version, isNew }];
    });
  };
  async function* look() {
    const [clock, beganAt] = [now(), performance.now()];
    const from = Math.min(clock, ...looks.map((one) => one.clock));
    for (let offset = 0; ; offset += BATCH) {
      const range = [keys.casesChanged, String(from), '+inf', 'BYSCORE', 'LIMIT', offset, BATCH, 'WITHSCORES'] as const;
      const flat = await orStoreAway(redis.zrange(...range));
      const scores = inPairs(flat).map(([id, score]) => [id, Number(score)] as const);
      const fresh = scores.filter(([id, score]) => told.get(id)?.at !== score);
      if (fresh.length > 0) yield await load(new Map(fresh), from);
      if (scores.length < BATCH) break;
    }
    // A second event in the same millisecond leaves the score as it is; the version tells.
    const leaving = [...told].filter(([, one]) => one.at < from).map(([id, one]) => [id, one.at] as const);
    if (leaving.length > 0) yield await load(new Map(leaving), from);
    for (const [id] of leaving) told.delete(id);
    looks.push({ clock, beganAt });
    while (looks[1] && beganAt - looks[1].beganAt >= OVERLAP_MS) looks.shift();
  }
  return { look, recent: () => [...told.values()] };
}
