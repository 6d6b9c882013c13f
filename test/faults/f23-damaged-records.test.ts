import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packUrns, withSum } from '../../src/broadcasts/sending/pack-urns.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { repairCommand } from '../../src/operator/store-commands.ts';
import { personsHold } from '../../src/people/person-invariants.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { loadRecords, recordFields } from '../../src/store/records/versioned-record.ts';
import { checkStore, gateFor } from '../../src/store/start/gate.ts';
import { newWaveKey } from '../../src/surveys/ballot/ballot.ts';
import { wavesHold } from '../../src/surveys/survey-invariants.ts';
import { encode } from '../../src/surveys/wave/ledger-store.ts';
import { keepSecrets } from '../../src/surveys/wave/secrets-store.ts';
import { tasksHold, volunteersHold } from '../../src/volunteers/volunteer-invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { expectInvariants } from './invariants.ts';

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
    await expect.poll(() => store.redis.zcard(store.keys.outboxReady), { timeout: PATIENCE_MS }).toBe(0);
    await expect.poll(() => store.redis.zcard(store.keys.outboxBulk), { timeout: PATIENCE_MS }).toBe(0);
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

const urnOf = ({ id }: Phone): Urn => `telegram:${id}`;

/** Flips one bit in the middle of a stored text. */
const flipped = (text: string, at = Math.floor(text.length / 2)): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

/** Runs `repair` as an operator does. */
async function repair(which?: string): Promise<{ readonly lines: readonly string[]; readonly ok: boolean }> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  const ok = await repairCommand.run(app.config, which === undefined ? [] : [which]).finally(() => log.mockRestore());
  return { lines, ok };
}

test('a flipped bit in a case is seen, leaves the other cases as they are, and repair computes it again', async () => {
  const { store } = app.running;
  const [phone, other] = [await app.phone(), await app.phone()];
  await report(phone);
  await report(other);
  const [mine] = await loadOwnCases(store, urnOf(phone));
  if (!mine) throw new Error('There is no case.');
  const key = store.keys.case(mine.record.id);
  const text = (await store.redis.hget(key, 'record')) ?? '';
  await store.redis.hset(key, 'record', flipped(text));
  expect(await loadOwnCases(store, urnOf(phone))).toEqual([]);
  expect(await loadOwnCases(store, urnOf(other))).toHaveLength(1);
  const { warnings } = (await (await fetch(`http://127.0.0.1:${app.running.web.port}/health`)).json()) as {
    warnings: string[];
  };
  expect(warnings.join()).toContain('1 damaged records were left out');
  expect(await repair()).toEqual({
    ok: false,
    lines: [expect.stringMatching(/case_[\s\S]*checksum[\s\S]*from its events/)],
  });
  expect((await repair(key)).ok).toBe(true);
  expect((await loadOwnCases(store, urnOf(phone)))[0]?.record).toEqual(mine.record);
  expect(await repair()).toEqual({ ok: true, lines: ['✓ Nothing is damaged.'] });
  await expectInvariants(store);
});

test('flipped bits in contacts, records, ledgers, ballots and recipient lists are seen, and each has a cure', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const phone = await app.phone();
  await phone.say('/start');
  await phone.sees(/您好/);
  const person = keys.person(urnOf(phone));
  const contact = (await redis.hget(person, 'contact')) ?? '';
  await redis.hset(person, 'contact', contact.replace('zh-CN', 'zh-CO'));
  await redis.hset(
    keys.team('team_1'),
    ...recordFields(1, { id: 'team_1', name: '锦绣' }).map((one) => one.replace('锦绣', '锦秀')),
  );
  const entry = encode({ disposition: 'drawn', stratum: 1, place: 1 });
  await redis.zadd(keys.waves, 1, 'wave_1');
  await redis.hset(keys.waveLedger('wave_1'), 'telegram:1', flipped(entry, 4), 'telegram:2', entry);
  await commitAsSystem(
    store,
    {
      what: 'test',
      op: 'secrets',
      checks: [],
      writes: [keepSecrets(store, 'wave_1', { key: newWaveKey(), seed: 's' })],
    },
    0,
  );
  await redis.hset(keys.waveBallots('wave_1'), 'nullifier', Buffer.alloc(100).toString('base64'));
  const chunk = withSum(packUrns(['telegram:1', 'telegram:2']));
  chunk[chunk.length - 1] = 7;
  await redis.hset(keys.broadcastAudience('run_1'), '0', chunk);
  const lines = (await repair()).lines.join('\n');
  const damaged = [person, keys.team('team_1'), keys.waveLedger('wave_1'), keys.waveBallots('wave_1')];
  for (const key of [...damaged, keys.broadcastAudience('run_1')]) expect(lines).toContain(key);
  expect(lines).not.toContain('telegram:2');
  for (const key of damaged) expect((await repair(key)).ok, key).toBe(true);
  expect((await repair()).lines).toEqual([expect.stringContaining(keys.broadcastAudience('run_1'))]);
  expect(await redis.hkeys(keys.waveLedger('wave_1'))).toEqual(['telegram:2']);
  expect(await redis.exists(keys.aside(keys.team('team_1')))).toBe(1);
  await phone.say('/start');
  await phone.sees(/您好/);
});

test('every record of a list is read although a key of another type lies between', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  await redis.set(keys.team('team_a'), 'x');
  await redis.hset(keys.team('team_b'), ...recordFields(1, { id: 'team_b' }));
  const found = await loadRecords<{ id: string }>(store, [keys.team('team_a'), keys.team('team_b')]);
  expect(found.map(({ record }) => record.id)).toEqual(['team_b']);
});

test('the checks of waves, tasks and volunteers read their records', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  await redis.hset(keys.wave('wave_12345678'), ...recordFields(1, { state: 'open' }), 'state', 'closed');
  await redis.hset(keys.task('task_12345678'), ...recordFields(1, { needed: 0 }));
  await redis.zadd(keys.taskTakers('task_12345678'), 1, 'volunteer_1');
  await redis.hset(
    keys.volunteer('volunteer_12345678'),
    ...recordFields(1, { urn: 'telegram:1', region: 'r', state: 'active' }),
  );
  expect((await wavesHold(store)).join()).toContain('the state field differs');
  expect((await tasksHold(store)).join()).toContain('1 takers, but 0 places');
  expect((await volunteersHold(store)).join()).toContain('indexes by region');
});
