import type { InboundContent, Urn } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import type { LocalizedMessage, Outcome } from '../delivery/outcome.ts';
import type { Flow } from '../engine/flow.ts';
import type { AnswerLine } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import type { Store } from '../store/store.ts';
import type { Contact } from './contact.ts';
import type { Person } from './person-store.ts';
import type { Grant, Role } from './role.ts';

/** Input of an outcome besides the answers. */
export type FinishContext<Facts> = {
  readonly store: Store;
  readonly person: Urn;
  readonly contact: Contact;
  readonly facts: Facts;
  /** All answers, including those that later answers made irrelevant. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly now: number;
  /** An unpredictable integer from 0 to below `below`. */
  readonly random: (below: number) => number;
  /** The address of this turn can lose its identity; see `Capabilities`. */
  readonly forgets?: true;
};

/** The current or opening position in a flow. */
export type TalkPosition = {
  readonly step?: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly draft?: unknown;
};

/** Input of a flow's load. */
export type LoadContext = {
  readonly store: Store;
  readonly city: City;
  readonly person: Person;
  readonly position: TalkPosition;
  readonly now: number;
  /** The address of this turn can lose its identity; see `Capabilities`. */
  readonly forgets?: true;
  /** See `Inbound`. */
  readonly block?: string;
};

/** A flow with its feature's functions: load, facts, effects on the person, outcome. */
export type Talk = {
  readonly flow: Flow<unknown>;
  /** Loads the data that the flow needs besides the person. */
  /** Undefined at once if nothing is to be loaded. */
  readonly load?: (loading: LoadContext) => Promise<unknown> | undefined;
  /** Answers that the load depends on; a new one is loaded for before the next question. */
  readonly loadsBy?: readonly string[];
  /** The load depends on the draft too, such as a search in a list. */
  readonly loadsByDraft?: true;
  /** The facts also hold with nothing loaded, so that most turns need not wait for the load. */
  readonly loadOptional?: true;
  readonly facts: (city: City, person: Person, loaded: unknown) => unknown;
  /** The reason why the flow cannot be opened now. */
  readonly closed?: (facts: unknown, now: number) => LocalizedMessage | undefined;
  /** What closes the flow also refuses its end: a role may be lost in the middle. */
  readonly guardsEnd?: true;
  /** Answers that the argument of a message's button gives. */
  readonly opens?: (argument: string) => Readonly<Record<string, unknown>>;
  /** Roles whose menu has a button for this flow. */
  readonly menuOf?: readonly Role[];
  /** Further grants for which a hub lists this flow. */
  readonly listedFor?: (grant: Grant) => boolean;
  /** Paths of the console's pages that show the list of a question, by step. */
  readonly pages?: Readonly<Record<string, string>>;
  /** True for a session of a light flow that is paused like any other: a half-done deed. */
  readonly pauses?: (session: Pick<Session, 'answers' | 'draft'>) => boolean;
  /** The draft with which the first question shows what typed words find. */
  readonly finds?: (words: string) => unknown;
  /** Answers that a message of staff or a volunteer outside any talk gives this one, such as a line typed without a network. */
  readonly hears?: (content: InboundContent) => Readonly<Record<string, unknown>> | undefined;
  /** Answers of the record that is edited, once it is loaded. */
  readonly prefills?: (facts: unknown) => Readonly<Record<string, unknown>> | undefined;
  /** Answers that are stored encrypted from the start. */
  readonly seals?: readonly string[];
  /** All that is typed here, and the questions that repeat it, are stored encrypted. */
  readonly sealed?: true;
  /** Storage of answers that must not be linked to the person. */
  readonly privateAnswers?: PrivateAnswers<unknown>;
  /** Changes the contact at an answer, also if the flow is never finished. */
  readonly learns?: (contact: Contact, answered: AnswerLine, now: number) => Contact;
  /** A half-done talk of this flow is what the words or button of this one mean. */
  readonly yieldsTo?: string;
  /** A message after an answer, before the next question. */
  readonly says?: (
    answered: AnswerLine,
    answers: Readonly<Record<string, unknown>>,
    facts: unknown,
  ) => LocalizedMessage | undefined;
  /** What a resident will read of the outcome with these answers, for a page that shows it before it is sent. */
  readonly preview?: (
    answers: Readonly<Record<string, unknown>>,
    finishing: FinishContext<unknown>,
  ) => LocalizedMessage | undefined;
  readonly finish: (
    answers: Readonly<Record<string, unknown>>,
    finishing: FinishContext<unknown>,
  ) => Outcome & { readonly contact?: Contact };
};

/** The part of a session that reveals answers: answers, draft, and the step, which may imply one. */
export type AnswerState = Pick<Session, 'answers' | 'draft' | 'step'>;

/** Storage of answers apart from the person. Only the answers in `keeps` stay in the person's session. */
export type PrivateAnswers<Facts> = {
  readonly keeps: readonly string[];
  readonly read: (facts: Facts) => AnswerState;
  readonly write: (remembered: AnswerState, finishing: FinishContext<Facts>) => Pick<Outcome, 'checks' | 'writes'>;
  /** Deletes the answers when the person drops the flow. */
  readonly drop: (finishing: FinishContext<Facts>) => DroppedAnswers;
};

/** The change when a person drops a flow; `says` replaces the sentence that all is deleted. */
export type DroppedAnswers = Pick<Outcome, 'checks' | 'writes'> & { readonly says?: LocalizedMessage };

type TalkSpec<Facts, Answers, Loaded> = {
  readonly flow: Flow<Facts, Answers>;
  readonly load?: (loading: LoadContext) => Promise<Loaded> | undefined;
  readonly loadsBy?: readonly string[];
  readonly loadsByDraft?: true;
  readonly loadOptional?: true;
  readonly facts: (city: City, person: Person, loaded: Loaded) => Facts;
  readonly closed?: (facts: Facts, now: number) => LocalizedMessage | undefined;
  readonly guardsEnd?: true;
  readonly opens?: Talk['opens'];
  readonly menuOf?: Talk['menuOf'];
  readonly listedFor?: Talk['listedFor'];
  readonly pages?: Talk['pages'];
  readonly pauses?: Talk['pauses'];
  readonly finds?: Talk['finds'];
  readonly hears?: Talk['hears'];
  readonly prefills?: (facts: Facts) => object | undefined;
  readonly seals?: readonly string[];
  readonly sealed?: true;
  readonly privateAnswers?: PrivateAnswers<Facts>;
  readonly learns?: Talk['learns'];
  readonly yieldsTo?: Talk['yieldsTo'];
  readonly says?: (answered: AnswerLine, answers: Answers, facts: Facts) => LocalizedMessage | undefined;
  readonly preview?: (answers: Answers, finishing: FinishContext<Facts>) => LocalizedMessage | undefined;
  readonly finish: (answers: Answers, finishing: FinishContext<Facts>) => Outcome & { readonly contact?: Contact };
};

/** Checks that the types of flow, facts and outcome agree, then drops them for the list of talks. */
export function talk<Facts, Answers, Loaded = undefined>(spec: TalkSpec<Facts, Answers, Loaded>): Talk {
  return spec as unknown as Talk; // checked at the call; the list needs only ids
}
