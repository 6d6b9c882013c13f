import type { Urn } from '../channels/channel.ts';
import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { withGrants } from './contact.ts';
import type { ScopeFacts } from './join-flow.ts';
import { scopeName } from './join-flow.ts';
import type { Grant } from './role.ts';
import { EVERYWHERE, removeFromStaff } from './role.ts';
import { loadHolders } from './staff-list.ts';
import type { LoadContext } from './talk.ts';
import { talk } from './talk.ts';

/** `owners`: the others who hold the office of the whole city. */
type LeaveFacts = ScopeFacts & { readonly grants: readonly Grant[]; readonly owners: readonly Urn[] };

const OWNER = { role: 'office', scope: EVERYWHERE } as const;

/** The flow in which an organiser gives back the role held longest; further roles need the flow again. */
export const leaveStaff = flow<LeaveFacts>({ id: 'leave-staff', version: 1, lifetimeSeconds: 3600, light: true })
  // A role that was taken away meanwhile makes another one the first: its question is a new one.
  .step('sure', confirm({ confirms: ({ facts }) => facts.grants[0], values: ({ facts }) => grantValues(facts) }))
  .end();

export const leaveStaffTalk = talk({
  flow: leaveStaff,
  load: async ({ store, person }: LoadContext) =>
    (await loadHolders(store, [OWNER])).map(({ urn }) => urn).filter((urn) => urn !== person.urn),
  facts: ({ regions, units, scopes }: ScopeFacts, { contact }, owners) => ({
    regions,
    units,
    scopes,
    grants: contact?.grants ?? [],
    owners,
  }),
  closed: ({ grants }) => (grants.length > 0 ? undefined : { key: 'flows/leave-staff:none' }),
  finish: ({ sure }, { store, person, contact, facts }) => {
    const [first, ...others] = facts.grants;
    if (sure !== true || !first) {
      return { outcome: 'role_kept', checks: [], writes: [], says: [{ key: 'flows/leave-staff:kept' }] };
    }
    const isOwner = first.role === OWNER.role && first.scope === OWNER.scope;
    const [heir] = facts.owners;
    // Without an office of the whole city, no one could invite organisers again.
    if (isOwner && heir === undefined) return noChange('role_kept', { key: 'flows/remove-staff:last_owner' });
    return {
      outcome: 'role_given_back',
      // Of the last two who leave at the same moment, one stays.
      checks: isOwner && heir !== undefined ? [{ key: store.keys.staff(OWNER.role, OWNER.scope), holds: heir }] : [],
      writes: removeFromStaff(store, person, [first]),
      says: [{ key: 'flows/leave-staff:done', values: grantValues(facts) }],
      contact: withGrants(contact, others),
    };
  },
});

function grantValues({ grants: [first], ...city }: LeaveFacts) {
  if (!first) return {};
  return { role: { key: `common:roles.${first.role}` as const }, scope: scopeName(first, city) };
}
