import { mastersOf } from '../connect.ts';
import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';

/** Checks a city's whole data, read-only. Returns one line for each violation. */
export type InvariantCheck = (store: Store) => Promise<readonly string[]>;

/** Lists the keys that match a pattern, by SCAN, which does not block the server. */
export async function scanKeys(store: Store, pattern: string): Promise<readonly string[]> {
  const found = new Set<string>();
  // A cluster client cannot scan, and any master may hold the city.
  for (const node of mastersOf(store.redis)) {
    let cursor = '0';
    do {
      const [next, keys] = await orStoreAway(node.scan(cursor, 'MATCH', pattern, 'COUNT', 1000));
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
  }
  return [...found];
}

/** Records that are checked at once: their reads share round trips. */
const AT_ONCE = 100;

/** Checks items, some at once; returns the results in the order of the items. */
export async function inParts<T, R>(items: readonly T[], check: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE)
    results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(check))));
  return results;
}

/** Runs read commands in one transaction, so that writes of a running bot do not look like violations. */
export async function readAtomically(
  store: Store,
  commands: readonly (readonly string[])[],
): Promise<readonly unknown[]> {
  const answers = await orStoreAway(store.redis.multi(commands.map((command) => [...command])).exec());
  return (answers ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}

/** Entries of a list that are read together. */
const PART = 500;

/** A member of a sorted set, and what a command read for it in the same moment. */
export type ListedMember = { readonly list: string; readonly member: string; readonly read: unknown };

/** Walks the members of sorted sets. It leaves out a member that is removed meanwhile. */
export async function* listedMembers(
  store: Store,
  lists: readonly string[],
  readOf: (member: string) => readonly string[],
): AsyncGenerator<ListedMember> {
  for (const list of lists) {
    const members = await orStoreAway(store.redis.zrange(list, '0', '-1'));
    for (let i = 0; i < members.length; i += PART) {
      const part = members.slice(i, i + PART);
      const commands = part.flatMap((member) => [['zscore', list, member], readOf(member)]);
      const answers = await readAtomically(store, commands);
      for (const [n, member] of part.entries())
        if (answers[2 * n] !== null) yield { list, member, read: answers[2 * n + 1] };
    }
  }
}

/** I7: the numbers of the audit entries have no gap. */
export const auditHolds: InvariantCheck = async (store) => {
  const [entries, seq] = (await readAtomically(store, [
    ['xrange', store.keys.audit, '-', '+'],
    ['hget', store.keys.meta, 'audit_seq'],
  ])) as [[string, string[]][], string | null];
  const numbers = entries.map(([, fields]) => Number(fields[fields.indexOf('n') + 1]));
  const gap = numbers.findIndex((n, i) => n !== i + 1);
  const last = Number(seq ?? 0);
  return [
    ...(gap >= 0 ? [`audit: entry ${gap + 1} has the number ${numbers[gap]}`] : []),
    ...(last === numbers.length ? [] : [`audit: ${numbers.length} entries, but the last number is ${last}`]),
  ];
};

/** I9: only what the store may lose has a time to live. */
export const nothingExpires: InvariantCheck = async (store) => {
  const all = await scanKeys(store, store.keys.meta.replace(/meta$/, '*'));
  const lasting = all.filter((key) => !store.keys.expiring.some((one) => key.startsWith(one)));
  const times = await inParts(lasting, (key) => orStoreAway(store.redis.pttl(key)));
  return lasting.filter((_, i) => Number(times[i]) >= 0).map((key) => `${key}: has a time to live`);
};
