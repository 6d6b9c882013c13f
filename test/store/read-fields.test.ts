import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFields, readFieldsSingly } from '../../src/store/records/read-fields.ts';
import { readRange } from '../../src/store/records/read-range.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('hashes read one by one give what the script gives, past missing ones and keys of another type', async () => {
  const { store } = app.running;
  const keys = ['case_a', 'case_gone', 'case_wrong', 'case_b'].map((id) => store.keys.case(id));
  const [a = '', , wrong = '', b = ''] = keys;
  await store.redis.hset(a, 'version', '1', 'record', '{"中":"文"}');
  await store.redis.set(wrong, 'no hash');
  await store.redis.hset(b, 'record', '{}', 'sum', 's');
  const fields = ['version', 'record', 'sum'];
  const singly = await readFieldsSingly(store, keys, fields);
  expect(singly).toEqual(await readFields(store, keys, fields));
  expect(singly).toEqual([
    ['1', '{"中":"文"}', ''],
    ['', '', ''],
    ['WRONGTYPE', 'WRONGTYPE', 'WRONGTYPE'],
    ['', '{}', 's'],
  ]);
  expect(await readFieldsSingly(store, [], fields)).toEqual([]);
});

test('a value that holds the sign between values is read whole, alone and beside others', async () => {
  const { store } = app.running;
  const [a, b] = [store.keys.case('case_sign'), store.keys.case('case_plain')];
  await store.redis.hset(a, 'version', '1', 'record', 'one\x1ftwo');
  await store.redis.hset(b, 'version', '2', 'record', '{}');
  const fields = ['version', 'record'];
  const expected = [
    ['1', 'one\x1ftwo'],
    ['2', '{}'],
  ];
  expect(await readFields(store, [a, b], fields)).toEqual(expected);
  expect((await Promise.all([a, b].map((key) => readFields(store, [key], fields)))).flat()).toEqual(expected);
});

test('sorted sets that are read at one moment give the members of each from the score on', async () => {
  const { store } = app.running;
  const [full, empty, wrong] = ['full', 'empty', 'wrong'].map((id) => store.keys.volunteerTasks(`volunteer_${id}`));
  await store.redis.zadd(full ?? '', 5, 'early', 10, 'task_a', 20, 'task_b');
  await store.redis.set(wrong ?? '', 'no sorted set');
  const read = await Promise.all([full, empty, wrong].map((key) => readRange(store, key ?? '', 10)));
  expect(read).toEqual([['task_a', 'task_b'], [], []]);
  expect(await readRange(store, full ?? '', 0)).toEqual(['early', 'task_a', 'task_b']);
});
