import { randomBytes } from 'node:crypto';
import type { Channel, Inbound, Outgoing, Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Relay } from '../delivery/relay.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import type { Person, Talks } from '../people/person-store.ts';
import { loadPerson, NO_TALKS, personFields } from '../people/person-store.ts';
import type { Commit, OutboxMessage, Write } from '../store/commit.ts';
import { commit } from '../store/commit.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { decide, decideExpiry, flowsNeeded } from './decide.ts';
import { menuOf } from './render.ts';
import type { Decision, Scene } from './scene.ts';
import type { City } from './talks.ts';
import { talkOf } from './talks.ts';

/** What a turn works with. */
export type House = {
  readonly store: Store;
  readonly city: City;
  readonly wording: Wording;
  readonly relay: Relay;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly now: () => number;
};

/** Two taps at once conflict; the slower one is decided again on what the faster one left. */
const TRIES = 4;
/** An update that fails so often for another reason than the store is set aside, so that what follows it can pass. */
const POISON_TRIES = 3;

/**
 * One message, all the way: load, decide, commit, and the replies go out. Resolves when its effect is durable; rejects
 * when it should be delivered again.
 */
export async function answer(inbound: Inbound, house: House): Promise<void> {
  try {
    await attempt(inbound, house);
  } catch (error) {
    if (error instanceof StoreAway || !(await isPoison(inbound, house))) throw error;
    house.log.error({ err: error, update: inbound.id }, 'an update failed again and again and was set aside');
    await setAside(inbound, house);
  }
}

/** Tells a person of talks that were left alone too long. Safe to call twice, and by several processes. */
export async function expire(urn: Urn, house: House): Promise<void> {
  const { store, now } = house;
  for (let i = 0; i < TRIES; i += 1) {
    const person = await loadPerson(store, urn);
    const scene = sceneOf(person, house);
    const decision = decideExpiry(scene);
    const op = `expire:${person.version}`;
    if (await commitDecision({ op, person, decision, house, at: now() })) return;
  }
}

async function attempt(inbound: Inbound, house: House): Promise<void> {
  const { store, now } = house;
  for (let i = 0; i < TRIES; i += 1) {
    const person = await loadPerson(store, inbound.from);
    const before = sceneOf(person, house);
    const scene = { ...before, loaded: await load(flowsNeeded(inbound, before), person, store) };
    crashPoint('after_load');
    const decision = decide(inbound, scene);
    const reachable = inbound.content.type !== 'membership' || inbound.content.reachable;
    if (await commitDecision({ op: inbound.id, person, decision, house, at: now(), reachable })) return;
  }
  throw new Error(`${inbound.id} met another change ${TRIES} times in a row.`);
}

type Committing = {
  readonly op: string;
  readonly person: Person;
  readonly decision: Decision;
  readonly house: House;
  readonly at: number;
  readonly reachable?: boolean;
};

/** False on a conflict. */
async function commitDecision({ op, person, decision, house, at, reachable = true }: Committing): Promise<boolean> {
  const { store, relay } = house;
  const gone = reachable ? {} : { gone: 'blocked the bot' };
  const change: Commit = {
    op,
    person: person.urn,
    version: person.version,
    fields: { ...personFields(person, decision), ...gone },
    checks: decision.checks,
    writes: [...decision.writes, ...expiryWrites(person, decision.talks, store)],
    messages: messagesTo(person.urn, decision.messages, house.channels),
    audit: decision.audit.map((what) => ({ what, who: store.pseudonym(person.urn) })),
  };
  const done = await commit(store, change, at);
  crashPoint('after_commit');
  switch (done.type) {
    case 'ok':
      relay.send(done.claimed);
      if (change.messages.length > done.claimed.length) relay.wake();
      return true;
    case 'duplicate':
      relay.send(done.claimed);
      return true;
    case 'conflict':
      return false;
    case 'limit':
      throw new StoreAway(`The store is at its limit: ${done.what}.`);
  }
}

/** The messages as the person's channel can carry them. */
function messagesTo(to: Urn, messages: readonly Outgoing[], channels: readonly Channel[]): readonly OutboxMessage[] {
  const channel = channels.find((c) => to.startsWith(`${c.scheme}:`));
  const fitting = messages.flatMap((message) => channel?.fit(message) ?? [message]);
  return fitting.map((message) => ({ to, lane: 'reply', body: JSON.stringify(message) }));
}

/** Keeps the list by which the sweeper finds talks that were left alone. */
function expiryWrites(person: Person, after: Talks, { keys }: Store): readonly Write[] {
  if (after === person.talks) return [];
  const ends = [...after.paused, ...(after.active ? [after.active] : [])].map((session) => session.expires);
  if (ends.length > 0) return [['ZADD', keys.talksExpiring, Math.min(...ends), person.urn]];
  return person.talks === NO_TALKS ? [] : [['ZREM', keys.talksExpiring, person.urn]];
}

function sceneOf(person: Person, { store, city, wording, now }: House): Scene {
  const talkId = randomBytes(3).toString('base64url');
  return { store, city, wording, person, now: now(), loaded: new Map(), talkId };
}

async function load(flows: readonly string[], person: Person, store: Store): Promise<ReadonlyMap<string, unknown>> {
  const wanted = [...new Set(flows)].filter((flow) => talkOf(flow)?.load);
  return new Map(
    await Promise.all(wanted.map(async (flow) => [flow, await talkOf(flow)?.load?.(store, person.urn)] as const)),
  );
}

async function isPoison({ id }: Inbound, { store }: House): Promise<boolean> {
  // A count that is one too high sets an update aside one try early; no harm, so that a bare HINCRBY will do.
  return (await asking(store.redis.hincrby(store.keys.poison, id, 1))) >= POISON_TRIES;
}

async function setAside(inbound: Inbound, house: House): Promise<void> {
  const { store, wording, now } = house;
  const person = await loadPerson(store, inbound.from);
  const say = wording.in(person.contact?.language ?? wording.languageFor(inbound.language));
  const message: Outgoing = { text: say('common:sorry'), menu: menuOf(say) };
  const unchanged = { contact: person.contact, talks: person.talks };
  await commit(
    store,
    {
      op: inbound.id,
      person: person.urn,
      version: person.version,
      fields: personFields(person, unchanged),
      checks: [],
      writes: [['HDEL', store.keys.poison, inbound.id]],
      messages: messagesTo(person.urn, [message], house.channels),
      audit: [{ what: 'update_set_aside', who: store.pseudonym(person.urn) }],
    },
    now(),
  );
  house.relay.wake();
}
