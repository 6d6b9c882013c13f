import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/calendar.ts';
import { loadEvents, loadOwnCases } from '../../src/cases/case-store.ts';
import { migrateV1 } from '../../src/cases/migrate/migrate-v1.ts';
import { migrateV5 } from '../../src/cases/migrate/migrate-v5.ts';
import { migrateV4 } from '../../src/people/migrate-v4.ts';
import { checksumOf } from '../../src/store/records/checksum.ts';
import { migrate } from '../../src/store/start/migrate.ts';
import { SCHEMA } from '../../src/store/store.ts';
import { migrateWavesV5 } from '../../src/surveys/wave/migrate-v5.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  filedAt = app.simulator.world.now() - HOUR_MS / 4;
});
afterAll(() => app.close());

/** Recent enough that the clock job has no reminder to send. The clock of the app runs ahead of the machine's. */
let filedAt = 0;

/** Writes a case in the format of schema 1. */
async function writeOld(n: number, state: string, more: object): Promise<void> {
  const { redis, keys } = app.running.store;
  const number = `0000000${n}`;
  const record = JSON.stringify({
    id: `case_old${n}`,
    number,
    state,
    category: 'flooding',
    place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 } },
    description: { text: '积水' },
    photos: [],
    anonymous: true,
    urgent: false,
    filedAt,
    ...more,
  });
  await redis.set(keys.caseNumber(number), `case_old${n}`);
  await redis.hset(keys.case(`case_old${n}`), { version: 3, record, sum: checksumOf(record) });
  await redis.xadd(keys.caseEvents(`case_old${n}`), '*', 'type', 'submitted', 'at', String(filedAt));
  await redis.zadd(keys.casesIn(state), filedAt, `case_old${n}`);
  await redis.zadd(keys.casesDue, filedAt, `case_old${n}`);
  await redis.zadd(keys.caseFollowers(`case_old${n}`), filedAt, 'test:1');
  await redis.zadd(keys.personCases('test:1'), filedAt + n, `case_old${n}`);
}

test('contacts of schema 4 are listed for announcements, as new ones are', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const phones = await Promise.all(['甲', '乙'].map((name) => app.phone(name)));
  for (const phone of phones) await phone.say('/start');
  for (const phone of phones) await phone.sees(/您好/);
  const urns = phones.map(({ id }) => `telegram:${id}`).toSorted();
  expect(await redis.zrange(keys.persons, 0, '-1')).toEqual(urns);
  await redis.del(keys.persons);
  await redis.hset(keys.meta, 'schema', '4');
  expect(await migrate(store, [migrateV4])).toBe(2);
  expect(await redis.zrange(keys.persons, 0, '-1')).toEqual(urns);
});

test('cases of schema 5 are listed by desk and stage, and the undisclosed totals of waves are deleted', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const phone = await app.phone('丙');
  await report(phone);
  const listed = async () => (await redis.keys(keys.casesAtStage('*', '*'))).length;
  const before = await listed();
  expect(before).toBeGreaterThan(0);
  await redis.del(...(await redis.keys(keys.casesAtStage('*', '*'))));
  await redis.zadd(keys.waves, 1, 'wave_old');
  await redis.set(keys.formerWaveSums('wave_old'), '{}');
  await redis.hset(keys.meta, 'schema', '5');
  expect(await migrate(store, [migrateV5, migrateWavesV5])).toBe(2);
  expect(await listed()).toBe(before);
  expect(await redis.exists(keys.formerWaveSums('wave_old'))).toBe(0);
  await redis.zrem(keys.waves, 'wave_old');
  await expectInvariants(store);
});

test('cases of schema 1 are migrated once, with all their content', async () => {
  const { store } = app.running;
  await writeOld(1, 'submitted', { additions: [{ text: '又深了' }] });
  await writeOld(2, 'closed', { closedAt: filedAt + HOUR_MS / 8 });
  await writeOld(3, 'withdrawn', { closedAt: filedAt + HOUR_MS / 8 });
  await store.redis.hset(store.keys.meta, 'schema', '1');
  const city = app.running.services.city;
  expect(await migrate(store, [migrateV1(city, app.simulator.world.now())])).toBe(3);
  expect(await migrate(store, [migrateV1(city, app.simulator.world.now())])).toBe(0);
  expect(await store.redis.hget(store.keys.meta, 'schema')).toBe(String(SCHEMA));
  await expectInvariants(store);
  const records = (await loadOwnCases(store, 'test:1')).map(({ record }) => record);
  expect(records).toMatchObject([
    { state: 'withdrawn', closedAt: filedAt + HOUR_MS / 8 },
    // Release 1 asked for no rating, so a closed case counts as unrated.
    { state: 'closed', outcome: 'unrated' },
    { state: 'submitted', additions: [{ text: '又深了' }], desk: '990101001000', community: '990101001001' },
  ]);
  expect((await loadEvents(store, 'case_old1')).map(({ type }) => type)).toEqual(['submitted', 'added']);
});
