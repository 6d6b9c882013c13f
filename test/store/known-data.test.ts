import { expect, test } from 'vitest';
import { isBehind, openKnownData } from '../../src/store/known-data.ts';

test('data that lack more than a failover may lose are a backup; a recorded restore is none', () => {
  let at = 0;
  const known = openKnownData('i', 60_000, () => at);
  const saw = (ms: number, audited: number, restores = 0) => {
    at = ms;
    known.saw({ restores, audited });
  };
  saw(0, 100);
  saw(59_000, 200);
  expect(known.text()).toBe('i 0 0');
  saw(61_000, 300);
  // What was there a minute ago must still be there.
  expect(known.text()).toBe('i 0 100');
  expect(isBehind({ restores: 0, audited: 99 }, known.least())).toBe(true);
  expect(isBehind({ restores: 0, audited: 150 }, known.least())).toBe(false);
  // A failover lost the last commits; the detector records it, and the counters go on from there.
  saw(62_000, 150, 1);
  at = 200_000;
  expect(known.text()).toBe('i 1 150');
  expect(isBehind({ restores: 0, audited: 400 }, known.least())).toBe(true);
});
