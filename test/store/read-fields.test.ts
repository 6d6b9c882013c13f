import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFields, readFieldsSingly } from '../../src/store/records/read-fields.ts';
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
