import { createHash } from 'node:crypto';
import type { Member, Sex, SurveyAgeGroup } from '../panel/member.ts';
import { ageGroupOf } from '../panel/member.ts';
import type { SurveyCensus } from '../survey-census.ts';
import { peopleOfKind } from '../survey-census.ts';
import { streetOf } from '../survey-regions.ts';

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

/** Returns the SHA-256 of a seed; published at the opening, it fixes the seed before answers arrive. */
export function commitmentOf(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

/** Lists the frame as text: one line a member with number and stratum, sorted. */
export function frameText(drawn: readonly { readonly number: string; readonly stratum: Stratum }[]): string {
  return drawn
    .map(({ number, stratum: { street, age, sex } }) => [number, street, age, sex].join(' '))
    .toSorted()
    .join('\n');
}

/** Returns the SHA-256 of the frame text, by which a repeated draw verifies its input. */
export function frameHashOf(frame: string): string {
  return createHash('sha256').update(frame).digest('hex');
}

/** Returns a member's lot: `printf %s "<seed> <number>" | sha256sum`. Smallest first; every order is equally likely. */
export function lotOf(seed: string, number: string): string {
  return createHash('sha256').update(`${seed} ${number}`).digest('hex');
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
    const { community, age, sex } = one.member;
    const key = [streetOf(community, known.regions), ageGroupOf(age), sex].join(' ');
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
    const lots = (groups.get([street, age, sex].join(' ')) ?? []).map((one) => ({
      ...one,
      lot: lotOf(seed, one.member.number),
    }));
    return lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ who }, place) => ({ who, stratum, place }));
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
