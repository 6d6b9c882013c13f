import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bulkWrite } from '../bulk-write.ts';
import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';
import type { InvariantCheck } from './invariants.ts';
import { readAtomically } from './invariants.ts';

/** The sealed part of the audit log: its last entry's number and stream id, and the hash over all entries so far. */
type Head = { readonly n: number; readonly id: string; readonly hash: string };
type Entry = readonly [id: string, fieldsAndValues: string[]];

const START: Head = { n: 0, id: '0-0', hash: '' };
/** Entries sealed in one step. */
const BATCH = 2000;

/** The hash of an entry: SHA-256 over the hash before it and the entry's fields, hexadecimal. */
function hashOf(before: string, fields: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([before, ...fields]))
    .digest('hex');
}

/** Extends the chain by entries in the order of the stream. */
function extend(head: Head, entries: readonly Entry[]): Head {
  return entries.reduce(({ n, hash }, [id, fields]): Head => ({ n: n + 1, id, hash: hashOf(hash, fields) }), head);
}

/** The file outside the store that mirrors the chain's heads: lines `n hash time`. */
export function auditMirrorOf(dataDir: string, city: string): string {
  return join(dataDir, `audit-${city}.log`);
}

/** Seals the audit entries since the last call and mirrors the new head to a file. Returns how many it sealed. */
export async function sealAudit(store: Store, mirror: string, now: number): Promise<number> {
  const { redis, keys } = store;
  const { n = '0', id = START.id, hash = '' } = await orStoreAway(redis.hgetall(keys.auditHead));
  const entries = await orStoreAway(redis.xrange(keys.audit, `(${id}`, '+', 'COUNT', BATCH));
  if (entries.length === 0) return 0;
  const head = extend({ n: Number(n), id, hash }, entries);
  // Every process computes the same hashes, so that a repeated write changes nothing.
  await bulkWrite(store, [
    ['HSET', keys.auditHead, 'n', String(head.n), 'id', head.id, 'hash', head.hash],
    ['HSET', keys.auditSeals, String(head.n), head.hash],
  ]);
  appendFileSync(mirror, `${head.n} ${head.hash} ${new Date(now).toISOString()}\n`, { mode: 0o600 });
  return entries.length;
}

/** P14: no audit entry was changed or removed since it was sealed. */
export const auditChainHolds: InvariantCheck = async (store) => {
  const { keys } = store;
  const [entries, stored, seals] = (await readAtomically(store, [
    ['xrange', keys.audit, '-', '+'],
    ['hgetall', keys.auditHead],
    ['hgetall', keys.auditSeals],
  ])) as [Entry[], Record<string, string>, Record<string, string>];
  const sealed = new Map(Object.entries(seals).map(([n, hash]) => [Number(n), hash]));
  if (stored.n !== undefined && stored.hash !== undefined) sealed.set(Number(stored.n), stored.hash);
  return faultsIn(entries, sealed, 'the store');
};

/** Compares the audit log with the heads that a file outside the store holds. */
export async function checkAuditMirror(store: Store, mirror: string): Promise<readonly string[]> {
  if (!existsSync(mirror)) return [];
  const lines = readFileSync(mirror, 'utf8').trimEnd().split('\n');
  const sealed = new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']));
  return faultsIn(await orStoreAway(store.redis.xrange(store.keys.audit, '-', '+')), sealed, mirror);
}

/** Names the first sealed stretch of entries that does not give its hash. */
function faultsIn(entries: readonly Entry[], sealed: ReadonlyMap<number, string>, where: string): readonly string[] {
  let head = START;
  for (const [n, hash] of [...sealed].sort(([a], [b]) => a - b)) {
    const from = head.n + 1;
    if (entries.length < n)
      return [`audit: entries ${entries.length + 1} to ${n} are missing; ${where} has their seal`];
    head = extend(head, entries.slice(head.n, n));
    if (head.hash !== hash) return [`audit: an entry from ${from} to ${n} differs from its seal in ${where}`];
  }
  return [];
}
