import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { personsHold } from '../../src/people/person-invariants.ts';
import { checkStore, gateFor } from '../../src/store/gate.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-f23-'));
  app = await openTestApp();
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a damaged record stops its own person at most', () => {
  test.each([
    ['a person record of another type', async (key: string) => void (await app.running.store.redis.set(key, 'x'))],
    [
      'a version that is no number',
      async (key: string) => void (await app.running.store.redis.hset(key, 'version', 'x')),
    ],
    [
      'a contact that is no JSON',
      async (key: string) => void (await app.running.store.redis.hset(key, 'contact', '{')),
    ],
    ['talks that are no JSON', async (key: string) => void (await app.running.store.redis.hset(key, 'talks', '{'))],
  ])('%s', { timeout: 40_000 }, async (_what, damage) => {
    const { store } = app.running;
    const [hurt, other] = [await app.phone('受损'), await app.phone('邻居')];
    for (const phone of [hurt, other]) {
      await phone.say('/start');
      await phone.sees(/您好/);
    }
    const key = store.keys.person(`telegram:${hurt.id}`);
    await store.redis.del(key);
    await damage(key);
    app.running.services.persons.drop(`telegram:${hurt.id}`);
    await hurt.say('上报');
    await other.say('上报');
    await other.sees(/先跟您说明白/, 15_000);
    await hurt.sees(/对不起|抱歉|不好意思/, 15_000);
    await other.say('/help');
    await other.sees(/我能帮您|先跟您说明白/, 15_000);
    await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 10_000 }).toBe(0);
    expect((await personsHold(store)).join()).toContain(`${key}: `);
  });

  test('an entry without a queue, and a torn queue, in front of the others', { timeout: 30_000 }, async () => {
    const { store } = app.running;
    for (const [urn, queue] of [
      ['telegram:1', undefined],
      ['telegram:2', 'r1 0 99 {}'],
      ['telegram:3', 'nonsense'],
    ] as const) {
      if (queue !== undefined) await store.redis.hset(store.keys.outbox, urn, queue);
      await store.redis.zadd(store.keys.outboxReady, 0, urn);
    }
    await store.redis.zadd(store.keys.outboxBulk, 0, 'telegram:4');
    app.running.services.relay.wake();
    const phones = await Promise.all(Array.from({ length: 10 }, () => app.phone()));
    await Promise.all(phones.map((phone) => phone.say('/start')));
    for (const phone of phones) await phone.sees(/您好/, 10_000);
    await expect.poll(() => store.redis.zcard(store.keys.outboxReady), { timeout: 5000 }).toBe(0);
    await expect.poll(() => store.redis.zcard(store.keys.outboxBulk), { timeout: 5000 }).toBe(0);
    expect(await store.redis.hlen(store.keys.outbox)).toBe(0);
    const dead = await store.redis.xrange(store.keys.outboxDead, '-', '+');
    expect(dead.map(([, fields]) => fields[3])).toEqual(['damaged', 'damaged', 'damaged', 'damaged']);
  });

  test('a claim whose queue is gone does not stop the recovery of others', { timeout: 30_000 }, async () => {
    const { store } = app.running;
    await store.redis.hset(store.keys.outboxClaims, 'telegram:1', '1 000000000001 dead-process');
    await expect.poll(() => store.redis.hlen(store.keys.outboxClaims), { timeout: 10_000 }).toBe(0);
    const phone = await app.phone();
    await phone.say('/start');
    await phone.sees(/您好/);
  });
});

test('a shared key of another type refuses the start by its name', async () => {
  const { store } = app.running;
  const gate = { ...gateFor({ ...app.config, city: 'f23', dataDir: folder }, app.redis.url) };
  for (const [name, type] of [
    ['pace', 'hash'],
    ['outbox:ready', 'zset'],
    ['lease:jobs', 'string'],
    ['meta', 'hash'],
  ] as const) {
    const key = `{f23}:${name}`;
    await (type === 'string' ? store.redis.hset(key, 'a', 'b') : store.redis.set(key, 'x'));
    const [finding] = await checkStore(store.redis, gate, Date.now());
    expect(finding).toMatchObject({ level: 'refuse', what: expect.stringContaining(`The key ${key} is a`) });
    expect(finding?.cure).toContain(`RENAME '${key}'`);
    await store.redis.del(key);
  }
});
