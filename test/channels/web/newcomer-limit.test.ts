import { expect, test } from 'vitest';
import { openNewcomerLimit } from '../../../src/channels/web/newcomer-limit.ts';

const HOUR_MS = 3_600_000;

test.each([
  ['203.0.113.1', '203.0.113.200', '203.0.114.1'],
  ['::ffff:203.0.113.1', '203.0.113.2', '::ffff:203.0.114.1'],
  ['2001:db8:1:2200::1', '2001:db8:1:22ff:9::1', '2001:db8:1:2300::1'],
  ['2001:db8::1', '2001:db8:0:0:1::1', '2001:db8:0:100::1'],
])('new browsers of %s and %s count together, and those of %s alone', (one, neighbour, other) => {
  let now = 0;
  const limit = openNewcomerLimit(() => now);
  for (let i = 0; i < 60; i += 1) {
    expect(limit.admit(one)).toBe(true);
    expect(limit.admit(neighbour)).toBe(true);
  }
  expect([limit.admit(one), limit.admit(neighbour), limit.admit(other)]).toEqual([false, false, true]);
  now += HOUR_MS;
  expect(limit.admit(one)).toBe(true);
});

test('one browser sends sixty files an hour', () => {
  const limit = openNewcomerLimit(() => 0);
  const taken = Array.from({ length: 70 }, () => limit.uploads('web:a')).filter(Boolean);
  expect(taken).toHaveLength(60);
  expect(limit.uploads('web:b')).toBe(true);
});
