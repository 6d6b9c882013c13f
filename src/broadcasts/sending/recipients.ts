import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Contact } from '../../people/contact.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Audience, Broadcast } from '../broadcast.ts';
import { broadcastOf, sealOf, slotOf } from '../broadcast.ts';
import { keptRuns, loadBroadcast } from '../broadcast-store.ts';
import { PER_PERSON_A_DAY } from '../lifecycle.ts';
import { placesOf } from './ledger.ts';

const AT_ONCE = 2000;
/** While the store looks for one batch, another is read. */
const WALKERS = 2;

/** Whom a broadcast would reach now. Who stopped, muted it or is out of reach is not among them. */
export async function recipientsOf(
  store: Store,
  broadcast: Broadcast,
  regions: RegionTree,
  now: number,
): Promise<readonly Urn[]> {
  const { audience } = broadcast;
  if (audience.type === 'of') return (await placesOf(store, audience.run, audience.outcomes)).map(({ urn }) => urn);
  const days = Math.max(1, audience.notWithinDays ?? 0);
  const received = await receivedSince(store, now - days * DAY_MS);
  const helping = audience.who === 'volunteers' ? await orStoreAway(store.redis.hgetall(store.keys.volunteers)) : {};
  const fits = fitsIn(broadcast, audience, regions, { received, volunteers: helping }, now);
  // At one moment: a list that is walked through while people write loses those who move in it.
  const all = (await orStoreAway(store.redis.zrange(store.keys.personsDue, '0', '-1'))) as Urn[]; // written by commits
  const found: Urn[] = [];
  let next = 0;
  const walk = async (): Promise<void> => {
    while (next < all.length) {
      const urns = all.slice(next, next + AT_ONCE);
      next += AT_ONCE;
      for (const [i, { contact, gone }] of (await loadContacts(store, urns)).entries()) {
        const urn = urns[i];
        if (urn !== undefined && contact && !gone && fits(urn, contact)) found.push(urn);
      }
    }
  };
  await Promise.all(Array.from({ length: WALKERS }, walk));
  return found;
}

/** What somebody waited long for is not counted anew at every look, ms. */
const LONG_MS = 300;
const REMEMBERED_MS = 5 * 60_000;
const counted = new Map<string, { readonly count: number; readonly until: number }>();

/** How many a broadcast would reach about now: a whole city is counted once in a few minutes, a neighbourhood each time. */
export async function countRecipients(
  store: Store,
  broadcast: Broadcast,
  regions: RegionTree,
  now: number,
): Promise<number> {
  const name = `${store.process} ${broadcast.id} ${sealOf(broadcast)}`;
  const known = counted.get(name);
  if (known && known.until > performance.now()) return known.count;
  const began = performance.now();
  const { length } = await recipientsOf(store, broadcast, regions, now);
  const ended = performance.now();
  for (const [old, { until }] of counted) if (until <= ended) counted.delete(old);
  if (ended - began > LONG_MS) counted.set(name, { count: length, until: ended + REMEMBERED_MS });
  return length;
}

type PeopleAudience = Extract<Audience, { readonly type: 'people' }>;
type Received = ReadonlyMap<Urn, readonly number[]>;

function fitsIn(
  { kind, topic }: Broadcast,
  { region, who, silentDays, notWithinDays, language }: PeopleAudience,
  regions: RegionTree,
  { received, volunteers }: { readonly received: Received; readonly volunteers: Readonly<Record<string, string>> },
  now: number,
): (urn: Urn, contact: Contact) => boolean {
  const [city] = regions.all('city');
  const everywhere = region === city;
  return (urn, contact) => {
    if (!wants(contact, kind, topic)) return false;
    if (language !== undefined && contact.language !== language) return false;
    if (who === 'organisers' && (contact.grants ?? []).length === 0) return false;
    const helps = volunteers[urn];
    if (who === 'volunteers' && helps === undefined) return false;
    const grounds = who === 'volunteers' ? [helps ?? ''] : groundsOf(contact);
    if (!everywhere && !grounds.some((ground) => regions.chain(ground).includes(region))) return false;
    if (silentDays !== undefined && contact.day !== undefined && Date.parse(contact.day) < now - silentDays * DAY_MS)
      return false;
    const times = received.get(urn) ?? [];
    if (notWithinDays !== undefined && times.length > 0) return false;
    return kind === 'urgent' || times.filter((at) => at > now - DAY_MS).length < PER_PERSON_A_DAY;
  };
}

/** Whether somebody wants to hear of it: /stop holds for everything but what saves lives, which has a switch of its own. */
export function wants(
  { subscribed, muted = [] }: Contact,
  kind: Broadcast['kind'],
  topic: Broadcast['topic'],
): boolean {
  if (kind === 'urgent') return !muted.includes('urgent');
  return subscribed && !muted.includes(topic);
}

/** The places that somebody has to do with: where they live, what they follow, where they have a role. */
export function groundsOf({ home, areas = [], grants = [] }: Contact): readonly string[] {
  return [
    ...(home === undefined ? [] : [home]),
    ...areas.map(({ region }) => region),
    ...grants.map(({ scope }) => scope),
  ];
}

/** Who was delivered something since then, and when: read out of the ledgers, so that nothing is kept of it with a person. */
async function receivedSince(store: Store, since: number): Promise<Received> {
  const received = new Map<Urn, number[]>();
  for (const run of await keptRuns(store, since)) {
    const kept = await loadBroadcast(store, broadcastOf(run));
    if (!kept || kept.record.kind === 'urgent' || kept.record.recalls) continue;
    for (const { urn } of await placesOf(store, run, ['d'])) {
      const times = received.get(urn) ?? [];
      times.push(slotOf(run));
      received.set(urn, times);
    }
  }
  return received;
}
