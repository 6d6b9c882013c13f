import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { narrowest, narrowRegion } from '../regions/narrow-region.ts';
import type { Contact } from './contact.ts';
import { INVITATION_MS, INVITES, invitationWrites, newToken } from './invitation.ts';
import type { Scopes } from './join-flow.ts';
import { scopeName } from './join-flow.ts';
import type { Grant, Role } from './role.ts';
import { EVERYWHERE, ROLES } from './role.ts';
import { talk } from './talk.ts';

type InviteFacts = Scopes & { readonly grants: readonly Grant[]; readonly token: string };

/** Whom each role may invite: a lead those of the own street, the office everybody. */
const MAY_INVITE: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  office: ROLES,
  lead: ['dispatcher', 'grid_worker'],
};
/** As many places as one street's round of introductions needs. */
const PLACES = 20;

const GROUND = {
  ids: ['region', 'part', 'community'],
  from: ({ facts, answers }: { readonly facts: InviteFacts; readonly answers: { readonly role?: string | null } }) =>
    answers.role === undefined || answers.role === 'unit_staff' ? undefined : groundOf(facts.grants),
} as const;

/** An organiser makes a link by which others take up a role. */
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
      options: ({ facts }) => [...facts.units].map(([id, { names }]) => ({ id, name: names })),
    }),
  )
  .step('region', narrowRegion(GROUND, 0))
  .step('part', narrowRegion(GROUND, 1))
  .step('community', narrowRegion(GROUND, 2))
  .end();

export const inviteStaffTalk = talk({
  flow: inviteStaff,
  load: async () => newToken(),
  facts: ({ regions, units }: Scopes, { contact }, token) => ({ regions, units, grants: grantsOf(contact), token }),
  closed: (facts) => (rolesToGive(facts).length > 0 ? undefined : { key: 'flows/invite-staff:not_you' }),
  finish: ({ role, unit, region, part, community }, { store, person, facts, now }) => {
    const ground = narrowest(region, part, community) ?? groundOf(facts.grants);
    const scope = role === 'unit_staff' ? (unit ?? '') : ground;
    const given = role as Role;
    if (!rolesToGive(facts).includes(given) || scope === '') {
      return { outcome: 'invitation_refused', checks: [], writes: [], says: [{ key: 'flows/invite-staff:not_you' }] };
    }
    const { token } = facts;
    const grant = { role: given, scope };
    const values = {
      role: { key: `common:roles.${given}` as const },
      scope: scopeName(grant, facts),
      link: { link: `${INVITES}${token}` },
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

function rolesToGive({ grants }: InviteFacts): readonly Role[] {
  const may = new Set(grants.flatMap(({ role }) => MAY_INVITE[role] ?? []));
  return ROLES.filter((role) => may.has(role));
}

/** The ground in which somebody may invite: that of their office, else of their lead's street. */
function groundOf(grants: readonly Grant[]): string {
  const leading = grants.find(({ role }) => role === 'office') ?? grants.find(({ role }) => role === 'lead');
  return leading?.scope ?? EVERYWHERE;
}
