import { scannable } from './connect.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** Looks at the whole store and says, one line each, what does not fit together. Reads only. */
export type InvariantCheck = (store: Store) => Promise<readonly string[]>;

/** Every key of the city, by SCAN, so that nothing is blocked. */
export async function keysLike(store: Store, pattern: string): Promise<readonly string[]> {
  const node = scannable(store.redis);
  if (!node) throw new Error('The cluster has no master node.');
  const found: string[] = [];
  const match = pattern.replace(/[[\]?]/g, '\\$&');
  let cursor = '0';
  do {
    const [next, keys] = await orStoreAway(node.scan(cursor, 'MATCH', match, 'COUNT', 1000));
    found.push(...keys);
    cursor = next;
  } while (cursor !== '0');
  return found;
}

/** Reads several keys at one moment: a city that is at work while it is looked at is not called broken. */
export async function atOnce(store: Store, questions: readonly (readonly string[])[]): Promise<readonly unknown[]> {
  const answers = await orStoreAway(store.redis.multi(questions.map((question) => [...question])).exec());
  return (answers ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}

/** I7: the audit's numbers have no gap. */
export const auditHolds: InvariantCheck = async (store) => {
  const [entries, seq] = (await atOnce(store, [
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

/** I9: only what may be lost has a time to live. */
export const nothingExpires: InvariantCheck = async (store) => {
  const wrong: string[] = [];
  for (const key of await keysLike(store, store.keys.meta.replace(/meta$/, '*'))) {
    const volatile = key.startsWith(store.keys.seen('')) || key.startsWith(store.keys.lease(''));
    if (!volatile && (await orStoreAway(store.redis.pttl(key))) >= 0) wrong.push(`${key}: has a time to live`);
  }
  return wrong;
};
