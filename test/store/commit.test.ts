import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Commit } from '../../src/store/commit.ts';
import { commit } from '../../src/store/commit.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { ARGUMENT_END } from '../../src/store/scripts/scripts.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
let store: Store;
beforeAll(async () => {
  app = await openTestApp();
  store = app.running.store;
});
afterAll(() => app.close());

let people = 0;
function change(more: Partial<Commit> = {}): Commit {
  people += 1;
  const nothing = { fields: {}, checks: [], writes: [], messages: [], audit: [] };
  return { op: `op:${people}`, person: `test:c${people}`, version: 0, ...nothing, ...more };
}

test('a commit takes effect once, also if it is repeated', async () => {
  const first = change({ fields: { contact: 'x' } });
  expect(await commit(store, first, 1)).toMatchObject({ type: 'ok', version: 1 });
  expect(await commit(store, first, 2)).toMatchObject({ type: 'duplicate' });
  expect(await store.redis.hgetall(store.keys.person(first.person))).toEqual({ version: '1', contact: 'x' });
});

test('a commit is refused whole if the person has changed since it was loaded', async () => {
  const first = change();
  await commit(store, first, 1);
  const late = { ...first, op: 'op:late', fields: { contact: 'y' }, audit: [{ what: 'late', who: 'x' }] };
  expect(await commit(store, late, 2)).toEqual({ type: 'conflict' });
  expect(await store.redis.hgetall(store.keys.person(first.person))).toEqual({ version: '1' });
});

test('a commit is refused whole if a key is taken or a field has changed', async () => {
  const key = store.keys.caseNumber('TAKEN');
  await commit(store, change({ checks: [{ absent: key }], writes: [['SET', key, 'case_1']] }), 1);
  expect(await commit(store, change({ checks: [{ absent: key }], writes: [['SET', key, 'case_2']] }), 2)).toEqual({
    type: 'conflict',
  });
  const stale = change({ checks: [{ key: store.keys.case('c'), field: 'version', is: '7' }] });
  expect(await commit(store, stale, 3)).toEqual({ type: 'conflict' });
  expect(await store.redis.get(key)).toBe('case_1');
});

test('an argument that holds the sign between arguments refuses the commit, and nothing is written', async () => {
  const forged = change({ fields: { contact: `x${ARGUMENT_END}0${ARGUMENT_END}` } });
  await expect(commit(store, forged, 1)).rejects.toThrow('U+001F');
  expect(await store.redis.exists(store.keys.person(forged.person))).toBe(0);
});

test('concurrent system commits succeed, and a commit with a failed check gets its refusal at once', async () => {
  const system = (n: number, checks: Commit['checks'] = []) =>
    commitAsSystem(store, { op: `system:${n}`, what: 'test', checks, writes: [] }, n);
  const done = await Promise.all(Array.from({ length: 40 }, (_, n) => system(n)));
  expect(new Set(done.map(({ type }) => type))).toEqual(new Set(['ok']));
  expect(await system(99, [{ key: store.keys.case('c'), field: 'version', is: '7' }])).toEqual({ type: 'conflict' });
  // Another process came in between.
  await store.redis.hincrby(store.keys.person('system:house'), 'version', 1);
  expect(await system(100)).toMatchObject({ type: 'ok' });
});

test('a commit checks the type of every key first, so that it never stops halfway', async () => {
  const string = store.keys.caseNumber('STRING');
  await store.redis.set(string, 'x');
  const torn = change({
    fields: { contact: 'x' },
    writes: [
      ['HSET', store.keys.case('fine'), 'version', '1'],
      ['ZADD', string, 1, 'member'],
    ],
  });
  await expect(commit(store, torn, 1)).rejects.toThrow(/wrong type/);
  expect(await store.redis.exists(store.keys.case('fine'), store.keys.person(torn.person))).toBe(0);
});

test('commits number the audit entries without a gap', async () => {
  await commit(
    store,
    change({
      audit: [
        { what: 'a', who: 'x' },
        { what: 'b', who: 'x' },
      ],
    }),
    5,
  );
  const entries = await store.redis.xrange(store.keys.audit, '-', '+');
  const numbers = entries.map(([, fields]) => Number(fields[fields.indexOf('n') + 1]));
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});

test('a commit claims its reply for its process in the same round trip', async () => {
  const change1 = change();
  const message = { to: change1.person, lane: 'reply', body: '{"text":"hallo"}' } as const;
  const done = await commit(store, { ...change1, messages: [message, { ...message, body: '{"text":"second"}' }] }, 1);
  expect(done).toMatchObject({
    type: 'ok',
    claimed: [{ to: change1.person, body: '{"text":"hallo"}', lane: 'reply' }],
  });
  expect(await store.redis.hget(store.keys.outboxClaims, change1.person)).toContain(` ${store.process}`);
  // The first message is claimed; the second waits for it (P8).
  expect(await store.redis.zscore(store.keys.outboxReady, change1.person)).toBeNull();
});

test('while 64 KiB of replies wait for a person, their updates are refused and messages from others still queue', async () => {
  const quiet = { ...store, process: '' };
  const flooded = change();
  const message = { to: flooded.person, lane: 'reply', body: JSON.stringify({ text: 'x'.repeat(70_000) }) } as const;
  expect(await commit(quiet, { ...flooded, messages: [message] }, 1)).toMatchObject({ type: 'ok' });
  const more = { ...flooded, op: 'op:more', version: 1, messages: [{ ...message, body: '{"text":"y"}' }] };
  expect(await commit(quiet, more, 2)).toEqual({ type: 'limit', what: 'chat' });
  expect(await store.redis.hget(store.keys.person(flooded.person), 'version')).toBe('1');
  expect(await commit(quiet, change({ messages: more.messages }), 3)).toMatchObject({ type: 'ok' });
});

test('a repeated commit returns the claimed reply again, but only to the process that claimed it', async () => {
  const once = change();
  const message = { to: once.person, lane: 'reply', body: '{"text":"hallo"}' } as const;
  const first = await commit(store, { ...once, messages: [message] }, 1);
  const again = await commit(store, { ...once, messages: [message] }, 2);
  expect(again).toEqual({ type: 'duplicate', claimed: first.type === 'ok' ? first.claimed : [] });
  expect(await commit({ ...store, process: 'another' }, once, 3)).toEqual({ type: 'duplicate', claimed: [] });
});

test('commits of one moment share a call: one at a damaged record fails alone, and every message has its own number', async () => {
  const saying = Array.from({ length: 40 }, () => {
    const one = change();
    return { ...one, messages: [{ to: one.person, lane: 'reply', body: '{"text":"hallo"}' } as const] };
  });
  const [first = change(), damaged = change()] = saying;
  await store.redis.set(store.keys.person(damaged.person), 'x');
  const together = [...saying, { ...first, op: 'op:at-once' }];
  const calls = async () =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await store.redis.info('commandstats'))?.[1] ?? 0);
  const before = await calls();
  const done = await Promise.allSettled(together.map((one) => commit(store, one, 1)));
  expect((await calls()) - before).toBeLessThan(40);
  expect(done.filter(({ status }) => status === 'rejected')).toEqual([done[1]]);
  const answers = done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(answers.pop()).toEqual({ type: 'conflict' });
  const numbers = answers.flatMap((one) => (one.type === 'ok' ? one.claimed.map(({ number }) => number) : []));
  expect(new Set(numbers).size).toBe(39);
  const later = change({ messages: first.messages.map((message) => ({ ...message, to: 'test:later' as const })) });
  const next = await commit(store, later, 2);
  const last = Math.max(...numbers.map(Number));
  expect(next).toMatchObject({ type: 'ok', claimed: [{ number: String(last + 1) }] });
});

test('of two commits of one moment that give a new key different types, the second fails and writes nothing', async () => {
  const key = store.keys.case('case_two_types');
  const [first, second] = [
    change({ writes: [['ZADD', key, 1, 'member']] }),
    change({ writes: [['HSET', key, 'field', 'value']] }),
  ];
  const done = await Promise.allSettled([commit(store, first, 1), commit(store, second, 1)]);
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await store.redis.type(key)).toBe('zset');
  expect(await store.redis.exists(store.keys.person(second.person))).toBe(0);
  // Its type is known by then.
  const [third, fourth] = [
    change({ writes: [['ZADD', key, 2, 'other']] }),
    change({ writes: [['HSET', key, 'field', 'value']] }),
  ];
  const again = await Promise.allSettled([commit(store, third, 2), commit(store, fourth, 2)]);
  expect(again.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});
