import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Names } from '../../engine/step.ts';
import type { Grant, Role } from '../../people/role.ts';
import { EVERYWHERE, grantCovers, staffIn, staffWith } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import type { Letter, LetterTo } from './letter.ts';

type Ground = Pick<City, 'regions' | 'units'>;

/** Roles that may draft a letter. */
export const MAY_DRAFT: readonly Role[] = ['office'];
/** Roles that may agree to the letter of another organiser, and take the steps after it. */
export const MAY_AGREE: readonly Role[] = ['lead', 'office'];
/** Roles that see letters of their ground, besides the addressee. */
export const MAY_SEE: readonly Role[] = ['lead', 'office', 'auditor'];

/** The part of a person in a letter: the office drafts, a second agrees, the addressee answers, an auditor settles. */
export type LetterPart = 'draft' | 'agree' | 'answer' | 'settle' | 'see';

/** The region of an addressee; the whole city for a unit without one. */
export function regionOf(to: LetterTo, { regions, units }: Ground): string {
  const [kind, id] = partsOf(to);
  const city = regions.all('city')[0] ?? EVERYWHERE;
  return kind === 'desk' ? id : (units.get(id)?.region ?? city);
}

/** `unit.x` → unit, x. */
export function partsOf(to: LetterTo): readonly [kind: 'unit' | 'desk', id: string] {
  return to.split('.') as ['unit' | 'desk', string]; // as the type says
}

/** The owner of the addressee's stage indexes of cases. */
export function ownerOf(to: LetterTo): string {
  return partsOf(to).join(':');
}

/** The parts that these grants give in a letter; none: the letter is unknown to the person. */
export function partsIn(
  { to, region }: Pick<Letter, 'to' | 'region'>,
  grants: readonly Grant[],
  { regions }: Ground,
): readonly LetterPart[] {
  const covers = (roles: readonly Role[]) =>
    grants.some((grant) => roles.includes(grant.role) && grantCovers(grant, region, regions));
  return [
    ...(covers(MAY_DRAFT) ? ['draft' as const] : []),
    ...(covers(MAY_AGREE) ? ['agree' as const] : []),
    ...(isAddressee(to, grants, regions) ? ['answer' as const] : []),
    ...(covers(['auditor']) ? ['settle' as const] : []),
    ...(covers(MAY_SEE) ? ['see' as const] : []),
  ];
}

function isAddressee(to: LetterTo, grants: readonly Grant[], regions: City['regions']): boolean {
  const [kind, id] = partsOf(to);
  return grants.some((grant) =>
    kind === 'unit'
      ? grant.role === 'unit_staff' && (grant.scope === id || grant.scope === EVERYWHERE)
      : grant.role === 'dispatcher' && grantCovers(grant, id, regions),
  );
}

/** The staff of an addressee. */
export function addresseesOf(store: Store, to: LetterTo, { regions }: Ground): Promise<readonly Urn[]> {
  const [kind, id] = partsOf(to);
  return kind === 'unit' ? staffIn(store, 'unit_staff', [id]) : staffIn(store, 'dispatcher', regions.chain(id));
}

/** The holders of these roles on the ground of a letter. */
export function staffAround(
  store: Store,
  { region }: Pick<Letter, 'region'>,
  roles: readonly Role[],
  { regions }: Ground,
): Promise<readonly Urn[]> {
  return staffWith(store, roles, regions.chain(region));
}

/** The names of an addressee. A desk carries the name of its region. */
export function namesOfTo(to: LetterTo, { regions, units }: Ground): Names {
  const [kind, id] = partsOf(to);
  return (kind === 'unit' ? units.get(id)?.names : regions.nameOf(id)) ?? { 'zh-CN': id };
}

/** The name of an addressee in a message. */
export function nameOfTo(to: LetterTo, ground: Ground): Value {
  const names = namesOfTo(to, ground);
  return partsOf(to)[0] === 'unit' ? { names } : { key: 'flows/my-letters:desk', values: { region: { names } } };
}
