import { expect, test } from 'vitest';
import { phraseIndex } from '../../src/engine/phrase-index.ts';

test('finds each phrase at each of its places, also one of a single letter at the end', () => {
  const find = phraseIndex(['井', '井盖', '盖子', '井盖没了'], (phrase) => phrase);
  const found = find('井盖井').map(({ phrase, at }) => `${at} ${phrase}`);
  expect(found).toEqual(['0 井', '0 井盖', '2 井']);
  expect(find('')).toEqual([]);
  expect(find('路灯')).toEqual([]);
});
