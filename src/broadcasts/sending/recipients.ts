import { DAY_MS, MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Contact } from '../../people/contact.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Audience, Broadcast } from '../broadcast.ts';
import { broadcastIdOf, sealOf, slotOf } from '../broadcast.ts';
import { loadBroadcast, loadRetainedRuns } from '../broadcast-store.ts';
import { PER_PERSON_A_DAY } from '../lifecycle.ts';
import { loadRecipientsByOutcome } from './ledger.ts';

const BATCH = 2000;
/** Batches loaded at the same time: the store reads one while this process filters another. */
const PARALLEL_BATCHES = 2;

/** Finds the people a broadcast would reach now. Excludes people who stopped, muted the topic or are unreachable. */
export async function findRecipients(
  store: Store,
  broadcast: Broadcast,
  regions: RegionTree,
  now: number,
): Promise<readonly Urn[]> {
  const { audience } = broadcast;
  if (audience.type === 'of')
    return (await loadRecipientsByOutcome(store, audience.run, audience.outcomes)).map(({ urn }) => urn);
  const days = Math.max(1, audience.notWithinDays ?? 0);
  const received = await loadReceivedSince(store, now - days * DAY_MS);
  const volunteers = audience.who === 'volunteers' ? await orStoreAway(store.redis.hgetall(store.keys.volunteers)) : {};
  const fits = audienceFilter(broadcast, audience, regions, { received, volunteers }, now);
  // One atomic read: paging would miss people who move in the list meanwhile.
  const all = (await orStoreAway(store.redis.zrange(store.keys.personsDue, '0', '-1'))) as Urn[]; // written by commits
  const found: Urn[] = [];
  let next = 0;
  const filterBatches = async (): Promise<void> => {
    while (next < all.length) {
      const urns = all.slice(next, next + BATCH);
      next += BATCH;
      for (const [i, { contact, gone }] of (await loadContacts(store, urns)).entries()) {
        const urn = urns[i];
        if (urn !== undefined && contact && !gone && fits(urn, contact)) found.push(urn);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_BATCHES }, filterBatches));
  return found;
}

/** Counts that took longer than this are cached, ms. */
const SLOW_MS = 300;
const CACHED_MS = 5 * MINUTE_MS;
const cachedCounts = new Map<string, { readonly count: number; readonly until: number }>();

/** Counts the people a broadcast would reach. Slow counts (a whole city) are cached for a few minutes. */
export async function countRecipients(
  store: Store,
  broadcast: Broadcast,
  regions: RegionTree,
  now: number,
): Promise<number> {
  const name = `${store.process} ${broadcast.id} ${sealOf(broadcast)}`;
  const known = cachedCounts.get(name);
  if (known && known.until > performance.now()) return known.count;
  const began = performance.now();
  const { length } = await findRecipients(store, broadcast, regions, now);
  const ended = performance.now();
  for (const [old, { until }] of cachedCounts) if (until <= ended) cachedCounts.delete(old);
  if (ended - began > SLOW_MS) cachedCounts.set(name, { count: length, until: ended + CACHED_MS });
  return length;
}

type PeopleAudience = Extract<Audience, { readonly type: 'people' }>;
type Received = ReadonlyMap<Urn, readonly number[]>;

function audienceFilter(
  { kind, topic }: Broadcast,
  { region, also = [], who, silentDays, notWithinDays, language }: PeopleAudience,
  regions: RegionTree,
  { received, volunteers }: { readonly received: Received; readonly volunteers: Readonly<Record<string, string>> },
  now: number,
): (urn: Urn, contact: Contact) => boolean {
  const [city] = regions.all('city');
  const wanted = [region, ...also];
  const everywhere = city !== undefined && wanted.includes(city);
  return (urn, contact) => {
    if (!acceptsBroadcast(contact, kind, topic)) return false;
    if (language !== undefined && contact.language !== language) return false;
    if (who === 'organisers' && (contact.grants ?? []).length === 0) return false;
    const volunteerRegion = volunteers[urn];
    if (who === 'volunteers' && volunteerRegion === undefined) return false;
    const own = who === 'volunteers' ? [volunteerRegion ?? ''] : regionsOf(contact);
    if (!everywhere && !own.some((id) => regions.chain(id).some((one) => wanted.includes(one)))) return false;
    if (silentDays !== undefined && contact.day !== undefined && Date.parse(contact.day) < now - silentDays * DAY_MS)
      return false;
    const times = received.get(urn) ?? [];
    if (notWithinDays !== undefined && times.length > 0) return false;
    return kind === 'urgent' || times.filter((at) => at > now - DAY_MS).length < PER_PERSON_A_DAY;
  };
}

/** True if the contact accepts it. /stop declines everything but urgent broadcasts, which have a mute of their own. */
export function acceptsBroadcast(
  { subscribed, muted = [] }: Contact,
  kind: Broadcast['kind'],
  topic: Broadcast['topic'],
): boolean {
  if (kind === 'urgent') return !muted.includes('urgent');
  return subscribed && !muted.includes(topic);
}

/** Regions of a contact: home, followed areas and role scopes. */
export function regionsOf({ home, areas = [], grants = [] }: Contact): readonly string[] {
  return [
    ...(home === undefined ? [] : [home]),
    ...areas.map(({ region }) => region),
    ...grants.map(({ scope }) => scope),
  ];
}

/** Delivery times per person since then (ms), read from the ledgers: a contact stores no delivery history. */
async function loadReceivedSince(store: Store, since: number): Promise<Received> {
  const received = new Map<Urn, number[]>();
  for (const run of await loadRetainedRuns(store, since)) {
    const kept = await loadBroadcast(store, broadcastIdOf(run));
    if (!kept || kept.record.kind === 'urgent' || kept.record.recalls) continue;
    for (const { urn } of await loadRecipientsByOutcome(store, run, ['d'])) {
      const times = received.get(urn) ?? [];
      times.push(slotOf(run));
      received.set(urn, times);
    }
  }
  return received;
}
