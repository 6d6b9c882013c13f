import { createHash } from 'node:crypto';
import type { CensusCell } from '../../regions/census.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Member, Sex, SurveyAgeGroup } from '../panel/member.ts';
import { ageGroupOf } from '../panel/member.ts';
import { streetOf } from '../survey-regions.ts';

/** Who is alike for the draw: where they live, how old, woman or man. `frame` are there, `target` are wanted. */
export type Stratum = {
  readonly street: string;
  readonly age: SurveyAgeGroup;
  readonly sex: Sex;
  readonly frame: number;
  readonly target: number;
};

/** Somebody in the order of the draw: the place within their stratum, from 0. */
export type Drawn<Who> = { readonly who: Who; readonly stratum: number; readonly place: number };

/** A seed as it is published at the opening: nobody can choose another one afterwards. */
export function commitmentOf(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

/** Whom a draw starts from: a member number and its stratum a line, sorted. */
export function frameOf(drawn: readonly { readonly number: string; readonly stratum: Stratum }[]): string {
  return drawn
    .map(({ number, stratum: { street, age, sex } }) => [number, street, age, sex].join(' '))
    .toSorted()
    .join('\n');
}

/** The whole frame in a word: whoever draws again sees whether they start from the same people. */
export function frameHashOf(frame: string): string {
  return createHash('sha256').update(frame).digest('hex');
}

/** Where somebody stands in the draw: `printf %s "<seed> <number>" | sha256sum`, the smallest first. Every order is equally likely. */
export function lotOf(seed: string, number: string): string {
  return createHash('sha256').update(`${seed} ${number}`).digest('hex');
}

/** Puts the frame into strata and each stratum into the order of its lots. */
export function draw<Who>(
  people: readonly { readonly who: Who; readonly member: Member }[],
  seed: string,
  target: number,
  { regions, census }: { readonly regions: RegionTree; readonly census: readonly CensusCell[] },
): { readonly strata: readonly Stratum[]; readonly drawn: readonly Drawn<Who>[] } {
  const groups = new Map<string, { readonly who: Who; readonly member: Member }[]>();
  for (const one of people) {
    const { community, age, sex } = one.member;
    const key = [streetOf(community, regions), ageGroupOf(age), sex].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const keys = [...groups.keys()].sort();
  const streets = [...new Set(keys.map((key) => key.split(' ')[0] ?? ''))];
  const strata = streets.flatMap((street, s) => {
    const wanted = Math.floor(target / streets.length) + (s < target % streets.length ? 1 : 0);
    const here = keys.filter((key) => key.startsWith(`${street} `));
    const shares = here.map((key) => shareOf(key, groups.get(key)?.length ?? 0, census, regions));
    return apportioned(wanted, shares).map((target, i): Stratum => {
      const [, age = '', sex = ''] = (here[i] ?? '').split(' ');
      const frame = groups.get(here[i] ?? '')?.length ?? 0;
      return { street, age: age as SurveyAgeGroup, sex: sex as Sex, frame, target }; // as they were put together above
    });
  });
  const drawn = strata.flatMap(({ street, age, sex }, stratum) => {
    const lots = (groups.get([street, age, sex].join(' ')) ?? []).map((one) => ({
      ...one,
      lot: lotOf(seed, one.member.number),
    }));
    return lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ who }, place) => ({ who, stratum, place }));
  });
  return { strata, drawn };
}

/** How many people there are of this kind: by the census where it knows, else by the frame. */
function shareOf(key: string, frame: number, census: readonly CensusCell[], regions: RegionTree): number {
  const [street = '', age = '', sex = ''] = key.split(' ');
  return peopleIn(census, regions, street, age as SurveyAgeGroup, sex as Sex) ?? frame;
}

/** The people of a kind in the census of a region, or in that of the nearest region above that has one. */
export function peopleIn(
  census: readonly CensusCell[],
  regions: RegionTree,
  region: string,
  age: SurveyAgeGroup,
  sex: Sex,
): number | undefined {
  const known = regions.chain(region).find((one) => census.some((cell) => cell.region === one));
  if (known === undefined || sex === 'unsaid') return undefined;
  const [from = 0, to = 200] = AGE_BOUNDS[age];
  return census
    .filter((cell) => cell.region === known && cell.sex === sex)
    .reduce((all, cell) => all + cell.people * overlap(cell.from, cell.to ?? 100, from, to), 0);
}

const AGE_BOUNDS: Readonly<Record<SurveyAgeGroup, readonly [number, number]>> = {
  '16-34': [16, 34],
  '35-54': [35, 54],
  '55+': [55, 100],
};

/** The part of a census band that lies within these ages, both inclusive, as if people were spread evenly in it. */
function overlap(from: number, to: number, least: number, most: number): number {
  const years = Math.min(to, most) - Math.max(from, least) + 1;
  return Math.max(0, years) / (to - from + 1);
}

/** A whole number divided by shares (largest remainders first). */
export function apportioned(total: number, shares: readonly number[]): readonly number[] {
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
