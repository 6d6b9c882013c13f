import type { Inbound, Outgoing } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import { currentQuestion } from '../engine/advance.ts';
import { lastFew } from '../engine/last-few.ts';
import type { Question } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import type { Wording } from '../i18n.ts';
import type { Notice } from '../notify/notify.ts';
import type { Reader } from '../notify/reader.ts';
import type { Contact } from '../people/contact.ts';
import type { Person, Talks } from '../people/person-store.ts';
import { rolesOf } from '../people/role.ts';
import type { Talk } from '../people/talk.ts';
import type { Change } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { talkOf } from './talk-list.ts';

/** All inputs of a decision; the same context gives the same decision. */
export type TurnContext = {
  readonly store: Store;
  readonly city: City;
  readonly wording: Wording;
  readonly person: Person;
  readonly now: number; // ms since the epoch
  /** Results of the flows' own loads, by flow id. */
  readonly loaded: ReadonlyMap<string, unknown>;
  /** Fresh id for a talk that opens in this turn. */
  readonly talkId: string;
  /** Unpredictable integer from 0 to below `below`. */
  readonly random: (below: number) => number;
  /** The scheme of the person's channel. */
  readonly channel: string;
  /** The address of this turn can lose its identity; see `Capabilities`. */
  readonly forgets?: true;
  /** Link that opens the bot with a payload after /start. */
  readonly link: (payload: string) => string;
};

/** Everything that one input changes and says; the turn commits it as a whole. */
export type Decision = Change & {
  readonly contact: Contact;
  readonly talks: Talks;
  readonly messages: readonly Outgoing[];
  /** Messages for other people, in none of their languages yet. */
  readonly tells: readonly Notice[];
  readonly audit: readonly string[];
  /** The flow that the input finished, with its answers. */
  readonly finished?: Pick<Session, 'flow' | 'answers'>;
  /** Deletes the person's record instead of writing it. */
  readonly forgets?: true;
};

/** A talk of this release with its session. */
export type Playing = { readonly session: Session; readonly talk: Talk };

/** Returns the active talk; undefined if it has expired or its flow no longer exists. */
export function activeTalk({ person, now }: TurnContext): Playing | undefined {
  const session = person.talks.active;
  const talk = session && now <= session.expires ? talkOf(session.flow) : undefined;
  return session && talk ? { session, talk } : undefined;
}

/** Computes a talk's facts; undefined until its load has run. */
export function factsOf(
  talk: Talk,
  context: TurnContext,
  contact: Contact | undefined = context.person.contact,
): unknown {
  if (talk.load && !talk.loadOptional && !context.loaded.has(talk.flow.id)) return undefined;
  const before = lastFacts.get(context);
  if (before?.talk === talk && before.contact === contact) return before.facts;
  const facts = talk.facts(context.city, { ...context.person, contact }, context.loaded.get(talk.flow.id));
  lastFacts.set(context, { talk, contact, facts });
  return facts;
}

/** Returns the same facts object within a turn: the engine caches the visible steps by it. */
const lastFacts = lastFew<
  TurnContext,
  { readonly talk: Talk; readonly contact: Contact | undefined; readonly facts: unknown }
>();

/** Returns the question of the active talk; undefined without one, or before its facts are loaded. */
export function questionNow(context: TurnContext): Question | undefined {
  const playing = activeTalk(context);
  const facts = playing && factsOf(playing.talk, context);
  if (!playing || facts === undefined) return undefined;
  const { session, talk } = playing;
  return currentQuestion(talk.flow, session, facts, context.now);
}

/** Returns the contact's language, or the language that the channel reports. */
export function languageOf({ person, wording }: TurnContext, inbound: Inbound | undefined): string {
  return person.contact?.language ?? wording.languageFor(inbound?.language);
}

/** Returns the reader of a contact, who may have just been created or have changed the language. The same one in a turn. */
export function readerFor(context: TurnContext, { language, grants = NO_GRANTS }: Contact): Reader {
  const before = lastReader.get(context);
  if (before?.reader.language === language && before.grants === grants) return before.reader;
  const { wording, city, link, channel } = context;
  const has = (key: string) => wording.canSay(language, key);
  const say = wording.in(language, channel);
  const reader = { say, has, language, regions: city.regions, link, roles: rolesOf(grants) };
  lastReader.set(context, { grants, reader });
  return reader;
}
const NO_GRANTS: NonNullable<Contact['grants']> = [];
const lastReader = lastFew<TurnContext, { readonly grants: Contact['grants']; readonly reader: Reader }>();
