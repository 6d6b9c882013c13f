import { randomFrom } from '../../src/random.ts';

/** Returns whole numbers below a bound, pseudorandom and the same for one seed. */
export function randomIntFrom(seed: number): (below: number) => number {
  const random = randomFrom(seed);
  return (below) => Math.floor(random() * below);
}

/** The seed of this run, printed so that a failure can be repeated: SEED=123 npm test. */
export function seedOf(name: string): number {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));
  console.log(`${name}: SEED=${seed}`);
  return seed;
}
