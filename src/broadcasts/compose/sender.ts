import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, widestOf } from '../../people/role.ts';
import type { Broadcast, Sender } from '../broadcast.ts';
import { MAY_ANNOUNCE } from '../broadcast.ts';

type Granted = Pick<City, 'regions'> & { readonly grants: readonly Grant[] };

/** The widest region that these grants allow announcements for, with its role; undefined for none. */
export function senderOf({ grants, regions }: Granted): Sender | undefined {
  const allowed = grants.filter(({ role }) => MAY_ANNOUNCE.includes(role));
  const widest = widestOf(allowed, regions);
  const role = allowed.find(({ scope }) => scope === widest)?.role;
  const region = widest === EVERYWHERE ? regions.all('city')[0] : widest;
  return region !== undefined && role ? { region, role } : undefined;
}

/** The urgent announcement with its sender in the content, which the approval covers; others stay as they are. */
export function signed<T extends Pick<Broadcast, 'kind' | 'content'>>(broadcast: T, granted: Granted): T {
  const sender = senderOf(granted);
  return broadcast.kind === 'urgent' && sender
    ? { ...broadcast, content: { ...broadcast.content, sender } }
    : broadcast;
}
