import { expect, test } from 'vitest';
import { openUpdatesInHand } from '../../src/conversation/updates-in-hand.ts';

test('the age of the oldest update counts until its work ends, whether it succeeds or fails', async () => {
  let now = 0;
  const updates = openUpdatesInHand(() => now);
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const one = updates.during(() => first.promise);
  now = 5000;
  const two = updates.during(() => second.promise).catch(() => 'failed');
  now = 7000;
  expect(updates.oldestMs()).toBe(7000);
  first.resolve();
  await one;
  expect(updates.oldestMs()).toBe(2000);
  second.reject(new Error('no'));
  expect(await two).toBe('failed');
  expect(updates.oldestMs()).toBe(0);
});
