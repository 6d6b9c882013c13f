import type { City } from '../city/city.ts';
import type { LocalizedMessage, Outcome } from '../delivery/outcome.ts';
import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { chooseStaff, staffValues } from './choose-staff.ts';
import { withGrants } from './contact.ts';
import type { Person } from './person-store.ts';
import { contactFields, loadPerson } from './person-store.ts';
import type { Grant } from './role.ts';
import { EVERYWHERE, removeFromStaff } from './role.ts';
import type { StaffGrant } from './staff-list.ts';
import { colleagueId, loadStaff } from './staff-list.ts';
import type { LoadContext } from './talk.ts';
import { talk } from './talk.ts';

type RemoveFacts = City & {
  readonly grants: readonly Grant[];
  readonly staff: readonly StaffGrant[];
  /** The person with the chosen role. */
  readonly chosen: Person | undefined;
};

/** The flow in which a lead or the office takes a role away from another organiser. */
export const removeStaff = flow<RemoveFacts>({ id: 'remove-staff', version: 1, lifetimeSeconds: 3600, light: true })
  .step('who', chooseStaff())
  .step('sure', confirm({ values: ({ facts, answers }) => staffValues(grantOf(facts, answers), facts) }))
  .end();

export const removeStaffTalk = talk({
  flow: removeStaff,
  loadsBy: ['who'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const staff = (await loadStaff(store, person.contact?.grants ?? [], city)).filter(({ urn }) => urn !== person.urn);
    const one = staff.find(({ id }) => id === position.answers.who);
    return { staff, chosen: one && (await loadPerson(store, one.urn)) };
  },
  facts: (city: City, { contact }, loaded): RemoveFacts => ({ ...city, grants: contact?.grants ?? [], ...loaded }),
  closed: ({ staff }) => (staff.length > 0 ? undefined : { key: 'flows/remove-staff:none' }),
  opens: (argument) => (argument === 'all' ? {} : { who: argument }),
  finish: ({ who, sure }, { store, facts }): Outcome => {
    const one = grantOf(facts, { who });
    const { chosen } = facts;
    if (sure !== true || !one || !chosen?.contact) return noChange('role_left', { key: 'flows/remove-staff:kept' });
    const { role, scope } = one.grant;
    if (isLastOwner(one, facts)) return noChange('role_left', { key: 'flows/remove-staff:last_owner' });
    const { grants = [] } = chosen.contact;
    const left = grants.filter((grant) => grant.role !== role || grant.scope !== scope);
    const contact = withGrants(chosen.contact, left);
    const key = store.keys.person(one.urn);
    return {
      outcome: 'role_taken_away',
      // A turn of that person at the same moment makes this fail, so that neither change is lost.
      checks: [{ key, field: 'version', is: String(chosen.version) }],
      writes: [
        ['HSET', key, 'version', String(chosen.version + 1), ...Object.entries(contactFields(contact)).flat()],
        ...removeFromStaff(store, one.urn, [one.grant]),
      ],
      says: [
        {
          key: 'flows/remove-staff:done',
          values: staffValues(one, facts),
          buttons: [{ label: 'flows/remove-staff:move_work', flow: 'hand-over', argument: colleagueId(one.who) }],
        },
      ],
      tells: [{ to: one.urn, said: toldMessage(one, left, facts) }],
    };
  },
});

function grantOf(
  { staff }: RemoveFacts,
  { who }: { readonly who?: string | null | undefined },
): StaffGrant | undefined {
  return staff.find(({ id }) => id === who);
}

/** What the person reads whose role was taken away. */
function toldMessage(one: StaffGrant, left: readonly Grant[], facts: RemoveFacts): LocalizedMessage {
  const key = left.length > 0 ? 'flows/remove-staff:told_keeps_others' : 'flows/remove-staff:told';
  return { key, values: staffValues(one, facts) };
}

/** Without an office of the whole city, no one could invite organisers again. */
function isLastOwner({ grant }: StaffGrant, { staff, grants }: RemoveFacts): boolean {
  const isOwner = ({ role, scope }: Grant) => role === 'office' && scope === EVERYWHERE;
  const owners = [...staff.map((one) => one.grant), ...grants].filter(isOwner);
  return isOwner(grant) && owners.length < 2;
}
