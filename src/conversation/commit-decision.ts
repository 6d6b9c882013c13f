import type { Outgoing } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import { loadHeld } from '../delivery/held.ts';
import type { Session } from '../engine/session.ts';
import type { RenderedNotice } from '../notify/notify.ts';
import { renderForEach, toOutbox } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import type { Contact } from '../people/contact.ts';
import { retentionDueAt } from '../people/contact.ts';
import type { Person, Talks } from '../people/person-store.ts';
import { changedPersonFields } from '../people/person-store.ts';
import { sealSession } from '../people/sealed-session.ts';
import type { Commit, Write } from '../store/commit.ts';
import { commit } from '../store/commit.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import { talkOf } from './talk-list.ts';
import type { Decision } from './turn-context.ts';

/** The part of a decision that is written. */
export type CommittedDecision = Omit<Decision, 'contact' | 'tapped'> & { readonly contact: Contact | undefined };

type Committing = {
  readonly op: string;
  readonly person: Person;
  readonly decision: CommittedDecision;
  readonly services: Services;
  readonly at: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** Rewrites the person's entry in the expiry index even if it seems unchanged. */
  readonly relist?: boolean;
};

/** Commits a decision with its messages and hands claimed ones to the relay. False on a conflict. */
export async function commitDecision(committing: Committing): Promise<boolean> {
  const { person, decision, services, at, fields = {} } = committing;
  const { store, relay, persons, log } = services;
  // Until a new message is sent its id is unknown; an overtaking tap must not edit an older message.
  const overtaken = decision.messages.some(isNew);
  const told = decision.tells.length > 0 ? await renderForEach(decision.tells, services) : [];
  // Held news goes first, so that the numbers of the question stay those of the newest message.
  // Who comes back after leaving is greeted alone: the news waits for their next message.
  const flushes = person.held && person.gone === undefined && decision.messages.length > 0;
  const held = flushes ? await loadHeld(store, person.address) : [];
  const change = changeOf(committing, { told, held, overtaken });
  const done = await commit(store, change, at);
  crashPoint('after_commit');
  switch (done.type) {
    case 'ok': {
      if (decision.forgets) {
        persons.drop(person.urn);
      } else if (isLinked(person)) {
        // What belongs to this address must not be kept as the first one's.
        persons.drop(person.urn);
      } else {
        const { contact, talks } = decision;
        const { clock = person.clock, gone = person.gone } = fields;
        const lastMessage = overtaken ? { lastMessage: undefined } : {};
        persons.keep({
          ...person,
          version: done.version,
          contact,
          talks,
          clock,
          gone: gone || undefined,
          held: held.length > 0 ? undefined : person.held,
          ...lastMessage,
        });
      }
      relay.send(done.claimed);
      if (change.messages.length > 0 && done.claimed.length === 0) relay.wake();
      return true;
    }
    case 'duplicate':
      relay.send(done.claimed);
      return true;
    case 'conflict':
      persons.drop(person.urn);
      return false;
    case 'limit':
      if (done.what !== 'chat') throw new StoreAway(`The store is at its limit: ${done.what}.`);
      log.warn(
        { who: store.pseudonym(person.urn) },
        'a chat has too many unsent replies; its updates are dropped for now',
      );
      return true;
  }
}

/** What a commit carries besides its decision. */
type Around = {
  readonly told: readonly RenderedNotice[];
  readonly held: readonly Outgoing[];
  readonly overtaken: boolean;
};

function changeOf(
  { op, person, decision, services, fields = {}, relist = false }: Committing,
  { told, held, overtaken }: Around,
): Commit {
  const { store } = services;
  const { forgets } = decision;
  const who = store.pseudonym(person.urn);
  const stored = (session: Session) => (talkOf(session.flow)?.sealed ? sealSession(session, store) : session);
  const { gone, ...ofPerson } = fields;
  const ofAddress = {
    ...(gone === undefined ? {} : { gone }),
    ...(overtaken ? NO_LAST_MESSAGE : {}),
    ...(held.length > 0 ? NOTHING_HELD : {}),
  };
  const kept = {
    ...changedPersonFields(person, decision, stored),
    ...ofPerson,
    ...(isLinked(person) ? {} : ofAddress),
  };
  const indexes = [...retentionWrites(person, decision, store), ...expiryWrites(person, decision.talks, relist, store)];
  return {
    op,
    person: person.urn,
    version: person.version,
    fields: forgets ? {} : kept,
    checks: decision.checks,
    writes: [
      ...decision.writes,
      ...(forgets ? [] : indexes),
      ...(isLinked(person) && !forgets ? addressWrites(person, ofAddress, store) : []),
      ...(held.length > 0 ? [['DEL', store.keys.held(person.address)] as const] : []),
    ],
    messages: [
      ...toOutbox(person.address, held, services),
      ...toOutbox(person.address, joined(decision.messages), services),
      ...told.flatMap(({ to, message, lane }) => toOutbox(to, [message], services, lane)),
    ],
    audit: decision.audit.map((what) => ({ what, who })),
  };
}

function isLinked({ urn, address }: Person): boolean {
  return urn !== address;
}

/** Writes the fields of a linked address to its own record; '' deletes one. */
function addressWrites(
  { address }: Person,
  fields: Readonly<Record<string, string>>,
  { keys }: Store,
): readonly Write[] {
  const key = keys.person(address);
  return Object.entries(fields).map(([name, value]) =>
    value === '' ? ['HDEL', key, name] : ['HSET', key, name, value],
  );
}

const NO_LAST_MESSAGE = { last_message: '' };
const NOTHING_HELD = { held: '' };

/** Folds the closing edit of an answered question into the next message, which then need not wait for the edit. */
function joined(messages: readonly Outgoing[]): readonly Outgoing[] {
  const [first, next, ...rest] = messages;
  if (!first?.edits || first.choices || !next || next.edits) return messages;
  const closes = { message: first.edits, text: first.text };
  return [{ ...next, ...(first.apart ? { apart: true } : {}), closes }, ...rest];
}

function isNew({ edits }: Outgoing): boolean {
  return edits === undefined;
}

/** Updates the person's entries among all contacts when the next retention date moves, so at the first message too. */
function retentionWrites(person: Person, { contact }: CommittedDecision, { keys }: Store): readonly Write[] {
  const [before, after] = [person.contact && retentionDueAt(person.contact), contact && retentionDueAt(contact)];
  if (after === undefined || before === after) return [];
  return [
    ['ZADD', keys.personsDue, after, person.urn],
    ['ZADD', keys.persons, 0, person.urn],
  ];
}

/** Updates the expiry index. Its entry may be earlier than the talk's end, never later. */
function expiryWrites({ urn, talks }: Person, after: Talks, relist: boolean, { keys }: Store): readonly Write[] {
  const [before, next] = [firstEnd(talks), firstEnd(after)];
  if (next === undefined) return before === undefined && !relist ? [] : [['ZREM', keys.talksExpiring, urn]];
  return relist || before === undefined || next < before ? [['ZADD', keys.talksExpiring, next, urn]] : [];
}

/** The time (ms) at which the first of these talks expires. */
function firstEnd({ active, paused }: Talks): number | undefined {
  const ends = [...paused, ...(active ? [active] : [])].map(({ expires }) => expires);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
