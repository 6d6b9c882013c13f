import type { City } from '../../city/city.ts';
import type { Contact } from '../../people/contact.ts';
import type { Role } from '../../people/role.ts';
import { EVERYWHERE, grantCovers } from '../../people/role.ts';
import type { Honour } from './honour.ts';
import { openObjection } from './honour.ts';
import { partsOfSubject } from './subject.ts';

/** Staff of the ground that nominate at once. Residents propose for their street. */
export const MAY_NOMINATE: readonly Role[] = ['dispatcher', 'grid_worker', 'lead', 'office'];
/** Roles that answer objections and decide, two for each honour. */
export const MAY_DECIDE_HONOURS: readonly Role[] = ['lead', 'office'];
/** Roles that read the evidence with its rows. */
export const MAY_READ_HONOURS: readonly Role[] = [...MAY_NOMINATE, 'auditor'];

/** The part of a person in an honour. Residents see what is public; staff of the ground read the evidence. */
export type HonourPart = 'decide' | 'read' | 'resident';

/** The parts that grants and home give; none: the honour is unknown to the person. */
export function partsInHonour(
  honour: Honour,
  { grants = [], home }: Pick<Contact, 'grants' | 'home'>,
  { regions }: Pick<City, 'regions'>,
): readonly HonourPart[] {
  const { region, subject, state } = honour;
  const [kind, id] = partsOfSubject(subject);
  const covers = (roles: readonly Role[]) =>
    grants.some((grant) => roles.includes(grant.role) && grantCovers(grant, region, regions));
  const isOfUnit =
    kind === 'unit' &&
    grants.some(({ role, scope }) => role === 'unit_staff' && (scope === id || scope === EVERYWHERE));
  const isPublic = state === 'public_notice' || state === 'deciding' || state === 'thanked';
  return [
    ...(covers(MAY_DECIDE_HONOURS) ? ['decide' as const] : []),
    ...(covers(MAY_READ_HONOURS) || isOfUnit ? ['read' as const] : []),
    ...(isPublic && livesAround(home, region, regions) ? ['resident' as const] : []),
  ];
}

/** True for a home in the street of the region, or in a larger region. */
function livesAround(home: string | undefined, region: string, regions: City['regions']): boolean {
  return home !== undefined && regions.chain(home).includes(regions.above(region, 'street') ?? region);
}

/** Acts on an honour, in the order of their buttons. */
export const HONOUR_ACTIONS = [
  'take_up',
  'send_back',
  'object',
  'answer',
  'agree',
  'decline',
  'take_back',
  'rows',
  'done',
] as const;
export type HonourAction = (typeof HONOUR_ACTIONS)[number];

/** The acts that a person may do on an honour now. `me` is the pseudonym, `mark` that of an objection. */
export function honourActions(
  honour: Honour,
  parts: readonly HonourPart[],
  { me, mark, now }: { readonly me: string; readonly mark: string; readonly now: number },
): readonly HonourAction[] {
  const { state, by, agreed, objections, noticeUntil = 0, evidence } = honour;
  const mayDecide = parts.includes('decide') && by !== me;
  const isWaiting = openObjection(honour) !== undefined && (state === 'public_notice' || state === 'deciding');
  const isDeciding = state === 'deciding' && !isWaiting;
  const isProposal = parts.includes('decide') && state === 'proposed';
  const allowed: Readonly<Record<HonourAction, boolean>> = {
    take_up: isProposal,
    send_back: isProposal,
    object:
      parts.includes('resident') &&
      state === 'public_notice' &&
      now <= noticeUntil &&
      !objections.some((one) => one.mark === mark),
    answer: mayDecide && isWaiting,
    agree: mayDecide && isDeciding && agreed?.by !== me,
    decline: mayDecide && isDeciding,
    take_back: parts.includes('decide') && state === 'thanked',
    rows: parts.includes('read') && evidence !== undefined,
    done: true,
  };
  return HONOUR_ACTIONS.filter((action) => allowed[action]);
}
