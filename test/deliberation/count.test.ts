import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { addCase, changeCase, loadCase } from '../../src/cases/case-store.ts';
import { mergeCase } from '../../src/cases/merge-cases.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { houseCodeHash, keepHouseCodes, newHouseCode } from '../../src/deliberation/ballot/house-code.ts';
import { moveVotes } from '../../src/deliberation/ballot/move-votes.ts';
import { loadTopicResults } from '../../src/deliberation/ballot/results.ts';
import { castVotes, loadTopicAccess } from '../../src/deliberation/ballot/topic-access.ts';
import { keepTopicBallot, loadTopicBallots } from '../../src/deliberation/ballot/topic-ballot.ts';
import { loadTopicSecrets, newTopicSecrets } from '../../src/deliberation/ballot/topic-secrets.ts';
import { loadWork } from '../../src/deliberation/promise/work.ts';
import type { Statement } from '../../src/deliberation/statement/statement.ts';
import { keepStatement } from '../../src/deliberation/statement/statement.ts';
import type { Steering } from '../../src/deliberation/steer/steer-actions.ts';
import { actOnTopic } from '../../src/deliberation/steer/steer-actions.ts';
import type { Topic } from '../../src/deliberation/topic/topic.ts';
import { mergeTopic } from '../../src/deliberation/topic/topic-life.ts';
import { keepTopic, loadPromisedTopics, loadTopic } from '../../src/deliberation/topic/topic-store.ts';
import { newContact } from '../../src/people/contact.ts';
import { randomFrom } from '../../src/random.ts';
import type { Write } from '../../src/store/commit.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { nullifierOf } from '../../src/surveys/ballot/ballot.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { COMMUNITY } from './neighbours.ts';
import { topicIn } from './topic-scenarios.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ cluster: false });
}, 60_000);
afterAll(() => app.close());

const VOTERS = 120;
const STATEMENTS = Array.from(
  { length: 8 },
  (_, i): Statement => ({ id: `s${i}`, words: `第 ${i} 句`, state: i === 7 ? 'refused' : 'shown', at: i }),
);
const urnOf = (i: number): Urn => `telegram:77${String(i).padStart(8, '0')}`;

let ops = 0;
const write = (writes: readonly Write[], checks: Parameters<typeof commitAsSystem>[1]['checks'] = []) => {
  ops += 1;
  return commitAsSystem(
    app.running.store,
    { op: `test:${ops}`, what: 'tested', checks, writes },
    app.simulator.world.now(),
  );
};

async function begin(more: Partial<Topic>): Promise<Topic> {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const { record } = topicIn('discussing', { proposedAt: now, since: now, until: now + DAY_MS, ...more });
  const statements = STATEMENTS.map((one) => keepStatement(store, record.id, one));
  await write([...keepTopic(store, record).writes, newTopicSecrets(store, record.id), ...statements]);
  return record;
}

/** Votes as the talks cast them. */
async function vote(id: string, i: number, answers: Readonly<Record<string, string>>, typed?: string): Promise<string> {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const contact = { ...newContact('zh-CN', 0), home: COMMUNITY, homeSince: 0 };
  const before = await loadTopicAccess(store, { urn: urnOf(i), contact }, id, now);
  if (before && typed !== undefined) await write([keepTopicBallot(store, id, before, { answers: {}, typed })]);
  const access = await loadTopicAccess(store, { urn: urnOf(i), contact }, id, now);
  if (!access) throw new Error('There is no access.');
  const { checks, writes } = castVotes(access, answers, { store, now });
  expect((await write(writes, checks)).type).toBe('ok');
  return access.code;
}

/** Owners agree with even statements, tenants with odd ones; all agree with the first. */
const opinionsOf = (i: number) =>
  Object.fromEntries(
    STATEMENTS.slice(0, 7).map(({ id }, j) => {
      const leans = j === 0 || (j % 2 === 0) === (i % 2 === 0);
      return [id, leans === (i * 7 + j * 3) % 11 > 0 ? 'agree' : 'disagree'];
    }),
  );

test('a discussion and a ballot of 120 people are counted, and no store key or file links a person to a vote', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  const random = randomFrom(5);
  const codes = Array.from({ length: 40 }, () => newHouseCode((below) => Math.floor(random() * below)));
  await write(keepHouseCodes(store, COMMUNITY, codes, app.simulator.world.now() + 90 * DAY_MS));
  const { id } = await begin({ coded: true });
  const links: string[] = [];
  /** All that could lead to votes: the key, the names that it derives, and the sealed votes. */
  const remember = async () => {
    const secrets = await loadTopicSecrets(store, id);
    const ballots = await store.redis.hgetall(store.keys.topicBallots(id));
    links.push(secrets?.key ?? '', ...Object.entries(ballots).flat());
  };
  for (let i = 0; i < VOTERS; i += 1) {
    await app.advance(10 * 60_000);
    await vote(id, i, { ...opinionsOf(i), tenure: i % 2 === 0 ? 'owner' : 'tenant', age: i < 5 ? 'young' : 'old' });
  }
  await remember();
  await app.advance(DAY_MS);
  await app.settle();
  const { discussion } = await loadTopicResults(store, id);
  // All camps accept the first statement; the others part them. Five young people are no group that may be shown.
  expect(discussion?.statements[0]).toMatchObject({ id: 's0', agree: { type: 'shown', n: 120 } });
  expect(discussion?.statements).toHaveLength(7);
  expect(discussion?.statements.every(({ lowest }) => lowest !== undefined)).toBe(true);
  expect(discussion?.map?.dots).toHaveLength(VOTERS);
  expect(new Set(discussion?.map?.clusters).size).toBe(2);
  expect(discussion?.notes).toEqual([]);

  for (let i = 0; i < VOTERS; i += 1) {
    const code = await vote(id, i, { choice: i % 4 === 0 ? 'against' : 'for' }, i < 40 ? codes[i] : undefined);
    expect(code).toBe(i < 40 ? 'good' : 'none');
  }
  // A code counts on the votes of one person, and a wrong one on none; both votes count without a code.
  expect(await vote(id, VOTERS, { choice: 'for' }, codes[0])).toBe('spent');
  expect(await vote(id, VOTERS + 1, { choice: 'for' }, 'WRNG-WRNG-WRNG')).toBe('wrong');
  expect(await store.redis.hlen(store.keys.topicCodes(id))).toBe(40);
  await remember();
  const texts = [...codes, ...codes.map((code) => code.replaceAll('-', ''))];
  expect(await store.redis.zscore(store.keys.houseCodes(COMMUNITY), houseCodeHash(codes[0] ?? ''))).not.toBeNull();
  await app.advance(8 * DAY_MS);
  await app.settle();
  expect((await loadTopic(store, id))?.record).toMatchObject({ state: 'decided' });
  const { sounding } = await loadTopicResults(store, id);
  expect(sounding?.outcome).toBe('for');
  expect(sounding?.all).toMatchObject({ for: { type: 'shown', percent: 76, n: 120 } });
  expect(sounding?.coded?.with.for).toMatchObject({ n: 40 });
  expect(sounding?.coded?.without.for).toMatchObject({ n: 80 });

  const dump: string[] = [];
  for (const key of await store.redis.keys('*'))
    dump.push(key, ((await store.redis.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1'));
  const folder = join(app.folder, 'redis', 'appendonlydir');
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  const everything = [...dump, ...files].join('\n');
  expect(links.length).toBeGreaterThan(2 * VOTERS);
  for (const link of [...links, ...texts]) expect(everything.includes(link)).toBe(false);
  expect(everything).not.toContain(urnOf(3).slice('telegram:'.length));
});

test('two places that become one person keep one ballot, and the code of the other is free again', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const { id } = await begin({ id: 'topic_joined12', state: 'deciding', coded: true });
  const code = newHouseCode((below) => 5 % below);
  await write(keepHouseCodes(store, COMMUNITY, [code], now + DAY_MS));
  await vote(id, 1, { choice: 'for' });
  await vote(id, 2, { choice: 'against' }, code);
  await vote(id, 3, { choice: 'against' });
  const contact = newContact('zh-CN', 0);
  for (const [from, to] of [
    [2, 1],
    [3, 4],
  ] as const) {
    const { checks, writes } = await moveVotes(store, { from: urnOf(from), to: urnOf(to), contact, now });
    expect((await write(writes, checks)).type).toBe('ok');
  }
  expect(await store.redis.hlen(store.keys.topicBallots(id))).toBe(2);
  expect(await store.redis.hlen(store.keys.topicTookPart(id))).toBe(2);
  expect(await store.redis.hlen(store.keys.topicCodes(id))).toBe(0);
  const ballots = await loadTopicBallots(store, id, (await loadTopicSecrets(store, id))?.key ?? '');
  expect(ballots.map(({ answers }) => answers.choice).toSorted()).toEqual(['against', 'for']);
});

test('votes of both places of a person count, each question once, also where one place has told of itself only', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const { id } = await begin({ id: 'topic_both1234', coded: true });
  const code = newHouseCode((below) => 6 % below);
  await write(keepHouseCodes(store, COMMUNITY, [code], now + DAY_MS));
  await vote(id, 11, { s0: 'agree', s1: 'agree' });
  await vote(id, 12, { s1: 'disagree', s2: 'pass' });
  const secrets = await loadTopicSecrets(store, id);
  const key = secrets?.key ?? '';
  const told = { key, nullifier: nullifierOf(key, urnOf(13)) };
  await write([keepTopicBallot(store, id, told, { answers: { tenure: 'owner' } })]);
  await vote(id, 14, { s3: 'agree' }, code);
  const contact = newContact('zh-CN', 0);
  for (const [from, to] of [
    [12, 11],
    [14, 13],
  ] as const) {
    const { checks, writes } = await moveVotes(store, { from: urnOf(from), to: urnOf(to), contact, now });
    expect((await write(writes, checks)).type).toBe('ok');
  }
  const ballots = await loadTopicBallots(store, id, key);
  expect(ballots.find(({ answers }) => answers.s0)?.answers).toEqual({ s0: 'agree', s1: 'agree', s2: 'pass' });
  expect(ballots.find(({ answers }) => answers.s3)).toMatchObject({
    answers: { tenure: 'owner', s3: 'agree' },
    coded: true,
  });
  expect(Object.values(await store.redis.hgetall(store.keys.topicCodes(id)))).toEqual([told.nullifier]);
});

test('the code of a forgotten voter is free again for the household', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const { id } = await begin({ id: 'topic_forgot12', state: 'deciding', coded: true });
  const code = newHouseCode((below) => 7 % below);
  await write(keepHouseCodes(store, COMMUNITY, [code], now + DAY_MS));
  expect(await vote(id, 21, { choice: 'for' }, code)).toBe('good');
  await write([['ZADD', store.keys.topicsLeaving, now, urnOf(21)]]);
  await app.tick('remove-topic-voters');
  expect(await vote(id, 22, { choice: 'for' }, code)).toBe('good');
});

test('five hundred newer topics hide no vote from its removal, and no promise from the ledger', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const { id } = await begin({ id: 'topic_oldest12', state: 'deciding' });
  await vote(id, 5, { choice: 'for' });
  const promise = { unit: 'u', measure: 'm', due: now, by: 'p', at: now, cases: [], verdict: 'broken' } as const;
  const promised = topicIn('reviewed', { id: 'topic_broken12', proposedAt: now, promise }).record;
  const newer = Array.from(
    { length: 500 },
    (_, i) => ['ZADD', store.keys.topics, now + i + 1, `topic_newer${i}`] as const,
  );
  await write([...keepTopic(store, promised).writes, ...newer, ['ZADD', store.keys.topicsLeaving, now, urnOf(5)]]);
  await app.tick('remove-topic-voters');
  expect(await store.redis.hlen(store.keys.topicBallots(id))).toBe(0);
  expect(await store.redis.hlen(store.keys.topicTookPart(id))).toBe(0);
  expect((await loadPromisedTopics(store)).map((one) => one.record.id)).toEqual([promised.id]);
  await write(newer.map(([, key, , id]) => ['ZREM', key, id]));
});

test('two topics that two organisers join to each other at once do not both end', async () => {
  const { store, services } = app.running;
  const [one, other] = [
    topicIn('seconding', { id: 'topic_one12345' }),
    topicIn('seconding', { id: 'topic_other123' }),
  ] as const;
  await write([...keepTopic(store, one.record).writes, ...keepTopic(store, other.record).writes]);
  const grants = [{ role: 'lead', scope: COMMUNITY, since: 0 }] as const;
  const now = app.simulator.world.now();
  const joins = [
    [one, other],
    [other, one],
  ].map(([topic, into]) => {
    const facts = { ...services.city, me: 'lead', grants, siblings: [into] } as unknown as Steering;
    const answers = { next: 'merge', into: into?.record.id ?? null, dueAt: now };
    return topic && actOnTopic(answers, topic, { store, facts, now });
  });
  const done: string[] = [];
  for (const act of joins) if (act?.type === 'done') done.push((await write(act.writes, act.checks)).type);
  expect(done).toEqual(['ok', 'conflict']);
  const lead = { me: 'lead', grants, regions: services.city.regions };
  const closing = { ...other.record, closing: true } as const;
  expect(mergeTopic(one.record, closing, lead, now)).toEqual({ type: 'refused', why: 'not_now' });
});

test('no vote arrives once counting has begun', async () => {
  const { store } = app.running;
  const { id } = await begin({ id: 'topic_close123', closing: true });
  const contact = { ...newContact('zh-CN', 0), home: COMMUNITY, homeSince: 0 };
  const access = await loadTopicAccess(store, { urn: urnOf(1), contact }, id, app.simulator.world.now());
  if (!access) throw new Error('There is no access.');
  const { checks, writes } = castVotes(access, { s0: 'agree' }, { store, now: app.simulator.world.now() });
  expect((await write(writes, checks)).type).toBe('conflict');
  await app.advance(HOUR_MS);
});

test('a promise whose case was joined to another follows that one, and breaks by no joining', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [first, second] = (['case_joined0001', 'case_joined0002'] as const).map((id, i) => ({
    ...{ id, number: `A-2611-JN${i}`, category: 'flooding', place: { text: '北门' }, description: { text: '积水' } },
    ...{ photos: [], urgent: false, filedAt: now - DAY_MS },
  }));
  if (!first || !second) throw new Error('Two reports.');
  await write([...addCase(store, first, urnOf(1)).writes, ...addCase(store, second, urnOf(2)).writes]);
  const change = async (id: string, event: Pick<CaseEvent, 'type' | 'to'>) => {
    const kept = await loadCase(store, id);
    if (!kept) throw new Error('There is no case.');
    await write(changeCase(store, kept, { ...event, at: now, as: 'dispatcher', by: 'grid' }).writes);
  };
  const [joined, target] = await Promise.all([loadCase(store, first.id), loadCase(store, second.id)]);
  if (!joined || !target) throw new Error('There is no case.');
  const merged = { type: 'merged', to: 'merged', at: now, as: 'dispatcher', by: 'x', target: second.id } as const;
  await write(mergeCase(store, joined, target, merged, []).writes);
  const promise = { unit: 'u', measure: 'm', due: now - 1, by: 'p', at: now - DAY_MS, cases: [first.id] };
  expect(await loadWork(store, promise)).toEqual([{ type: 'open' }]);
  await change(second.id, { type: 'check_passed', to: 'confirming' });
  await change(second.id, { type: 'left_unrated', to: 'closed' });
  expect(await loadWork(store, promise)).toEqual([{ type: 'solved', at: now, proven: true }]);
});
