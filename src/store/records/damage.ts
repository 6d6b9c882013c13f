import type { Write } from '../commit.ts';
import { commitAsSystem } from '../commit-as-system.ts';
import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';
import { parseChecked } from './checksum.ts';
import type { InvariantCheck } from './invariants.ts';
import { inParts, scanKeys } from './invariants.ts';

/** A stored value that this code cannot have written, with its cure. */
export type Damage = {
  readonly key: string;
  readonly fault: string;
  /** What `repair` does, or what the operator must do. */
  readonly cure: string;
  /** Applies the cure; absent if only a backup helps. */
  readonly repair?: (now: number) => Promise<void>;
};

/** Lists the damaged values of one kind of data. */
export type DamageFinder = (store: Store) => Promise<readonly Damage[]>;

/** The lines of a check, from damages. */
export const lineOf = ({ key, fault }: Damage): string => `${key}: ${fault}`;

/** Makes the invariant that nothing of this kind is damaged. */
export function undamaged(find: DamageFinder): InvariantCheck {
  return async (store) => (await find(store)).map(lineOf);
}

/** The cure that commits writes; the audit log names the key. */
export function repairedBy(store: Store, key: string, writes: readonly Write[]): (now: number) => Promise<void> {
  return async (now) => {
    const op = `repair:${key}:${now}`;
    const done = await commitAsSystem(store, { what: 'record_repaired', op, checks: [], writes }, now);
    if (done.type !== 'ok') throw new Error(`The repair of ${key} met a ${done.type}. Try again.`);
  };
}

/** The cure that moves a key out of the way of the bot; an expert can still read it. */
export function movedAside(store: Store, key: string): (now: number) => Promise<void> {
  return async (now) => {
    await orStoreAway(store.redis.renamenx(key, store.keys.aside(key)));
    await repairedBy(store, key, [])(now);
  };
}

export const ASIDE_CURE = 'move it aside, and restore it from a backup if it is needed';

/** Finds records of every feature that are no JSON, do not match their checksum, or have no version. */
export const damagedRecords: DamageFinder = async (store) => {
  const [cases, aside] = [store.keys.case(''), store.keys.aside('')];
  const all = await scanKeys(store, store.keys.meta.replace(/meta$/, '*'));
  // Cases have a cure of their own.
  const keys = all.filter((key) => !key.startsWith(cases) && !key.startsWith(aside));
  return (await inParts(keys, (key) => damageOf(store, key))).filter((damage) => damage !== undefined);
};

async function damageOf(store: Store, key: string): Promise<Damage | undefined> {
  if ((await orStoreAway(store.redis.type(key))) !== 'hash') return undefined;
  const [text, sum, version] = await orStoreAway(store.redis.hmget(key, 'record', 'sum', 'version'));
  if (!text) return undefined;
  if (parseChecked(text, sum ?? '') !== undefined && /^\d+$/.test(version ?? '')) return undefined;
  const fault = 'the record does not match its checksum, or is no JSON, or has no version';
  return { key, fault, cure: ASIDE_CURE, repair: movedAside(store, key) };
}
