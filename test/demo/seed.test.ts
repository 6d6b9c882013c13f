import { expect, test } from 'vitest';
import { isOpen } from '../../src/cases/hazard-case.ts';
import { retain } from '../../src/cases/retention-rules.ts';
import { demoPast } from '../../src/demo/seed.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';

const NOW = Date.parse('2026-11-22T02:00:00Z');
// Writes only need the names of keys.
const store = { keys: keysOf('demo') } as Store;

test('the demo city has a past of 120 days with about 120 open cases, the same every time, and none that time has overtaken', () => {
  const writes = demoPast(store, NOW);
  expect(JSON.stringify(demoPast(store, NOW))).toBe(JSON.stringify(writes));
  // The last record written of each case is the one that stands.
  const cases = new Map(
    writes
      .filter(([command, key]) => command === 'HSET' && key.startsWith(store.keys.case('')))
      .map(([, key, , , , record]) => [key, JSON.parse(String(record))]),
  );
  const open = [...cases.values()].filter(isOpen);
  expect(cases.size).toBeGreaterThan(2000);
  expect(open.length).toBeGreaterThan(100);
  expect(open.length).toBeLessThan(140);
  const days = [...cases.values()].map(({ filedAt }) => (NOW - filedAt) / 86_400_000);
  expect(Math.min(...days)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...days)).toBeLessThanOrEqual(122);
  expect([...cases.values()].filter((record) => retain(record, NOW).type !== 'kept')).toEqual([]);
});
