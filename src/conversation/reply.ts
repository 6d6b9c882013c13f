import type { Inbound, MessageRef, Outgoing } from '../channels/channel.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { Asked } from '../engine/advance-result.ts';
import type { AnswerLine, Question } from '../engine/question.ts';
import { isControl } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { readButton } from '../notify/button.ts';
import type { Notice } from '../notify/notify.ts';
import type { Reader } from '../notify/reader.ts';
import { flowKey } from '../notify/reader.ts';
import { buttonChoice, renderMessage } from '../notify/render-message.ts';
import type { Contact } from '../people/contact.ts';
import type { Talks } from '../people/person-store.ts';
import { NO_TALKS } from '../people/person-store.ts';
import type { FinishContext, Talk } from '../people/talk.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { becauseText, menuOf, notedText, renderAnswered, renderQuestion } from './render-question.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { factsOf, readerFor } from './turn-context.ts';

/** Talks that may wait at once; the oldest is dropped first. */
const PAUSED_MAX = 3;

/** An answered question whose message is the chat's last one, so that it may be edited in place. */
type TappedQuestion = { readonly question: Question; readonly option: string; readonly message: MessageRef };

/** Builds the decision on one input: collects changes, and words messages in the contact's language. */
export class Reply {
  readonly context: TurnContext;
  private person: Contact;
  private wordedFor: Reader | undefined;
  private open: Talks;
  private tapped: TappedQuestion | undefined;
  private forgets = false;
  private ended: Decision['finished'];
  private readonly checks: Check[] = [];
  private readonly writes: Write[] = [];
  private readonly messages: Outgoing[] = [];
  private readonly tells: Notice[] = [];
  private readonly audit: string[] = [];

  constructor(context: TurnContext, contact: Contact, tapped?: TappedQuestion) {
    this.context = context;
    this.person = contact;
    this.open = context.person.talks;
    this.tapped = tapped;
  }

  get contact(): Contact {
    return this.person;
  }

  get talks(): Talks {
    return this.open;
  }

  get reader(): Reader {
    this.wordedFor ??= readerFor(this.context, this.person);
    return this.wordedFor;
  }

  /** The finished decision. */
  decision(): Decision {
    const { person: contact, open: talks, checks, writes, messages, tells, audit, ended: finished } = this;
    const how = { ...(finished ? { finished } : {}), ...(this.forgets ? ({ forgets: true } as const) : {}) };
    return { contact, talks, checks, writes, messages, tells, audit, ...how };
  }

  /** Replaces the contact; later messages use its language and role. */
  learn(contact: Contact): void {
    if (contact === this.person) return;
    this.person = contact;
    this.wordedFor = undefined;
  }

  setTalks(talks: Talks): void {
    this.open = talks;
  }

  /** Notes the flow that the input finished; one that it opens and finishes afterwards follows from it. */
  finish(flow: string, answers: Session['answers']): void {
    this.ended ??= { flow, answers };
  }

  change({ checks, writes }: Change): void {
    this.checks.push(...checks);
    this.writes.push(...writes);
  }

  /** Adds messages for other people. */
  tell(notices: readonly Notice[]): void {
    this.tells.push(...notices);
  }

  note(audit: string): void {
    this.audit.push(audit);
  }

  /** Deletes the person's record with this decision. */
  forget(): void {
    this.forgets = true;
    this.open = NO_TALKS;
  }

  /** The facts of a talk for the contact as this decision leaves it. */
  factsOf(talk: Talk): unknown {
    return factsOf(talk, this.context, this.person);
  }

  finishContextOf(talk: Talk): FinishContext<unknown> {
    const { store, person, now, random, forgets } = this.context;
    const facts = this.factsOf(talk);
    const finishing = { store, person: person.urn, contact: this.person, facts, given: {}, now, random };
    return forgets ? { ...finishing, forgets } : finishing;
  }

  /** Says a sentence with the menu, or with the message's own buttons. */
  say(said: LocalizedMessage): void {
    const message = renderMessage(said, this.reader);
    if (message.choices) {
      if (this.open.menuAway) this.bringMenuBack('common:noted_place');
      this.messages.push(message);
      return;
    }
    this.messages.push({ ...message, menu: menuOf(this.reader) });
    this.open = withMenu(this.open);
  }

  /** Says a sentence with buttons under it. */
  sayWithButtons(text: string, choices: NonNullable<Outgoing['choices']>): void {
    this.messages.push({ text, choices });
  }

  /** Asks a question: in place of the tapped one if it is the chat's last message, else below it. */
  ask({ question, because, answered }: Asked): void {
    const { reader, tapped } = this;
    if (because?.type === 'photo_full') {
      this.messages.push({ text: reader.say('common:again.photo_full', { max: because.max }) });
      return;
    }
    const why = because ? becauseText(because, question, reader) : [];
    const isOld = because?.type === 'old_button' || because?.type === 'changed';
    if (tapped && !isOld && !question.takes && !this.open.menuAway) {
      const isNoted = answered && !keepsPrivateAnswers(question.flow);
      this.closeTicked(tapped.message);
      if (question.chosen.length > 0 && keepsPrivateAnswers(question.flow))
        this.open = { ...this.open, ticked: tapped.message };
      const noted = isNoted ? [notedText(tapped.question, tapped.option, reader, answered)] : [];
      this.push(
        this.withPage(renderQuestion(question, reader, [...noted, ...why], tapped.message), question),
        question,
      );
      return;
    }
    if (!isOld) this.closeTapped(answered);
    // A question that takes a location or number replaces the menu by its own buttons.
    if (question.takes) this.open = { ...this.open, menuAway: true };
    else if (this.open.menuAway)
      this.bringMenuBack(answered || question.part !== 'ask' ? 'common:noted_place' : 'common:closed');
    this.push(this.withPage(renderQuestion(question, reader, why), question), question);
  }

  /** Adds the console's page that shows the list of a question. */
  private withPage(message: Outgoing, { flow, step }: Question): Outgoing {
    const { site } = this.context.city;
    const path = talkOf(flow)?.pages?.[step];
    return site && path ? { ...message, page: `${site}${path}` } : message;
  }

  /** Edits the tapped question: it keeps its answer and loses its buttons. */
  closeTapped(answered?: AnswerLine): void {
    const { tapped, reader } = this;
    this.closeTicked(tapped?.message);
    if (!tapped || isControl(tapped.option)) return;
    // A later look at the phone must not show an answer that is kept private.
    const closed = keepsPrivateAnswers(tapped.question.flow)
      ? { text: reader.say('common:noted_apart'), edits: tapped.message }
      : renderAnswered(
          tapped.question,
          notedText(tapped.question, tapped.option, reader, answered),
          reader,
          tapped.message,
        );
    this.push(closed, tapped.question);
  }

  /** Edits a message that shows ticks of a private answer, unless it is the tapped one. */
  private closeTicked(tapped?: MessageRef): void {
    const { ticked, ...rest } = this.open;
    if (ticked === undefined) return;
    this.open = rest;
    if (ticked !== tapped)
      this.messages.push({ text: this.reader.say('common:noted_apart'), edits: ticked, apart: true });
  }

  /** Closes the tapped question now, so that the next question does not replace it. */
  settleTapped(answered?: AnswerLine): void {
    this.closeTapped(answered);
    this.tapped = undefined;
  }

  /** Reminds of the newest paused talk. */
  remind(): void {
    const waiting = this.open.paused.at(-1);
    if (waiting) this.offer(waiting);
  }

  /** Offers to resume a paused talk, or to drop it; with `fresh`, to begin anew instead, with this argument. */
  offer({ flow, talk, wanted }: Session, fresh?: { readonly argument: string | undefined }): void {
    const { say } = this.reader;
    const other = fresh
      ? buttonChoice({ type: 'fresh', flow, argument: fresh.argument }, say('common:fresh'))
      : buttonChoice({ type: 'drop', talk }, say('common:drop'));
    const goOn = buttonChoice({ type: 'resume', talk }, say('common:resume'));
    const key = fresh && wanted ? 'common:unfinished_words' : 'common:unfinished';
    this.sayWithButtons(say(key, { title: say(flowKey(flow, 'title')) }), [[goOn], [other]]);
  }

  /** Pauses the active talk; a light one ends. */
  pauseActive(): void {
    const { active, ...rest } = this.open;
    if (!active) return;
    const talk = talkOf(active.flow);
    const ends = !talk || (talk.flow.light && !talk.pauses?.(active));
    this.open = ends ? rest : { ...rest, paused: [...rest.paused, active].slice(-PAUSED_MAX) };
  }

  /** Adds talks of an address that joined. Of two talks of one flow, the one that ends later stays. */
  bring({ active, paused }: Pick<Talks, 'active' | 'paused'>): void {
    const now = this.context.now;
    const theirs = [...paused, ...(active ? [active] : [])].filter((session) => {
      const talk = talkOf(session.flow);
      return talk !== undefined && session.expires > now && (!talk.flow.light || talk.pauses?.(session));
    });
    const own = this.open.paused.filter(
      (one) => !theirs.some(({ flow, expires }) => flow === one.flow && expires > one.expires),
    );
    const brought = theirs.filter(({ flow }) => ![...own, this.open.active].some((one) => one?.flow === flow));
    this.open = { ...this.open, paused: [...brought, ...own].slice(-PAUSED_MAX) };
  }

  /** Removes a paused talk. */
  takeOut(talk: string): void {
    this.open = { ...this.open, paused: this.open.paused.filter((session) => session.talk !== talk) };
  }

  /** A message has either buttons or the menu, so the menu returns with a sentence of its own. */
  private bringMenuBack(word: 'common:noted_place' | 'common:closed'): void {
    this.messages.push({ text: this.reader.say(word), menu: menuOf(this.reader) });
    this.open = withMenu(this.open);
  }

  private push(message: Outgoing, { flow }: Question): void {
    const isApart = keepsPrivateAnswers(flow) || talkOf(flow)?.sealed === true;
    this.messages.push(isApart ? { ...message, apart: true } : message);
  }
}

/** Finds the question that a tap on the chat's last message answers. */
export function tappedQuestion(
  { content, tapped }: Inbound,
  question: Question | undefined,
  { person }: TurnContext,
): TappedQuestion | undefined {
  if (content.type !== 'choice' || !tapped || tapped !== person.lastMessage) return undefined;
  const button = readButton(content.id);
  if (button?.type !== 'answer' || !question) return undefined;
  const here = button.talk === question.talk && button.step === question.step && button.flow === question.flow;
  return here ? { question, option: button.option, message: tapped } : undefined;
}

function keepsPrivateAnswers(flow: string): boolean {
  return talkOf(flow)?.privateAnswers !== undefined;
}

function withMenu({ menuAway: _back, ...talks }: Talks): Talks {
  return talks;
}
