import type { Inbound, Outgoing } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import { currentQuestion } from '../engine/advance.ts';
import type { Question } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import type { Wording } from '../i18n.ts';
import type { Reader } from '../notify/reader.ts';
import type { Contact } from '../people/contact.ts';
import type { Person, Talks } from '../people/person-store.ts';
import type { Talk } from '../people/talk.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { talkOf } from './talk-list.ts';

/** What a decision may look at. It asks nobody else: the same scene gives the same decision. */
export type TurnContext = {
  readonly store: Store;
  readonly city: City;
  readonly wording: Wording;
  readonly person: Person;
  readonly now: number;
  /** What each flow's own load brought, by flow id. */
  readonly loaded: ReadonlyMap<string, unknown>;
  /** A fresh id for a talk that is opened. */
  readonly talkId: string;
  /** A whole number from 0 to below `below`, that nobody can guess. */
  readonly random: (below: number) => number;
  /** A link that opens the bot with this after /start. */
  readonly link: (payload: string) => string;
};

/** Everything that one input changes and says, while it is being decided; the turn commits it. */
export type Decision = {
  contact: Contact;
  talks: Talks;
  readonly checks: Check[];
  readonly writes: Write[];
  readonly messages: Outgoing[];
  readonly audit: string[];
  /** Nothing about the person is to be written any more. */
  forgets?: true;
  /** The question that was answered by a tap on our last message, which may therefore be changed in place. */
  tapped: { readonly question: Question; readonly option: string; readonly message: string } | undefined;
};

/** A talk that this release can play, with its session. */
export type Playing = { readonly session: Session; readonly talk: Talk };

export function activeTalk({ person, now }: TurnContext): Playing | undefined {
  const session = person.talks.active;
  const talk = session && now <= session.expires ? talkOf(session.flow) : undefined;
  return session && talk ? { session, talk } : undefined;
}

/** Undefined until the flow's own load has come. */
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

/** A turn asks for the same facts several times, and the engine knows again what it found out about them. */
const lastFacts = new WeakMap<
  TurnContext,
  { readonly talk: Talk; readonly contact: Contact | undefined; readonly facts: unknown }
>();

/** The question that a person stands on; undefined if there is none or its facts are not loaded yet. */
export function questionNow(context: TurnContext): Question | undefined {
  const playing = activeTalk(context);
  const facts = playing && factsOf(playing.talk, context);
  if (!playing || facts === undefined) return undefined;
  const { session, talk } = playing;
  return currentQuestion(talk.flow, session, facts, context.now);
}

export function languageOf({ person, wording }: TurnContext, inbound: Inbound | undefined): string {
  return person.contact?.language ?? wording.languageFor(inbound?.language);
}

export function readerOf(context: TurnContext, decision: Decision): Reader {
  const { language } = decision.contact;
  const has = (key: string) => context.wording.has(language, key);
  const staff = (decision.contact.grants ?? []).length > 0;
  return { say: context.wording.in(language), has, language, regions: context.city.regions, link: context.link, staff };
}
