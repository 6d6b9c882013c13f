import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { narrowest, regionSteps } from '../regions/narrow-region.ts';
import type { Contact } from './contact.ts';
import { INVITATION_MS, INVITATION_PREFIX, invitationWrites, newToken } from './invitation.ts';
import type { ScopeFacts } from './join-flow.ts';
import { scopeName } from './join-flow.ts';
import type { Grant, Role } from './role.ts';
import { EVERYWHERE, ROLES } from './role.ts';
import { mayAppoint } from './staff-list.ts';
import { talk } from './talk.ts';

type InviteFacts = ScopeFacts & { readonly grants: readonly Grant[]; readonly token: string };

/** Places of one invitation: enough for the organisers of one street. */
const PLACES = 20;

const SCOPE = {
  ids: ['region', 'part', 'community'],
  from: ({ facts, answers }: { readonly facts: InviteFacts; readonly answers: { readonly role?: string | null } }) =>
    answers.role === undefined || answers.role === 'unit_staff' ? undefined : regionOf(facts.grants),
} as const;

/** The flow in which an organiser makes a link that grants a role. */
export const inviteStaff = flow<InviteFacts>({ id: 'invite-staff', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'role',
    choice({
      options: ({ facts }) => rolesToGive(facts).map((id) => ({ id })),
      resets: ['unit', 'region', 'part', 'community'],
    }),
  )
  .step(
    'unit',
    choice({
      relevant: ({ answers }) => answers.role === 'unit_staff',
      options: ({ facts }) => [
        ...[...facts.units].map(([id, { names }]) => ({ id, name: names })),
        ...[...facts.scopes].map(([id, name]) => ({ id, name })),
      ],
    }),
  )
  .steps(regionSteps(SCOPE))
  .end();

export const inviteStaffTalk = talk({
  flow: inviteStaff,
  load: async () => newToken(),
  facts: ({ regions, units, scopes }: ScopeFacts, { contact }, token) => ({
    regions,
    units,
    scopes,
    grants: grantsOf(contact),
    token,
  }),
  closed: (facts) => (rolesToGive(facts).length > 0 ? undefined : { key: 'flows/invite-staff:not_you' }),
  finish: ({ role, unit, region, part, community }, { store, person, facts, now }) => {
    const chosen = narrowest(region, part, community) ?? regionOf(facts.grants);
    const scope = role === 'unit_staff' ? (unit ?? '') : chosen;
    const given = role as Role;
    if (scope === '' || !mayAppoint(facts.grants, { role: given, scope }, facts.regions)) {
      return { outcome: 'invitation_refused', checks: [], writes: [], says: [{ key: 'flows/invite-staff:not_you' }] };
    }
    const { token } = facts;
    const grant = { role: given, scope };
    const values = {
      role: { key: `common:roles.${given}` as const },
      scope: scopeName(grant, facts),
      link: { link: `${INVITATION_PREFIX}${token}` },
      places: PLACES,
    };
    const invitation = { token, grant, until: now + INVITATION_MS, left: PLACES, by: store.pseudonym(person) };
    return {
      outcome: 'staff_invited',
      checks: [],
      writes: invitationWrites(store, invitation),
      says: [{ key: 'flows/invite-staff:done', values }],
    };
  },
});

function grantsOf(contact: Contact | undefined): readonly Grant[] {
  return contact?.grants ?? [];
}

/** Staff of units work in the whole city, all others in the organiser's region or a part of it. */
function rolesToGive({ grants, regions }: InviteFacts): readonly Role[] {
  return ROLES.filter((role) =>
    mayAppoint(grants, { role, scope: role === 'unit_staff' ? EVERYWHERE : regionOf(grants) }, regions),
  );
}

/** The region in which the organiser may invite: the office's, else the lead's street. */
function regionOf(grants: readonly Grant[]): string {
  const leading = grants.find(({ role }) => role === 'office') ?? grants.find(({ role }) => role === 'lead');
  return leading?.scope ?? EVERYWHERE;
}
