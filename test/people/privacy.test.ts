import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeCase, loadOwnCases } from '../../src/cases/case-store.ts';
import { sweepPhotos } from '../../src/cases/photos/photo-keeper.ts';
import { photoName } from '../../src/cases/photos/photo-name.ts';
import { sweepCases } from '../../src/cases/retention/case-retention.ts';
import { QUOTAS } from '../../src/city/quotas.ts';
import { keepOrForget } from '../../src/conversation/timed-turn.ts';
import { answer } from '../../src/conversation/turn.ts';
import { sweepOrphans, sweepPersons, sweepUndelivered } from '../../src/people/person-retention.ts';
import { commit } from '../../src/store/commit.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { declineSame, NAMED_MANHOLE, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const DAY = 24 * 3600;
let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const urnOf = (phone: Phone) => `telegram:${phone.id}` as const;

/** All keys whose name or content contains these bytes. */
async function keysWith(bytes: string): Promise<readonly string[]> {
  const { store } = app.running;
  const found: string[] = [];
  for (const key of await scanKeys(store, store.keys.meta.replace(/meta$/, '*'))) {
    const dump = await store.redis.dumpBuffer(key);
    // DUMP may pack numbers and compress long texts, so the plain values are searched too.
    const read = JSON.stringify(await contentOf(key));
    if (key.includes(bytes) || dump?.includes(bytes) || read.includes(bytes)) found.push(key);
  }
  return found;
}

async function contentOf(key: string): Promise<unknown> {
  const { redis } = app.running.store;
  switch (await redis.type(key)) {
    case 'hash':
      return redis.hgetall(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return redis.get(key);
  }
}

async function forget(phone: Phone): Promise<void> {
  await phone.say('/forget');
  await phone.tap('删掉');
  await phone.sees(/真的都删掉吗/);
  await phone.tap('确定删掉');
  await phone.sees(/都删掉了/);
}

describe('/mydata', () => {
  test('shows all kept data in words, and as a machine-readable file', async () => {
    const phone = await app.phone();
    const number = await report(phone);
    await phone.say('/mydata');
    const shown = await phone.sees(/我存着这些/);
    expect(shown.text).toContain(`${number.slice(0, 4)}-${number.slice(4)}`);
    expect(shown.text).toContain('使用位置');
    await phone.tap('导出一份给我');
    await expect
      .poll(async () => (await app.calls()).some(({ method, ok }) => method === 'sendDocument' && ok))
      .toBe(true);
  });
});

describe('/forget', () => {
  test('asks twice, and deletes nothing after a no', async () => {
    const phone = await app.phone();
    await report(phone);
    await phone.say('/forget');
    await phone.tap('不删');
    await phone.sees(/什么都没有删/);
    expect(await loadOwnCases(app.running.store, urnOf(phone))).toHaveLength(1);
  });

  test('leaves nothing that names the person', async () => {
    const neighbour = await app.phone('小陈');
    await report(neighbour);
    const phone = await app.phone();
    await report(phone);
    await phone.say('上报');
    await phone.sees(/哪一类/);
    expect((await keysWith(String(phone.id))).length).toBeGreaterThan(4);
    const { store } = app.running;
    // A case that staff has handled stays, without its reporter.
    const [filed] = await loadOwnCases(store, urnOf(phone));
    if (!filed) throw new Error('There is no case.');
    const rejected = {
      type: 'rejected',
      to: 'closed_unsolved',
      at: app.simulator.world.now(),
      as: 'lead',
      by: 'x',
    } as const;
    const closing = changeCase(store, filed, rejected);
    await commit(
      store,
      { op: 'close', person: 'system:test', version: 0, fields: {}, ...closing, messages: [], audit: [] },
      app.simulator.world.now(),
    );
    await phone.hasSeen(/没有受理/);
    await forget(phone);
    await expect.poll(() => keysWith(String(phone.id)), { timeout: 10_000 }).toEqual([]);
    expect(await store.redis.exists(store.keys.case(filed.record.id))).toBe(1);
    expect(await loadOwnCases(store, urnOf(neighbour))).toHaveLength(1);
    await expectInvariants(store);
  });

  test('neither a redelivered update nor a later block brings the person back', async () => {
    const phone = await app.phone();
    await phone.say('/start');
    await phone.sees(/您好/);
    await forget(phone);
    const { store } = app.running;
    const ops = await store.redis.zrange(store.keys.seen(store.pseudonym(urnOf(phone))), '0', '-1');
    expect(ops.length).toBeGreaterThan(3);
    for (const id of ops) {
      await answer({ id, from: urnOf(phone), at: 0, content: { type: 'text', text: '你好' } }, app.running.services);
    }
    expect(await store.redis.exists(store.keys.person(urnOf(phone)))).toBe(0);
    // People often block the bot after /forget.
    await phone.block();
    await phone.unblock();
    await app.settle();
    expect(await store.redis.exists(store.keys.person(urnOf(phone)))).toBe(0);
    await phone.say('你好');
    await phone.sees(/您好，我是安邻/);
  });
});

describe('retention', () => {
  const sweep = async () => sweepCases(app.running.store, app.simulator.world.now(), () => false);

  test('blurs the place after 30 days and deletes the report after 180', async () => {
    const phone = await app.phone();
    await report(phone);
    const { store } = app.running;
    const own = () => loadOwnCases(store, urnOf(phone));
    app.simulator.world.advanceClock(29 * DAY);
    await sweep();
    expect((await own())[0]?.record.place.point).toEqual({ latitude: 31.4552, longitude: 119.4434 });
    app.simulator.world.advanceClock(2 * DAY);
    // Reminders commit at the same time; the slower commit retries.
    const sweptPlace = async () => {
      await sweep();
      return (await own())[0]?.record.place.point;
    };
    await expect.poll(sweptPlace, { timeout: PATIENCE_MS }).toEqual({ latitude: 31.46, longitude: 119.44 });
    await sweep();
    // Each event is one version and the blurring one more, so it happened once.
    const [kept] = await own();
    expect((kept?.version ?? 0) - (kept?.record.events ?? 0)).toBe(1);
    app.simulator.world.advanceClock(150 * DAY);
    const left = async () => {
      await sweep();
      return own();
    };
    await expect.poll(left, { timeout: PATIENCE_MS }).toEqual([]);
    await expectInvariants(store);
  });

  test('asks after a year of silence, keeps a person who answers, and forgets one who does not', async () => {
    const { store } = app.running;
    const look = sweepPersons((person) => keepOrForget(person, app.running.services));
    const [answers, silent] = [await app.phone('小陈'), await app.phone()];
    for (const phone of [answers, silent]) {
      await phone.say('/start');
      await phone.sees(/您好/);
    }
    app.simulator.world.advanceClock(366 * DAY);
    await look(store, app.simulator.world.now(), () => false);
    for (const phone of [answers, silent]) await phone.sees(/有一年没来了/);
    await answers.say('在的');
    await answers.sees(/没看懂|您好/);
    app.simulator.world.advanceClock(31 * DAY);
    await look(store, app.simulator.world.now(), () => false);
    expect(await store.redis.exists(store.keys.person(urnOf(answers)))).toBe(1);
    await expect.poll(() => keysWith(String(silent.id)), { timeout: 10_000 }).toEqual([]);
  });

  test('deletes the last place after 30 days', async () => {
    const phone = await app.phone();
    await report(phone);
    const { store } = app.running;
    const look = sweepPersons((person) => keepOrForget(person, app.running.services));
    const contact = async () =>
      JSON.parse((await store.redis.hget(store.keys.person(urnOf(phone)), 'contact')) ?? '{}');
    app.simulator.world.advanceClock(29 * DAY);
    await look(store, app.simulator.world.now(), () => false);
    expect((await contact()).lastPlace).toBeDefined();
    app.simulator.world.advanceClock(2 * DAY);
    await look(store, app.simulator.world.now(), () => false);
    expect((await contact()).lastPlace).toBeUndefined();
  });

  test('deletes undelivered messages to a forgotten person at once', async () => {
    const { store } = app.running;
    await store.redis.xadd(store.keys.outboxDead, '*', 'to', 'telegram:1', 'reason', 'gone', 'message', '');
    await sweepOrphans(store, app.simulator.world.now(), () => false);
    expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  });

  test('deletes undelivered messages after a week', async () => {
    const { store } = app.running;
    await store.redis.xadd(store.keys.outboxDead, '1-0', 'to', 'telegram:1', 'reason', 'gone', 'message', '');
    await sweepUndelivered(store, app.simulator.world.now(), () => false);
    expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  });
});

describe('photos', () => {
  test('are downloaded, retried on failure, and deleted with the case', async () => {
    const phone = await app.phone();
    const { store, services: open } = app.running;
    const folder = join(app.folder, 'kept');
    const keep = sweepPhotos({ folder, channels: open.channels, log: open.log });
    const now = app.simulator.world.now;
    const files = () => (existsSync(folder) ? readdirSync(folder) : []);
    await phone.send({ photo: 'manhole', caption: '路上的井盖没了' });
    await report(phone, { ...NAMED_MANHOLE, address: '锦绣路 12 号', words: false, photo: false });
    const [kept] = await loadOwnCases(store, urnOf(phone));
    const same = kept?.record.photos[0]?.same ?? '';

    const fault = { method: 'getFile', kind: '500_before', times: 1 };
    await fetch(`${app.simulator.url}/sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    await keep(store, now(), () => false);
    expect([files(), await store.redis.zcard(store.keys.photosWanted)]).toEqual([[], 1]);
    await keep(store, now(), () => false);
    expect(files()).toEqual([]);
    app.simulator.world.advanceClock(61);
    await keep(store, now(), () => false);
    expect([files(), await store.redis.zcard(store.keys.photosWanted)]).toEqual([
      [`${photoName(kept?.record.id ?? '', same)}.jpg`],
      0,
    ]);

    // Another case with the same photo keeps its own copy.
    const file = kept?.record.photos[0]?.file ?? '';
    await store.redis.zadd(store.keys.photosWanted, 0, `case_other ${same} ${file}`);
    await keep(store, now(), () => false);
    expect(files()).toHaveLength(2);

    await forget(phone);
    await keep(store, now(), () => false);
    expect(files()).toEqual([`${photoName('case_other', same)}.jpg`]);
    await store.redis.zadd(store.keys.photosUnwanted, 0, `case_other ${same}`);
    await keep(store, now(), () => false);
    expect([files(), await store.redis.zcard(store.keys.photosUnwanted)]).toEqual([[], 0]);
  });
});

describe('quotas', () => {
  let strict: TestApp;
  beforeAll(async () => {
    strict = await openTestApp({ quotas: QUOTAS });
  });
  afterAll(() => strict.close());

  test('a person who writes too fast gets one notice, and later passes again', async () => {
    const phone = await strict.phone();
    for (let i = 0; i < 30; i += 1) await phone.say(`第${i}句`);
    await phone.sees(/发得太快/);
    const said = (await phone.fromBot()).filter(({ text }) => /发得太快/.test(text ?? ''));
    expect(said).toHaveLength(1);
    strict.simulator.world.advanceClock(11);
    await phone.say('/help');
    await phone.sees(/我能帮您做这些/);
  });

  test('a newcomer files two reports on the first day, and then reads when the next is possible', async () => {
    const phone = await strict.phone();
    await report(phone);
    strict.simulator.world.advanceClock(20);
    const another = async (words: string) => {
      await phone.say(words);
      await phone.sees(/隐患在哪里/);
      await phone.say('🕘 还是上次的地方');
      await declineSame(phone);
      await phone.tap('提交');
    };
    await another('路灯坏了');
    await phone.sees(/编号：/);
    strict.simulator.world.advanceClock(20);
    // What must be contained at once is never refused.
    await another('井盖没了');
    await phone.sees(/编号：/);
    strict.simulator.world.advanceClock(20);
    // Anything else is kept as a draft, and sent later with one tap.
    await another('人行道地砖碎了');
    await phone.sees(/都替您留着呢[\s\S]*以后打开『上报』[\s\S]*110/);
    strict.simulator.world.advanceClock(DAY);
    await phone.tap('提交');
    await phone.sees(/编号：/);
  });
});
