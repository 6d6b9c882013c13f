import { expect, test } from 'vitest';
import { randomFrom } from '../../src/random.ts';
import type { Confirmation } from '../../src/review/score/rating-bursts.ts';
import { findRatingBursts } from '../../src/review/score/rating-bursts.ts';

const [DAY, HOUR] = [96, 4];
const STREETS = 16;

/** A month of honest answers: checks in office hours of 28 days, waits of some hours, in the daytime only. */
function honest(seed: number, perStreet = 40): Map<string, Confirmation[]> {
  const random = randomFrom(seed);
  const one = (): Confirmation => answered(Math.floor(random() * 28) * DAY + 36 + Math.floor(random() * 32), random());
  return new Map(
    Array.from({ length: STREETS }, (_, i) => [`street ${i}`, Array.from({ length: perStreet }, () => one())]),
  );
}

/** An answer after a wait of nine hours on average, put off to eight in the morning if it falls into the night. */
function answered(asked: number, chance: number): Confirmation {
  const said = asked + Math.floor(-Math.log(1 - chance) * 9 * HOUR);
  const hour = Math.floor(said / HOUR) % 24;
  const night = hour >= 22 ? 32 - hour : Math.max(0, 8 - hour);
  return { asked, said: night === 0 ? said : (Math.floor(said / HOUR) + night) * HOUR };
}

const withMore = (seed: number, more: readonly Confirmation[]) => {
  const streets = honest(seed);
  streets.get('street 3')?.push(...more);
  return findRatingBursts(streets);
};

test('honest answers of 60 months have no burst', () => {
  expect(Array.from({ length: 60 }, (_, seed) => findRatingBursts(honest(seed))).flat()).toEqual([]);
});

test('residents who say “solved” within one hour about checks of three days are a burst of their street alone', () => {
  const more = Array.from({ length: 12 }, (_, i) => ({
    asked: (10 + (i % 3)) * DAY + 40,
    said: 13 * DAY + 50 + (i % 4),
  }));
  for (let seed = 0; seed < 20; seed += 1) expect(withMore(seed, more)).toEqual(['street 3']);
});

test('many checks on one afternoon bring many answers, which is no burst', () => {
  const random = randomFrom(7);
  for (let seed = 0; seed < 20; seed += 1) {
    const more = Array.from({ length: 25 }, () => answered(12 * DAY + 60 + Math.floor(random() * 4), random()));
    expect(withMore(seed, more)).toEqual([]);
  }
});

test('an hour in which the whole city answers is no burst of a street', () => {
  const streets = honest(1);
  for (const own of streets.values())
    for (let i = 0; i < 12; i += 1) own.push({ asked: (10 + (i % 3)) * DAY + 40, said: 13 * DAY + 50 + (i % 4) });
  expect(findRatingBursts(streets)).toEqual([]);
});

test('a street with fewer than ten answers is not tested, nor is a city with fewer than thirty', () => {
  const burst = Array.from({ length: 9 }, (_, i) => ({ asked: i * DAY, said: 13 * DAY + 50 }));
  expect(findRatingBursts(new Map([...honest(2), ['small', burst]]))).toEqual([]);
  const twenty = Array.from({ length: 20 }, (_, i) => ({ asked: i * HOUR, said: 13 * DAY + 50 }));
  expect(findRatingBursts(new Map([['alone', twenty]]))).toEqual([]);
});
