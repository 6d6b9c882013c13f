import type { Urn } from '../../channels/channel.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { roundedPercent } from '../disclosure/disclosure.ts';
import type { PanelMember } from '../panel/member-store.ts';

const BATCH = 500;

/** Returns the panel members among the known residents of a region, percent; undefined below ten residents. */
export async function recruitmentRate(
  store: Store,
  panel: readonly PanelMember[],
  region: string,
  regions: RegionTree,
): Promise<number | undefined> {
  // Most people share a few thousand homes.
  const known = new Map<string, boolean>();
  const isInside = (home: string) => {
    const inside = known.get(home) ?? regions.chain(home).includes(region);
    known.set(home, inside);
    return inside;
  };
  const members = new Set(panel.flatMap(({ who, kept }) => (isInside(kept.record.community) ? [who] : [])));
  const urns = (await orStoreAway(store.redis.zrange(store.keys.personsDue, 0, '-1'))) as Urn[]; // written by commits
  let residents = 0;
  // In batches, because the people of a whole city are read.
  for (let from = 0; from < urns.length; from += BATCH) {
    const batch = urns.slice(from, from + BATCH);
    const contacts = await loadContacts(store, batch);
    for (const [i, urn] of batch.entries()) {
      const home = contacts[i]?.contact?.home;
      if (members.has(urn) || (home !== undefined && isInside(home))) residents += 1;
    }
  }
  return roundedPercent(members.size, residents);
}
