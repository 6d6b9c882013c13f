import type { City } from '../city/city.ts';
import { choice } from '../engine/steps/choice.ts';
import type { ScopeFacts } from './join-flow.ts';
import { scopeName } from './join-flow.ts';
import type { StaffGrant } from './staff-list.ts';
import { WHO_LENGTH } from './staff-list.ts';

/** The question for one of the listed organisers. */
export function chooseStaff<F extends City & { readonly staff: readonly StaffGrant[] }>() {
  return choice<F, object, string>({
    options: ({ facts }) =>
      facts.staff.map((one) => ({ id: one.id, wording: 'staff_grant', values: staffValues(one, facts) })),
    reviewed: false,
  });
}

/** Values of a sentence about an organiser with a role: by a short pseudonym, never by name. */
export function staffValues(one: StaffGrant | undefined, facts: ScopeFacts) {
  if (!one) return {};
  const { role, since } = one.grant;
  const names = { role: { key: `common:roles.${role}` as const }, scope: scopeName(one.grant, facts) };
  return { ...names, who: one.who.slice(0, WHO_LENGTH), since: { day: since } };
}
