import { createHash, randomBytes } from 'node:crypto';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Member, Sex, SurveyAgeGroup } from '../panel/member.ts';
import { ageGroupOf } from '../panel/member.ts';
import type { SurveyCensus } from '../survey-census.ts';
import { peopleOfKind } from '../survey-census.ts';
import { streetOf } from '../survey-regions.ts';
import { inOrderOfLot } from './lot-order.ts';

/** Members with the same street, age group and sex. `frame` is how many there are, `target` how many answers are wanted. */
export type Stratum = {
  readonly street: string;
  readonly age: SurveyAgeGroup;
  readonly sex: Sex;
  readonly frame: number;
  readonly target: number;
};

/** A member in the order of the draw; `place` counts from 0 within the stratum. */
export type Drawn<Who> = { readonly who: Who; readonly stratum: number; readonly place: number };

/** Both halves of a seed, 64 hexadecimal digits each: the office's, then the auditor's, or the server's in its place. */
export type Halves = readonly [office: string, second: string];

/** Returns the SHA-256 of a text in hexadecimal digits. Published first, it fixes a half, a frame or a seed. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Makes a half of a seed that cannot be predicted. */
export function newHalf(): string {
  return randomBytes(32).toString('hex');
}

/** Returns the seed of a draw: `printf %s "<SHA-256 of the frame> <half> <half>" | sha256sum`. */
export function seedOf(frameHash: string, halves: Halves): string {
  return hashOf([frameHash, ...halves].join(' '));
}

/** Returns a member's line in the frame: number and stratum. */
export function frameLine(member: Member, regions: RegionTree): string {
  return `${member.number} ${stratumKeyOf(member, regions)}`;
}

function stratumKeyOf({ community, age, sex }: Member, regions: RegionTree): string {
  return [streetOf(community, regions), ageGroupOf(age), sex].join(' ');
}

/** Returns a member's lot: `printf %s "<seed> <number>" | sha256sum`. Smallest first; every order is equally likely. */
export function lotOf(seed: string, number: string): string {
  return hashOf(`${seed} ${number}`);
}

/** Divides members into strata with targets, and orders each stratum by lot. */
export function draw<Who>(
  people: readonly { readonly who: Who; readonly member: Member }[],
  seed: string,
  target: number,
  known: SurveyCensus,
): { readonly strata: readonly Stratum[]; readonly drawn: readonly Drawn<Who>[] } {
  const groups = new Map<string, { readonly who: Who; readonly member: Member }[]>();
  for (const one of people) {
    const key = stratumKeyOf(one.member, known.regions);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const keys = [...groups.keys()].sort();
  const streets = [...new Set(keys.map((key) => key.split(' ')[0] ?? ''))];
  const strata = streets.flatMap((street, s) => {
    const wanted = Math.floor(target / streets.length) + (s < target % streets.length ? 1 : 0);
    const here = keys.filter((key) => key.startsWith(`${street} `));
    const shares = here.map((key) => peopleOfStratum(key, groups.get(key)?.length ?? 0, known));
    return apportion(wanted, shares).map((target, i): Stratum => {
      const [, age = '', sex = ''] = (here[i] ?? '').split(' ');
      const frame = groups.get(here[i] ?? '')?.length ?? 0;
      return { street, age: age as SurveyAgeGroup, sex: sex as Sex, frame, target }; // the parts of the key above
    });
  });
  const drawn = strata.flatMap(({ street, age, sex }, stratum) => {
    const people = groups.get([street, age, sex].join(' ')) ?? [];
    const inOrder = inOrderOfLot(people, ({ member }) => lotOf(seed, member.number));
    return inOrder.map(({ who }, place) => ({ who, stratum, place }));
  });
  return { strata, drawn };
}

/** Returns the size of a stratum in the census; without census data, the number of members. */
function peopleOfStratum(key: string, members: number, known: SurveyCensus): number {
  const [street = '', age = '', sex = ''] = key.split(' ');
  return peopleOfKind(known, street, age as SurveyAgeGroup, sex as Sex) ?? members;
}

/** Divides a whole number in proportion to shares, by the largest-remainder method. */
export function apportion(total: number, shares: readonly number[]): readonly number[] {
  const all = shares.reduce((sum, share) => sum + share, 0);
  const exact = shares.map((share) => (all === 0 ? 0 : (total * share) / all));
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((sum, one) => sum + one, 0);
  const order = exact
    .map((value, i) => [value - Math.floor(value), i] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (const [, i] of order.slice(0, Math.max(0, left))) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}
