import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Names } from '../../engine/step.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { Team } from '../../volunteers/teams/team.ts';

/** Kinds of subjects: the desk of a street, a grid, a unit, premises, a team. A person is none of them. */
export const SUBJECT_KINDS = ['desk', 'grid', 'unit', 'premises', 'team'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** The subject of an honour. Buttons carry it, so that it has no colon. */
export type HonourSubject = `${SubjectKind}.${string}`;

/** Teams that may be thanked are loaded where one is nominated; elsewhere the honour holds their name. */
type Ground = Pick<City, 'regions' | 'units' | 'premises'> & { readonly teams?: ReadonlyMap<string, Team> };

/** `unit.x` → unit, x. */
export function partsOfSubject(subject: HonourSubject): readonly [kind: SubjectKind, id: string] {
  const at = subject.indexOf('.');
  return [subject.slice(0, at) as SubjectKind, subject.slice(at + 1)]; // as the type says
}

/** Reads a subject that the city has; undefined for anything else. */
export function readSubject(text: unknown, city: Ground): HonourSubject | undefined {
  if (typeof text !== 'string' || !SUBJECT_KINDS.some((kind) => text.startsWith(`${kind}.`))) return undefined;
  const subject = text as HonourSubject; // checked by its kind
  const [kind, id] = partsOfSubject(subject);
  const { regions, units, premises, teams } = city;
  const known: Readonly<Record<SubjectKind, boolean>> = {
    desk: regions.levelOf(id) === 'street',
    grid: regions.levelOf(id) === 'grid',
    unit: units.has(id),
    premises: premises.has(id),
    team: teams?.has(id) === true,
  };
  return known[kind] ? subject : undefined;
}

/** The region of a subject; the whole city for a unit without one. */
export function regionOfSubject(subject: HonourSubject, { regions, units, premises, teams }: Ground): string {
  const [kind, id] = partsOfSubject(subject);
  if (kind === 'desk' || kind === 'grid') return id;
  const found = { unit: units.get(id), premises: premises.get(id), team: teams?.get(id) }[kind]?.region;
  return found ?? regions.all('city')[0] ?? EVERYWHERE;
}

/** The names of a subject. A desk carries the name of its street. */
export function namesOfSubject(subject: HonourSubject, { regions, units, premises, teams }: Ground): Names {
  const team = teams?.get(partsOfSubject(subject)[1]);
  if (team) return { 'zh-CN': team.name };
  const [kind, id] = partsOfSubject(subject);
  const names = { desk: regions.nameOf(id), grid: regions.nameOf(id), unit: units.get(id)?.names }[
    kind as 'desk' | 'grid' | 'unit'
  ];
  return names ?? premises.get(id)?.names ?? { 'zh-CN': id };
}

/** The name of an honour's subject in a message. A team may have been dissolved: its honour holds its name. */
export function nameOfHonoured(
  { subject, team }: { readonly subject: HonourSubject; readonly team?: string },
  ground: Ground,
): Value {
  return team ?? nameOfSubject(subject, ground);
}

/** The name of a subject in a message. */
export function nameOfSubject(subject: HonourSubject, ground: Ground): Value {
  const names = namesOfSubject(subject, ground);
  return partsOfSubject(subject)[0] === 'desk'
    ? { key: 'flows/honours:desk', values: { region: { names } } }
    : { names };
}

/** The subjects of a kind in a street, in the order of the city's data. Units of larger regions belong to each of their streets. */
export function subjectsIn(
  street: string,
  kind: SubjectKind,
  { regions, units, premises, teams }: Ground,
): readonly HonourSubject[] {
  const isHere = (region: string | undefined) => region !== undefined && regions.chain(region).includes(street);
  switch (kind) {
    case 'desk':
      return [`desk.${street}`];
    case 'grid':
      return regions.within(street, 'grid').map((id) => `grid.${id}` as const);
    case 'unit':
      return [...units.values()]
        .filter(({ region }) => region === undefined || isHere(region) || regions.chain(street).includes(region))
        .map(({ id }) => `unit.${id}` as const);
    case 'team':
      return [...(teams?.values() ?? [])].filter(({ region }) => isHere(region)).map(({ id }) => `team.${id}` as const);
    case 'premises':
      return [...premises.values()].filter(({ region }) => isHere(region)).map(({ id }) => `premises.${id}` as const);
  }
}
