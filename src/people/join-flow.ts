import { flow } from '../engine/flow.ts';
import type { Names } from '../engine/step.ts';
import { confirm } from '../engine/steps/confirm.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { Invitation } from './invitation.ts';
import { loadInvitation, OPERATOR, redeemInvitation } from './invitation.ts';
import { addToStaff, EVERYWHERE } from './role.ts';
import { mayStillAppoint } from './staff-list.ts';
import type { LoadContext } from './talk.ts';
import { talk } from './talk.ts';

/** The city data that names the scope of a role. */
export type ScopeFacts = {
  readonly regions: RegionTree;
  readonly units: ReadonlyMap<string, { readonly names: Names }>;
  readonly scopes: ReadonlyMap<string, Names>;
};
type JoinFacts = ScopeFacts & { readonly invitation: Invitation | undefined };

/** The flow in which an invited person becomes an organiser. */
export const joinStaff = flow<JoinFacts>({ id: 'join-staff', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'accept',
    confirm({
      values: ({ facts: { invitation, ...city } }) =>
        invitation
          ? {
              role: { key: `common:roles.${invitation.grant.role}` },
              scope: scopeName(invitation.grant, city),
              duty: { key: `common:duties.${invitation.grant.role}` },
            }
          : {},
    }),
  )
  .end();

export const joinStaffTalk = talk({
  flow: joinStaff,
  load: async ({ store, city, position, now }: LoadContext) => {
    const invitation = await loadInvitation(store, String(position.answers.token ?? ''), now);
    if (!invitation) return undefined;
    // An invitation ends with the role of its maker.
    const { by, grant } = invitation;
    return by === OPERATOR || (await mayStillAppoint(store, by, grant, city.regions)) ? invitation : undefined;
  },
  facts: ({ regions, units, scopes }: ScopeFacts, _person, invitation) => ({ regions, units, scopes, invitation }),
  closed: ({ invitation }) => (invitation ? undefined : { key: 'flows/join-staff:gone' }),
  finish: ({ accept }, { store, person, contact, facts: { invitation, ...city }, now }) => {
    const nothing = { checks: [], writes: [] };
    if (!invitation) return { outcome: 'invitation_gone', ...nothing, says: [{ key: 'flows/join-staff:gone' }] };
    if (accept !== true) {
      return { outcome: 'invitation_declined', ...nothing, says: [{ key: 'flows/join-staff:declined' }] };
    }
    const { grants = [] } = contact;
    const { role, scope } = invitation.grant;
    const values = { role: { key: `common:roles.${role}` as const }, scope: scopeName(invitation.grant, city) };
    if (grants.some((had) => had.role === role && had.scope === scope)) {
      return { outcome: 'role_had', ...nothing, says: [{ key: 'flows/join-staff:had', values }] };
    }
    const grant = { role, scope, since: now };
    const taken = redeemInvitation(store, invitation);
    return {
      outcome: 'role_taken',
      checks: taken.checks,
      writes: [...taken.writes, ...addToStaff(store, person, grant)],
      says: [{ key: 'flows/join-staff:done', values }],
      contact: { ...contact, grants: [...grants, grant] },
    };
  },
});

/** The name of a role's scope. */
export function scopeName({ scope }: Invitation['grant'], { regions, units, scopes }: ScopeFacts) {
  if (scope === EVERYWHERE) return { key: 'common:everywhere' as const };
  const names = regions.nameOf(scope) ?? units.get(scope)?.names ?? scopes.get(scope);
  return { names: names ?? { 'zh-CN': scope, en: scope } };
}
