import { DAY_MS, MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Contact } from '../../people/contact.ts';
import { loadContactPage, loadSchemes } from '../../people/contact-page.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Audience, Broadcast, RunId } from '../broadcast.ts';
import { broadcastIdOf, runIdOf, sealOf, slotOf } from '../broadcast.ts';
import { loadBroadcast, loadRetainedRuns } from '../broadcast-store.ts';
import { PER_PERSON_A_DAY } from '../lifecycle.ts';
import { loadRecipientsByOutcome } from './ledger.ts';

/** The last recipient of each channel that was found. */
export type Found = ReadonlyMap<string, Urn>;

/**
 * Finds the people a broadcast would reach now, page by page. Excludes people who stopped, muted the topic or are
 * unreachable. The channels take turns, so that none waits for the pace of another; the people of each are read in the order
 * of their URNs, from the one after `after` on.
 */
export async function* findRecipients(
  store: Store,
  broadcast: Broadcast,
  regions: RegionTree,
  now: number,
  after: Found = new Map(),
): AsyncGenerator<readonly Urn[]> {
  const { audience } = broadcast;
  if (audience.type === 'of') {
    yield (await loadRecipientsByOutcome(store, audience.run, audience.outcomes)).map(({ urn }) => urn);
    return;
  }
  const days = Math.max(1, audience.notWithinDays ?? 0);
  const earlier = (await loadRetainedRuns(store, now - days * DAY_MS)).filter(
    (run) => run !== runIdOf(broadcast.id, now),
  );
  // The ledgers of a whole city take seconds to read, and few runs cannot bring a person to the limit.
  const limited = broadcast.kind !== 'urgent' && earlier.length >= PER_PERSON_A_DAY;
  const received = await loadReceived(store, limited || audience.notWithinDays !== undefined ? earlier : []);
  const volunteers = audience.who === 'volunteers' ? await orStoreAway(store.redis.hgetall(store.keys.volunteers)) : {};
  const fits = audienceFilter(broadcast, audience, regions, { received, volunteers }, now);
  const lanes = (await loadSchemes(store)).map((scheme) => readLane(store, scheme, after.get(scheme), fits));
  yield* takeTurns(lanes);
}

/** Reads the matching people of one channel, page by page. */
async function* readLane(
  store: Store,
  scheme: string,
  after: Urn | undefined,
  fits: (urn: Urn, contact: Contact) => boolean,
): AsyncGenerator<readonly Urn[]> {
  let page = loadContactPage(store, after, scheme);
  for (;;) {
    const { urns, contacts } = await page;
    const last = urns.at(-1);
    if (last === undefined) return;
    // The store reads the next page while this one is filtered. Its fault is thrown when it is taken.
    page = loadContactPage(store, last, scheme);
    page.catch(() => {});
    yield urns.filter((urn, i) => {
      const { contact, gone = true } = contacts[i] ?? {};
      return contact && !gone && fits(urn, contact);
    });
  }
}

/** Takes one of each lane in turn until all are at their ends. */
async function* takeTurns(lanes: readonly AsyncGenerator<readonly Urn[]>[]): AsyncGenerator<readonly Urn[]> {
  const open = lanes.map((lane) => ({ lane, found: [] as readonly Urn[] }));
  while (open.length > 0) {
    for (const one of open) {
      while (one.found.length === 0) {
        const next = await one.lane.next();
        if (next.done) break;
        one.found = next.value;
      }
    }
    const going = open.filter(({ found }) => found.length > 0);
    open.splice(0, open.length, ...going);
    const most = Math.min(...going.map(({ found }) => found.length));
    if (going.length > 0)
      yield Array.from({ length: most }, (_, i) => going.flatMap(({ found }) => found[i] ?? [])).flat();
    for (const one of going) one.found = one.found.slice(most);
  }
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
  let length = 0;
  for await (const found of findRecipients(store, broadcast, regions, now)) length += found.length;
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
    // Joined while the list is read.
    if ((contact.since ?? 0) > now) return false;
    if (!acceptsBroadcast(contact, kind, topic)) return false;
    if (language !== undefined && contact.language !== language) return false;
    if (who === 'organisers' && (contact.grants ?? []).length === 0) return false;
    const volunteerRegion = volunteers[urn];
    if (who === 'volunteers' && volunteerRegion === undefined) return false;
    const own = who === 'volunteers' ? [volunteerRegion ?? ''] : regionsOf(contact);
    if (!everywhere && !own.some((id) => regions.chain(id).some((one) => wanted.includes(one)))) return false;
    if (silentDays !== undefined && contact.day !== undefined && Date.parse(contact.day) < now - silentDays * DAY_MS)
      return false;
    // A joined address may have got some of them as a person of its own.
    const times = [urn, ...(contact.addresses ?? []).map((one) => one.urn)].flatMap((one) => received.get(one) ?? []);
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

/**
 * Delivery times per person (ms), read from the ledgers of these runs: a contact stores no delivery history. What waits in a
 * page or for a window counts too: it is read with the next one.
 */
export async function loadReceived(store: Store, runs: readonly RunId[]): Promise<Received> {
  const received = new Map<Urn, number[]>();
  for (const run of runs) {
    const kept = await loadBroadcast(store, broadcastIdOf(run));
    if (!kept || kept.record.kind === 'urgent' || kept.record.recalls) continue;
    for (const { urn } of await loadRecipientsByOutcome(store, run, ['d', 'w'])) {
      const times = received.get(urn) ?? [];
      times.push(slotOf(run));
      received.set(urn, times);
    }
  }
  return received;
}
