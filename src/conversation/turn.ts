import { randomBytes, randomInt } from 'node:crypto';
import type { Channel, Inbound, Outgoing, Urn } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import { crashPoint } from '../crash-point.ts';
import type { Relay } from '../delivery/relay.ts';
import type { Session } from '../engine/session.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import type { Contact } from '../people/contact.ts';
import { dueOf } from '../people/contact.ts';
import type { KnownPersons } from '../people/known-persons.ts';
import type { Person, Talks } from '../people/person-store.ts';
import { loadPerson, personFields } from '../people/person-store.ts';
import { hear } from '../people/quota.ts';
import type { Standing } from '../people/talk.ts';
import type { Commit, Lane, OutboxMessage, Write } from '../store/commit.ts';
import { commit } from '../store/commit.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { putApart, withApart } from './apart.ts';
import { decide, flowsNeeded } from './decide.ts';
import { decideExpiry, decideKeeping, FORGET } from './decide-by-time.ts';
import { menuOf } from './render.ts';
import type { Decision, Scene } from './scene.ts';
import { talkOf } from './talks.ts';

/** What a turn works with. */
export type House = {
  readonly store: Store;
  readonly city: City;
  readonly wording: Wording;
  readonly relay: Relay;
  readonly persons: KnownPersons;
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
    failures.delete(inbound.id);
  } catch (error) {
    if (error instanceof StoreAway || !isPoison(inbound)) throw error;
    house.log.error({ err: error, update: inbound.id }, 'an update failed again and again and was set aside');
    await setAside(inbound, house);
    failures.delete(inbound.id);
  }
}

/** Tells a person of talks that were left alone too long. Safe to call twice, and by several processes. */
export async function expire(urn: Urn, house: House): Promise<void> {
  const { store, now } = house;
  for (let i = 0; i < TRIES; i += 1) {
    const person = await loadPerson(store, urn);
    // Forgotten meanwhile.
    if (!person.contact) return;
    const scene = sceneOf(person, house);
    const decision = decideExpiry(scene);
    const op = `expire:${person.contact.since}:${person.version}`;
    if (await commitDecision({ op, person, decision, house, at: now(), relist: true })) return;
  }
}

/** What time does to a person: the last place goes, who was silent for a year is asked, who stays silent is forgotten. Safe to call twice. */
export async function keepOrForget(urn: Urn, house: House): Promise<void> {
  const { store, now } = house;
  const person = await loadPerson(store, urn);
  const { contact } = person;
  if (!contact) return;
  const scene = { ...sceneOf(person, house), loaded: await load(new Map([[FORGET, { answers: {} }]]), person, house) };
  const decision = decideKeeping(scene);
  await commitDecision({ op: `keep:${contact.since}:${person.version}`, person, decision, house, at: now() });
}

async function attempt(inbound: Inbound, house: House): Promise<void> {
  const { persons, now } = house;
  for (let i = 0; i < TRIES; i += 1) {
    const person = await persons.load(inbound.from);
    // Who is unknown, or was forgotten, is not written down for blocking us.
    if (person.version === 0 && inbound.content.type === 'membership') return;
    const heard = hear(person.clock, now(), house.city.quotas);
    if (heard.type === 'dropped') return;
    const before = sceneOf(person, house);
    const needed = flowsNeeded(inbound, before);
    const loaded = await load(needed, person, house);
    const scene = loaded === NOTHING ? before : withApart({ ...before, loaded });
    crashPoint('after_load');
    const { content } = inbound;
    const decided = async (): Promise<Decision> => {
      const first = decide(inbound, scene);
      const { active } = first.talks;
      if (!active || !isStale(active, needed.get(active.flow))) return putApart(first, scene);
      // What was chosen just now is looked at before it is shown; the same input then decides the same on it.
      const more = await load(new Map([[active.flow, active]]), person, house);
      const whole = withApart({ ...before, loaded: new Map([...loaded, ...more]) });
      return putApart(decide(inbound, whole), whole);
    };
    const unchanged = { contact: person.contact, talks: person.talks, checks: [], writes: [], messages: [], audit: [] };
    const decision =
      content.type === 'membership' ? unchanged : heard.type === 'told' ? tooFast(unchanged, scene) : await decided();
    // Whoever writes can be reached again; who blocked us goes on the list of those who cannot.
    const blocked = content.type === 'membership' && !content.reachable;
    const gone = blocked ? { gone: 'blocked the bot' } : person.gone === undefined ? {} : { gone: '' };
    if (
      await commitDecision({
        op: inbound.id,
        person,
        decision,
        house,
        at: now(),
        fields: { ...gone, clock: heard.clock },
      })
    )
      return;
  }
  throw new Error(`${inbound.id} met another change ${TRIES} times in a row.`);
}

type Committing = {
  readonly op: string;
  readonly person: Person;
  readonly decision: Omit<Decision, 'contact' | 'tapped'> & { readonly contact: Contact | undefined };
  readonly house: House;
  readonly at: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** Puts the person's place in the list of expiring talks right, whatever it was. */
  readonly relist?: boolean;
};

/** False on a conflict. */
async function commitDecision({
  op,
  person,
  decision,
  house,
  at,
  fields = {},
  relist = false,
}: Committing): Promise<boolean> {
  const { store, relay, persons } = house;
  const { forgets } = decision;
  const who = store.pseudonym(person.urn);
  // Until a new message is sent nobody knows which one is the last: a tap that overtakes it must not edit above it.
  const overtaken = decision.messages.some(isNew);
  const change: Commit = {
    op,
    person: person.urn,
    version: person.version,
    fields: forgets ? {} : { ...personFields(person, decision), ...fields, ...(overtaken ? NO_LAST_MESSAGE : {}) },
    checks: decision.checks,
    writes: [
      ...decision.writes,
      ...(forgets ? [] : keptWrites(person, decision, store)),
      ...(forgets ? [] : expiryWrites(person, decision.talks, relist, store)),
    ],
    messages: messagesTo(person.urn, joined(decision.messages), house.channels),
    audit: decision.audit.map((what) => ({ what, who })),
  };
  const done = await commit(store, change, at);
  crashPoint('after_commit');
  switch (done.type) {
    case 'ok':
      if (forgets) {
        persons.drop(person.urn);
      } else {
        const { contact, talks } = decision;
        const { clock = person.clock, gone = person.gone } = fields;
        persons.keep({
          ...person,
          version: done.version,
          contact,
          talks,
          clock,
          gone: gone || undefined,
          ...(overtaken ? { lastMessage: undefined } : {}),
        });
      }
      relay.send(done.claimed);
      if (change.messages.length > 0 && done.claimed.length === 0) relay.wake();
      return true;
    case 'duplicate':
      relay.send(done.claimed);
      return true;
    case 'conflict':
      persons.drop(person.urn);
      return false;
    case 'limit':
      if (done.what !== 'chat') throw new StoreAway(`The store is at its limit: ${done.what}.`);
      house.log.warn(
        { who },
        'somebody has more answers waiting than anybody reads, and is not heard until they went out',
      );
      return true;
  }
}

const NO_LAST_MESSAGE = { last_message: '' };

/** An answered question is closed by the message that follows it, so that this need not wait for an edit. */
function joined(messages: readonly Outgoing[]): readonly Outgoing[] {
  const [first, next, ...rest] = messages;
  if (!first?.edits || first.choices || !next || next.edits) return messages;
  return [{ ...next, closes: { message: first.edits, text: first.text } }, ...rest];
}

function isNew({ edits }: Outgoing): boolean {
  return edits === undefined;
}

/** The messages as the person's channel can carry them. */
export function messagesTo(
  to: Urn,
  messages: readonly Outgoing[],
  channels: readonly Channel[],
  lane: Lane = 'reply',
): readonly OutboxMessage[] {
  const channel = channels.find((c) => to.startsWith(`${c.scheme}:`));
  const fitting = messages.flatMap((message) => channel?.fit(message) ?? [message]);
  return fitting.map((message) => ({ to, lane, body: JSON.stringify(message) }));
}

/** Somebody who writes faster than anybody can is told once, and then waited for. */
function tooFast<D extends Committing['decision']>(unchanged: D, scene: Scene): D {
  const say = scene.wording.in(scene.person.contact?.language ?? scene.wording.languages[0] ?? '');
  return { ...unchanged, messages: [{ text: say('common:too_fast') }] };
}

/** Keeps the list by which time is done to persons. */
function keptWrites(person: Person, { contact }: Committing['decision'], { keys }: Store): readonly Write[] {
  const [before, after] = [person.contact && dueOf(person.contact), contact && dueOf(contact)];
  return after === undefined || before === after ? [] : [['ZADD', keys.personsDue, after, person.urn]];
}

/** Keeps the list by which the sweeper finds talks that were left alone; it may look too early, never too late. */
function expiryWrites({ urn, talks }: Person, after: Talks, relist: boolean, { keys }: Store): readonly Write[] {
  const [before, next] = [endOf(talks), endOf(after)];
  if (next === undefined) return before === undefined && !relist ? [] : [['ZREM', keys.talksExpiring, urn]];
  return relist || before === undefined || next < before ? [['ZADD', keys.talksExpiring, next, urn]] : [];
}

/** When the first of these talks expires, ms. */
function endOf({ active, paused }: Talks): number | undefined {
  const ends = [...paused, ...(active ? [active] : [])].map(({ expires }) => expires);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function sceneOf(person: Person, { store, city, wording, channels, now }: House): Scene {
  const channel = channels.find(({ scheme }) => person.urn.startsWith(`${scheme}:`));
  const link = (payload: string) => channel?.link?.(payload) ?? `/start ${payload}`;
  return { store, city, wording, person, now: now(), loaded: NOTHING, talkId: newTalkId(), random: randomInt, link };
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();
const ID_BYTES = 3;
let random = Buffer.alloc(0);

/** Few turns open a talk, and the machine's randomness costs microseconds a call: it is fetched for many at a time. */
function newTalkId(): string {
  if (random.length < ID_BYTES) random = randomBytes(ID_BYTES * 1024);
  const id = random.toString('base64url', 0, ID_BYTES);
  random = random.subarray(ID_BYTES);
  return id;
}

async function load(
  flows: ReadonlyMap<string, Standing>,
  person: Person,
  { store, city, now }: House,
): Promise<ReadonlyMap<string, unknown>> {
  const wanted = [...flows].filter(([flow]) => talkOf(flow)?.load);
  if (wanted.length === 0) return NOTHING;
  const loading = wanted.map(
    async ([flow, standing]) =>
      [flow, await talkOf(flow)?.load?.({ store, city, person, standing, now: now() })] as const,
  );
  const loaded = await Promise.all(loading);
  // What a talk may do without and has not got leaves the scene as it is.
  const brought = loaded.filter(([flow, got]) => got !== undefined || !talkOf(flow)?.mayDoWithout);
  return brought.length === 0 ? NOTHING : new Map(brought);
}

/** Whether a talk stands on an answer that its load did not know of. */
function isStale({ flow, answers }: Session, loadedFor: Standing | undefined): boolean {
  const by = talkOf(flow)?.loadsBy ?? [];
  return by.some((step) => answers[step] !== undefined && answers[step] !== loadedFor?.answers[step]);
}

/** How often handling an update failed in this process. */
const failures = new Map<string, number>();

function isPoison({ id }: Inbound): boolean {
  const times = (failures.get(id) ?? 0) + 1;
  failures.set(id, times);
  return times >= POISON_TRIES;
}

/** The update takes no effect but an apology. Looks at nothing of the person that might itself be what failed. */
async function setAside(inbound: Inbound, house: House): Promise<void> {
  const { store, wording, relay, now } = house;
  const person = inbound.from;
  const version = Number((await asking(store.redis.hget(store.keys.person(person), 'version'))) ?? 0);
  const say = wording.in(wording.languageFor(inbound.language));
  const messages = messagesTo(
    person,
    [{ text: say('common:sorry'), menu: menuOf({ say, staff: false }) }],
    house.channels,
  );
  const audit = [{ what: 'update_set_aside', who: store.pseudonym(person) }];
  const nothing = { fields: {}, checks: [], writes: [] };
  const done = await commit(store, { op: inbound.id, person, version, ...nothing, messages, audit }, now());
  if (done.type === 'conflict' || done.type === 'limit') throw new StoreAway(`Setting aside met a ${done.type}.`);
  relay.send(done.claimed);
}
