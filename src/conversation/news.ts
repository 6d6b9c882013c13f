import { readersOf } from '../cases/actors.ts';
import { wakeCases } from '../cases/case-clock.ts';
import { replay } from '../cases/case-event.ts';
import { changeCase, loadCase, loadEvents } from '../cases/case-store.ts';
import { hookWrites, loadHooks } from '../cases/hook.ts';
import { findBefore } from '../cases/nearby.ts';
import { subscribersTo } from '../cases/subscription.ts';
import { subscribersNews, tellingOf } from '../cases/tell.ts';
import type { Outgoing, Urn } from '../channels/channel.ts';
import type { Said } from '../delivery/effects.ts';
import { loadContacts } from '../people/person-store.ts';
import { staffIn } from '../people/role.ts';
import type { Lane } from '../store/commit.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import { asking } from '../store/store.ts';
import { watchAlone } from '../store/watch-alone.ts';
import { endIfMoved } from '../volunteers/case-result.ts';
import { renderSaid } from './render.ts';
import type { House } from './turn.ts';
import { messagesTo } from './turn.ts';
import type { Reader } from './wording.ts';

const EVERY_MS = 300;
const BATCH = 50;
/** So many are told in one commit; a case that more people follow takes several. */
const TOLD_AT_ONCE = 100;

/** Tells those who follow and those whose turn it is what happened to cases, and wakes cases whose time has come. */
export function watchNews(house: House): Promise<{ close(): Promise<void> }> {
  const { store, log, now } = house;
  return watchAlone(store, 'news', EVERY_MS, log, async (stopping) => {
    await wakeCases(store, now(), log);
    const waiting = await asking(store.redis.zrange(store.keys.casesNews, '0', String(BATCH - 1)));
    for (const news of waiting) {
      if (stopping()) return;
      await tell(news, house).catch((error) => log.warn({ err: error }, 'news of a case could not be told'));
    }
  });
}

/** One event, told to everybody whom it concerns, each exactly once however often this is tried. */
async function tell(news: string, house: House): Promise<void> {
  const { store, now, relay } = house;
  const [id = '', nth = ''] = news.split(' ');
  const events = (await loadEvents(store, id)).slice(0, Number(nth));
  const event = events.at(-1);
  if (event?.type === 'submitted' && !(await flagReturn(id, house))) return;
  if (event) await endIfMoved(store, replay(events), house.city.categories, now());
  const parts = event && events.length === Number(nth) ? await partsOf(events, house, id) : [];
  const hooks = event && events.length === Number(nth) && isTold(events) ? await loadHooks(store) : [];
  for (let i = 0; i === 0 || i * TOLD_AT_ONCE < parts.length; i += 1) {
    const some = parts.slice(i * TOLD_AT_ONCE, (i + 1) * TOLD_AT_ONCE);
    const last = (i + 1) * TOLD_AT_ONCE >= parts.length;
    const messages = some.flatMap(({ to, message, lane }) => messagesTo(to, [message], house.channels, lane));
    const writes = last
      ? [['ZREM', store.keys.casesNews, news] as const, ...hookWrites(store, hooks, id, Number(nth), now())]
      : [];
    const change = { op: `news:${news}:${i}`, what: 'news_told', checks: [], writes, messages };
    // Somebody else did it, or something changed in between: the next look goes on from there.
    const done = await commitAsHouse(store, change, now());
    if (done.type === 'conflict' || done.type === 'limit') return;
    relay.send(done.claimed);
    if (messages.length > 1) relay.wake();
  }
}

/** Programs hear of what is public: nothing before a dispatcher has looked, and no reminder of ours. */
function isTold(events: Parameters<typeof replay>[0]): boolean {
  return replay(events).looked === true && events.at(-1)?.type !== 'reminded';
}

/** The same thing came back where a case was closed: those who handle it see so. False if something came between: then once more. */
async function flagReturn(id: string, { store, now }: House): Promise<boolean> {
  const kept = await loadCase(store, id);
  if (!kept || kept.record.recurs) return true;
  const before = await findBefore(store, kept.record);
  if (!before) return true;
  const event = { type: 'recurred', at: now(), as: 'house', by: '', target: before.record.id } as const;
  const change = { op: `recurs:${id}`, what: 'case_recurred', ...changeCase(store, kept, event) };
  return (await commitAsHouse(store, change, now())).type !== 'conflict';
}

type Part = { readonly to: Urn; readonly message: Outgoing; readonly lane: Lane };
/** What somebody is to be told; announcements yield to replies, and stop with /stop. */
type Wanted = { readonly said: Said; readonly announced?: true };

async function partsOf(events: Parameters<typeof replay>[0], house: House, id: string): Promise<readonly Part[]> {
  const { store, city } = house;
  const after = replay(events);
  const before = events.length > 1 ? replay(events.slice(0, -1)) : undefined;
  const event = events.at(-1);
  if (!event) return [];
  const { followers, staff } = tellingOf(before, after, event, city);
  const wanted = new Map<Urn, Wanted>();
  if (followers) {
    const urns = await asking(store.redis.zrange(store.keys.caseFollowers(id), '0', '-1'));
    for (const urn of urns) wanted.set(urn as Urn, { said: followers }); // written by commits
  }
  if (event.type === 'accepted') {
    const news: Wanted = { said: subscribersNews(after, city), announced: true };
    for (const urn of await subscribersTo(store, after, city)) if (!wanted.has(urn)) wanted.set(urn, news);
  }
  for (const { list, said } of staff) {
    const { role, scopes } = readersOf(list, city.regions);
    for (const urn of await staffIn(store, role, scopes)) wanted.set(urn, { said });
  }
  // Whoever did it has been answered already.
  const others = [...wanted].filter(([urn]) => event.by === '' || store.pseudonym(urn) !== event.by);
  return inTheirWords(others, house);
}

/** Whoever reads a language, with nothing known of them besides. */
export function readerOf(language: string, { wording, city }: Pick<House, 'wording' | 'city'>): Reader {
  return {
    say: wording.in(language),
    has: (key: string) => wording.has(language, key),
    language,
    regions: city.regions,
    staff: false,
    link: (payload) => `/start ${payload}`,
  };
}

/** Each in the language of whoever reads it; who is gone or unknown is passed over. */
export async function inTheirWords(
  wanted: readonly (readonly [Urn, Wanted])[],
  house: House,
): Promise<readonly Part[]> {
  const { store, channels } = house;
  const found = await loadContacts(
    store,
    wanted.map(([urn]) => urn),
  );
  return wanted.flatMap(([to, { said, announced }], i) => {
    const { contact, gone } = found[i] ?? {};
    if (!contact || gone) return [];
    const { language, subscribed, grants = [] } = contact;
    const channel = channels.find(({ scheme }) => to.startsWith(`${scheme}:`));
    if (!channel || (announced && !subscribed)) return [];
    const link = (payload: string) => channel.link?.(payload) ?? `/start ${payload}`;
    const reader = { ...readerOf(language, house), staff: grants.length > 0, link };
    return [{ to, message: renderSaid(said, reader), lane: announced ? 'bulk' : 'reply' }];
  });
}

/** A change and what is said of it, each in the words of whoever reads it: together or not at all. */
export async function commitTelling(
  change: Omit<Parameters<typeof commitAsHouse>[1], 'messages'>,
  tells: readonly (readonly [Urn, Said])[],
  house: House,
  /** Yields to replies, and is not for who wants none. */
  announced?: true,
): Promise<void> {
  const { store, channels, relay, now } = house;
  const parts = await inTheirWords(
    tells.map(([urn, said]) => [urn, announced ? { said, announced } : { said }] as const),
    house,
  );
  const messages = parts.flatMap(({ to, message, lane }) => messagesTo(to, [message], channels, lane));
  const done = await commitAsHouse(store, { ...change, messages }, now());
  // Somebody changed it meanwhile: the next look goes on from there.
  if (done.type === 'conflict' || done.type === 'limit') return;
  relay.send(done.claimed);
  if (messages.length > 0) relay.wake();
}
