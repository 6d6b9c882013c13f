import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { staffWith } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';

/** The auditors of a region, without the organiser of the draw: two halves need two people. */
export async function auditorsOf(
  store: Store,
  { region, by }: { readonly region: string; readonly by: string },
  { regions }: Pick<City, 'regions'>,
): Promise<readonly Urn[]> {
  const all = await staffWith(store, ['auditor'], regions.chain(region));
  return all.filter((urn) => store.pseudonym(urn) !== by);
}
