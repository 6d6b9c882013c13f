import type { Urn } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import type { LocalizedMessage, Outcome } from '../delivery/outcome.ts';
import type { Flow } from '../engine/flow.ts';
import type { AnswerLine } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import type { Store } from '../store/store.ts';
import type { Contact } from './contact.ts';
import type { Person } from './person-store.ts';

/** What an outcome may look at besides the answers. */
export type FinishContext<Facts> = {
  readonly store: Store;
  readonly person: Urn;
  readonly contact: Contact;
  readonly facts: Facts;
  /** All that was answered, also what is not asked any more. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly now: number;
  /** A whole number from 0 to below `below`, that nobody can guess. */
  readonly random: (below: number) => number;
};

/** Where a person stands in a talk, or will stand when it opens: what its load may look at. */
export type TalkPosition = {
  readonly step?: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly draft?: unknown;
};

/** What a flow's own load may ask: the store, the city, who it is and how far they are. */
export type LoadContext = {
  readonly store: Store;
  readonly city: City;
  readonly person: Person;
  readonly position: TalkPosition;
  readonly now: number;
};

/** A flow with everything that its feature knows about it: its facts, what it learns about the person, its outcome. */
export type Talk = {
  readonly flow: Flow<unknown>;
  /** Reads what the flow needs besides the person; left out where it needs nothing. */
  readonly load?: (loading: LoadContext) => Promise<unknown>;
  /** The answers by which the load finds what it brings: one that is given now is looked for before the next question is shown. */
  readonly loadsBy?: readonly string[];
  /** The facts hold without the load too, as if it had brought nothing: most turns of such a talk need not wait for it. */
  readonly loadOptional?: true;
  readonly facts: (city: City, person: Person, loaded: unknown) => unknown;
  /** A reason not to open the talk now. */
  readonly closed?: (facts: unknown, now: number) => LocalizedMessage | undefined;
  /** The answers that a button under a message brings along; see Said's buttons. */
  readonly opens?: (argument: string) => Readonly<Record<string, unknown>>;
  /** The answers that what is being changed had, once it is loaded. */
  readonly prefills?: (facts: unknown) => Readonly<Record<string, unknown>> | undefined;
  /** Answers that are kept sealed from the moment on in which they are given. */
  readonly seals?: readonly string[];
  /** Answers that do not lie with the person at all, but where nobody finds them by who it is. */
  readonly privateAnswers?: PrivateAnswers<unknown>;
  /** What an answer changes about the person at once, also if the talk is never finished. */
  readonly learns?: (contact: Contact, answered: AnswerLine, now: number) => Contact;
  /** What must be said at once after an answer, before the next question. */
  readonly says?: (
    answered: AnswerLine,
    answers: Readonly<Record<string, unknown>>,
    facts: unknown,
  ) => LocalizedMessage | undefined;
  readonly finish: (
    answers: Readonly<Record<string, unknown>>,
    finishing: FinishContext<unknown>,
  ) => Outcome & { readonly contact?: Contact };
};

/** What a talk remembers of itself: answers, the question that stands there (it may tell an answer, too), and what that has gathered. */
export type AnswerState = Pick<Session, 'answers' | 'draft' | 'step'>;

/** Where answers lie that nobody shall find by who gave them. Of a session only what `keeps` names stays with the person. */
export type PrivateAnswers<Facts> = {
  readonly keeps: readonly string[];
  readonly read: (facts: Facts) => AnswerState;
  readonly write: (remembered: AnswerState, finishing: FinishContext<Facts>) => Pick<Outcome, 'checks' | 'writes'>;
  /** The person stopped, and takes back what they answered. */
  readonly drop: (finishing: FinishContext<Facts>) => Pick<Outcome, 'checks' | 'writes'>;
};

type Typed<Facts, Answers, Loaded> = {
  readonly flow: Flow<Facts, Answers>;
  readonly load?: (loading: LoadContext) => Promise<Loaded>;
  readonly loadsBy?: readonly string[];
  readonly loadOptional?: true;
  readonly facts: (city: City, person: Person, loaded: Loaded) => Facts;
  readonly closed?: (facts: Facts, now: number) => LocalizedMessage | undefined;
  readonly opens?: Talk['opens'];
  readonly prefills?: (facts: Facts) => object | undefined;
  readonly seals?: readonly string[];
  readonly privateAnswers?: PrivateAnswers<Facts>;
  readonly learns?: Talk['learns'];
  readonly says?: (answered: AnswerLine, answers: Answers, facts: Facts) => LocalizedMessage | undefined;
  readonly finish: (answers: Answers, finishing: FinishContext<Facts>) => Outcome & { readonly contact?: Contact };
};

/** Checks that flow, facts and outcome fit one another; the list of all talks then needs no types of its own. */
export function talk<Facts, Answers, Loaded = undefined>(typed: Typed<Facts, Answers, Loaded>): Talk {
  return typed as unknown as Talk; // the types were checked at the call; from here on only ids count
}
