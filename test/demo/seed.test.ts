import { expect, test } from 'vitest';
import { isOverdue } from '../../src/cases/deadlines.ts';
import { isOpen } from '../../src/cases/hazard-case.ts';
import { decideRetention } from '../../src/cases/retention/retention-rules.ts';
import { demoPast } from '../../src/demo/history/seed.ts';
import type { Alert } from '../../src/review/alerts/alert.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';

const NOW = Date.parse('2026-11-22T02:00:00Z');
// Making the writes needs only the key names of a store.
const store = { keys: keysOf('demo') } as Store;

test('the demo’s history is reproducible: 120 days, about 120 open cases, and no case past its retention', () => {
  const writes = [...demoPast(store, NOW)];
  expect(JSON.stringify([...demoPast(store, NOW)])).toBe(JSON.stringify(writes));
  // The last record written for a case is its current one.
  const cases = new Map(
    writes
      .filter(([command, key]) => command === 'HSET' && key.startsWith(store.keys.case('')))
      .map(([, key, , , , record]) => [key, JSON.parse(String(record))]),
  );
  const open = [...cases.values()].filter(isOpen);
  expect(cases.size).toBeGreaterThan(2000);
  expect(open.length).toBeGreaterThan(100);
  expect(open.length).toBeLessThan(140);
  // Most work is in time: a list on which all is late shows nothing.
  const late = open.filter((record) => isOverdue(record, NOW));
  expect(late.length).toBeGreaterThan(5);
  expect(late.length).toBeLessThan(45);
  const days = [...cases.values()].map(({ filedAt }) => (NOW - filedAt) / 86_400_000);
  expect(Math.min(...days)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...days)).toBeLessThanOrEqual(122);
  expect([...cases.values()].filter((record) => decideRetention(record, NOW).type !== 'kept')).toEqual([]);
  // The flood and four answered rises lie behind the first alerts.
  const alerts = new Map(
    writes
      .filter(([command, key]) => command === 'HSET' && key.startsWith(store.keys.alert('')))
      .map(([, key, , , , record]) => [key, JSON.parse(String(record)) as Alert]),
  );
  const answers = [...alerts.values()].map(({ answer }) => answer).toSorted();
  expect(answers).toEqual(['confirmed', 'confirmed', 'confirmed', 'false', 'known_cause']);
});
