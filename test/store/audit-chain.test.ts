import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { auditChainHolds, auditMirrorOf, checkAuditMirror, sealAudit } from '../../src/store/records/audit-chain.ts';
import type { Store } from '../../src/store/store.ts';
import { openStoreAt } from '../faults/invariants.ts';
import { useSharedRedis } from '../shared-redis.ts';

let folder: string;
let redis: Awaited<ReturnType<typeof useSharedRedis>>['redis'];
let store: Store & { close(): void };
let mirror: string;
let city = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-audit-'));
  ({ redis } = await useSharedRedis());
});
beforeEach(async () => {
  city += 1;
  store = await openStoreAt(redis.url, `audit${city}`);
  mirror = auditMirrorOf(folder, store.city);
  for (let n = 1; n <= 9; n += 1) {
    await commitAsSystem(store, { op: `op:${n}`, what: `change_${n}`, checks: [], writes: [] }, n);
    if (n % 3 === 0) expect(await sealAudit(store, mirror, n)).toBe(3);
  }
  return () => store.close();
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

const faults = async () =>
  [await auditChainHolds(store), await checkAuditMirror(store, mirror)].map((all) => all.length);
const ids = async () => (await store.redis.xrange(store.keys.audit, '-', '+')).map(([id]) => id);

/** Rewrites the log, as a person with access to the store could. */
async function rewrite(change: (entries: [string, string[]][]) => [string, string[]][]): Promise<void> {
  const { keys } = store;
  const entries = change(await store.redis.xrange(keys.audit, '-', '+'));
  await store.redis.del(keys.audit);
  for (const [id, fields] of entries) await store.redis.xadd(keys.audit, id, ...fields);
}

test('an untouched log holds, also with entries that wait for their seal', async () => {
  expect(await faults()).toEqual([0, 0]);
  await commitAsSystem(store, { op: 'op:new', what: 'new', checks: [], writes: [] }, 10);
  expect(await faults()).toEqual([0, 0]);
  expect(await sealAudit(store, mirror, 11)).toBe(1);
  expect(await sealAudit(store, mirror, 12)).toBe(0);
  expect(await faults()).toEqual([0, 0]);
  expect(statSync(mirror).mode & 0o777).toBe(0o600);
});

test('a changed entry shows, with its stretch', async () => {
  await rewrite((entries) =>
    entries.map(([id, fields], i) => [id, i === 4 ? fields.map((f) => f.replace('change_5', 'nothing')) : fields]),
  );
  expect(await faults()).toEqual([1, 1]);
  expect((await auditChainHolds(store))[0]).toMatch(/from 4 to 6/);
});

test('a removed entry shows', async () => {
  await store.redis.xdel(store.keys.audit, (await ids())[3] ?? '');
  expect(await faults()).toEqual([1, 1]);
});

test('a cut end shows, and in the mirror also after the seals of the store were made anew', async () => {
  for (const id of (await ids()).slice(6)) await store.redis.xdel(store.keys.audit, id);
  expect(await faults()).toEqual([1, 1]);
  await store.redis.del(store.keys.auditHead, store.keys.auditSeals);
  await sealAudit(store, join(folder, 'other.log'), 1);
  expect(await faults()).toEqual([0, 1]);
});

test('a log that was written anew with new seals differs from the mirror', async () => {
  await rewrite((entries) =>
    entries.map(([id, fields], i) => [id, i === 8 ? fields.map((f) => f.replace('change_9', 'nothing')) : fields]),
  );
  await store.redis.del(store.keys.auditHead, store.keys.auditSeals);
  await sealAudit(store, join(folder, 'other.log'), 1);
  expect(await faults()).toEqual([0, 1]);
});

test('a forged line in the mirror shows', async () => {
  const [first = ''] = readFileSync(mirror, 'utf8').split('\n');
  appendFileSync(mirror, first.replace(/^3 \w{4}/, '9 0000').concat('\n'));
  expect((await faults())[1]).toBe(1);
});
