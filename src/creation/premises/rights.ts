import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { premisesScope, seriesScope } from '../../city/series.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, grantCovers } from '../../people/role.ts';

/** True for a contact (创建联系人) of the premises. */
export function isContact(grants: readonly Grant[], { id }: Pick<Premises, 'id'>): boolean {
  return grants.some(({ scope }) => scope === premisesScope(id));
}

/** True for the lead department of the series (牵头部门), and for an office whose region holds the premises. */
export function isLead(
  grants: readonly Grant[],
  { series, region }: Pick<Premises, 'series' | 'region'>,
  { regions }: Pick<City, 'regions'>,
): boolean {
  return grants.some(
    (grant) => grant.scope === seriesScope(series) || (grant.role === 'office' && grantCovers(grant, region, regions)),
  );
}

/** True for the office of the whole city, which alone names, withdraws and enters approvals. */
export function isCityOffice(grants: readonly Grant[]): boolean {
  return grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE);
}

/** True if the person may see the premises' rounds: contact, lead department, office, lead or auditor of the ground. */
export function maySee(grants: readonly Grant[], premises: Premises, city: Pick<City, 'regions'>): boolean {
  return (
    isContact(grants, premises) ||
    isLead(grants, premises, city) ||
    grants.some(
      (grant) => ['lead', 'auditor'].includes(grant.role) && grantCovers(grant, premises.region, city.regions),
    )
  );
}
